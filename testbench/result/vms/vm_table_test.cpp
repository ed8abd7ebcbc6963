// SPDX-License-Identifier: Apache-2.0
#include "src/result/vms/vm_table.hpp"

#include "icesim/result/screen.hpp"
#include "testbench/result/sample_results.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using testing::ContainsRegex;

Results with_machines() {
  Results results = sample::results();
  std::uint64_t first = 0;
  for (const char* name : {"host", "android"}) {
    const std::string group = std::string("keyslots.vm.") + name + ".";
    sample::add(results, group + "first", first, Unit::count);
    sample::add(results, group + "keyslots", 16, Unit::count);
    sample::add(results, group + "requests", 1000, Unit::count);
    sample::add(results, group + "hits", 900, Unit::count);
    sample::add(results, group + "programs", 100 + first, Unit::count);
    sample::add(results, group + "waits", 3, Unit::count);
    sample::add(results, group + "key_time", (7_ms).n, Unit::picoseconds);
    sample::add(results, group + "latency.all.mean", (123_us).n, Unit::picoseconds);
    sample::add(results, group + "latency.all.p99", (456_us).n, Unit::picoseconds);
    first += 16;
  }
  return results;
}

TEST(VmTable, HasALineForEachMachine) {
  EXPECT_EQ(vm_names(with_machines().statistics), (std::vector<std::string>{"host", "android"}));
  const std::string text = vm_table(with_machines());
  EXPECT_THAT(text, ContainsRegex("machine +keyslots +requests +hits +programs +waits +mean us +p99 us +keys us\n"));
  EXPECT_THAT(text, ContainsRegex("  host +0..15 +1,000 +900 +100 +3 +123.00 +456.00 +7.00\n"));
  EXPECT_THAT(text, ContainsRegex("  android +16..31 +1,000 +900 +116 +3 +"));
}

TEST(VmTable, IsOnTheScreenOnlyWhereMachinesAreToldApart) {
  EXPECT_EQ(vm_table(sample::results()), "");
  EXPECT_EQ(screen_text(sample::results()).find("machine"), std::string::npos);
  EXPECT_NE(screen_text(with_machines()).find("  android"), std::string::npos);
}

}  // namespace
}  // namespace icesim
