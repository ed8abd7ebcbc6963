// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/ufshcd_rig.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::ControllerMock;
using test::UfshcdRig;
using test::read_of;

/// Accesses as text, "W IS" or "R UTRLDBR".
std::vector<std::string> spelled(const std::vector<test::HostPortMock::Access>& accesses) {
  std::vector<std::string> all;
  for (const auto& access : accesses) {
    const Register* reg = find_register(access.offset);
    all.push_back((access.is_write ? "W " : "R ") + (reg == nullptr ? "?" : std::string(reg->name)));
  }
  return all;
}

const std::vector<std::string> one_interrupt{"R IS", "R IE", "W IS", "R UTRLDBR", "R IS"};

TEST(Ufshcd, HandlesAnInterruptInTheOrderOfLinux) {
  UfshcdRig rig;
  rig.submit(read_of(0));
  rig.host.run();
  std::vector<std::string> wanted{"W UTRLDBR"};
  wanted.insert(wanted.end(), one_interrupt.begin(), one_interrupt.end());
  EXPECT_EQ(spelled(rig.host.accesses), wanted);
  EXPECT_EQ(rig.host.accesses[3].value, std::uint32_t{IS::UTRCS}) << "what was read is cleared";
  EXPECT_EQ(rig.host.accesses.back().value, 0u);
  EXPECT_EQ(rig.hcd.statistics().interrupts, 1u);
  EXPECT_EQ(rig.hcd.statistics().commands, 1u);
  EXPECT_EQ(rig.hcd.statistics().register_reads, 4u);
  EXPECT_EQ(rig.hcd.statistics().register_writes, 2u);
  EXPECT_EQ(rig.ended.size(), 1u);
}

TEST(Ufshcd, ReadsTheStatusUntilItIsZero) {
  UfshcdRig rig;
  // The second command ends while the first one's completion work runs.
  const Picoseconds gap = rig.costs.interrupt_entry + rig.costs.mmio_read * 3 + Picoseconds{rig.costs.complete.n / 2};
  rig.controller.service = [&](const ControllerMock::Listed& command) {
    return 50_us - command.rung + (command.tag.n == 0 ? 0_ps : gap);
  };
  rig.submit(read_of(0));
  rig.submit(read_of(100));
  rig.host.run();
  std::vector<std::string> wanted{"W UTRLDBR", "W UTRLDBR"};
  wanted.insert(wanted.end(), one_interrupt.begin(), one_interrupt.end());
  wanted.insert(wanted.end(), one_interrupt.begin() + 1, one_interrupt.end());
  EXPECT_EQ(spelled(rig.host.accesses), wanted);
  EXPECT_EQ(rig.hcd.statistics().interrupts, 1u);
  EXPECT_EQ(rig.ended.size(), 2u);
}

