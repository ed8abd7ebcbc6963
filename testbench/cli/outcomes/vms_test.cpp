// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "icesim/crypto/sha256.hpp"
#include "testbench/cli/program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using Words = std::vector<std::string>;

const std::string per_file = ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace";
const std::string per_policy = ICESIM_SOURCE_DIR "/traces/k612-f2fs-key-per-policy.icetrace";
const std::string beside = "android=trace:" + per_policy + "@32GiB";

Words with(const std::string& command, Words more) {
  more.insert(more.begin(), {command, per_file, "--set", "replay.limit=2000"});
  return more;
}

TEST(Vms, TwoTracesAreReplayedSideBySide) {
  const Outcome outcome = icesim(with("run", {"--vm", beside, "--set", "keyslots.partition=host:12,android:20", "--set", "payload=verify", "-o", "-"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const auto results = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(results["trace"]["name"], "k61-f2fs-key-per-file.icetrace + k612-f2fs-key-per-policy.icetrace");
  EXPECT_EQ(results["config"]["keyslots"]["partition"], "host:12,android:20");
  ASSERT_EQ(results["trace"]["files"].size(), 2U);
  EXPECT_EQ(results["trace"]["files"][1]["name"], "k612-f2fs-key-per-policy.icetrace");
  EXPECT_EQ(results["trace"]["files"][1]["sha256"], sha256_hex(read_text_file(per_policy)));
  EXPECT_FALSE(results["trace"].contains("sha256"));
  const auto value = [&](const std::string& path) { return results["statistics"][path]["value"].get<std::uint64_t>(); };
  EXPECT_EQ(value("driver.requests_completed"), 2000u);
  EXPECT_EQ(value("payload.mismatches"), 0u);
  EXPECT_GT(value("keyslots.vm.host.requests"), 0u);
  EXPECT_GT(value("keyslots.vm.android.requests"), 0u);
  for (const std::string what : {"hits", "programs", "waits"})
    EXPECT_EQ(value("keyslots.vm.host." + what) + value("keyslots.vm.android." + what), value("keyslots." + what));
  EXPECT_EQ(value("keyslots.vm.android.first"), 12u);
  EXPECT_EQ(value("keyslots.vm.android.hypervisor"), 5'000'000 * value("keyslots.vm.android.programs"));
}

TEST(Vms, TheFirstScreenHasATableOfThem) {
  const Outcome outcome = icesim(with("run", {"--vm", beside}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, ContainsRegex("machine +keyslots +requests +hits +programs +waits"));
  EXPECT_THAT(outcome.out, ContainsRegex("\n  host +0..31 "));
  EXPECT_THAT(outcome.out, ContainsRegex("\n  android +0..31 "));
  EXPECT_THAT(icesim(with("run", {})).out, testing::Not(HasSubstr("machine")));
  const Outcome idle = icesim(with("run", {"--vm", "android=process:nobody"}));
  EXPECT_THAT(idle.out, HasSubstr("no request came from android; see --vm"));
}

TEST(Vms, OneCommandComparesPartitions) {
  const Outcome outcome =
      icesim(with("slots", {"--vm", beside, "--set", "keyslots.num_keyslots=48", "--partition", "16/32,24/24,shared", "-j", "2"}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, ContainsRegex("partition +machine +keyslots +requests +misses +waits +mean us +p99 us +keys us\n"));
  EXPECT_THAT(outcome.out, ContainsRegex("16/32 +host +16 .*\n +android +32 .*\n +all +48 .*\n24/24 +host +24 .*\n +android +24 .*\n +all +48 .*\nshared +host +48 "));
  EXPECT_THAT(outcome.out, ContainsRegex("best: [a-z0-9/]+\n.* has the smallest mean latency of all requests, "));
  const Outcome json = icesim(with("slots", {"--vm", beside, "--set", "keyslots.num_keyslots=48", "--partition", "16/32,shared", "--by",
                                             "worst-p99", "-o", "-"}));
  ASSERT_EQ(json.exit_code, 0) << json.err;
  const auto table = nlohmann::json::parse(json.out);
  EXPECT_EQ(table["measure"], "worst-p99");
  ASSERT_EQ(table["partitions"].size(), 2u);
  const auto& first = table["partitions"][0];
  for (const std::string what : {"requests", "hits", "programs", "waits"})
    EXPECT_EQ(first["machines"]["host"][what].get<int>() + first["machines"]["android"][what].get<int>(), first["all"][what].get<int>());
  EXPECT_EQ(icesim(with("slots", {"--vm", beside, "-o", "-"})).exit_code, 0) << "and without it numbers of keyslots for all together";
}

TEST(Vms, WhatCannotBeIsRefused) {
  expect_refused(with("run", {"--vm", "Android=process:x"}),
                 "--vm Android=process:x: 'Android' cannot be the name of a virtual machine: up to 15 of a-z, 0-9, _ and -, a letter "
                 "first, and not 'shared'");
  expect_refused(with("run", {"--vm", "linux=process:x", "--set", "keyslots.partition=host:16,android:16"}),
                 "--vm linux=process:x: linux has no keyslots; those that have are host, android");
  expect_refused(with("run", {"--set", "keyslots.partition=host:16,android:16"}),
                 "no --vm rule gives android requests, and keyslots.partition has keyslots for it");
  expect_refused(with("run", {"--vm", "android=process:x", "--set", "keyslots.partition=host:16,android:32"}),
                 "keyslots.partition: host:16,android:32 are 48 keyslots, more than keyslots.num_keyslots=32");
  expect_refused(with("run", {"--set", "keyslots.partition=host"}),
                 "--set keyslots.partition=host: 'host' is not NAME:KEYSLOTS; allowed: shared, or NAME:KEYSLOTS,NAME:KEYSLOTS...");
  expect_refused(with("run", {"--set", "keyslots.hypervisor=9us"}),
                 "--set keyslots.hypervisor has no effect: only virtual machines ask a hypervisor, and no --vm names one");
  expect_refused(with("run", {"--vm", "a=process:x", "--set", "keyslots.partition=a:1", "--set", "crypto.path=prdt"}),
                 "--set keyslots.partition has no effect: with this crypto.path there are no keyslots");
  expect_refused(with("run", {"--vm", "android=device:8,16"}),
                 "--vm android=device:8,16: " ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace: a native trace is of one device; "
                 "--device chooses it when the trace is imported");
  expect_refused(with("run", {"--vm", "android=trace:/nowhere.icetrace"}), "/nowhere.icetrace: cannot be opened: No such file or directory");
}

TEST(Vms, PartitionsThatCannotBeAreRefusedBeforeAnythingRuns) {
  expect_refused(with("slots", {"--partition", "16/16"}), "--partition: no request comes from a virtual machine; --vm says which do");
  expect_refused(with("slots", {"--vm", beside, "--partition", "16/32"}),
                 "--partition 16/32: keyslots.partition: host:16,android:32 are 48 keyslots, more than keyslots.num_keyslots=32");
  expect_refused(with("slots", {"--vm", beside, "--partition", "8/8,16"}),
                 "--partition 16: '16' is not shared or 2 numbers with a / between, one for each of host, android");
  expect_refused(with("slots", {"--vm", beside, "--partition", "0/8"}), "--partition 0/8: '0' keyslots of host are not a number of 1..256");
  expect_refused(with("slots", {"--vm", beside, "--partition", "8/8", "--by", "best"}), "--by: 'best' is not one of mean, p99, worst-mean, worst-p99");
  expect_refused(with("slots", {"--by", "p99"}), "--by has no effect: only --partition compares partitions");
  expect_refused(with("slots", {"--vm", beside, "--partition", "8/8", "--set", "keyslots.partition=shared"}),
                 "--set keyslots.partition has no effect: --partition tries its own partitions");
  expect_refused(with("slots", {"--vm", beside, "--set", "keyslots.partition=host:1,android:1"}),
                 "slots: keyslots.partition=host:1,android:1 is for one number of keyslots; --partition compares partitions of it");
}

TEST(Vms, ATraceThatIsReplayedBesideIsNotWritten) {
  const Directory directory;
  const std::string copy = directory.file("other.icetrace", "x");
  const Outcome outcome = icesim(with("run", {"--vm", "android=trace:" + copy, "-o", copy}));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--vm"));
}

}  // namespace
}  // namespace icesim::cli
