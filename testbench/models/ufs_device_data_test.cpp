// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using scsi::Status;

struct UfsDeviceDataTest : testing::Test {
  DeviceRig rig;

  static std::vector<std::byte> pattern(std::size_t blocks, unsigned seed) {
    std::vector<std::byte> bytes(blocks * logical_block.n);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::byte>((i * 131 + i / 4096 + seed) & 0xff);
    return bytes;
  }
  /// Data of all DATA INs of a tag; checks that they come in order of offset.
  std::vector<std::byte> data_in(std::uint64_t tag) {
    std::vector<std::byte> all;
    for (const auto* sent : rig.host.of(Tag{tag}, Transaction::data_in)) {
      EXPECT_EQ(DataUpiu::decode(sent->header).offset.n, all.size());
      all.insert(all.end(), sent->data.begin(), sent->data.end());
    }
    return all;
  }
  void data_out(std::uint64_t tag, std::uint64_t offset, std::uint64_t count, std::byte* data = nullptr) {
    rig.send(DataUpiu{Transaction::data_out, 0, Tag{tag}, Bytes{offset}, Bytes{count}}.encode(), kernel_now() + 1_us, data);
  }
};

TEST_F(UfsDeviceDataTest, SendsReadDataInOrderHoweverTheFlashDeliversIt) {
  for (const bool backwards : {false, true}) {
    DeviceRig each;
    each.config.max_data_in = 12_KiB;
    each.flash.backwards = backwards;
    each.build();
    each.send(each.read(5, 100, 7).encode());
    each.run_for(1_ms);
    const auto sent = each.host.of(Tag{5}, Transaction::data_in);
    ASSERT_EQ(sent.size(), 3u);
    Bytes offset{0};
    for (const auto* upiu : sent) {
      const DataUpiu data = DataUpiu::decode(upiu->header);
      EXPECT_EQ(data.offset, offset);
      offset += data.count;
      EXPECT_LE(data.count, each.config.max_data_in);
      EXPECT_FALSE(upiu->has_bytes);
    }
    EXPECT_EQ(offset, logical_block * 7);
    EXPECT_EQ(each.status(5), Status::good);
    EXPECT_EQ(transaction_of(each.host.sent.back().header), Transaction::response);
    ASSERT_EQ(each.flash.reads.size(), 1u);
    EXPECT_EQ(each.flash.reads[0].first, Lba{100});
    EXPECT_EQ(each.flash.reads[0].count, 7u);
  }
}

TEST_F(UfsDeviceDataTest, ReadsBackTheBytesThatWereWritten) {
  rig.config.simulate_payload = true;
  rig.config.max_data_in = 8_KiB;
  rig.config.max_data_out = 16_KiB;
  rig.flash.backwards = true;
  rig.build();
  auto bytes = pattern(9, 3);
  rig.answer_rtts(2_us, bytes.data());
  rig.send(rig.write(1, 40, 9).encode());
  rig.run_for(1_ms);
  ASSERT_EQ(rig.status(1), Status::good);
  rig.send(rig.read(2, 39, 11).encode());
  rig.run_for(1_ms);
  auto expected = std::vector<std::byte>(logical_block.n);  // never written: zeros
  expected.insert(expected.end(), bytes.begin(), bytes.end());
  expected.resize(11 * logical_block.n);
  EXPECT_EQ(data_in(2), expected);
}