TEST(Ufshcd, CompletesAllThatEndedUnderOneReadOfTheDoorbell) {
  UfshcdRig rig;
  rig.controller.service = [](const ControllerMock::Listed& command) { return 80_us - command.rung; };
  for (std::uint64_t i = 0; i < 5; ++i) rig.submit(read_of(100 * i));
  rig.host.run();
  ASSERT_EQ(rig.ended.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(rig.ended[i].lba, Lba{100 * i}) << "in the order of their tags";
  EXPECT_EQ(rig.hcd.statistics().interrupts, 1u);
  const auto names = spelled(rig.host.accesses);
  EXPECT_EQ(std::count(names.begin(), names.end(), "R UTRLDBR"), 1);
  // One completion after the other on one core.
  for (std::size_t i = 1; i < 5; ++i)
    EXPECT_EQ(rig.timelines[i].last() - rig.timelines[i - 1].last(), rig.costs.complete);
}

TEST(Ufshcd, ClearsEventsThatAreNotEnabledWithoutActingOnThem) {
  UfshcdRig rig;
  rig.submit(read_of(0));
  rig.host.at(30_us, [&] { rig.controller.raise(IS::UCCS); });
  rig.host.run();
  EXPECT_EQ(rig.host.accesses[3].value, std::uint32_t{IS::UTRCS | IS::UCCS});
  EXPECT_EQ(rig.ended.size(), 1u);
}

TEST(Ufshcd, DoesNotTakeACommandForCompletedThatIsRungWhileTheDoorbellIsRead) {
  // A slow write, so that the command is on the driver's list well before its bit can be read.
  HostCosts costs;
  costs.mmio_read = 400_ns;
  costs.mmio_write = 180_ns;
  UfshcdRig alone(costs);
  alone.submit(read_of(0));
  alone.host.run();
  const auto names = spelled(alone.host.accesses);
  const auto at = std::find(names.begin(), names.end(), "R UTRLDBR") - names.begin();
  const Picoseconds sampled = alone.host.accesses[static_cast<std::size_t>(at)].at;

  unsigned crossings = 0;
  for (Picoseconds offset{}; offset <= costs.mmio_read; offset += 10_ns) {
    UfshcdRig rig(costs);
    rig.submit(read_of(0, 1));
    const Picoseconds listed = sampled - Picoseconds{costs.mmio_read.n / 2} + offset;
    rig.submit(read_of(100, 2), listed - costs.submit - costs.dispatch);
    rig.host.run();
    ASSERT_EQ(rig.ended.size(), 2u);
    EXPECT_EQ(rig.hcd.statistics().ocs_errors, 0u) << "a command under way still has its preset OCS";
    EXPECT_GE(rig.timelines[1].last() - listed, 50_us) << "not before the hardware has ended it";
    const Picoseconds rung = rig.controller.commands.at(1).rung;
    crossings += listed < sampled && rung > sampled ? 1 : 0;
  }
  EXPECT_GT(crossings, 10u) << "the window was hit";
}

TEST(Ufshcd, FailsARequestWhoseStatusIsAnError) {
  for (const Ocs ocs : {Ocs::invalid_crypto_configuration, Ocs::general_crypto_error, Ocs::fatal_error, Ocs::invalid}) {
    UfshcdRig rig;
    rig.controller.ocs = [&](const ControllerMock::Listed& command) { return command.tag.n == 0 ? ocs : Ocs::success; };
    rig.submit(read_of(0));
    rig.submit(read_of(100));
    rig.host.run();
    ASSERT_EQ(rig.ended.size(), 2u);
    for (const Bio& bio : rig.ended) EXPECT_EQ(static_cast<bool>(bio.failure), bio.lba == Lba{0});
    EXPECT_EQ(rig.hcd.statistics().ocs_errors, 1u);
    EXPECT_EQ(rig.hcd.statistics().scsi_errors, 0u);
    const BlockLayerStatistics& blocks = rig.blocks.statistics();
    EXPECT_EQ(blocks.failed, 1u);
    EXPECT_EQ(blocks.failures.by_ocs.at(static_cast<std::size_t>(ocs)), 1u);
    EXPECT_EQ(blocks.requests_completed, 1u) << "one that failed is not completed";
    EXPECT_EQ(blocks.bytes_read, logical_block);
  }
}

TEST(Ufshcd, FailsARequestThatEndsWithCheckCondition) {
  UfshcdRig rig;
  rig.controller.response = [](const ControllerMock::Listed& command) {
    return ControllerMock::good(command.tag, scsi::Status::check_condition);
  };
  rig.submit(read_of(0));
  rig.host.run();
  ASSERT_EQ(rig.ended.size(), 1u);
  EXPECT_TRUE(rig.ended[0].failure);
  EXPECT_EQ(rig.blocks.statistics().failures.check_condition, 1u);
  EXPECT_EQ(rig.blocks.statistics().requests_completed, 0u);
  EXPECT_EQ(rig.hcd.statistics().scsi_errors, 1u);
  EXPECT_EQ(rig.hcd.statistics().ocs_errors, 0u);
}

TEST(Ufshcd, AddsUpTheStagesFromInterruptToCompletion) {
  UfshcdRig rig;
  rig.submit(read_of(0));
  rig.host.run();
  const Timeline& life = rig.timelines.at(0);
  // Nothing marks the doorbell here, so the device's stage begins with the dispatch.
  EXPECT_EQ(life.spent(Stage::device), rig.costs.dispatch + rig.costs.mmio_write + 50_us);
  // Entry, then R IS, R IE and R UTRLDBR.
  EXPECT_EQ(life.spent(Stage::interrupt), rig.costs.interrupt_entry + rig.costs.mmio_read * 3);
  EXPECT_EQ(life.spent(Stage::completion), rig.costs.complete);
  EXPECT_EQ(life.total(), life.last());
}

TEST(Ufshcd, GivesWhatTheFlushBeforeAWriteGoesThroughNoStageOfTheWrite) {
  UfshcdRig rig;
  IoRequest io = read_of(0);
  io.operation = Operation::write;
  io.flags = IoRequest::preflush;
  rig.submit(io);
  rig.host.run();
  ASSERT_EQ(rig.controller.commands.size(), 2u);
  EXPECT_EQ(rig.controller.commands[0].tag, rig.controller.commands[1].tag);
  const Timeline& life = rig.timelines.at(0);
  // The handler's last read of IS still has the core.
  EXPECT_EQ(life.spent(Stage::device), rig.costs.mmio_read + rig.costs.dispatch + rig.costs.mmio_write + 50_us);
  EXPECT_EQ(life.spent(Stage::completion), rig.costs.complete) << "of one command";
  EXPECT_GT(life.spent(Stage::flush), 50_us);
}

TEST(Ufshcd, KeepsNoStagesForTheReservedTag) {
  UfshcdRig rig;
  // Not the block layer's: it has 31 requests.
  EXPECT_NO_THROW(rig.hcd.mark(rig.hcd.reserved_tag(), Stage::device, 5_us));
}

/// The request under tag 0 has a stage until 100 us; then the device is said to have reached 95 us with a command of that tag.
Picoseconds mark_late(UfshcdRig& rig) {
  rig.hcd.mark(Tag{0}, Stage::command, 100_us);
  rig.hcd.mark(Tag{0}, Stage::device, 95_us);
  return rig.blocks.request(Tag{0}).timeline->last();
}

TEST(Ufshcd, WhatTheDeviceStillSendsForACommandThatWasGivenUpCountsForNoOther) {
  UfshcdRig rig;
  rig.controller.service = [](const ControllerMock::Listed&) { return Picoseconds{std::uint64_t{1} << 60}; };
  rig.submit(read_of(0));
  rig.host.run(40_us);
  EXPECT_THROW(mark_late(rig), Bug) << "of a command that nobody gave up, it is none";
  rig.hcd.give_back(Tag{0}, Failure{Ocs::invalid});
  ASSERT_EQ(rig.ended.size(), 1u);
  rig.submit(read_of(100), 50_us);
  rig.host.run(90_us);
  EXPECT_EQ(mark_late(rig), 100_us);
}

}  // namespace
}  // namespace icesim
