// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/unit_attention.hpp"
#include "testbench/models/device/ufs_device_data_fixture.hpp"

#include <rapidcheck/gtest.h>
#include <set>

namespace icesim {
namespace {

/// A command that comes under the tag of another.
struct UfsDeviceOverlapTest : UfsDeviceDataTest {
  void expect_overlap(std::uint64_t tag) {
    EXPECT_EQ(rig.sense(tag), device_sense::overlapped_commands);
    EXPECT_EQ(rig.result(tag).residual, Bytes{logical_block});
    EXPECT_TRUE(rig.host.of(Tag{tag}, Transaction::reject).empty());
    EXPECT_EQ(rig.device->outstanding(), 0u);
    rig.host.sent.clear();
  }
};

TEST_F(UfsDeviceOverlapTest, EndsAWriteThatWaitsForItsDataAndWritesNoMoreOfIt) {
  rig.config.max_data_out = 16_KiB;
  rig.config.max_rtt = 1;
  rig.flash.buffer = 8;
  rig.build();
  auto old = pattern(8, 1), half = pattern(8, 2), whole = pattern(8, 3);
  rig.answer_rtts(1_us, old.data());
  rig.send(rig.write(1, 0, 8).encode());
  rig.run_for(1_ms);
  ASSERT_EQ(rig.status(1), Status::good);
  rig.host.sent.clear();
  rig.host.on_rtt = nullptr;

  rig.send(rig.write(1, 0, 8).encode());
  rig.run_for(1_ms);
  data_out(1, 0, 4 * 4096, half.data());
  rig.run_for(1_ms);
  ASSERT_EQ(rig.host.of(Tag{1}, Transaction::ready_to_transfer).size(), 2u);
  rig.host.sent.clear();
  const std::size_t writes = rig.flash.writes.size();
  rig.send(rig.write(1, 0, 1).encode());
  rig.run_for(1_ms);
  EXPECT_TRUE(rig.host.of(Tag{1}, Transaction::ready_to_transfer).empty());
  expect_overlap(1);
  data_out(1, 4 * 4096, 4 * 4096, half.data() + 4 * 4096);  // was on its way
  rig.run_for(1_ms);
  EXPECT_EQ(rig.host.of(Tag{1}, Transaction::reject).size(), 1u);
  EXPECT_EQ(rig.flash.writes.size(), writes);
  for (std::uint64_t block = 0; block < 8; ++block) {
    const auto& from = block < 4 ? half : old;
    EXPECT_EQ(std::memcmp(rig.flash.content(Lba{block}), &from[block * 4096], 4096), 0) << block;
  }

  // The tag, the one RTT and the room in the buffer are free.
  rig.host.sent.clear();
  rig.answer_rtts(1_us, whole.data());
  rig.send(rig.write(1, 0, 8).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::good);
  for (std::uint64_t block = 0; block < 8; ++block)
    EXPECT_EQ(std::memcmp(rig.flash.content(Lba{block}), &whole[block * 4096], 4096), 0) << block;
  EXPECT_EQ(rig.device->statistics().aborted, 1u);
}

TEST_F(UfsDeviceOverlapTest, EndsACommandInWhateverStateItIs) {
  rig.config.unmap_latency = 300_us;
  rig.config.response_latency = 100_us;
  rig.flash.read_time = 300_us;
  rig.flash.program_time = 300_us;
  rig.build();
  rig.answer_rtts(1_us);
  const CommandUpiu commands[] = {rig.read(1, 0, 1), rig.write(1, 0, 1, true),
                                  rig.command(1, scsi::unmap(), CommandUpiu::write, scsi::unmap_list_size),
                                  rig.command(1, scsi::synchronize_cache_10(), 0, 0),
                                  rig.command(1, scsi::inquiry({false, 0, 36}), CommandUpiu::read, 36)};
  std::uint64_t rounds = 0;
  for (const CommandUpiu& command : commands) {
    // In the firmware, with the flash or the firmware's second part, and while it is answered.
    for (const Picoseconds delay : {1_us, 60_us, 180_us, 360_us}) {
      rig.send(command.encode());
      rig.run_for(delay);
      if (rig.device->outstanding() == 0) break;
      rig.host.sent.clear();
      rig.send(rig.read(1, 5, 1).encode());
      rig.run_for(2_ms);
      expect_overlap(1);
      rig.send(rig.read(1, 5, 1).encode());
      rig.run_for(2_ms);
      EXPECT_EQ(rig.status(1), Status::good);
      rig.host.sent.clear();
      EXPECT_EQ(rig.device->statistics().aborted, ++rounds);
    }
  }
  EXPECT_GE(rounds, 15u);
}

TEST_F(UfsDeviceOverlapTest, EndsTheThirdWithTheSecond) {
  rig.build();
  for (const std::uint64_t lba : {0, 1, 2}) rig.send(rig.read(1, lba, 1).encode());
  rig.run_for(1_ms);
  EXPECT_TRUE(rig.flash.reads.empty());
  expect_overlap(1);
  EXPECT_EQ(rig.device->statistics().aborted, 2u);
}

TEST_F(UfsDeviceOverlapTest, SaysTaskSetFullWhileTheFlashWorksOnTheOnlyCommand) {
  rig.config.queue_depth = 1;
  rig.build();
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(40_us);
  ASSERT_EQ(rig.flash.reads.size(), 1u);
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.status(1), Status::task_set_full);
  EXPECT_TRUE(rig.host.of(Tag{1}, Transaction::data_in).empty());
  EXPECT_EQ(rig.device->outstanding(), 0u);
}

TEST_F(UfsDeviceOverlapTest, LeavesAUnitAttentionToTheNext) {
  rig.config.unit_attention = true;
  rig.build();
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(1_ms);
  rig.device->link_reset();
  rig.host.sent.clear();
  rig.send(rig.command(1, scsi::inquiry({false, 0, 36}), CommandUpiu::read, 36).encode());
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(1_ms);
  expect_overlap(1);
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(1_ms);
  EXPECT_EQ(rig.sense(1), sense::reset_occurred);
}

/// Commands under few tags, in whatever order of their task attributes, leave whole blocks and nothing else behind.
RC_GTEST_PROP(UfsDeviceOverlapProperty, EveryCommandIsAnsweredOrAbortedAndEveryBlockIsWhole, ()) {
  DeviceRig rig;
  rig.config.queue_depth = *rc::gen::inRange<std::uint64_t>(4, 9);
  rig.config.max_data_out = Bytes{4096 * *rc::gen::inRange<std::uint64_t>(1, 5)};
  rig.config.simulate_payload = true;
  rig.config.task_order = *rc::gen::element(TaskOrdering::arrival, TaskOrdering::attributes);
  rig.config.unmap_latency = Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 50'000'000)};
  rig.flash.buffer = *rc::gen::inRange(1u, 16u);
  rig.build();
  constexpr std::uint64_t blocks = 16;
  std::vector<std::vector<std::byte>> sent;  // data of each command, by its number
  std::vector<std::size_t> newest(4);
  rig.host.on_rtt = [&](const DataUpiu& rtt) {
    if (*rc::gen::inRange(0, 4) == 0) return;  // never comes
    DataUpiu data = rtt;
    data.transaction = Transaction::data_out;
    rig.host.transmit(data.encode(), static_cast<std::uint32_t>(rtt.count.n), &sent[newest[rtt.tag.n]][rtt.offset.n], kernel_now() + 3_us);
  };
  std::uint64_t commands = 0;
  const auto send = [&](std::uint64_t tag, const CommandUpiu& command) {
    newest[tag] = sent.size();
    sent.emplace_back(blocks * logical_block.n, std::byte(1 + sent.size()));
    rig.send(command.encode());
    ++commands;
  };
  const int count = *rc::gen::inRange(1, 40);
  for (int i = 0; i < count; ++i) {
    const auto tag = *rc::gen::inRange<std::uint64_t>(0, 4);
    const auto lba = *rc::gen::inRange<std::uint64_t>(0, blocks - 1);
    const auto size = *rc::gen::inRange<std::uint16_t>(1, static_cast<std::uint16_t>(blocks - lba + 1));
    CommandUpiu command = *rc::gen::inRange(0, 3) == 0 ? rig.read(tag, lba, size) : rig.write(tag, lba, size, *rc::gen::arbitrary<bool>());
    if (*rc::gen::inRange(0, 8) == 0) command = rig.command(tag, scsi::synchronize_cache_10(), 0, 0);
    command.flags |= *rc::gen::element<std::uint8_t>(0, CommandUpiu::ordered, CommandUpiu::head_of_queue);
    send(tag, command);
    rig.run_for(Picoseconds{*rc::gen::inRange<std::uint64_t>(100'000, 300'000'000)});
  }
  // Each tag is free behind one more.
  rig.run_for(100_ms);
  for (std::uint64_t tag = 0; tag < 4; ++tag) send(tag, rig.read(tag, 0, 1));
  rig.run_for(100_ms);
  for (const FakeHost::Sent& each : rig.host.sent) commands -= transaction_of(each.header) == Transaction::response ? 1 : 0;
  rig.host.sent.clear();
  for (std::uint64_t tag = 0; tag < 4; ++tag) {
    rig.send(rig.read(tag, 0, 1).encode());
    rig.run_for(10_ms);
    RC_ASSERT(rig.status(tag) == Status::good);
  }
  RC_ASSERT(rig.device->outstanding() == 0u);
  RC_ASSERT(commands == rig.device->statistics().aborted);
  for (const auto& [lba, data] : rig.flash.blocks) {
    RC_ASSERT(std::set<std::byte>(data.begin(), data.end()).size() == 1u);
  }
}

}  // namespace
}  // namespace icesim
