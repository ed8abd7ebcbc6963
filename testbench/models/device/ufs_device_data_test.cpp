// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_data_fixture.hpp"

namespace icesim {
namespace {

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

/// Offsets of the DATA INs of a tag, in the order in which they were sent; the bytes go where they belong.
std::vector<std::uint64_t> gather(const DeviceRig& rig, std::uint64_t tag, std::vector<std::byte>& bytes) {
  std::vector<std::uint64_t> offsets;
  for (const auto* sent : rig.host.of(Tag{tag}, Transaction::data_in)) {
    offsets.push_back(DataUpiu::decode(sent->header).offset.n);
    std::copy(sent->data.begin(), sent->data.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offsets.back()));
  }
  return offsets;
}

TEST_F(UfsDeviceDataTest, SendsDataAsItComesWhereThatIsAllowed) {
  for (const DataOrdering ordering : {DataOrdering::in_order, DataOrdering::allowed, DataOrdering::always}) {
    DeviceRig each;
    each.config.data_ordering = ordering;
    each.config.simulate_payload = true;
    each.config.max_data_in = 8_KiB;
    each.flash.backwards = true;
    auto stored = pattern(7, 3);
    for (std::uint64_t block = 0; block < 7; ++block) each.flash.store(Lba{8 + block}, &stored[block * 4096]);
    each.build();
    for (const std::uint64_t tag : {1, 2}) {
      each.send(each.read(tag, 8, 7).encode());
      each.run_for(1_ms);
      std::vector<std::byte> got(7 * 4096);
      const std::vector<std::uint64_t> offsets = gather(each, tag, got);
      const bool any = ordering == DataOrdering::always || (ordering == DataOrdering::allowed && tag == 2);
      const std::vector<std::uint64_t> rising{0, 8192, 16384, 24576}, falling{24576, 16384, 8192, 0};
      EXPECT_EQ(offsets, any ? falling : rising);
      EXPECT_EQ(got, stored);
      EXPECT_EQ(each.host.sent.back().header, each.response(tag).header) << "the RESPONSE behind all";
      // The host allows it between the two.
      each.send(query::write_attribute(Tag{31}, query::bOutOfOrderDataEn, 2).encode());
      each.run_for(1_ms);
    }
    const auto early = each.device->statistics().early_data_ins;
    EXPECT_EQ(early.has_value(), ordering != DataOrdering::in_order);
    EXPECT_EQ(early.value_or(0), ordering == DataOrdering::in_order ? 0u : ordering == DataOrdering::always ? 6u : 3u);
  }
}

TEST_F(UfsDeviceDataTest, TheOrderOfDataIsTheHostsChoiceOnce) {
  rig.config.data_ordering = DataOrdering::allowed;
  rig.build();
  const auto answer = [&](const QueryUpiu& request) {
    rig.send(request.encode());
    rig.run_for(1_ms);
    return QueryUpiu::decode(rig.host.sent.back().header);
  };
  const auto result = [&](std::uint32_t value) {
    return static_cast<query::Result>(answer(query::write_attribute(Tag{31}, query::bOutOfOrderDataEn, value)).response);
  };
  answer(query::read_descriptor(Tag{31}, query::Descriptor::geometry));
  EXPECT_EQ(query::GeometryDescriptor::decode(rig.host.sent.back().data.data()).data_ordering, query::data_in_out_of_order);
  EXPECT_EQ(answer(query::read_attribute(Tag{31}, query::bOutOfOrderDataEn)).value, 0u);
  EXPECT_EQ(result(1), query::Result::invalid_value) << "of DATA OUTs as well";
  EXPECT_EQ(result(2), query::Result::success);
  EXPECT_EQ(result(2), query::Result::already_written);
  rig.device->link_reset();
  EXPECT_EQ(answer(query::read_attribute(Tag{31}, query::bOutOfOrderDataEn)).value, 2u);
}

}  // namespace
}  // namespace icesim
