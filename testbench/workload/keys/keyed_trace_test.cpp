// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"
#include "testbench/workload/keys/keyed_trace_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class KeyedTraceTest : public test::KeyedTraceFixture {};

TEST_F(KeyedTraceTest, RecoversFilesFromEventsAndCutsWhereTheyMeet) {
  owns(30, 0, 100);
  owns(31, 7, 101);
  owns(31, 8, 102);
  owns(2, 0, 103, "HOT_NODE");
  request("W", 100, 4);
  request("R", 101, 1);
  request("R", 500, 1);
  request("FF", 0, 0);
  const auto requests = tag(KeyMode::per_file);
  ASSERT_EQ(requests.size(), 6u);
  EXPECT_EQ(requests[0].inode, 30u);
  EXPECT_EQ(requests[1].inode, 31u);
  EXPECT_EQ(requests[1].length, logical_block * 2);
  EXPECT_EQ(requests[1].dun, Dun{7});
  EXPECT_EQ(requests[1].flags, IoRequest::continuation | IoRequest::has_dun);
  EXPECT_EQ(requests[2].key, no_key) << "a node";
  EXPECT_EQ(requests[2].offset, logical_block * 103);
  EXPECT_EQ(requests[3].key, requests[1].key);
  EXPECT_EQ(counts_.split, 1u);
  EXPECT_EQ(by(KeyRule::inode_event), 3u);
  EXPECT_EQ(by(KeyRule::metadata), 1u);
  EXPECT_EQ(by(KeyRule::unknown_file), 1u);
  EXPECT_EQ(by(KeyRule::no_data), 1u);
}

TEST_F(KeyedTraceTest, GivesBlocksNobodyToldOfToTheirNeighboursInTheRequest) {
  owns(30, 0, 101);
  owns(31, 0, 103);
  request("R", 100, 5);
  const auto requests = tag(KeyMode::per_file);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].inode, 30u);
  EXPECT_EQ(requests[0].length, logical_block * 3);
  EXPECT_EQ(requests[1].inode, 31u);
  EXPECT_EQ(requests[0].flags & IoRequest::has_dun, 0);
}

TEST_F(KeyedTraceTest, KeepsDirectoriesPlain) {
  owns(30, 0, 100);
  owns(40, 0, 101);
  event("a", 1, "f2fs_unlink_enter", "dev = (8,0), dir ino = 40, i_size = 1, i_blocks = 0, name = x");
  request("W", 100, 2);
  EXPECT_THAT(keys_of(KeyMode::per_file), ElementsAre(1, no_key));
}

TEST_F(KeyedTraceTest, FollowsAPartitionToItsDisk) {
  owns(30, 5, 10, "HOT_DATA", "254,4");
  event("a", 1, "block_bio_remap", "259,7 W 1080 + 8 <- (254,4) 80");
  event("a", 1, "block_bio_remap", "8,0 W 9080 + 8 <- (259,7) 1080");
  request("W", 1135, 1);
  const auto requests = tag(KeyMode::per_file);
  EXPECT_EQ(requests[0].inode, 30u);
  EXPECT_EQ(requests[0].dun, Dun{5});
}

TEST_F(KeyedTraceTest, TakesPoliciesFromPaths) {
  owns(30, 0, 100);
  owns(31, 0, 101);
  owns(32, 0, 102);
  owns(33, 0, 103);
  path(30, "/user/0/app/a.db");
  path(31, "/media/0/DCIM/x.jpg");
  path(32, "/user/10/app/a.db");
  request("W", 100, 4);
  const auto requests = tag(KeyMode::per_policy);
  ASSERT_EQ(requests.size(), 4u);
  EXPECT_EQ(requests[0].key, requests[1].key);
  EXPECT_NE(requests[0].key, requests[2].key);
  EXPECT_EQ(requests[3].key, no_key);
  EXPECT_EQ(requests[2].dun, Dun{std::uint64_t{32} << 32});
  EXPECT_EQ(by(KeyRule::no_policy), 1u);
}

