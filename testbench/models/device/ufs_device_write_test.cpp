// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_data_fixture.hpp"

namespace icesim {
namespace {

TEST_F(UfsDeviceDataTest, KeepsAtMostBMaxNumOfRttOutstandingOverAllCommands) {
  for (const std::uint64_t limit : {1, 2, 5}) {
    DeviceRig each;
    each.config.max_rtt = limit;
    each.config.max_data_out = 4_KiB;
    each.build();
    std::uint64_t most = 0;
    each.host.on_rtt = [&](const DataUpiu& rtt) {
      const UfsDeviceStatistics& stats = each.device->statistics();
      most = std::max(most, stats.rtts - stats.data_outs);
      DataUpiu data = rtt;
      data.transaction = Transaction::data_out;
      each.host.transmit(data.encode(), static_cast<std::uint32_t>(rtt.count.n), nullptr, kernel_now() + 30_us);
    };
    each.send(each.write(1, 0, 8).encode());
    each.send(each.write(2, 64, 8).encode());
    each.run_for(2_ms);
    EXPECT_EQ(most, limit);
    EXPECT_EQ(each.status(1), Status::good);
    EXPECT_EQ(each.status(2), Status::good);
    EXPECT_EQ(each.device->statistics().rtts, 16u);
  }
}

TEST_F(UfsDeviceDataTest, UsesTheRttLimitThatTheHostWrites) {
  rig.config.max_data_out = 4_KiB;
  rig.build();
  rig.send(query::write_attribute(Tag{31}, query::bMaxNumOfRTT, 5).encode());
  rig.run_for(100_us);
  rig.send(rig.write(1, 0, 8).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.host.of(Tag{1}, Transaction::ready_to_transfer).size(), 5u);
}

TEST_F(UfsDeviceDataTest, AsksForDataOnlyWhenTheWriteBufferHasRoom) {
  rig.flash.buffer = 6;
  rig.flash.program_time = 1_ms;
  rig.config.max_data_out = 16_KiB;
  rig.build();
  rig.answer_rtts(1_us);
  rig.send(rig.write(1, 0, 8).encode());
  rig.run_for(500_us);
  EXPECT_EQ(rig.host.of(Tag{1}, Transaction::ready_to_transfer).size(), 1u);
  EXPECT_EQ(rig.device->statistics().buffer_waits, 1u);
  rig.run_for(1_ms);
  EXPECT_EQ(rig.host.of(Tag{1}, Transaction::ready_to_transfer).size(), 2u);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.device->statistics().buffer_flushes, 0u);
}

TEST_F(UfsDeviceDataTest, CutsRttsToASmallWriteBuffer) {
  rig.flash.buffer = 2;
  rig.build();
  rig.answer_rtts(1_us);
  rig.send(rig.write(1, 0, 5).encode());
  rig.run_for(2_ms);
  EXPECT_EQ(rig.host.of(Tag{1}, Transaction::ready_to_transfer).size(), 3u);
  EXPECT_EQ(rig.status(1), Status::good);
}

TEST_F(UfsDeviceDataTest, MakesTheFlashProgrammePartlyFilledUnitsWhenAWriteNeedsTheirRoom) {
  rig.flash.buffer = 8;
  rig.flash.program_unit = 48;
  rig.build();
  rig.answer_rtts(1_us);
  rig.send(rig.write(1, 0, 20).encode());
  rig.run_for(rig.config.buffer_patience * 3);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.device->statistics().buffer_flushes, 2u);
}

TEST_F(UfsDeviceDataTest, NeverFlushesForRoomWhileSomeComesBackInTime) {
  rig.flash.buffer = 8;
  rig.flash.program_unit = 8;
  rig.flash.program_time = rig.config.buffer_patience - 10_us;  // data takes a while to come
  rig.build();
  rig.answer_rtts(1_us);
  rig.send(rig.write(1, 0, 64).encode());
  rig.run_for(rig.config.buffer_patience * 9);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.device->statistics().buffer_flushes, 0u);
}

TEST_F(UfsDeviceDataTest, FlushesBeforeTheResponseForFuaAndWithoutAWriteCache) {
  for (const bool cache : {true, false}) {
    DeviceRig each;
    each.config.write_cache = cache;
    each.build();
    each.answer_rtts(1_us);
    each.send(each.write(1, 0, 2, true).encode());
    each.send(each.write(2, 8, 2).encode());
    each.run_for(2_ms);
    EXPECT_EQ(each.status(1), Status::good);
    EXPECT_EQ(each.status(2), Status::good);
    EXPECT_EQ(each.flash.flushes.size(), cache ? 1u : 2u);
    EXPECT_GT(each.response(1).queued, each.flash.flushes[0].at + each.flash.program_time);
  }
}

TEST_F(UfsDeviceDataTest, EndsACommandWhoseDataWasNotAskedFor) {
  rig.build();
  rig.send(rig.write(1, 0, 4).encode());
  rig.send(rig.write(2, 8, 4).encode());
  rig.send(rig.write(3, 16, 4).encode());
  rig.run_for(200_us);
  data_out(1, 4096, 8192);   // not the range of the RTT
  data_out(9, 0, 4096);      // no such command
  data_out(2, 0, 4 * 4096);  // as asked
  rig.run_for(200_us);
  EXPECT_EQ(rig.sense(1), device_sense::data_phase_error);
  EXPECT_EQ(rig.host.of(Tag{9}, Transaction::reject).size(), 1u);
  EXPECT_EQ(rig.status(2), Status::good);
  // The third write takes over the RTT of the first.
  data_out(3, 0, 4 * 4096);
  rig.run_for(200_us);
  EXPECT_EQ(rig.status(3), Status::good);
  data_out(1, 0, 4 * 4096);  // too late
  rig.run_for(200_us);
  EXPECT_EQ(rig.host.of(Tag{1}, Transaction::reject).size(), 1u);
  EXPECT_EQ(rig.device->outstanding(), 0u);
}

TEST_F(UfsDeviceDataTest, ReturnsTheRoomOfAnAbortedWrite) {
  rig.flash.buffer = 8;
  rig.build();
  rig.send(rig.write(1, 0, 8).encode());
  rig.send(rig.write(2, 8, 8).encode());
  rig.run_for(500_us);
  EXPECT_TRUE(rig.host.of(Tag{2}, Transaction::ready_to_transfer).empty());
  rig.send(TaskRequest{TaskFunction::abort_task, 0, Tag{40}, Tag{1}, 0}.encode());
  rig.run_for(500_us);
  EXPECT_EQ(rig.host.of(Tag{2}, Transaction::ready_to_transfer).size(), 1u);
}

}  // namespace
}  // namespace icesim
