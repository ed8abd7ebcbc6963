// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/interrupt/queues_mock.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using test::QueuesMock;
using test::read_of;
using test::spelled_with_queues;

TEST(UfshcdQueues, HandleAnInterruptInTheOrderOfLinux) {
  test::UfshcdRig rig;
  QueuesMock queues(rig);
  rig.submit(read_of(0, 0));
  rig.submit(read_of(8, 1));
  rig.host.run();
  EXPECT_EQ(spelled_with_queues(rig.host.accesses),
            (std::vector<std::string>{"W SQTP0", "W SQTP1", "R IS", "R IE", "W IS", "R CQIS0", "W CQIS0", "R CQTP0",
                                      "W CQHP0", "R CQIS1", "W CQIS1", "R CQTP1", "W CQHP1", "R IS"}));
  ASSERT_EQ(queues.taken.size(), 2u);
  EXPECT_EQ(queues.taken[0].queue, 0u);
  EXPECT_EQ(queues.taken[1].queue, 1u) << "that of its core";
  EXPECT_EQ(rig.ended.size(), 2u);
  EXPECT_EQ(rig.hcd.statistics().interrupts, 1u);
  EXPECT_EQ(rig.hcd.statistics().commands, 2u);
}

/// Linux: group_cpus_evenly(), on one node.
TEST(UfshcdQueues, HaveRunsOfCores) {
  const auto queues_of = [](std::uint32_t queues, std::uint32_t cores) {
    test::UfshcdRig rig;
    rig.hcd.use_queues(queues, cores, QueueLayout{});
    std::vector<std::uint32_t> all;
    for (std::uint32_t core = 0; core < cores; ++core) {
      const std::size_t before = rig.host.accesses.size();
      Request request;
      request.operation = Operation::flush;
      request.core = core;
      rig.hcd.queue_command(request);
      rig.host.run(rig.host.now() + rig.costs.mmio_write);
      for (std::uint32_t queue = 0; queue < queues; ++queue) {
        if (rig.host.accesses.at(before).offset == test::queue_offset(queue, QueueReg::SQTP)) all.push_back(queue);
      }
    }
    return all;
  };
  EXPECT_EQ(queues_of(8, 8), (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(queues_of(7, 8), (std::vector<std::uint32_t>{0, 0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(queues_of(5, 8), (std::vector<std::uint32_t>{0, 0, 1, 1, 2, 2, 3, 4}));
  EXPECT_EQ(queues_of(3, 8), (std::vector<std::uint32_t>{0, 0, 0, 1, 1, 1, 2, 2}));
  EXPECT_EQ(queues_of(1, 4), (std::vector<std::uint32_t>{0, 0, 0, 0}));
}

TEST(UfshcdQueues, SkipAQueueWithoutEvents) {
  test::UfshcdRig rig;
  QueuesMock queues(rig);
  rig.submit(read_of(8, 1));
  rig.host.run();
  // The first process runs on core 0, whichever its number.
  EXPECT_EQ(spelled_with_queues(rig.host.accesses), (std::vector<std::string>{"W SQTP0", "R IS", "R IE", "W IS", "R CQIS0",
                                                                  "W CQIS0", "R CQTP0", "W CQHP0", "R CQIS1", "R IS"}));
}

TEST(UfshcdQueues, GoRoundTheirRings) {
  test::UfshcdRig rig;
  QueuesMock queues(rig);
  const std::size_t requests = 3 * rig.hcd.ring_entries() + 5;
  for (std::size_t i = 0; i < requests; ++i)
    rig.submit(read_of(100 * i, static_cast<std::uint32_t>(i % 2)), Picoseconds{i * 7'000'000});
  rig.host.run();
  EXPECT_EQ(rig.ended.size(), requests);
  EXPECT_EQ(queues.taken.size(), requests);
}

/// Linux: blk_mq_complete_request_remote() with several hardware queues.
TEST(UfshcdQueues, EndRequestsInTheHandlerUnlessTheirSubmitterHasAnotherCoreAndWantsThemThere) {
  for (const Completion completion : {Completion::handler, Completion::softirq, Completion::submitter}) {
    SCOPED_TRACE(static_cast<int>(completion));
    test::UfshcdRig rig({completion, InterruptHandling::hard, true});
    QueuesMock queues(rig);
    rig.submit(read_of(0, 0));
    rig.submit(read_of(8, 1));
    rig.host.run();
    ASSERT_EQ(rig.ended.size(), 2u);
    EXPECT_EQ(rig.timelines[0].spent(Stage::completion), rig.costs.complete) << "of the interrupt's core";
    const bool remote = completion == Completion::submitter;
    EXPECT_EQ(rig.timelines[1].spent(Stage::completion), rig.costs.complete + (remote ? rig.costs.ipi : 0_ps));
    EXPECT_EQ(rig.blocks.softirq_statistics().ipis, remote ? 1u : 0u);
    EXPECT_EQ(rig.blocks.softirq_statistics().requests, remote ? 1u : 0u);
  }
}

/// A limit is looked at between two looks at IS alone.
TEST(UfshcdQueues, AreLeftToTheThreadOnlyWithAnISThatIsNotZero) {
  HostCosts costs;
  costs.interrupt_limit = 1_us;
  test::UfshcdRig rig({Completion::handler, InterruptHandling::limited, true}, costs);
  QueuesMock queues(rig);
  rig.submit(read_of(0, 0));
  rig.submit(read_of(8, 1));
  rig.host.run();
  EXPECT_EQ(rig.hcd.threads_woken(), 0u) << "both ended before the look";
  // The handler is at work on the first one when the second ends.
  rig.submit(read_of(16, 0), rig.host.now());
  rig.submit(read_of(24, 1), rig.host.now() + 6_us);
  rig.host.run();
  EXPECT_EQ(rig.ended.size(), 4u);
  EXPECT_EQ(rig.hcd.threads_woken(), 1u);
}

TEST(UfshcdQueues, TakeTheStatusFromTheEntry) {
  test::UfshcdRig rig;
  QueuesMock queues(rig);
  queues.ocs = Ocs::invalid_crypto_configuration;
  rig.submit(read_of(0, 0));
  rig.host.run();
  ASSERT_EQ(rig.ended.size(), 1u);
  EXPECT_TRUE(static_cast<bool>(rig.ended[0].failure));
  EXPECT_EQ(rig.hcd.statistics().ocs_errors, 1u);
}

TEST(UfshcdQueues, ClearTheKeysInLongEntriesAndTakeTheTimeForIt) {
  KeyPathConfig config;
  config.path = KeyPathKind::prdt;
  config.entry_write = 70_ns;
  config.entry_wipe = 11_ns;
  test::UfshcdRig rig({}, 4_KiB, {1, 8, 0x30}, config, {Completion::handler, InterruptHandling::hard, true});
  QueuesMock queues(rig);
  IoRequest io = read_of(0, 0, 7);
  io.length = logical_block * 5;
  rig.submit(io);
  rig.host.run();
  ASSERT_EQ(queues.taken.size(), 1u);
  ASSERT_EQ(rig.ended.size(), 1u);
  const std::uint64_t place = memory_map::command(queues.taken[0].tag, PrdtFormat::fmp);
  EXPECT_EQ(queues.taken[0].utrd.ucd_base, place);
  EXPECT_EQ(rig.timelines[0].spent(Stage::descriptors), (70_ns + 11_ns) * 5);
  EXPECT_EQ(rig.timelines[0].spent(Stage::completion), rig.costs.complete);
  std::array<std::byte, 5 * 128> entries{}, zeros{};
  rig.host.read_memory(place + ucd::prdt_offset, entries.data(), entries.size());
  EXPECT_EQ(entries, zeros);
  io.key = no_key;
  rig.submit(io, rig.host.now());
  rig.host.run();
  EXPECT_EQ(rig.timelines[0].total() - rig.timelines[1].total(), (70_ns + 11_ns) * 5);
}

/// Nothing is under way when a key comes into its keyslot.
TEST(UfshcdQueues, AreDrainedByCountingCommands) {
  KeyPathConfig config;
  config.path = KeyPathKind::drained;
  config.drain_poll = 20_us;
  test::UfshcdRig rig({}, 4_KiB, {1, 8, 0x30}, config, {Completion::handler, InterruptHandling::hard, true});
  QueuesMock queues(rig);
  queues.service = 170_us;
  std::vector<std::pair<Picoseconds, Picoseconds>> busy;
  for (std::uint32_t i = 0; i < 40; ++i) rig.submit(read_of(100 * i, i % 7, i % 3 == 0 ? no_key : 1 + i % 11), 9_us * i);
  rig.host.run();
  EXPECT_EQ(rig.ended.size(), 40u);
  EXPECT_GT(rig.host.loads.size(), 9u);
  for (const auto& access : rig.host.accesses) {
    EXPECT_NE(access.offset, static_cast<std::uint32_t>(Reg::UTRLDBR));
    if (access.is_write && (access.offset == test::queue_offset(0, QueueReg::SQTP) || access.offset == test::queue_offset(1, QueueReg::SQTP)))
      busy.emplace_back(access.at, access.at + queues.service);
  }
  for (const auto& load : rig.host.loads)
    for (const auto& [begin, end] : busy) EXPECT_FALSE(begin <= load.at && load.at < end);
}

TEST(UfshcdQueues, CopyTheDescriptorIntoTheRingAlone) {
  test::UfshcdRig rig;
  QueuesMock queues(rig);
  rig.submit(read_of(3, 0));
  rig.host.run();
  ASSERT_EQ(queues.taken.size(), 1u);
  EXPECT_EQ(queues.taken[0].utrd.ucd_base, memory_map::command(queues.taken[0].tag));
  EXPECT_EQ(queues.taken[0].utrd.data_direction, DataDirection::to_host);
  std::array<std::byte, Utrd::size> list{};
  rig.host.read_memory(memory_map::descriptor(queues.taken[0].tag), list.data(), list.size());
  EXPECT_EQ(list, (std::array<std::byte, Utrd::size>{}));
}

}  // namespace
}  // namespace icesim
