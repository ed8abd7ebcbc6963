// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// One test per line of the **Timing** contract of UfsDevice: a cycle early nothing, on time done.
struct UfsDeviceTimingTest : testing::Test {
  DeviceRig rig;
  const Picoseconds last = 12_us + 345_ps;  ///< arrival of the last frame, off every edge

  Picoseconds occupied(Picoseconds from) const { return from + rig.config.command_occupancy; }
  /// F of a command sampled at `a` that finds the firmware free.
  Picoseconds firmware_done(Picoseconds a, Picoseconds latency) const {
    return rig.after(a, rig.config.command_occupancy + latency);
  }
  Picoseconds sampled(Picoseconds t) const { return rig.clock.sample_edge(t); }
  Picoseconds cycle() const { return rig.clock.edge(Cycles{1}); }

  /// Nothing of the kind has been queued just before `queued`, and at `queued` it has, ready at `ready`.
  void expect_sent(std::uint64_t tag, Transaction transaction, Picoseconds queued, Picoseconds ready,
                   std::size_t nth = 0) {
    rig.run_until(queued - 2_ps);
    EXPECT_EQ(rig.host.of(Tag{tag}, transaction).size(), nth) << "early";
    rig.run_until(queued);
    const auto sent = rig.host.of(Tag{tag}, transaction);
    ASSERT_EQ(sent.size(), nth + 1) << "on time";
    EXPECT_EQ(sent[nth]->ready, ready);
  }
  void expect_answer(std::uint64_t tag, Transaction transaction, Picoseconds done) {
    expect_sent(tag, transaction, rig.after(done, rig.config.response_latency), rig.answer(done));
  }
};

TEST_F(UfsDeviceTimingTest, AsksTheFlashAfterOccupancyAndFirmwareLatencyOfARead) {
  rig.build();
  rig.send(rig.read(1, 0, 1).encode(), last);
  const Picoseconds f = firmware_done(sampled(last), rig.config.read_firmware_latency);
  rig.run_until(f - cycle());
  EXPECT_TRUE(rig.flash.reads.empty());
  rig.run_until(f);
  ASSERT_EQ(rig.flash.reads.size(), 1u);
  EXPECT_EQ(rig.flash.reads[0].at, rig.after(f, 0_ps));
}

TEST_F(UfsDeviceTimingTest, TakesTheLatencyOfLargeReadsFromTwoBlocksOn) {
  rig.build();
  rig.send(rig.read(1, 0, 2).encode(), last);
  const Picoseconds f = firmware_done(sampled(last), rig.config.read_firmware_latency_large);
  rig.run_until(f - cycle());
  EXPECT_TRUE(rig.flash.reads.empty());
  rig.run_until(f);
  EXPECT_EQ(rig.flash.reads.size(), 1u);
}

TEST_F(UfsDeviceTimingTest, WorksOnOneCommandAtATimeButOverlapsTheirLatencies) {
  rig.build();
  rig.send(rig.read(1, 0, 1).encode(), last);
  rig.send(rig.read(2, 8, 1).encode(), last);
  rig.send(rig.read(3, 16, 1).encode(), last + 5_us);  // finds the firmware busy, too
  const Picoseconds a = sampled(last);
  const Picoseconds f3 = rig.after(a, rig.config.command_occupancy * 3 + rig.config.read_firmware_latency);
  rig.run_until(f3 - cycle());
  EXPECT_EQ(rig.flash.reads.size(), 2u);
  rig.run_until(f3);
  ASSERT_EQ(rig.flash.reads.size(), 3u);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const Picoseconds f = rig.after(a, rig.config.command_occupancy * (i + 1) + rig.config.read_firmware_latency);
    EXPECT_EQ(rig.flash.reads[i].at, rig.after(f, 0_ps));
  }
  EXPECT_EQ(rig.device->statistics().firmware_busy, rig.config.command_occupancy * 3);
}

