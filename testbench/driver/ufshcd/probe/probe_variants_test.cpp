// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/errors/error_handler_rig.hpp"
#include "testbench/driver/ufshcd/probe_rig.hpp"
#include "testbench/driver/block/block_layer_rig.hpp"

#include <algorithm>
#include <gtest/gtest.h>

/// How controllers with the standard's registers for keys are enabled (RegistersConfig).
namespace icesim {
namespace {

using namespace literals;
using test::ErrorHandlerRig;
using test::ProbeRig;
using Lines = std::vector<std::string>;

ProbeConfig variant_config(RegistersVariant variant) {
  ProbeConfig config;
  config.variant = variant;
  config.registers.reset_hold = 103_us;
  config.registers.enable_call = 7_us;
  return config;
}

/// From the first access of HCE to the first UIC command.
Lines enabling_accesses(const Lines& events) {
  const auto begin = std::find(events.begin(), events.end(), "R HCE");
  return {begin, std::find(begin, events.end(), "R HCS")};
}

/// When the accesses of a register arrive.
std::vector<Picoseconds> arrivals_of(const test::HostPortMock& host, std::uint32_t offset, bool is_write) {
  std::vector<Picoseconds> all;
  for (const auto& each : host.accesses)
    if (each.offset == offset && each.is_write == is_write) all.push_back(each.at);
  return all;
}

constexpr auto hce_offset = static_cast<std::uint32_t>(Reg::HCE);

TEST(ProbeVariants, IntelsCryptoIsEnabledWhenTheControllerIs) {
  ProbeRig rig(variant_config(RegistersVariant::intel));
  rig.enable_reads = 0;
  rig.run();
  ASSERT_TRUE(rig.probe.result().ready);
  // [linux-intel-ufs], but that Linux reads IE before it writes it
  EXPECT_EQ(enabling_accesses(rig.events), (Lines{"R HCE", "W HCE 00000003", "R HCE", "W IE 00000470", "R HCE", "W HCE 00000003"}));
  ProbeConfig without = variant_config(RegistersVariant::intel);
  without.crypto = false;
  ProbeRig plain(without);
  plain.enable_reads = 0;
  plain.run();
  EXPECT_EQ(enabling_accesses(plain.events), (Lines{"R HCE", "W HCE 00000001", "R HCE", "W IE 00000470"}));
}

TEST(ProbeVariants, IntelsSecondWriteKeepsWhatIsThere) {
  ProbeRig rig(variant_config(RegistersVariant::intel));
  auto ordinary = rig.controller.special_write;
  rig.controller.special_write = [&](std::uint32_t offset, std::uint32_t value) {
    // Hardware that takes no CGE with HCE.
    if (offset == hce_offset && rig.controller.reg(Reg::HCE) == 0) value &= ~std::uint32_t{HCE::CGE};
    ordinary(offset, value);
    if (offset != hce_offset) return false;
    rig.controller.reg(Reg::HCE) = value;
    return true;
  };
  rig.run();
  EXPECT_EQ(rig.controller.reg(Reg::HCE), HCE::HCE | HCE::CGE);
}

TEST(ProbeVariants, MediatekIsResetAndItsEngineEnabledBehindTheKeyslotsAndBeforeTheController) {
  ProbeRig rig(variant_config(RegistersVariant::mediatek));
  rig.enable_reads = 0;
  rig.run();
  ASSERT_TRUE(rig.probe.result().ready);
  EXPECT_EQ(enabling_accesses(rig.events),
            (Lines{"R HCE", "R ?", "W ? 00000080", "W HCE 00000003", "R HCE", "W IE 00000470"}));
  const Picoseconds lines = rig.costs.mmio_write * 4;
  const std::vector<Picoseconds> own = arrivals_of(rig.host, 0x140, false);
  ASSERT_EQ(rig.host.resets.size(), 1u);
  ASSERT_EQ(own.size(), 1u);
  EXPECT_EQ(own[0], rig.host.resets[0] + lines + 103_us + lines + 7_us + 5_us + Picoseconds{rig.costs.mmio_read.n / 2})
      << "and a microsecond before each of five steps";
  const std::vector<Picoseconds> reads = arrivals_of(rig.host, hce_offset, false);
  EXPECT_LT(reads[0], rig.host.resets[0]);
  EXPECT_EQ(reads[1], arrivals_of(rig.host, hce_offset, true)[0] - rig.costs.mmio_write + 600_us + 3_us + Picoseconds{rig.costs.mmio_read.n / 2});
}

TEST(ProbeVariants, MediateksRegisterKeepsItsOtherBits) {
  ProbeRig rig(variant_config(RegistersVariant::mediatek));
  rig.controller.registers[0x140] = 0x10003;
  rig.run();
  EXPECT_EQ(rig.controller.registers[0x140], 0x10083u);
}

TEST(ProbeVariants, WhereNothingIsEncryptedTheSecureWorldIsNotCalled) {
  ProbeConfig config = variant_config(RegistersVariant::mediatek);
  config.crypto = false;
  ProbeRig with(variant_config(RegistersVariant::mediatek)), without(config);
  with.run();
  without.run();
  const auto held = [](const ProbeRig& rig) { return arrivals_of(rig.host, 0x140, false)[0] - rig.host.resets[0]; };
  EXPECT_EQ(held(with) - held(without), 7_us + 1_us);
}

TEST(ProbeVariants, TheStandardsControllerHasNoLines) {
  ProbeRig rig;
  rig.run();
  EXPECT_TRUE(rig.host.resets.empty());
  EXPECT_FALSE(rig.probe.prepares());
}

/// A write with a key, after which the controller reports a fatal error.
Lines events_of_reset(ErrorHandlerRig& rig) {
  rig.submit(test::io(test::write, 10, 1, 7, 5));
  rig.host.at(1_ms, [&] { rig.handler.fatal(); });
  rig.host.run(10_s);
  EXPECT_EQ(rig.handler.statistics().host_resets, 1u);
  EXPECT_EQ(rig.ended.size(), 1u);
  return rig.events;
}

TEST(ProbeVariants, AResetBringsTheKeysBackBehindTheLinesAndBeforeTheController) {
  ErrorHandlerRig rig(2_s, 5, variant_config(RegistersVariant::mediatek));
  EXPECT_EQ(events_of_reset(rig), (Lines{"key 0", "HCE 0", "key 0", "HCE 3"}));
  ASSERT_EQ(rig.host.resets.size(), 1u);
  EXPECT_GT(rig.host.resets[0], rig.event_times[1]);
  EXPECT_GT(rig.event_times[2], rig.host.resets[0] + 103_us + 7_us);
  ErrorHandlerRig intel(2_s, 5, variant_config(RegistersVariant::intel));
  EXPECT_EQ(events_of_reset(intel), (Lines{"key 0", "HCE 0", "key 0", "HCE 3", "HCE 3"}));
}

TEST(ProbeVariants, EachResetThatFailsIsPreparedAnew) {
  ErrorHandlerRig rig(2_s, 5, variant_config(RegistersVariant::mediatek));
  rig.dead_starts = 2;
  rig.submit(test::io(test::write, 10, 1, 7, 5));
  rig.host.at(1_ms, [&] { rig.handler.fatal(); });
  rig.host.run(10_s);
  EXPECT_EQ(rig.handler.statistics().host_resets, 3u);
  EXPECT_EQ(rig.host.resets.size(), 3u);
}

}  // namespace
}  // namespace icesim
