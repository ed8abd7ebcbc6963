// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/origins/origin_joiner.hpp"

#include "icesim/workload/keys/keyed_trace.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace icesim {
namespace {

using testing::ElementsAre;

/// The write completes behind the read, and the flush never.
const char* const text =
    "a-1 [000] ..... 1.000000: android_fs_dataread_start: entry_name /user/0/a.db, offset 0, bytes 4096, cmdline a, pid 1, "
    "i_size 4096, ino 30\n"
    "a-1 [000] ..... 1.000000: f2fs_submit_page_write: dev = (8,0), ino = 30, page_index = 0x0, oldaddr = 0x0, newaddr = "
    "0x64, rw = WRITE(), type = HOT_DATA\n"
    "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 WSM 4096 () 800 + 8 [a]\n"
    "b-2 [000] ..... 1.000100: block_rq_issue: 8,0 R 8192 () 1600 + 16 [b]\n"
    "b-2 [000] ..... 1.000300: block_rq_complete: 8,0 R () 1600 + 16 [0]\n"
    "b-2 [000] ..... 1.000500: block_rq_complete: 8,0 WSM () 800 + 8 [0]\n"
    "a-1 [000] ..... 1.000600: block_rq_issue: 8,0 FF 0 () 0 + 0 [a]\n";

class OriginJoinerTest : public testing::Test, public RequestRecorder {
 protected:
  void request_ended(const RequestRecord& request) override {
    heard_.push_back(request);
    ids_.push_back(request.id);
  }
  /// Reads all, and ends each request of `ends` once it has been read.
  void replay(const std::string& path, KeyOptions keys, const std::vector<std::uint64_t>& ends) {
    TraceOptions options;
    options.completed = [this](const TraceCompletion& completion) { joiner_.completed(completion); };
    keys.tells_files = true;
    KeyedTrace trace(path, options, keys);
    joiner_.follow(trace);
    std::vector<IoRequest> requests;
    IoRequest request;
    auto end = ends.begin();
    while (true) {
      const bool more = joiner_.next(request);
      if (more) requests.push_back(request);
      for (; end != ends.end() && *end <= requests.size(); ++end)
        joiner_.request_ended(record_of(requests[*end - 1], *end));
      if (!more) break;
    }
    joiner_.finish();
  }

  std::string file(std::string_view content) {
    test::write_file(directory_ / "t", content);
    return (directory_ / "t").string();
  }

