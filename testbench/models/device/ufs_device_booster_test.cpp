// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_fixture.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

/// A device whose flash has a WriteBooster buffer of 16 MiB.
struct UfsDeviceBoosterTest : UfsDeviceTest {
  FakeBooster* booster = nullptr;

  void build() {
    rig.flash.fake_booster = std::make_unique<FakeBooster>();
    booster = rig.flash.fake_booster.get();
    rig.config.booster_factor = 3;
    rig.build();
  }
  std::uint32_t attribute(std::uint8_t idn) {
    const QueryUpiu answer = query(query::read_attribute(Tag{31}, idn));
    EXPECT_EQ(answer.response, 0) << int{idn};
    return answer.value;
  }
  std::uint32_t flag(std::uint8_t idn) {
    const QueryUpiu answer = query(query::read_flag(Tag{31}, idn));
    EXPECT_EQ(answer.response, 0) << int{idn};
    return answer.value;
  }
};

TEST_F(UfsDeviceBoosterTest, IsToldInTheDescriptorsAndWithoutOneIsNot) {
  for (const bool has : {true, false}) {
    DeviceRig each;
    if (has) each.flash.fake_booster = std::make_unique<FakeBooster>();
    each.config.booster_factor = 3;
    each.build();
    each.send(query::read_descriptor(Tag{1}, query::Descriptor::device).encode());
    each.run_for(1_ms);
    const auto device = query::DeviceDescriptor::decode(each.host.sent.back().data.data());
    EXPECT_EQ(device.extended_features, has ? query::write_booster_feature : 0u);
    EXPECT_EQ(device.booster_type, has ? 1 : 0);
    EXPECT_EQ(device.booster_keeps_space, has ? 1 : 0);
    EXPECT_EQ(device.booster_units, has ? 4u : 0u);
    each.send(query::read_descriptor(Tag{2}, query::Descriptor::geometry).encode());
    each.run_for(1_ms);
    const auto geometry = query::GeometryDescriptor::decode(each.host.sent.back().data.data());
    EXPECT_EQ(geometry.booster_units, has ? 4u : 0u);
    EXPECT_EQ(geometry.booster_factor, has ? 3 : 0);
    each.send(query::read_flag(Tag{3}, query::fWriteBoosterEn).encode());
    each.run_for(1_ms);
    EXPECT_EQ(QueryUpiu::decode(each.host.sent.back().header).response,
              static_cast<std::uint8_t>(has ? query::Result::success : query::Result::invalid_idn));
  }
}

TEST_F(UfsDeviceBoosterTest, AFlagThatChangesTellsTheFlashAndOneThatDoesNotLeavesIt) {
  build();
  EXPECT_EQ(flag(query::fWriteBoosterEn), 1u) << "as it is delivered";
  query(query::set_flag(Tag{31}, query::fWriteBoosterEn));
  EXPECT_TRUE(booster->calls.empty());
  query(query::clear_flag(Tag{31}, query::fWriteBoosterEn));
  query(query::set_flag(Tag{31}, query::fWriteBoosterBufferFlushEn));
  query(query::set_flag(Tag{31}, query::fWriteBoosterBufferFlushDuringHibernate));
  ASSERT_EQ(booster->calls.size(), 2u);
  EXPECT_FALSE(booster->calls[0].flush);
  EXPECT_FALSE(booster->calls[0].on);
  EXPECT_TRUE(booster->calls[1].flush);
  EXPECT_TRUE(booster->calls[1].on);
  EXPECT_EQ(flag(query::fWriteBoosterBufferFlushDuringHibernate), 1u);
}

TEST_F(UfsDeviceBoosterTest, TheFlashIsToldACycleBehindTheFirmware) {
  build();
  const Picoseconds last = 12_us + 345_ps;
  rig.send(query::clear_flag(Tag{1}, query::fWriteBoosterEn).encode(), last);
  const Picoseconds f = rig.after(rig.clock.sample_edge(last), rig.config.command_occupancy + rig.config.control_firmware_latency);
  rig.run_until(f - 2_ps);
  EXPECT_TRUE(booster->calls.empty()) << "early";
  rig.run_until(f);
  ASSERT_EQ(booster->calls.size(), 1u) << "on time";
  EXPECT_EQ(booster->calls[0].at, rig.after(f, 0_ps));
}

TEST_F(UfsDeviceBoosterTest, AttributesTellItsState) {
  build();
  EXPECT_EQ(attribute(query::dCurrentWriteBoosterBufferSize), 4u);
  EXPECT_EQ(attribute(query::bAvailableWriteBoosterBufferSize), 10u);
  EXPECT_EQ(attribute(query::bWriteBoosterBufferFlushStatus), 0u);
  EXPECT_EQ(attribute(query::bWriteBoosterBufferLifeTimeEst), 1u);
  booster->now = {true, true, 4096, 4095, 250'000};
  EXPECT_EQ(attribute(query::bAvailableWriteBoosterBufferSize), 9u);
  EXPECT_EQ(attribute(query::bWriteBoosterBufferFlushStatus), 1u);
  EXPECT_EQ(attribute(query::bWriteBoosterBufferLifeTimeEst), 3u);
  booster->now = {true, true, 4096, 4096, 1'000'000};
  EXPECT_EQ(attribute(query::bWriteBoosterBufferFlushStatus), 3u);
  EXPECT_EQ(attribute(query::bWriteBoosterBufferLifeTimeEst), 11u);
  booster->now.available_blocks = 0;
  EXPECT_EQ(attribute(query::bAvailableWriteBoosterBufferSize), 0u);
}

TEST_F(UfsDeviceBoosterTest, AResetGivesTheFlagsTheirDefaults) {
  build();
  query(query::clear_flag(Tag{31}, query::fWriteBoosterEn));
  query(query::set_flag(Tag{31}, query::fWriteBoosterBufferFlushEn));
  rig.device->link_reset();
  EXPECT_TRUE(booster->now.enabled);
  EXPECT_FALSE(booster->now.flushing);
  EXPECT_EQ(flag(query::fWriteBoosterEn), 1u);
  EXPECT_EQ(flag(query::fWriteBoosterBufferFlushEn), 0u);
}

}  // namespace
}  // namespace icesim
