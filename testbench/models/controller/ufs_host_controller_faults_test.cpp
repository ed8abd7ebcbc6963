// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>
#include <memory>

namespace icesim {
namespace {

using namespace literals;

struct BrokenEngine : CryptoEngine {
  explicit BrokenEngine(CryptoEngine& r) : real(r) {}
  void pass(const CryptoJob& job, Train& train) override {
    ++passed;
    real.pass(job, train);
  }
  bool shared() const override { return real.shared(); }
  CryptoFault fault(const CryptoJob&) const override { return with; }
  void transform(const CryptoJob& job, std::byte* data, std::size_t length) override {
    real.transform(job, data, length);
  }
  CryptoEngine& real;
  CryptoFault with = CryptoFault::request;
  int passed = 0;
};

/// What the engine and the link report of themselves.
struct UfsHostControllerFaultsTest : testing::Test {
  static constexpr std::uint64_t tag = 1;
  std::unique_ptr<BrokenEngine> broken;
  HostControllerRig rig;

  void SetUp() override {
    rig.in_between = [this](CryptoEngine& real) -> CryptoEngine& {
      broken = std::make_unique<BrokenEngine>(real);
      return *broken;
    };
    rig.start();
    rig.program(3, counting_data(64), 4096_B);
  }
  void begin(DataDirection direction, bool encrypted = true) {
    Utrd utrd = rig.utrd(tag, direction, 1);
    utrd.crypto_enable = encrypted;
    utrd.cci = Keyslot{3};
    rig.place(tag, utrd, rig.command(tag, 4096).encode(), {{0x20'0000, 4096_B}});
    rig.ring(1u << tag);
    rig.run_for(2_us);
  }
  void piece(DataDirection direction) {
    const bool writes = direction == DataDirection::to_device;
    const Transaction kind = writes ? Transaction::ready_to_transfer : Transaction::data_in;
    rig.link.inject(data_upiu(kind, tag, 0, 4096).encode(), kernel_now() + 1_us, writes ? nullptr : data.data());
    rig.run_for(20_us);
  }
  Data data = counting_data(4096, 7);
  Picoseconds edge(Cycles n) const { return rig.bus.edge(n); }
};

TEST_F(UfsHostControllerFaultsTest, ARequestAtWhichTheEngineFailsEndsWithOcsA) {
  for (const DataDirection direction : {DataDirection::to_host, DataDirection::to_device}) {
    begin(direction);
    piece(direction);
    EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::general_crypto_error));
    EXPECT_FALSE(rig.busy(tag));
    EXPECT_EQ(rig.hardware(Reg::IS), IS::UTRCS);
    EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 0u);
  }
  EXPECT_EQ(broken->passed, 0);
  EXPECT_EQ(rig.bytes(0x20'0000, 4096), Data(4096)) << "nothing of the data is seen";
  EXPECT_TRUE(rig.link.of(Transaction::data_out).empty());
}

TEST_F(UfsHostControllerFaultsTest, AnEngineThatIsBrokenIsAFatalErrorAsWell) {
  broken->with = CryptoFault::engine;
  begin(DataDirection::to_host);
  piece(DataDirection::to_host);
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::general_crypto_error));
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UTRCS | IS::CEFES);
  EXPECT_EQ(rig.hardware(Reg::HCS) & HCS::HEI, HCS::HEI);
  rig.master->set(Reg::HCE, 0);
  rig.enable();
  EXPECT_EQ(rig.hardware(Reg::HCS) & HCS::HEI, 0u);
}

TEST_F(UfsHostControllerFaultsTest, WhatIsNotEncryptedPassesABrokenEngine) {
  broken->with = CryptoFault::engine;
  begin(DataDirection::to_host, false);
  piece(DataDirection::to_host);
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
  rig.run_for(20_us);
  EXPECT_EQ(rig.ocs(tag), 0u);
  EXPECT_EQ(rig.bytes(0x20'0000, 4096), data);
}

TEST_F(UfsHostControllerFaultsTest, TheNextRequestWithTheTagIsJudgedAnew) {
  broken->with = CryptoFault::engine;
  begin(DataDirection::to_host);
  piece(DataDirection::to_host);
  rig.master->set(Reg::IS, ~0u);
  broken->with = CryptoFault::none;
  begin(DataDirection::to_host);
  piece(DataDirection::to_host);
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
  rig.run_for(20_us);
  EXPECT_EQ(rig.ocs(tag), 0u);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UTRCS);
}

TEST_F(UfsHostControllerFaultsTest, ALinkThatIsLostIsSeenWhenItIsSampled) {
  const Picoseconds at = edge(rig.bus.next(kernel_now() + 1_us)) + 99_ps;
  rig.controller->link_lost(at);
  const Picoseconds seen = rig.bus.sample_edge(at);
  rig.run_until(seen - 2_ps);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u) << "early";
  EXPECT_EQ(rig.hardware(Reg::HCS) & HCS::DP, HCS::DP);
  rig.run_until(seen);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::ULLS) << "on time";
  EXPECT_EQ(rig.hardware(Reg::HCS) & HCS::DP, 0u);
  EXPECT_EQ(rig.probe->changes.back(), std::pair(seen, true));
}

TEST_F(UfsHostControllerFaultsTest, AnErrorOfTheDataLinkLayerStandsInItsRegisterUntilItIsRead) {
  rig.controller->data_link_error(2, kernel_now() + 1_us);
  rig.run_for(2_us);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UE);
  EXPECT_EQ(rig.master->read(Reg::UECDL), UEC::ERR | 2u);
  EXPECT_EQ(rig.master->read(Reg::UECDL), 0u);
}

/// A read is answered ahead by what is known; what comes at once is seen when such answers are over.
TEST_F(UfsHostControllerFaultsTest, WhatIsToldLateIsSeenNoSoonerThanTheEndOfACommandCouldBe) {
  const Picoseconds quiet = edge(rig.bus.sync_stages() + 2 * (rig.config.dma.write_latency + 1_cycles));
  const Picoseconds seen = rig.bus.sample_edge(kernel_now() + quiet);
  rig.controller->link_lost(kernel_now());
  rig.run_until(seen - 2_ps);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u) << "early";
  rig.run_until(seen);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::ULLS) << "on time";
}

TEST_F(UfsHostControllerFaultsTest, AControllerThatIsDisabledMeanwhileHearsNothing) {
  rig.controller->link_lost(kernel_now() + 1_us);
  rig.master->set(Reg::HCE, 0);
  rig.run_for(5_us);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
}

}  // namespace
}  // namespace icesim