TEST_F(UfsDeviceTimingTest, SendsDataInOneCycleAfterItsLastPieceWasSampled) {
  rig.config.max_data_in = 8_KiB;
  rig.build();
  rig.send(rig.read(1, 0, 4).encode(), last);
  const Picoseconds f = firmware_done(sampled(last), rig.config.read_firmware_latency_large);
  const auto piece = [&](std::uint64_t i) {
    return sampled(rig.after(f, 0_ps) + rig.flash.read_time + rig.flash.read_step * i);
  };
  expect_sent(1, Transaction::data_in, piece(1), rig.after(piece(1), 0_ps), 0);
  expect_sent(1, Transaction::data_in, piece(3), rig.after(piece(3), 0_ps), 1);
  expect_answer(1, Transaction::response, piece(3));
}

TEST_F(UfsDeviceTimingTest, HoldsBackDataUntilEarlierDataIsThere) {
  rig.config.max_data_in = 8_KiB;
  rig.flash.backwards = true;
  rig.build();
  rig.send(rig.read(1, 0, 4).encode(), last);
  const Picoseconds f = firmware_done(sampled(last), rig.config.read_firmware_latency_large);
  const Picoseconds end = sampled(rig.after(f, 0_ps) + rig.flash.read_time + rig.flash.read_step * 3);
  rig.run_until(end - cycle());
  EXPECT_TRUE(rig.host.sent.empty());
  rig.run_until(end);
  EXPECT_EQ(rig.host.of(Tag{1}, Transaction::data_in).size(), 2u);
}

TEST_F(UfsDeviceTimingTest, AsksForWriteDataAfterAFirmwareLatencyThatGrowsWithTheBlocks) {
  for (const std::uint16_t blocks : std::initializer_list<std::uint16_t>{1, 3, 8}) {
    DeviceRig each;
    each.build();
    each.send(each.write(1, 0, blocks).encode(), last);
    const Picoseconds latency =
        each.config.write_firmware_latency + each.config.write_firmware_latency_per_block * blocks;
    const Picoseconds f = each.after(each.clock.sample_edge(last), each.config.command_occupancy + latency);
    each.run_until(f - cycle());
    EXPECT_TRUE(each.host.sent.empty());
    each.run_until(f);
    ASSERT_EQ(each.host.sent.size(), 1u);
    EXPECT_EQ(each.host.sent[0].ready, each.after(f, 0_ps));
  }
}

TEST_F(UfsDeviceTimingTest, TakesWritesInTurnsThatAreLongerThanThoseOfReads) {
  rig.config.write_occupancy = 4_us;
  rig.build();
  rig.send(rig.write(1, 0, 1).encode(), last);
  rig.send(rig.write(2, 8, 1).encode(), last);
  rig.send(rig.read(3, 16, 1).encode(), last);
  const Picoseconds writes = (rig.config.command_occupancy + 4_us) * 2;
  const Picoseconds second = rig.after(sampled(last), writes + rig.config.write_firmware_latency +
                                                          rig.config.write_firmware_latency_per_block);
  const Picoseconds read = rig.after(sampled(last), writes + rig.config.command_occupancy + rig.config.read_firmware_latency);
  rig.run_until(second - cycle());
  EXPECT_EQ(rig.host.sent.size(), 1u);
  rig.run_until(second);
  EXPECT_EQ(rig.host.sent.size(), 2u);
  rig.run_until(read - cycle());
  EXPECT_TRUE(rig.flash.reads.empty());
  rig.run_until(read);
  EXPECT_EQ(rig.flash.reads.size(), 1u);
}

TEST_F(UfsDeviceTimingTest, HandsDataOutToTheFlashOneCycleAfterSamplingIt) {
  rig.build();
  rig.send(rig.write(1, 0, 2).encode(), last);
  rig.run_for(100_us);
  const Picoseconds arrival = kernel_now() + 777_ps;
  rig.send(DataUpiu{Transaction::data_out, 0, Tag{1}, Bytes{0}, Bytes{8192}}.encode(), arrival);
  rig.run_until(sampled(arrival) - cycle());
  EXPECT_TRUE(rig.flash.writes.empty());
  rig.run_until(sampled(arrival));
  ASSERT_EQ(rig.flash.writes.size(), 1u);
  EXPECT_EQ(rig.flash.writes[0].at, rig.after(sampled(arrival), 0_ps));
  expect_answer(1, Transaction::response, sampled(arrival));
}

