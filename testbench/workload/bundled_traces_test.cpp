// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"
#include "icesim/workload/import.hpp"
#include "icesim/workload/miss_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

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
  options.keys.mode = keys;
  options.keys.side_file = test::recorded(oracle.run) / "requests_inode.csv.zst";
  return import_trace(test::recorded(oracle.run) / "ftrace.txt.zst", out, options);
}

TEST(RecordedImport, HasTheMissesOfTheManifest) {
  for (const Oracle& oracle : oracles) {
    const auto path = test::recorded(oracle.run);
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
    const TemporaryDirectory directory;
    const ImportResult result = import_recorded(oracle, oracle.keys, directory / "out");
    EXPECT_EQ(result.keys.references, oracle.references);
    EXPECT_EQ(result.keys.keys, oracle.key_count);
    EXPECT_EQ(result.keys.split_evenly, 0u) << "f2fs told where the files meet";
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
    KeyOptions keys;
    keys.mode = oracle.keys;
    KeyedTrace trace(test::bundled(oracle.bundle), {}, keys);
    expect_oracle(miss_curve(trace), oracle);
    EXPECT_EQ(trace.keys().by_rule[static_cast<std::size_t>(KeyRule::inode)], oracle.references);
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
    options.keys.mode = oracle.keys;
    import_trace(test::bundled(oracle.bundle), directory / "out", options);
    const auto trace = open_trace(directory / "out");
    expect_oracle(miss_curve(*trace), oracle);
    EXPECT_THAT(trace->info().provenance, HasSubstr("Recorded for icesim"));
  }
}

}  // namespace
}  // namespace icesim
