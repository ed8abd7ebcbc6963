// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"

#include "files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

constexpr std::string_view prefix = "             a-1       [000] .....     1.000000: ";
constexpr std::string_view csv_header = "timestamp,rw,sector,nsect,comm,inodes,policy_dir\n";

class ImportTest : public testing::Test {
 protected:
  /// f2fs writes page `index` of `inode` to a block.
  void owns(std::uint64_t inode, unsigned index, unsigned block, std::string_view type = "HOT_DATA") {
    char payload[160];
    std::snprintf(
        payload, sizeof payload,
        "dev = (8,0), ino = %u, page_index = 0x%x, oldaddr = 0xffffffff, newaddr = 0x%x, rw = WRITE(S), type = ",
        static_cast<unsigned>(inode), index, block);
    trace_.append(prefix).append("f2fs_submit_page_write: ").append(payload).append(type).append("\n");
  }
  /// A request of whole blocks, with its line in the side file unless `inodes` is empty.
  void request(std::string_view rwbs, unsigned block, unsigned blocks, std::string_view inodes = {},
               std::string_view policies = {}) {
    const std::string extent = std::to_string(block * 8) + " + " + std::to_string(blocks * 8);
    trace_.append(prefix).append("block_rq_issue: 8,0 ").append(rwbs).append(" 4096 () ").append(extent);
    trace_.append(" [a]\n");
    if (inodes.empty()) return;
    csv_.append("1.0,").append(rwbs.substr(0, 1)).append("," + std::to_string(block * 8));
    csv_.append("," + std::to_string(blocks * 8) + ",a,b [c],").append(inodes).append(",").append(policies);
    csv_.append("\n");
  }
  std::vector<IoRequest> import(KeyMode keys) {
    test::write_file(directory_ / "in", trace_);
    test::write_file(directory_ / "csv", csv_);
    ImportOptions options;
    options.keys.mode = keys;
    options.keys.side_file = directory_ / "csv";
    options.provenance = "made up";
    result_ = import_trace(directory_ / "in", directory_ / "out", options);
    return test::read_trace(directory_ / "out");
  }
  std::string error(KeyMode keys = KeyMode::per_file) {
    return test::user_error([&] { import(keys); });
  }

  TemporaryDirectory directory_;
  std::string trace_;
  std::string csv_{csv_header};
  ImportResult result_;
};

TEST_F(ImportTest, TagsDataAndLeavesMetadataAndFlushesPlain) {
  owns(30, 7, 100);
  owns(30, 8, 101);
  request("WS", 100, 2, "30", "user_0");
  request("WSM", 50, 1, "0", "-");
  request("FF", 0, 0);
  const auto requests = import(KeyMode::per_file);
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[0].key, 1u);
  EXPECT_EQ(requests[0].inode, 30u);
  EXPECT_EQ(requests[0].policy, 1u);
  EXPECT_EQ(requests[0].flags, IoRequest::sync | IoRequest::has_dun);
  EXPECT_EQ(requests[0].dun, Dun{7});
  EXPECT_EQ(requests[1].key, no_key);
  EXPECT_EQ(requests[2].key, no_key);
  EXPECT_EQ(result_.keys.references, 1u);
  EXPECT_EQ(result_.keys.with_dun, 1u);
}

TEST_F(ImportTest, CutsWhereTheFilesMeet) {
  owns(30, 0, 100);
  owns(31, 5, 101);
  owns(31, 6, 102);
  owns(32, 0, 103);
  request("W", 100, 4, "30|31|32", "user_0|media_0|user_10");
  const auto pieces = import(KeyMode::per_policy);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].length, logical_block);
  EXPECT_EQ(pieces[1].offset, logical_block * 101);
  EXPECT_EQ(pieces[1].length, logical_block * 2);
  EXPECT_EQ(pieces[1].dun, Dun{(std::uint64_t{31} << 32) | 5});
  EXPECT_EQ(pieces[2].offset, logical_block * 103);
  EXPECT_EQ(pieces[0].flags & IoRequest::continuation, 0);
  EXPECT_NE(pieces[1].flags & IoRequest::continuation, 0);
  EXPECT_EQ(pieces[0].key, pieces[1].key) << "media_0 has the key of user_0";
  EXPECT_EQ(pieces[2].key, 2u);
  EXPECT_EQ(result_.keys.split, 1u);
  EXPECT_EQ(result_.keys.split_evenly, 0u);
  EXPECT_EQ(result_.input.requests.write, 1u);
}

