// SPDX-License-Identifier: Apache-2.0
// An imported trace tells of its recording what the recording told: latencies, queue depth, and what fitted nothing.
#include "icesim/workload/import.hpp"
#include "src/workload/native/native_format.hpp"
#include "testbench/workload/files.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;

/// What a reader says of a trace.
struct ToldDepths {
  std::vector<std::uint64_t> depths;  ///< behind each arrival
  std::vector<std::uint64_t> latencies;
  std::vector<std::uint64_t> totals;

  friend bool operator==(const ToldDepths& a, const ToldDepths& b) {
    return a.depths == b.depths && a.latencies == b.latencies && a.totals == b.totals;
  }
};

ToldDepths depths_told_by(const std::filesystem::path& path) {
  ToldDepths told;
  TraceOptions options;
  options.completed = [&](const TraceCompletion& c) {
    if (c.kind != TraceCompletion::Kind::left) told.latencies.push_back(c.latency.n);
  };
  const auto reader = open_trace(path, options);
  for (IoRequest request; reader->next(request);) told.depths.push_back(reader->info().outstanding);
  for (std::uint64_t TraceInfo::*const total : native::totals) told.totals.push_back(reader->info().*total);
  return told;
}

std::string line_of(std::uint64_t microseconds, const std::string& event) {
  char time[40];
  std::snprintf(time, sizeof time,
                "a-1 [000] ..... %llu.%06llu: ", static_cast<unsigned long long>(microseconds / 1'000'000),
                static_cast<unsigned long long>(microseconds % 1'000'000));
  return time + event + "\n";
}

RC_GTEST_PROP(NativeRecording, IsThatOfTheInput, ()) {
  std::string text = line_of(0, "block_rq_issue: 8,0 R 4096 () 8000 + 8 [a]");
  std::uint64_t now = 0;
  const auto events = *rc::gen::inRange(1, 120);
  for (int i = 0; i < events; ++i) {
    now += *rc::gen::inRange<std::uint64_t>(1, 9'000);
    const std::string word = *rc::gen::element<std::string>("R", "WS", "FF");
    const std::string sectors = std::to_string(*rc::gen::inRange(1, 3) * 8);
    const std::string extent = word == "FF" ? "0 + 0" : std::to_string(*rc::gen::inRange(0, 3) * 8) + " + " + sectors;
    const int kind = *rc::gen::inRange(0, 8);
    // Now and then earlier than what stands before.
    const std::uint64_t at = *rc::gen::inRange(0, 6) == 0 && now > 5'000 ? now - 5'000 : now;
    if (kind < 4) text += line_of(at, "block_rq_issue: 8,0 " + word + " 4096 () " + extent + " [a]");
    if (kind >= 4 && kind < 7) text += line_of(at, "block_rq_complete: 8,0 " + word + " () " + extent + " [0]");
    if (kind == 7) text += line_of(at, "block_rq_requeue: 8,0 " + word + " () " + extent + " [0]");
  }
  const TemporaryDirectory directory;
  test::write_file(directory / "in", text);
  import_trace(directory / "in", directory / "out");
  import_trace(directory / "out", directory / "again");
  const ToldDepths expected = depths_told_by(directory / "in");
  RC_ASSERT(depths_told_by(directory / "out") == expected);
  RC_ASSERT(depths_told_by(directory / "again") == expected);
}

TEST(NativeRecording, IsThatOfTheInputWhenRequestsAreCutByFileAndPausesShortened) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    const auto at = static_cast<std::uint64_t>(i) * 2'000'000;
    const std::string sector = std::to_string(i * 16);
    for (int page = 0; page < 2; ++page) {
      char owner[160];
      std::snprintf(
          owner, sizeof owner,
          "f2fs_submit_page_write: dev = (8,0), ino = %d, page_index = 0x0, oldaddr = 0x0, newaddr = 0x%x, rw = "
          "WRITE(), type = HOT_DATA",
          10 + page, i * 2 + page);
      text += line_of(at, owner);
    }
    text += line_of(at + 5, "block_rq_issue: 8,0 WS 8192 () " + sector + " + 16 [a]");
    if (i >= 3 && i % 7 != 0)
      text += line_of(at + 100, "block_rq_complete: 8,0 WS () " + std::to_string((i - 3) * 16) + " + 16 [0]");
  }
  const TemporaryDirectory directory;
  test::write_file(directory / "in", text);
  ImportOptions options;
  options.keys.mode = KeyMode::per_file;
  options.trace.idle_cap = Picoseconds{1'000'000'000};
  EXPECT_EQ(import_trace(directory / "in", directory / "out", options).keys.split, 300u);
  const ToldDepths in = depths_told_by(directory / "in");
  const ToldDepths out = depths_told_by(directory / "out");
  EXPECT_EQ(out.latencies, in.latencies);
  EXPECT_EQ(out.totals, in.totals);
  ASSERT_EQ(out.depths.size(), 2 * in.depths.size());
  for (std::size_t i = 0; i < in.depths.size(); ++i) {
    EXPECT_EQ(out.depths[2 * i], in.depths[i]);
    EXPECT_EQ(out.depths[2 * i + 1], in.depths[i]) << "a piece is no request of its own";
  }
}

TEST(NativeRecording, OfATableIsItsLatenciesAndTheDepthThatFollows) {
  const TemporaryDirectory directory;
  test::write_file(directory / "in",
                   "operation,sector,sectors,time_us,latency_us\n"
                   "R,0,8,0,100\nR,8,8,10,20\nW,16,8,29,5\nR,24,8,30,500\nR,32,8,100,1\nR,40,8,529,1\nR,48,8,530,1\n");
  import_trace(directory / "in", directory / "out");
  const ToldDepths in = depths_told_by(directory / "in");
  EXPECT_EQ(in.depths, (std::vector<std::uint64_t>{1, 2, 3, 3, 2, 2, 1}));
  EXPECT_EQ(in.totals[0], 7u);
  EXPECT_EQ(in.latencies, (std::vector<std::uint64_t>{20'000'000, 5'000'000, 100'000'000, 1'000'000, 500'000'000,
                                                      1'000'000, 1'000'000}));
  EXPECT_EQ(depths_told_by(directory / "out"), in);
}

/// An import of earlier versions: a read of 5 us, and a write that nothing ended.
TEST(NativeRecording, OfVersion2IsReadAsBefore) {
  const ToldDepths old = depths_told_by(ICESIM_SOURCE_DIR "/testbench/workload/inputs/native/version-2.icetrace");
  EXPECT_EQ(old.depths, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(old.latencies, (std::vector<std::uint64_t>{5'000'000}));
  EXPECT_EQ(old.totals[0], 1u) << "completions";
}

}  // namespace
}  // namespace icesim