TEST_F(UfsDeviceTimingTest, AnswersFuaWhenTheFlushIsOver) {
  rig.build();
  rig.send(rig.write(1, 0, 2, true).encode(), last);
  rig.run_for(100_us);
  const Picoseconds arrival = kernel_now() + 777_ps;
  rig.send(DataUpiu{Transaction::data_out, 0, Tag{1}, Bytes{0}, Bytes{8192}}.encode(), arrival);
  expect_answer(1, Transaction::response, sampled(rig.after(sampled(arrival), 0_ps) + rig.flash.program_time));
}

TEST_F(UfsDeviceTimingTest, SendsAWaitingRttOneCycleAfterAnOutstandingOneWasServed) {
  rig.config.max_rtt = 1;
  rig.config.max_data_out = 4_KiB;
  rig.build();
  rig.send(rig.write(1, 0, 2).encode(), last);
  rig.run_for(100_us);
  const Picoseconds arrival = kernel_now() + 777_ps;
  rig.send(DataUpiu{Transaction::data_out, 0, Tag{1}, Bytes{0}, Bytes{4096}}.encode(), arrival);
  expect_sent(1, Transaction::ready_to_transfer, sampled(arrival), rig.after(sampled(arrival), 0_ps), 1);
}

TEST_F(UfsDeviceTimingTest, SendsAWaitingRttOneCycleAfterRoomCameBack) {
  rig.flash.buffer = 1;
  rig.build();
  rig.send(rig.write(1, 0, 2).encode(), last);
  rig.run_for(100_us);
  const Picoseconds arrival = kernel_now() + 777_ps;
  rig.send(DataUpiu{Transaction::data_out, 0, Tag{1}, Bytes{0}, Bytes{4096}}.encode(), arrival);
  const Picoseconds room = sampled(rig.after(sampled(arrival), 0_ps) + rig.flash.program_time);
  expect_sent(1, Transaction::ready_to_transfer, room, rig.after(room, 0_ps), 1);
}

TEST_F(UfsDeviceTimingTest, FlushesForRoomWhenNoneCameBackForItsPatience) {
  rig.flash.buffer = 2;
  rig.flash.program_unit = 3;
  rig.build();
  rig.answer_rtts(1_us);
  rig.send(rig.write(1, 0, 3).encode(), last);
  const Picoseconds latency = rig.config.write_firmware_latency + rig.config.write_firmware_latency_per_block * 3;
  const Picoseconds end = rig.after(firmware_done(sampled(last), latency), rig.config.buffer_patience);
  rig.run_until(end - cycle());
  EXPECT_TRUE(rig.flash.flushes.empty());
  rig.run_until(end);
  ASSERT_EQ(rig.flash.flushes.size(), 1u);
  EXPECT_EQ(rig.flash.flushes[0].at, rig.after(end, 0_ps));
}

TEST_F(UfsDeviceTimingTest, AnswersControlCommandsAfterTheirFirmwareLatency) {
  rig.build();
  rig.send(rig.command(1, scsi::inquiry({}), CommandUpiu::read, 36).encode(), last);
  const Picoseconds f = firmware_done(sampled(last), rig.config.control_firmware_latency);
  expect_sent(1, Transaction::data_in, f, rig.after(f, 0_ps));
  expect_answer(1, Transaction::response, f);
}

TEST_F(UfsDeviceTimingTest, AnswersNopQueryAndTaskManagementAfterTheFirmwareInOrder) {
  rig.build();
  rig.send(NopOut{Tag{1}}.encode(), last);
  rig.send(query::read_flag(Tag{2}, query::fDeviceInit).encode(), last);
  rig.send(TaskRequest{TaskFunction::query_task, 0, Tag{3}, Tag{9}, 0}.encode(), last);
  const Picoseconds a = sampled(last);
  const auto f = [&](std::uint64_t nth) {
    return rig.after(a, rig.config.command_occupancy * nth + rig.config.control_firmware_latency);
  };
  expect_answer(1, Transaction::nop_in, f(1));
  expect_answer(2, Transaction::query_response, f(2));
  expect_answer(3, Transaction::task_management_response, f(3));
}