TEST_F(KeyedTraceTest, ReadsAMapOfExtentsThatEventsOverrule) {
  side_file("inode,lblk,pblk,len,policy_dir\n30,0,100,4,user_0\n31,8,104,4,user_10\n");
  owns(50, 0, 105);
  request("R", 102, 4);
  const auto requests = tag(KeyMode::per_file);
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].dun, Dun{2});
  EXPECT_EQ(requests[1].inode, 31u);
  EXPECT_EQ(requests[1].dun, Dun{8});
  EXPECT_EQ(requests[2].inode, 50u);
  EXPECT_EQ(by(KeyRule::extent_map), 2u);
  EXPECT_EQ(by(KeyRule::inode_event), 1u);
}

TEST_F(KeyedTraceTest, NamesTheLineOfAMapThatIsWrong) {
  request("R", 100, 1);
  for (const char* bad : {"30,0,100", "30,0,100,0", "x,0,100,1", "30,0,100,1,user_0", "30,0,100,4294967297",
                          "30,4294967296,100,1", "30,0,4503599627370496,1"}) {
    side_file("inode,lblk,pblk,len\n1,0,5,1\n" + std::string(bad) + "\n");
    EXPECT_THAT(test::user_error([&] { tag(KeyMode::per_file); }), HasSubstr("side:3: malformed line")) << bad;
  }
  side_file("inode,lblk,pblk,len,colour\n");
  EXPECT_THAT(test::user_error([&] { tag(KeyMode::per_file); }), HasSubstr("side:1: "));
}

TEST_F(KeyedTraceTest, SaysAtTheEndThatNothingNamedTheFiles) {
  request("R", 100, 1);
  for (const KeyMode mode : {KeyMode::per_file, KeyMode::per_policy}) {
    EXPECT_THAT(test::user_error([&] { tag(mode); }), HasSubstr("no event of the trace tells them"));
  }
  EXPECT_THAT(keys_of(KeyMode::single), ElementsAre(1));
}

TEST_F(KeyedTraceTest, GivesAllDataOneKeyOrNone) {
  request("W", 100, 1, "a", 1);
  request("R", 900, 1, "b", 2);
  request("D", 100, 1);
  request("FF", 0, 0);
  EXPECT_THAT(keys_of(KeyMode::single), ElementsAre(1, 1, no_key, no_key));
  EXPECT_EQ(by(KeyRule::single), 2u);
  EXPECT_EQ(by(KeyRule::no_data), 2u);
  EXPECT_THAT(keys_of(KeyMode::none), ElementsAre(no_key, no_key, no_key, no_key));
  EXPECT_THAT(keys_of(KeyMode::recorded), ElementsAre(no_key, no_key, no_key, no_key));
  EXPECT_EQ(by(KeyRule::not_recorded), 2u);
}

TEST_F(KeyedTraceTest, ReadsWithTheKeyOfTheProcessThatWrote) {
  request("W", 100, 2, "a", 1);
  request("W", 102, 2, "b", 2);
  request("R", 101, 4, "c", 3);
  request("W", 100, 4, "c", 3);
  request("R", 100, 4, "a", 1);
  const auto requests = tag(KeyMode::per_process);
  ASSERT_EQ(requests.size(), 7u);
  EXPECT_EQ(requests[2].key, requests[0].key);
  EXPECT_EQ(requests[3].key, requests[1].key);
  EXPECT_EQ(requests[3].length, logical_block * 2);
  EXPECT_EQ(requests[4].key, 3u) << "nobody had the last block";
  EXPECT_EQ(requests[6].key, requests[5].key) << "the new owner of all four";
  EXPECT_EQ(counts_.keys, 3u);
  EXPECT_EQ(counts_.split, 1u);
}

TEST_F(KeyedTraceTest, ForgetsAKeyWithADiscard) {
  request("W", 100, 2, "a", 1);
  request("D", 100, 1, "a", 1);
  request("R", 100, 2, "b", 2);
  EXPECT_THAT(keys_of(KeyMode::per_process), ElementsAre(1, no_key, 2, 1));
}

