// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/random.hpp"
#include "icesim/workload/reader.hpp"
#include "testbench/support/temporary_directory.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace icesim::test {

inline void write_file(const std::filesystem::path& path, std::string_view content) {
  std::ofstream(path, std::ios::binary).write(content.data(), static_cast<std::streamsize>(content.size()));
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::vector<IoRequest> drain(RequestSource& source) {
  std::vector<IoRequest> all;
  IoRequest request;
  while (source.next(request)) all.push_back(request);
  return all;
}

inline std::vector<IoRequest> read_trace(const std::filesystem::path& path, const TraceOptions& options = {}) {
  return drain(*open_trace(path, options));
}

/// `text` with a few bytes changed or left out in places of chance.
inline std::string damaged(std::string text, Random& random) {
  for (std::uint64_t i = 0; i <= random.below(3) && !text.empty(); ++i) {
    const std::size_t at = random.below(text.size());
    if (random.chance(50))
      text[at] = static_cast<char>(random.next());
    else
      text.erase(at, random.below(8));
  }
  return text;
}

/// The message of the UserError that `action` throws; "no error" when it throws none.
template <class Action>
std::string user_error(Action action) {
  try {
    action();
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

inline bool same(const IoRequest& a, const IoRequest& b) {
  return a.time == b.time && a.offset == b.offset && a.length == b.length && a.inode == b.inode && a.dun == b.dun &&
         a.key == b.key && a.process == b.process && a.policy == b.policy && a.operation == b.operation &&
         a.flags == b.flags && a.keyslot == b.keyslot;
}

inline bool same(const std::vector<IoRequest>& a, const std::vector<IoRequest>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const IoRequest& x, const IoRequest& y) { return same(x, y); });
}

inline std::filesystem::path shared_traces() { return ICESIM_SOURCE_DIR "/../shared/traces"; }
inline std::filesystem::path recorded(std::string_view run) { return shared_traces() / "recorded" / run; }
inline std::filesystem::path bundled(std::string_view name) {
  return std::filesystem::path(ICESIM_SOURCE_DIR "/traces") / name;
}

}  // namespace icesim::test