/// A command is decided as soon as it is told, unless something before it is not.
TEST_F(UfsDeviceTimingTest, TakesACommandBehindAnotherUpiuInTheOrderOfTheirArrival) {
  rig.build();
  rig.send(NopOut{Tag{1}}.encode(), last);
  rig.send(rig.read(2, 0, 1).encode(), last);
  const Picoseconds a = sampled(last);
  const Picoseconds f = rig.after(a, rig.config.command_occupancy * 2 + rig.config.read_firmware_latency);
  expect_answer(1, Transaction::nop_in, firmware_done(a, rig.config.control_firmware_latency));
  rig.run_until(f);
  ASSERT_EQ(rig.flash.reads.size(), 1u);
  EXPECT_EQ(rig.flash.reads[0].at, rig.after(f, 0_ps));
}

TEST_F(UfsDeviceTimingTest, AnswersSynchronizeCacheWhenTheFlushIsOver) {
  rig.build();
  rig.send(rig.command(1, scsi::synchronize_cache_10(), 0, 0).encode(), last);
  const Picoseconds f = firmware_done(sampled(last), rig.config.control_firmware_latency);
  expect_answer(1, Transaction::response, sampled(rig.after(f, 0_ps) + rig.flash.program_time));
}

TEST_F(UfsDeviceTimingTest, RejectsWithoutTheFirmware) {
  rig.build();
  rig.send(rig.read(2, 0, 1).encode(), last);  // keeps the firmware busy
  UpiuHeader unknown{};
  unknown[0] = std::byte{0x15};
  unknown[3] = std::byte{1};
  rig.send(unknown, last);
  expect_answer(1, Transaction::reject, sampled(last));
}

TEST_F(UfsDeviceTimingTest, SaysTaskSetFullWithoutTheFirmware) {
  rig.config.queue_depth = 1;
  rig.build();
  rig.send(rig.read(2, 0, 1).encode(), last);
  rig.send(rig.read(1, 0, 1).encode(), last);
  expect_answer(1, Transaction::response, sampled(last));
  EXPECT_EQ(rig.status(1), scsi::Status::task_set_full);
}

TEST_F(UfsDeviceTimingTest, StaysADeviceCycleApartEvenWithoutAnyLatency) {
  auto& c = rig.config;
  c.command_occupancy = c.control_firmware_latency = c.response_latency = 0_ps;
  rig.build();
  rig.send(NopOut{Tag{1}}.encode(), last);
  const Picoseconds f = rig.after(sampled(last), 0_ps);
  EXPECT_EQ(f, sampled(last) + cycle());
  expect_sent(1, Transaction::nop_in, f + cycle(), f + cycle() + cycle());
}

TEST_F(UfsDeviceTimingTest, ReportsMilestonesAtTheTimesOfTheFormulas) {
  rig.build();
  rig.send(rig.read(4, 0, 1).encode(), last);
  rig.run_for(1_ms);
  const Picoseconds a = sampled(last), f = firmware_done(a, rig.config.read_firmware_latency);
  const Picoseconds m = sampled(rig.after(f, 0_ps) + rig.flash.read_time);
  const std::vector<Picoseconds> expected{a, f, m, rig.after(m, 0_ps), rig.answer(m)};
  ASSERT_EQ(rig.observer.seen.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(rig.observer.seen[i].at, expected[i]) << i;
}

TEST_F(UfsDeviceTimingTest, QueuesAResponseOnlyWhenItIsDueSoThatReadyDataPassesIt) {
  rig.config.response_latency = 50_us;
  rig.build();
  rig.send(rig.read(1, 0, 1).encode(), last);
  rig.send(rig.read(2, 0, 1).encode(), last);
  rig.run_for(1_ms);
  std::vector<Transaction> order;
  for (const auto& sent : rig.host.sent) order.push_back(transaction_of(sent.header));
  EXPECT_EQ(order,
            (std::vector{Transaction::data_in, Transaction::data_in, Transaction::response, Transaction::response}));
}

}  // namespace
}  // namespace icesim