TEST_F(KeyedTraceTest, MakesUpAFileForEveryRunOfAdjacentRequests) {
  request("W", 100, 2);
  request("W", 300, 2);
  request("W", 102, 2);
  request("W", 104, 1, "b", 2);
  milliseconds_ += 1001;
  request("W", 302, 1);
  request("W", 100, 1);
  const auto keys = keys_of(KeyMode::per_file_synthetic);
  EXPECT_THAT(keys, ElementsAre(1, 2, 1, 3, 4, 1))
      << "another process, a pause of more than a second, an overwrite in place";
  EXPECT_EQ(by(KeyRule::synthetic_file), 6u);
}

TEST_F(KeyedTraceTest, ContinuesARunExactlyASecondLater) {
  request("W", 100, 2);
  milliseconds_ += 999;
  request("W", 102, 2);
  EXPECT_THAT(keys_of(KeyMode::per_file_synthetic), ElementsAre(1, 1));
}

TEST_F(KeyedTraceTest, CanBeImportedAndKeepsItsKeys) {
  request("W", 100, 2, "a", 1);
  request("W", 102, 2, "b", 2);
  request("R", 100, 4, "c", 3);
  ImportOptions options;
  options.keys.mode = KeyMode::per_process;
  test::write_file(directory_ / "in", trace_);
  import_trace(directory_ / "in", directory_ / "one", options);
  const ImportResult again = import_trace(directory_ / "one", directory_ / "two");
  EXPECT_TRUE(test::same(test::read_trace(directory_ / "one"), test::read_trace(directory_ / "two")));
  EXPECT_EQ(again.keys.by_rule[static_cast<std::size_t>(KeyRule::recorded)], 4u);
  EXPECT_EQ(again.keys.keys, 2u);
}

TEST_F(KeyedTraceTest, CutsARequestThatBeginsInsideABlock) {
  trace_.append("a-1 [000] ..... 1.000000: block_rq_issue: 8,0 W 8192 () 804 + 16 [a]\n");
  trace_.append("b-2 [000] ..... 1.100000: block_rq_issue: 8,0 W 4096 () 808 + 8 [b]\n");
  trace_.append("a-1 [000] ..... 1.200000: block_rq_issue: 8,0 R 8192 () 804 + 16 [a]\n");
  const auto requests = tag(KeyMode::per_process);
  ASSERT_EQ(requests.size(), 5u);
  EXPECT_EQ(requests[2].length, sector_size * 4);
  EXPECT_EQ(requests[3].offset, sector_size * 808);
  EXPECT_EQ(requests[3].length, sector_size * 8);
  EXPECT_EQ(requests[3].key, requests[1].key);
  EXPECT_EQ(requests[4].length, sector_size * 4);
  EXPECT_EQ(requests[4].key, requests[0].key);
}

TEST(RecordedEvents, TellTheFilesThatTheSideFileTells) {
  for (const char* run : {"k61_ufs_sdb_f2fs_perfile", "k612_ufs_mcq_f2fs_ivino64"}) {
    const auto path = test::recorded(run);
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
    KeyOptions keys;
    keys.mode = KeyMode::per_file;
    KeyedTrace by_event(path / "ftrace.txt.zst", {}, keys);
    keys.side_file = path / "requests_inode.csv.zst";
    KeyedTrace by_csv(path / "ftrace.txt.zst", {}, keys);
    // Every block that any piece writes has the same owner by either way. (A B A is cut twice by one, once by the
    // other.)
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> firsts;
    std::uint64_t written = 0;
    for (const IoRequest& r : test::drain(by_csv)) firsts[{r.time.n, r.offset.n}] = r.inode;
    for (const IoRequest& r : test::drain(by_event)) {
      const auto same = firsts.find({r.time.n, r.offset.n});
      if (r.operation != Operation::write || same == firsts.end()) continue;
      // The side file counts directories as files, the events know some.
      if (r.inode != 0) {
        ASSERT_EQ(r.inode, same->second);
      }
      ++written;
    }
    EXPECT_GT(written, 7'000u);
    EXPECT_GT(by_event.keys().by_rule[static_cast<std::size_t>(KeyRule::inode_event)], 5'800u);
  }
}

}  // namespace
}  // namespace icesim
