// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/source_files.hpp"

#include <algorithm>
#include <cstddef>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>

namespace icesim {
namespace {

constexpr std::ptrdiff_t most_lines = 300;

/// Things of a room, a header and its source being one; a room with more wants a wall.
constexpr std::size_t most_things = 15;
/// Rooms that are still larger, and how large they may get; take one off when it has a wall, add none.
const std::map<std::string, std::size_t> larger_rooms{
    {"include/icesim/base", 18},
    {"src/app", 27},
    {"src/result", 26},
    {"src/workload/readers", 30},
    {"testbench/base", 16},
    {"testbench/reference/controller", 24},
    {"testbench/workload/readers", 24},
};

TEST(SourceRules, OneClassWritesEveryFile) {
  for (const auto& [file, text] : test::source_files()) {
    if (file.rfind("testbench/", 0) == 0 || file == "src/base/output_file.cpp") continue;
    for (const std::string way : {"ofstream", "fopen(", "O_CREAT", "O_TRUNC", "creat(", "rename(", "mkstemp"}) {
      // Reading is everybody's.
      const bool reads = way == "fopen(" && text.find("fopen(path.c_str(), \"rb\")") != std::string::npos;
      EXPECT_TRUE(reads || text.find(way) == std::string::npos)
          << file << " has " << way << "; what a command writes goes through OutputFile";
    }
  }
}

TEST(SourceRules, FilesAreShort) {
  for (const auto& [file, text] : test::source_files()) {
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), most_lines) << file;
  }
}

TEST(SourceRules, FilesBeginWithTheirLicence) {
  for (const auto& [file, text] : test::source_files()) {
    EXPECT_THAT(text, testing::StartsWith("// SPDX-License-Identifier: Apache-2.0\n")) << file;
  }
}

TEST(SourceRules, RoomsAreNoHalls) {
  std::map<std::string, std::set<std::string>> rooms;
  for (const auto& [file, text] : test::source_files()) rooms[test::room_of(file)].insert(test::thing_of(file));
  EXPECT_GT(rooms.size(), 50U);
  for (const auto& [room, things] : rooms) {
    const auto exception = larger_rooms.find(room);
    EXPECT_LE(things.size(), exception == larger_rooms.end() ? most_things : exception->second) << room;
  }
}

/// An exception that nothing needs any more goes.
TEST(SourceRules, ExceptionsAreNeeded) {
  std::map<std::string, std::set<std::string>> rooms;
  for (const auto& [file, text] : test::source_files()) rooms[test::room_of(file)].insert(test::thing_of(file));
  for (const auto& [room, most] : larger_rooms) EXPECT_GT(rooms[room].size(), most_things) << room;
}

}  // namespace
}  // namespace icesim
