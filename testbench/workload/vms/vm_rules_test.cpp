// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/vms/vm_rules.hpp"

#include "icesim/base/error.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Names = std::vector<std::string>;

VmRules rules(const Names& texts, const Names& names = {}) {
  VmRules all(names);
  for (const std::string& text : texts) all.add(text);
  return all;
}

std::string refusal(const std::string& text, const Names& names = {}) {
  try {
    rules({text}, names);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

IoRequest at(Bytes offset, std::uint32_t process = 1, Operation operation = Operation::read) {
  IoRequest request;
  request.offset = offset;
  request.process = process;
  request.operation = operation;
  return request;
}

TEST(VmRules, TellNobodyApartUnlessThereIsOne) {
  EXPECT_FALSE(VmRules{}.any());
  EXPECT_EQ(VmRules{}.names(), Names{"host"});
  EXPECT_TRUE(rules({"android=process:a"}).any());
}

TEST(VmRules, TheFirstThatCoversARequestCounts) {
  const VmRules all = rules({"a=process:12", "b=process:kworker*", "c=range:1GiB..2GiB"});
  EXPECT_EQ(all.names(), (Names{"host", "a", "b", "c"}));
  EXPECT_EQ(all.vm_of(at(0_B), "x", 0), 0u);
  EXPECT_EQ(all.vm_of(at(1_GiB, 12), "kworker/1", 0), 1u);
  EXPECT_EQ(all.vm_of(at(1_GiB, 13), "kworker/1", 0), 2u);
  EXPECT_EQ(all.vm_of(at(1_GiB, 13), "x", 0), 3u);
  EXPECT_EQ(all.vm_of(at(1_GiB, 13), "x", 7), 3u);
  EXPECT_EQ(all.vm_of(at(0_B), "x", 7), 7u);
}

TEST(VmRules, ARangeBeginsAtItsFirstAddressAndEndsBeforeItsLast) {
  const VmRules all = rules({"a=range:4096..8192"});
  EXPECT_EQ(all.vm_of(at(Bytes{4095}), "", 0), 0u);
  EXPECT_EQ(all.vm_of(at(Bytes{4096}), "", 0), 1u);
  EXPECT_EQ(all.vm_of(at(Bytes{8191}), "", 0), 1u);
  EXPECT_EQ(all.vm_of(at(Bytes{8192}), "", 0), 0u);
  EXPECT_EQ(all.vm_of(at(Bytes{4096}, 1, Operation::flush), "", 0), 0u) << "a flush has no address";
}

TEST(VmRules, NamesOfProcessesAreGlobs) {
  const auto fits = [](const std::string& glob, const std::string& name) {
    return rules({"a=process:" + glob}).vm_of(at(0_B), name, 0) == 1;
  };
  EXPECT_TRUE(fits("qemu*", "qemu-system-aar"));
  EXPECT_FALSE(fits("qemu", "qemu-system-aar"));
  EXPECT_TRUE(fits("*-aar", "qemu-system-aar"));
  EXPECT_TRUE(fits("*s*e*", "system_server"));
  EXPECT_TRUE(fits("?emu", "qemu"));
  EXPECT_FALSE(fits("?qemu", "qemu"));
  EXPECT_TRUE(fits("a**b", "ab"));
  EXPECT_FALSE(fits("*x", ""));
  EXPECT_TRUE(fits("vcpu:0", "vcpu:0")) << "only the first colon divides";
}

TEST(VmRules, NameOtherTracesAndWhereTheyLie) {
  const VmRules all = rules({"a=trace:x.trace@4GiB", "b=trace:mail@home.trace", "a=trace:y@1.trace@8KiB"});
  ASSERT_EQ(all.traces().size(), 3u);
  EXPECT_EQ(all.traces()[0].path, "x.trace");
  EXPECT_EQ(all.traces()[0].offset, 4_GiB);
  EXPECT_EQ(all.traces()[1].path, "mail@home.trace");
  EXPECT_EQ(all.traces()[1].vm, 2u);
  EXPECT_EQ(all.traces()[2].path, "y@1.trace");
  EXPECT_EQ(all.traces()[2].vm, 1u);
  EXPECT_EQ(VmRules::file_of("a=trace:x.trace@4GiB"), "x.trace");
  EXPECT_EQ(VmRules::file_of("a=range:0..1"), "");
}

TEST(VmRules, AreRefusedInOneLine) {
  const std::string allowed = "; allowed are NAME=process:GLOB, NAME=range:FROM..TO, NAME=trace:FILE[@OFFSET] and "
                              "NAME=device:MAJOR,MINOR[@OFFSET]";
  EXPECT_EQ(refusal("android"), "expected a name and a rule" + allowed);
  EXPECT_EQ(refusal("android=process:"), "expected a name and a rule" + allowed);
  EXPECT_EQ(refusal("android=disk:8,0"), "'disk' is no kind of rule" + allowed);
  for (const std::string bad : {"8", "8,", ",0", "8,x", "8,0,1", "sda", "-8,0", "8,0@", "8,0@x", "1234567890,0"})
    EXPECT_EQ(refusal("a=device:" + bad), "device:" + bad + ": expected the numbers of a device, such as 8,16");
  EXPECT_EQ(refusal("a=device:8,0@512"), "device:8,0@512: the offset is not a multiple of 4096");
  EXPECT_THROW(rules({"a=device:8,16", "b=device:8,016@4KiB"}), UserError);
  EXPECT_EQ(refusal("a=range:1GiB"), "range:1GiB: expected two addresses, such as 4GiB..20GiB");
  EXPECT_EQ(refusal("a=range:1GiB..1GiB"), "range:1GiB..1GiB: the second address is not behind the first");
  EXPECT_EQ(refusal("a=trace:-"), "trace:-: give a file, not the standard input");
  EXPECT_EQ(refusal("a=trace:x@512"), "trace:x@512: the offset is not a multiple of 4096");
  EXPECT_EQ(refusal("a=process:99999999999"), "process:99999999999: no thread has such a number");
  EXPECT_EQ(refusal("c=process:x", {"a", "b"}), "c has no keyslots; those that have are a, b");
  VmRules many;
  for (int i = 1; i < 8; ++i) many.add("m" + std::to_string(i) + "=process:x");
  EXPECT_THROW(many.add("m8=process:x"), UserError);
}

TEST(VmRules, NameDevicesOfTheSameTrace) {
  const VmRules all = rules({"a=device:8,16", "b=device:259,0@4GiB"});
  ASSERT_EQ(all.traces().size(), 2u);
  EXPECT_EQ(all.traces()[0].device, "8,16");
  EXPECT_TRUE(all.traces()[0].path.empty());
  EXPECT_EQ(all.traces()[1].device, "259,0");
  EXPECT_EQ(all.traces()[1].offset, 4_GiB);
  EXPECT_EQ(all.traces()[1].vm, 2u);
  EXPECT_TRUE(all.any());
  EXPECT_EQ(VmRules::file_of("a=device:8,16"), "");
}

TEST(VmRules, MachinesOfAPartitionHaveRules) {
  const Names names{"host", "android", "modem"};
  EXPECT_THROW(rules({"android=process:x"}, names).check(), UserError);
  EXPECT_NO_THROW(rules({"android=process:x", "modem=process:y"}, names).check());
  EXPECT_NO_THROW(rules({}, {"host"}).check());
}

}  // namespace
}  // namespace icesim
