// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"

#include "files.hpp"
#include "icesim/workload/miss_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

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
    options.keys = keys;
    options.inode_csv = directory_ / "csv";
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
  EXPECT_EQ(result_.references, 1u);
  EXPECT_EQ(result_.with_dun, 1u);
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
  EXPECT_EQ(result_.split, 1u);
  EXPECT_EQ(result_.split_evenly, 0u);
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
  EXPECT_EQ(result_.split_evenly, 1u);
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
  options.keys = KeyMode::per_file;
  EXPECT_THAT(test::user_error([&] { import_trace(directory_ / "in", directory_ / "out", options); }),
              HasSubstr("inode CSV"));
  test::write_file(directory_ / "csv", "timestamp,rw,sector,nsect,comm,inodes\n1.0,R,8,8,a,9\n");
  options.inode_csv = directory_ / "csv";
  EXPECT_EQ(import_trace(directory_ / "in", directory_ / "out", options).keys, 1u);
  options.keys = KeyMode::per_policy;
  EXPECT_THAT(test::user_error([&] { import_trace(directory_ / "in", directory_ / "out", options); }),
              HasSubstr("policy_dir"));
}

/// What the manifest of the recordings says of LRU keyslots 1, 2, 4 ... 256.
struct Oracle {
  const char* run;
  const char* bundle;
  KeyMode bundled_as;
  KeyMode keys;
  std::uint64_t references;
  std::uint64_t key_count;
  std::vector<std::uint64_t> misses;
};

const Oracle oracles[] = {
    {"k61_ufs_sdb_f2fs_perfile",
     "k61-f2fs-key-per-file.icetrace",
     KeyMode::per_file,
     KeyMode::per_file,
     6059,
     449,
     {2463, 2303, 2089, 1633, 1060, 781, 726, 638, 515}},
    {"k61_ufs_sdb_f2fs_perfile",
     "k61-f2fs-key-per-file.icetrace",
     KeyMode::per_file,
     KeyMode::per_policy,
     6059,
     5,
     {1991, 1415, 467, 5, 5, 5, 5, 5, 5}},
    {"k612_ufs_mcq_f2fs_ivino64",
     "k612-f2fs-key-per-policy.icetrace",
     KeyMode::per_policy,
     KeyMode::per_file,
     8610,
     589,
     {3323, 2996, 2632, 1999, 1220, 892, 858, 787, 660}},
    {"k612_ufs_mcq_f2fs_ivino64",
     "k612-f2fs-key-per-policy.icetrace",
     KeyMode::per_policy,
     KeyMode::per_policy,
     8610,
     5,
     {2522, 1616, 464, 5, 5, 5, 5, 5, 5}},
};

void expect_oracle(const MissCurve& curve, const Oracle& oracle) {
  EXPECT_EQ(curve.references(), oracle.references);
  EXPECT_EQ(curve.keys(), oracle.key_count);
  std::uint64_t keyslots = 1;
  for (const std::uint64_t misses : oracle.misses) {
    EXPECT_EQ(curve.misses(keyslots), misses) << oracle.run << " with " << keyslots << " keyslots";
    keyslots *= 2;
  }
}

ImportResult import_recorded(const Oracle& oracle, KeyMode keys, const std::filesystem::path& out) {
  ImportOptions options;
  options.keys = keys;
  options.inode_csv = test::recorded(oracle.run) / "requests_inode.csv.zst";
  return import_trace(test::recorded(oracle.run) / "ftrace.txt.zst", out, options);
}

TEST(RecordedImport, HasTheMissesOfTheManifest) {
  for (const Oracle& oracle : oracles) {
    const auto path = test::recorded(oracle.run);
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
    const TemporaryDirectory directory;
    const ImportResult result = import_recorded(oracle, oracle.keys, directory / "out");
    EXPECT_EQ(result.references, oracle.references);
    EXPECT_EQ(result.keys, oracle.key_count);
    EXPECT_EQ(result.split_evenly, 0u) << "f2fs told where the files meet";
    expect_oracle(miss_curve(*open_trace(directory / "out")), oracle);
  }
}

TEST(BundledTraces, EqualAFreshImportOfTheirRecording) {
  for (const Oracle& oracle : oracles) {
    if (oracle.keys != oracle.bundled_as) continue;
    const auto path = test::recorded(oracle.run);
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
    const TemporaryDirectory directory;
    import_recorded(oracle, oracle.keys, directory / "out");
    EXPECT_TRUE(test::same(test::read_trace(directory / "out"), test::read_trace(test::bundled(oracle.bundle))));
  }
}

TEST(BundledTraces, HaveTheMissesOfTheManifestInBothKeyModes) {
  for (const Oracle& oracle : oracles) {
    const auto trace = open_trace(test::bundled(oracle.bundle));
    KeyedRequests requests(*trace, oracle.keys);
    expect_oracle(miss_curve(requests), oracle);
    if (oracle.keys == oracle.bundled_as) expect_oracle(miss_curve(*open_trace(test::bundled(oracle.bundle))), oracle);
  }
}

TEST(BundledTraces, HaveTheRequestsOfTheManifest) {
  using Counts = std::map<std::string, std::uint64_t>;
  const std::pair<const char*, Counts> expected[] = {
      {oracles[0].bundle, {{"R", 31}, {"RA", 222}, {"W", 338}, {"WS", 6729}, {"WSM", 691}, {"FF", 1754}}},
      {oracles[2].bundle, {{"R", 31}, {"RA", 229}, {"W", 273}, {"WS", 9790}, {"WSM", 951}, {"FF", 706}}},
  };
  for (const auto& [name, counts] : expected) {
    const auto trace = open_trace(test::bundled(name));
    const auto requests = test::drain(*trace);
    EXPECT_EQ(trace->info().rwbs, counts) << name;
    EXPECT_THAT(trace->info().provenance, HasSubstr("Apache-2.0"));
    for (const IoRequest& r : requests) {
      const bool is_data = r.operation == Operation::read || r.operation == Operation::write;
      ASSERT_TRUE(r.key == no_key || (is_data && r.inode != 0 && r.policy != 0));
    }
  }
}

TEST(BundledTraces, CanBeGivenOtherKeysByImport) {
  const TemporaryDirectory directory;
  for (const Oracle& oracle : oracles) {
    ImportOptions options;
    options.keys = oracle.keys;
    import_trace(test::bundled(oracle.bundle), directory / "out", options);
    const auto trace = open_trace(directory / "out");
    expect_oracle(miss_curve(*trace), oracle);
    EXPECT_THAT(trace->info().provenance, HasSubstr("Recorded for icesim"));
  }
}

}  // namespace
}  // namespace icesim
