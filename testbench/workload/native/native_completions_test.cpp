// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "src/workload/native/native_format.hpp"
#include "testbench/workload/files.hpp"
#include "testbench/workload/native/told_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zstd.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;

/// Behind how many records a latency was told, and which.
struct ToldCompletion {
  std::uint64_t records = 0;
  Operation operation = Operation::read;
  Picoseconds latency{};

  friend bool operator==(const ToldCompletion& a, const ToldCompletion& b) {
    return a.records == b.records && a.operation == b.operation && a.latency == b.latency;
  }
};

/// Listens to a trace until its end, or until `limit` records have come.
std::vector<ToldCompletion> completions_told_by(const std::filesystem::path& path, std::uint64_t limit = ~std::uint64_t{0}) {
  std::vector<ToldCompletion> all;
  std::uint64_t records = 0;
  TraceOptions options;
  options.completed = [&](const TraceCompletion& c) { all.push_back({records, c.operation, c.latency}); };
  const auto reader = open_trace(path, options);
  for (IoRequest request; records < limit && reader->next(request);) ++records;
  return all;
}

void write_completions(const std::filesystem::path& path, std::uint64_t records, const std::vector<ToldCompletion>& completions) {
  test::write_told(path, records, completions, Picoseconds{1}, [](NativeWriter& writer, const ToldCompletion& each) {
    writer.completed({TraceCompletion::Kind::done, each.operation, each.latency});
  });
}

RC_GTEST_PROP(NativeCompletions, AreToldWhereTheyWereWritten, ()) {
  const TemporaryDirectory directory;
  // About the size of a block, so that its ends are met.
  const auto near_blocks = rc::gen::element<std::uint64_t>(0, 1, 7, 4095, 4096, 4097, 8192, 8193, 9000);
  const std::uint64_t records = *near_blocks;
  std::vector<ToldCompletion> expected;
  const std::uint64_t unit = *rc::gen::element<std::uint64_t>(1, 1'000, 1'000'000);
  const int groups = *rc::gen::inRange(0, 6);
  std::vector<std::uint64_t> places;
  for (int i = 0; i < groups; ++i) places.push_back(*rc::gen::inRange<std::uint64_t>(0, records + 1));
  std::sort(places.begin(), places.end());
  for (const std::uint64_t place : places) {
    const std::uint64_t many = *near_blocks;
    const auto operation = static_cast<Operation>(*rc::gen::inRange(0, 4));
    for (std::uint64_t i = 0; i < many; ++i) expected.push_back({place, operation, Picoseconds{(i % 90) * unit}});
  }
  write_completions(directory / "t", records, expected);
  RC_ASSERT(completions_told_by(directory / "t") == expected);
  RC_ASSERT(test::read_trace(directory / "t").size() == records);
}

TEST(NativeCompletions, OfAnImportAreThoseOfItsInput) {
  const TemporaryDirectory directory;
  std::string text;
  for (int i = 0; i < 9'000; ++i) {
    const std::string at = std::to_string(i * 8);
    const char* const word = i % 3 == 0 ? "R" : "WS";
    char time[32];
    std::snprintf(time, sizeof time, "%d.%06d: ", 10 + i / 1'000, i % 1'000 * 1'000);
    const std::string line = std::string("a-1 [000] ..... ") + time;
    text += line + "block_rq_issue: 8,0 " + word + " 4096 () " + at + " + 8 [a]\n";
    if (i % 5 == 4) text += line + "block_rq_complete: 8,0 " + word + " () " + at + " + 8 [0]\n";
    const int before = i - 40;
    if (before < 0 || before % 5 == 4) continue;
    text += line + "block_rq_complete: 8,0 " + (before % 3 == 0 ? "R" : "WS") + " () " + std::to_string(before * 8) +
            " + 8 [0]\n";
  }
  test::write_file(directory / "in", text);
  import_trace(directory / "in", directory / "out");
  EXPECT_EQ(completions_told_by(directory / "in").size(), 8'968U);
  import_trace(directory / "out", directory / "again");
  for (const std::uint64_t limit : {std::uint64_t{100}, std::uint64_t{5'000}, ~std::uint64_t{0}}) {
    EXPECT_TRUE(completions_told_by(directory / "out", limit) == completions_told_by(directory / "in", limit)) << limit;
    EXPECT_TRUE(completions_told_by(directory / "again", limit) == completions_told_by(directory / "in", limit)) << limit;
  }
  const auto reader = open_trace(directory / "out");
  test::drain(*reader);
  EXPECT_EQ(reader->info().recorded_latency.read.count(), 2'990U);
  EXPECT_EQ(reader->info().recorded_latency.write.max(), Picoseconds{40'000'000'000});
  EXPECT_EQ(reader->info().recorded_latency.all().count(), 8'968U);
}

/// The files of earlier versions hold no completions, and the mark is no number of records there.
TEST(NativeCompletions, AreNoPartOfVersion1) {
  EXPECT_EQ(completions_told_by(test::bundled("k61-f2fs-key-per-file.icetrace")).size(), 0U);
  const TemporaryDirectory directory;
  write_completions(directory / "t", 1, {{1, Operation::read, Picoseconds{5}}});
  std::string text = test::read_file(directory / "t");
  text[native::magic.size()] = '1';
  test::write_file(directory / "t", text);
  EXPECT_THAT(test::user_error([&] { completions_told_by(directory / "t"); }), testing::HasSubstr("at most 4096"));
}

/// A version 2 trace with this content below zstd, whose checksum is not reached.
std::string error_of_completions(const std::vector<std::uint8_t>& content) {
  const TemporaryDirectory directory;
  std::string packed(ZSTD_compressBound(content.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), 1));
  test::write_file(directory / "t", "icetrace 2\n\n" + packed);
  return test::user_error([&] { completions_told_by(directory / "t"); });
}

TEST(NativeCompletions, AreRefusedWhenTheyMakeNoSense) {
  // 4097 completions follow: number, scale, places, operations, latencies.
  EXPECT_THAT(error_of_completions({0x81, 0x20, 1, 1, 1, 0, 5, 0}), testing::HasSubstr("behind more records than its block has"));
  EXPECT_THAT(error_of_completions({0x81, 0x20, 1, 1, 1, 0, 5, 0x81, 0x20, 1, 1, 0, 0, 5, 0}),
              testing::HasSubstr("behind more records than its block has"));
  EXPECT_THAT(error_of_completions({0x81, 0x20, 0x81, 0x20}), testing::HasSubstr("a number is 4097; at most 4096"));
  EXPECT_THAT(error_of_completions({0x81, 0x20, 1, 1, 0, 4}), testing::HasSubstr("a number is 4; at most 3"));
  EXPECT_THAT(error_of_completions({0x81, 0x20, 1, 2, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}),
              testing::HasSubstr("a latency has more than 64 bits"));
  EXPECT_THAT(error_of_completions({0x81, 0x20, 1, 1, 0, 0, 5, 0}), testing::HasSubstr("truncated")) << "all is well but the end";
}

}  // namespace
}  // namespace icesim