TEST_F(UfsDeviceDataTest, TransfersNoMoreThanTheHostExpectsAndSaysSo) {
  rig.build();
  rig.answer_rtts(1_us);
  rig.send(rig.command(1, scsi::read_10(Lba{0}, 4), CommandUpiu::read, 6000).encode());
  rig.send(rig.command(2, scsi::read_10(Lba{0}, 1), CommandUpiu::read, 10'000).encode());
  rig.send(rig.command(3, scsi::write_10(Lba{0}, 4), CommandUpiu::write, 8192).encode());
  rig.send(rig.command(4, scsi::read_10(Lba{0}, 0), 0, 0).encode());
  rig.run_for(1_ms);
  ASSERT_EQ(rig.host.of(Tag{1}, Transaction::data_in).size(), 1u);
  EXPECT_EQ(DataUpiu::decode(rig.host.of(Tag{1}, Transaction::data_in)[0]->header).count, Bytes{6000});
  EXPECT_EQ(rig.result(1).flags, ResponseUpiu::overflow);
  EXPECT_EQ(rig.result(1).residual, Bytes{4 * 4096 - 6000});
  EXPECT_EQ(rig.result(2).flags, ResponseUpiu::underflow);
  EXPECT_EQ(rig.result(2).residual, Bytes{10'000 - 4096});
  EXPECT_EQ(rig.result(3).flags, ResponseUpiu::overflow);
  ASSERT_EQ(rig.flash.writes.size(), 1u);
  EXPECT_EQ(rig.flash.writes[0].count, 2u);
  EXPECT_EQ(rig.status(4), Status::good);
  EXPECT_EQ(rig.result(4).flags, 0);
}

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

TEST_F(UfsDeviceDataTest, SynchronizesItsCache) {
  rig.build();
  rig.send(rig.command(1, scsi::synchronize_cache_10(), 0, 0).encode());
  rig.run_for(1_ms);
  ASSERT_EQ(rig.flash.flushes.size(), 1u);
  EXPECT_EQ(rig.status(1), Status::good);
  EXPECT_EQ(rig.device->statistics().synchronize_caches, 1u);
}

TEST_F(UfsDeviceDataTest, UnmapsTheRangeOfItsParameterList) {
  rig.build();
  scsi::UnmapList list = scsi::unmap_list({Lba{1000}, 77});
  rig.answer_rtts(1_us, list.data());
  rig.send(rig.command(1, scsi::unmap(), CommandUpiu::write, list.size()).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  ASSERT_EQ(rig.flash.trims.size(), 1u);
  EXPECT_EQ(rig.flash.trims[0].first, Lba{1000});
  EXPECT_EQ(rig.flash.trims[0].count, 77u);
  EXPECT_TRUE(rig.flash.writes.empty());
}

TEST_F(UfsDeviceDataTest, RefusesUnmapListsThatMakeNoSense) {
  rig.build();
  scsi::UnmapList list = scsi::unmap_list({Lba{rig.config.capacity_blocks}, 1});
  rig.answer_rtts(1_us, list.data());
  rig.send(rig.command(1, scsi::unmap(), CommandUpiu::write, list.size()).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.sense(1), sense::lba_out_of_range);
  list[0] = std::byte{0xff};
  rig.send(rig.command(2, scsi::unmap(), CommandUpiu::write, list.size()).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.sense(2), device_sense::invalid_field_in_parameter_list);
  scsi::Cdb long_list = scsi::unmap();
  long_list[8] = std::byte{40};
  rig.send(rig.command(3, long_list, CommandUpiu::write, 40).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.sense(3), device_sense::parameter_list_length_error);
  EXPECT_TRUE(rig.flash.trims.empty());
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

TEST_F(UfsDeviceDataTest, ReportsMilestonesOfEachCommandOnceAndInOrder) {
  rig.build();
  rig.answer_rtts(1_us);
  rig.send(rig.read(1, 0, 20).encode());
  rig.send(rig.write(2, 64, 20, true).encode());
  rig.send(rig.command(3, scsi::inquiry({}), CommandUpiu::read, 36).encode());
  rig.run_for(2_ms);
  using M = DeviceMilestone;
  const std::map<std::uint32_t, std::vector<M::Kind>> expected{
      {1, {M::command_received, M::firmware_done, M::media_done, M::data_done, M::response_sent}},
      {2, {M::command_received, M::firmware_done, M::data_done, M::media_done, M::response_sent}},
      {3, {M::command_received, M::firmware_done, M::data_done, M::response_sent}}};
  for (const auto& [tag, kinds] : expected) {
    std::vector<M::Kind> seen;
    Picoseconds last{};
    for (const auto& each : rig.observer.seen) {
      if (each.tag != tag) continue;
      seen.push_back(each.kind);
      EXPECT_GE(each.at, last);
      last = each.at;
    }
    EXPECT_EQ(seen, kinds);
    EXPECT_EQ(last, rig.response(tag).ready);
  }
}

TEST_F(UfsDeviceDataTest, DoesNotCareInWhichOrderThingsOfOneInstantAreAnnounced) {
  const auto run = [](bool swapped) {
    DeviceRig each;
    each.flash.read_step = 0_ps;  // all blocks of a read come at one instant, told forwards or backwards
    each.flash.backwards = swapped;
    each.flash.buffer = 2;
    each.flash.program_unit = 100;
    each.build();
    each.answer_rtts(1_us);
    each.send(each.write(1, 0, 4).encode());
    each.send(each.read(2, 8, 4).encode());
    each.run_for(40_us);
    const Picoseconds t = kernel_now() + 1_us;
    if (!swapped) each.device->flash_programmed(2, t);
    each.send(NopOut{Tag{3}}.encode(), t);
    if (swapped) each.device->flash_programmed(2, t);
    each.run_for(1_ms);
    std::vector<std::pair<UpiuHeader, std::uint64_t>> sent;
    for (const auto& upiu : each.host.sent) sent.emplace_back(upiu.header, upiu.ready.n);
    return sent;
  };
  EXPECT_EQ(run(false), run(true));
  EXPECT_EQ(run(false).size(), 6u);  // two RTTs, one DATA IN, two RESPONSEs, one NOP IN
}

}  // namespace
}  // namespace icesim