  test::TemporaryDirectory directory_;
  OriginJoiner joiner_{*this};
  std::vector<RequestRecord> heard_;
  std::vector<std::uint64_t> ids_;
};

TEST_F(OriginJoinerTest, AddsWhatTheTraceTellsInTheOrderOfTheEnds) {
  replay(file(text), {}, {1, 2, 3});
  ASSERT_THAT(ids_, ElementsAre(1, 2, 3));
  EXPECT_EQ(heard_[0].origin.process_name, "a");
  EXPECT_EQ(heard_[0].origin.rwbs, "WSM");
  EXPECT_EQ(heard_[0].origin.line, 3U);
  EXPECT_EQ(heard_[0].origin.recorded, Picoseconds{500'000'000});
  EXPECT_EQ(heard_[0].inode, 30U) << "though keys do not depend on files";
  EXPECT_EQ(heard_[0].origin.path, "/user/0/a.db");
  EXPECT_EQ(heard_[0].origin.policy_name, "user/0");
  EXPECT_EQ(heard_[1].origin.process_name, "b");
  EXPECT_EQ(heard_[1].origin.recorded, Picoseconds{200'000'000});
  EXPECT_EQ(heard_[1].inode, 0U);
  EXPECT_EQ(heard_[2].origin.recorded, std::nullopt) << "it never completed";
  EXPECT_EQ(heard_[2].origin.line, 7U);
}

TEST_F(OriginJoinerTest, TheOrderOfTheEndsIsTheSimulations) {
  replay(file(text), {}, {2, 1, 3});
  EXPECT_THAT(ids_, ElementsAre(2, 1, 3));
  EXPECT_EQ(heard_[1].origin.recorded, Picoseconds{500'000'000});
}

TEST_F(OriginJoinerTest, OfACutRequestTheFirstPieceHasTheRecordedLatency) {
  const std::string path = file(
      "a-1 [000] ..... 1.000000: f2fs_submit_page_write: dev = (8,0), ino = 30, page_index = 0x0, oldaddr = 0x0, newaddr = "
      "0x64, rw = WRITE(), type = HOT_DATA\n"
      "a-1 [000] ..... 1.000000: f2fs_submit_page_write: dev = (8,0), ino = 31, page_index = 0x0, oldaddr = 0x0, newaddr = "
      "0x65, rw = WRITE(), type = HOT_DATA\n"
      "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 WS 8192 () 800 + 16 [a]\n"
      "b-2 [000] ..... 1.000500: block_rq_complete: 8,0 WS () 800 + 16 [0]\n"
      "b-2 [000] ..... 1.000600: block_rq_issue: 8,0 R 4096 () 800 + 8 [b]\n");
  KeyOptions keys;
  keys.mode = KeyMode::per_file;
  replay(path, keys, {1, 2, 3});
  ASSERT_THAT(ids_, ElementsAre(1, 2, 3));
  EXPECT_EQ(heard_[0].inode, 30U);
  EXPECT_EQ(heard_[0].origin.recorded, Picoseconds{500'000'000});
  EXPECT_EQ(heard_[1].inode, 31U);
  EXPECT_TRUE(heard_[1].continuation);
  EXPECT_EQ(heard_[1].origin.recorded, std::nullopt);
  EXPECT_EQ(heard_[1].origin.process_name, "a");
}

TEST_F(OriginJoinerTest, ATableTellsTheLatencyInItsOwnRow) {
  const std::string path = file("time_us,operation,offset,length,comm,latency_us\n0,R,0,4096,one,70\n10,W,8192,4096,two,\n"
                                 "20,R,0,4096,one,5\n");
  replay(path, {}, {1, 2, 3});
  ASSERT_THAT(ids_, ElementsAre(1, 2, 3));
  EXPECT_EQ(heard_[0].origin.recorded, Picoseconds{70'000'000});
  EXPECT_EQ(heard_[1].origin.recorded, std::nullopt);
  EXPECT_EQ(heard_[2].origin.recorded, Picoseconds{5'000'000});
  EXPECT_EQ(heard_[0].origin.line, 2U);
  EXPECT_EQ(heard_[1].origin.rwbs, "W");
}

TEST_F(OriginJoinerTest, GivesUpWaitingWhereNothingIsEverTold) {
  const std::filesystem::path path = directory_ / "n";
  constexpr std::uint64_t records = OriginJoiner::most_held + 100;
  {
    NativeWriter writer(path, "");
    for (std::uint64_t i = 0; i < records; ++i) writer.write(IoRequest());
    writer.finish();
  }
  KeyedTrace trace(path, {}, {});
  joiner_.follow(trace);
  IoRequest request;
  for (std::uint64_t i = 1; i <= records; ++i) {
    ASSERT_TRUE(joiner_.next(request));
    joiner_.request_ended(record_of(request, i));
    ASSERT_EQ(heard_.size(), i <= OriginJoiner::most_held ? 0 : i) << "all come once the first need not wait";
  }
}

TEST(TextPool, KeepsEachTextOnce) {
  TextPool pool;
  std::string name = "chrome";
  const std::string_view kept = pool.keep(name);
  name[0] = 'x';
  EXPECT_EQ(kept, "chrome");
  EXPECT_EQ(pool.keep(std::string("chrome")).data(), kept.data());
  EXPECT_EQ(pool.keep(""), "");
}

}  // namespace
}  // namespace icesim