TEST_F(ImportTest, KeepsAFileWholeThatAnotherInterrupts) {
  owns(30, 0, 100);
  owns(31, 0, 101);
  owns(30, 1, 102);
  request("W", 100, 3, "30|31", "user_0|user_0");
  const auto pieces = import(KeyMode::per_file);
  ASSERT_EQ(pieces.size(), 2u) << "each listed file appears once";
  EXPECT_EQ(pieces[1].length, logical_block * 2);
  EXPECT_NE(pieces[0].flags & IoRequest::has_dun, 0);
  EXPECT_EQ(pieces[1].flags & IoRequest::has_dun, 0) << "its data units do not follow each other";
}

TEST_F(ImportTest, CutsEvenlyWhereTheOwnersAreUnknown) {
  request("R", 100, 5, "30|31", "user_0|user_0");
  const auto pieces = import(KeyMode::per_file);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].length, logical_block * 2);
  EXPECT_EQ(pieces[1].length, logical_block * 3);
  EXPECT_EQ(pieces[1].offset, pieces[0].offset + pieces[0].length);
  EXPECT_EQ(result_.keys.split_evenly, 1u);
}

TEST_F(ImportTest, ForgetsTheFileWhenABlockBecomesMetadata) {
  owns(30, 3, 100);
  owns(1, 0, 100, "HOT_NODE");
  request("R", 100, 1, "30", "user_0");
  EXPECT_EQ(import(KeyMode::per_file)[0].flags & IoRequest::has_dun, 0);
}

TEST_F(ImportTest, LeavesRequestsWholeWhenNothingIsEncrypted) {
  request("W", 100, 4, "30|31", "user_0|user_0");
  const auto requests = import(KeyMode::none);
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].key, no_key);
  EXPECT_EQ(requests[0].inode, 30u);
}

TEST_F(ImportTest, NamesTheLineOfTheSideFileThatDoesNotFit) {
  request("W", 100, 1, "30", "user_0");
  request("W", 101, 1, "30", "user_0");
  const std::string good = csv_;
  const std::string at = (directory_ / "csv").string();
  csv_ = good + "1.0,W,8,8,a,30,user_0\n";
  EXPECT_THAT(error(), HasSubstr(at + ":4: the trace has no request"));
  csv_ = good.substr(0, good.rfind("1.0"));
  EXPECT_THAT(error(), HasSubstr(at + ":2: no line is left"));
  csv_ = good.substr(0, good.rfind("1.0")) + "1.0,R,808,8,a,30,user_0\n";
  EXPECT_THAT(error(), HasSubstr(at + ":3: the line is about another request"));
  for (const char* bad : {"nonsense", "1.0,W,x,8,a,30,user_0", "1.0,W,808,8,a,3x,user_0", "1.0,W,808,8,a,30|31,user_0",
                          "1.0,W,808,8,a,30,user_0|user_1", "1.0,W,808,8,a,,", "1.0,W,808,8,a,30|30,user_0|user_0",
                          "1.0,W,808,8,a,30|31,user_0|user_0"}) {
    csv_ = good.substr(0, good.rfind("1.0")) + bad + "\n";
    EXPECT_THAT(error(), HasSubstr(at + ":3: ")) << bad;
  }
  csv_ = "sector,inode\n1,2\n";
  EXPECT_THAT(error(), HasSubstr(at + ":1: "));
}

TEST_F(ImportTest, LeavesNothingBehindAfterAnError) {
  request("W", 100, 1, "30", "user_0");
  csv_ += "1.0,W,8,8,a,30,user_0\n";
  error();
  EXPECT_FALSE(std::filesystem::exists(directory_ / "out"));
}

TEST_F(ImportTest, AsksForWhatTheKeysNeed) {
  test::write_file(directory_ / "in", std::string(prefix) + "block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\n");
  ImportOptions options;
  options.keys.mode = KeyMode::per_file;
  EXPECT_THAT(test::user_error([&] { import_trace(directory_ / "in", directory_ / "out", options); }),
              HasSubstr("inode CSV"));
  test::write_file(directory_ / "csv", "timestamp,rw,sector,nsect,comm,inodes\n1.0,R,8,8,a,9\n");
  options.keys.side_file = directory_ / "csv";
  EXPECT_EQ(import_trace(directory_ / "in", directory_ / "out", options).keys.keys, 1u);
  options.keys.mode = KeyMode::per_policy;
  EXPECT_THAT(test::user_error([&] { import_trace(directory_ / "in", directory_ / "out", options); }),
              HasSubstr("policy_dir"));
}

}  // namespace
}  // namespace icesim
