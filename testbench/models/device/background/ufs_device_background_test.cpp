// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/device/ufs_device_fixture.hpp"

namespace icesim {
namespace {

struct UfsDeviceBackgroundTest : UfsDeviceTest {
  UfsDeviceBackgroundTest() {
    rig.config.background.background_ops = BackgroundOps::allowed;
    rig.config.background.background_idle = 2_ms;
    rig.config.background.background_superblocks = 7;
    rig.config.restart = rig.config.map_rebuild = 0_ps;
  }
  const std::vector<FakeBackground::Call>& calls() const { return rig.flash.fake_background.calls; }
  FlashBackgroundControl::State& flash() { return rig.flash.fake_background.now; }
  std::uint32_t attribute(std::uint8_t idn) { return query(query::read_attribute(Tag{31}, idn)).value; }
  ResponseUpiu read(std::uint64_t tag) {
    rig.send(rig.read(tag, 0, 1).encode());
    rig.run_for(1_ms);
    return rig.result(tag);
  }
};

TEST_F(UfsDeviceBackgroundTest, CollectsWhileThereIsNoCommand) {
  rig.build();
  for (const std::size_t round : {0, 1, 2}) {
    rig.run_for(1_ms);
    EXPECT_EQ(calls().size(), 2 * round) << "too early";
    rig.run_for(2_ms);
    ASSERT_EQ(calls().size(), 2 * round + 1);
    EXPECT_EQ(calls().back().superblocks, 7u);
    read(round);
    ASSERT_EQ(calls().size(), 2 * round + 2);
    EXPECT_EQ(calls().back().superblocks, 0u);
  }
  EXPECT_EQ(rig.device->statistics().background->periods, 3u);
  EXPECT_EQ(rig.device->statistics().background->interrupted, 0u) << "nothing was under way";
}

TEST_F(UfsDeviceBackgroundTest, DoesNotBeginWhileACommandIsOutstanding) {
  rig.flash.read_time = 10_ms;
  rig.build();
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(9_ms);
  EXPECT_TRUE(calls().empty());
  rig.run_for(4_ms);
  EXPECT_EQ(calls().size(), 1u);
}

TEST_F(UfsDeviceBackgroundTest, DoesNotBeginWhileACommandIsOutstandingThatWasThereBeforeTheFlag) {
  rig.flash.read_time = 10_ms;
  rig.build();
  query(query::clear_flag(Tag{31}, query::fBackgroundOpsEn));
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(100_us);
  query(query::set_flag(Tag{31}, query::fBackgroundOpsEn));
  rig.run_for(6_ms);
  EXPECT_TRUE(calls().empty());
  rig.run_for(7_ms);
  EXPECT_EQ(calls().size(), 1u);
}

TEST_F(UfsDeviceBackgroundTest, ObeysTheHostsFlag) {
  rig.build();
  rig.run_for(3_ms);
  ASSERT_EQ(calls().size(), 1u);
  query(query::clear_flag(Tag{31}, query::fBackgroundOpsEn));
  ASSERT_EQ(calls().size(), 2u);
  EXPECT_EQ(calls().back().superblocks, 0u);
  rig.run_for(9_ms);
  read(1);
  rig.run_for(9_ms);
  EXPECT_EQ(calls().size(), 2u);
  query(query::set_flag(Tag{31}, query::fBackgroundOpsEn));
  rig.run_for(3_ms);
  ASSERT_EQ(calls().size(), 3u);
  EXPECT_EQ(calls().back().superblocks, 7u);
}

TEST_F(UfsDeviceBackgroundTest, DoesNotAskForTheFlagWhenItNeedNot) {
  rig.config.background.background_ops = BackgroundOps::always;
  rig.build();
  query(query::clear_flag(Tag{31}, query::fBackgroundOpsEn));
  rig.run_for(3_ms);
  ASSERT_EQ(calls().size(), 1u);
  query(query::clear_flag(Tag{31}, query::fBackgroundOpsEn));
  EXPECT_EQ(calls().size(), 1u);
}

TEST_F(UfsDeviceBackgroundTest, EndsWithTheLastRequest) {
  rig.build();
  rig.run_for(3_ms);
  ASSERT_EQ(calls().size(), 1u);
  rig.device->end_background();
  ASSERT_EQ(calls().size(), 2u);
  EXPECT_EQ(calls().back().superblocks, 0u);
  read(1);
  rig.run_for(9_ms);
  EXPECT_EQ(calls().size(), 2u);
}

TEST_F(UfsDeviceBackgroundTest, BeginsAnewBehindAReset) {
  for (const bool power : {false, true}) {
    DeviceRig each;
    each.config = rig.config;
    each.build();
    each.run_for(3_ms);
    power ? each.device->lose_power() : each.device->link_reset();
    ASSERT_EQ(each.flash.fake_background.calls.size(), 2u);
    each.run_for(3_ms);
    ASSERT_EQ(each.flash.fake_background.calls.size(), 3u);
  }
}

/// What Linux does: it listens to URGENT_BKOPS, hears of it, asks how urgent, sets the flag and listens no more.
TEST_F(UfsDeviceBackgroundTest, TellsOfUrgentWorkAsTheExceptionHandlerAsks) {
  rig.build();
  query(query::clear_flag(Tag{31}, query::fBackgroundOpsEn));
  EXPECT_EQ(attribute(query::bBackgroundOpStatus), 0u);
  flash().wants = true;
  EXPECT_EQ(attribute(query::bBackgroundOpStatus), 1u);
  EXPECT_EQ(attribute(query::wExceptionEventStatus), 0u);
  EXPECT_EQ(read(1).device_information, 0);
  flash().needs = true;
  EXPECT_EQ(attribute(query::bBackgroundOpStatus), 2u);
  EXPECT_EQ(attribute(query::wExceptionEventStatus), 4u);
  EXPECT_EQ(read(2).device_information, 0) << "nobody listens";
  query(query::write_attribute(Tag{31}, query::wExceptionEventControl, 4));
  EXPECT_EQ(read(3).device_information, 1);
  flash().starves = true;
  EXPECT_EQ(attribute(query::bBackgroundOpStatus), 3u);
  EXPECT_EQ(read(4).device_information, 1);
  query(query::set_flag(Tag{31}, query::fBackgroundOpsEn));
  query(query::write_attribute(Tag{31}, query::wExceptionEventControl, 0));
  EXPECT_EQ(read(5).device_information, 0);
  rig.run_for(3_ms);
  EXPECT_EQ(calls().back().superblocks, 7u);
  flash() = {};
  query(query::write_attribute(Tag{31}, query::wExceptionEventControl, 4));
  EXPECT_EQ(read(6).device_information, 0) << "it is over";
  EXPECT_EQ(rig.device->statistics().background->alerts, 2u);
  query(query::read_descriptor(Tag{31}, query::Descriptor::device));
  EXPECT_EQ(query::DeviceDescriptor::decode(rig.host.sent.back().data.data()).background_end, 1) << "of 10 ms";
}

TEST_F(UfsDeviceBackgroundTest, EmptiesTheBoosterAndTellsWhenItIsFull) {
  rig.flash.fake_booster = std::make_unique<FakeBooster>();
  rig.build();
  rig.run_for(3_ms);
  auto& booster = *rig.flash.fake_booster;
  ASSERT_EQ(booster.calls.size(), 1u);
  EXPECT_TRUE(booster.calls[0].flush && booster.calls[0].on);
  read(1);
  ASSERT_EQ(booster.calls.size(), 2u);
  EXPECT_FALSE(booster.calls[1].on);
  booster.now.available_blocks = 4095;
  EXPECT_EQ(attribute(query::bBackgroundOpStatus), 1u);
  rig.run_for(3_ms);
  read(2);
  EXPECT_EQ(rig.device->statistics().background->interrupted, 1u);
  booster.now.available_blocks = 409;
  EXPECT_EQ(attribute(query::bBackgroundOpStatus), 2u);
  EXPECT_EQ(attribute(query::wExceptionEventStatus), 0x24u);
  query(query::set_flag(Tag{31}, query::fWriteBoosterBufferFlushEn));
  rig.run_for(3_ms);
  read(3);
  EXPECT_TRUE(booster.calls.back().on) << "the host wants it to flush";
}

TEST_F(UfsDeviceTest, HasNoBackgroundOperationsUnlessAskedFor) {
  rig.build();
  rig.flash.fake_background.now = {true, true, true, true};
  query(query::write_attribute(Tag{31}, query::wExceptionEventControl, 4));
  EXPECT_EQ(query(query::read_attribute(Tag{31}, query::wExceptionEventStatus)).value, 0u);
  rig.send(rig.read(1, 0, 1).encode());
  rig.run_for(1_s);
  EXPECT_EQ(rig.result(1).device_information, 0);
  EXPECT_TRUE(rig.flash.fake_background.calls.empty());
}

}  // namespace
}  // namespace icesim
