// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct UfsHostControllerRegistersTest : testing::Test {
  HostControllerRig rig;

  std::uint32_t read(Reg reg) { return rig.master->read(reg); }
  void set(Reg reg, std::uint32_t value) { rig.master->set(reg, value); }
  /// Runs a UIC command to its end and returns its result code.
  uic::Result uic(uic::Opcode opcode, std::uint32_t arg1 = 0, std::uint32_t arg3 = 0) {
    rig.uic(opcode, arg1, arg3);
    rig.run_for(rig.config.uic_time + rig.bus.edge(1_cycles));
    return uic::result_of(read(Reg::UCMDARG2));
  }
};

TEST_F(UfsHostControllerRegistersTest, TellsItsCapabilities) {
  rig.config.tags = 16;
  rig.config.version = 0x0400;
  rig.keyslot_config.num_keyslots = 7;
  rig.keyslot_config.aes_xts_128 = true;
  rig.keyslot_config.data_units = 0x0f;
  rig.build();
  const Capabilities capabilities = Capabilities::decode(read(Reg::CAP));
  EXPECT_EQ(capabilities.transfer_requests, 16u);
  EXPECT_TRUE(capabilities.crypto);
  EXPECT_FALSE(capabilities.no_legacy_doorbell);
  EXPECT_EQ(read(Reg::VER), 0x0400u);
  const CryptoCapabilities crypto = CryptoCapabilities::decode(read(Reg::CCAP));
  EXPECT_EQ(crypto.keyslots, 7u);
  EXPECT_EQ(crypto.capabilities, 2u);
  EXPECT_EQ(crypto.config_pointer, rig.keyslot_config.config_pointer);
  const auto first = CryptoCapability::decode(rig.master->read(crypto_capability_offset(0)));
  const auto second = CryptoCapability::decode(rig.master->read(crypto_capability_offset(1)));
  EXPECT_EQ(first.key_size, CryptoKeySize::bits_256);
  EXPECT_EQ(second.key_size, CryptoKeySize::bits_128);
  EXPECT_EQ(first.data_units, 0x0f);
  EXPECT_EQ(rig.master->read(crypto_capability_offset(2)), 0u) << "behind the last capability";
}

TEST_F(UfsHostControllerRegistersTest, KeepsReadOnlyRegistersAgainstWrites) {
  rig.build();
  for (const Register& reg : ufshci_registers) {
    if (reg.access != Access::read_only) continue;
    const std::uint32_t before = rig.master->read(reg.offset);
    rig.master->set(reg.offset, ~before);
    EXPECT_EQ(rig.master->read(reg.offset), before) << reg.name;
  }
  const std::uint32_t capability = rig.master->read(crypto_capability_offset(0));
  rig.master->set(crypto_capability_offset(0), ~capability);
  EXPECT_EQ(rig.master->read(crypto_capability_offset(0)), capability);
}

TEST_F(UfsHostControllerRegistersTest, KeepsWhatSoftwareWroteInTheBitsThatExist) {
  rig.build();
  for (const Register& reg : ufshci_registers) {
    if (reg.access != Access::read_write || reg.name == "HCE" || reg.name == "UICCMD") continue;
    rig.master->set(reg.offset, 0xffffffffu);
    EXPECT_EQ(rig.master->read(reg.offset), reg.implemented()) << reg.name;
    rig.master->set(reg.offset, 0);
    EXPECT_EQ(rig.master->read(reg.offset), 0u) << reg.name;
  }
}

TEST_F(UfsHostControllerRegistersTest, ReadsZeroWhereThereIsNoRegister) {
  rig.build();
  for (const std::uint32_t offset : {0x1cu, 0x2cu, 0xa0u, 0x200u, 0x3fcu, 0x800u, 0xffffcu}) {
    rig.master->set(offset, 0xffffffffu);
    EXPECT_EQ(rig.master->read(offset), 0u) << offset;
  }
  EXPECT_EQ(read(Reg::UTRLCLR), 0u) << "write-only";
  EXPECT_EQ(read(Reg::UTMRLCLR), 0u) << "write-only";
}

TEST_F(UfsHostControllerRegistersTest, AnswersOddAccessesWithABusError) {
  rig.build();
  std::array<std::byte, 8> data{};
  EXPECT_FALSE(rig.master->transport(tlm::TLM_READ_COMMAND, 0x20, data.data(), 8));
  EXPECT_FALSE(rig.master->transport(tlm::TLM_READ_COMMAND, 0x20, data.data(), 2));
  EXPECT_FALSE(rig.master->transport(tlm::TLM_WRITE_COMMAND, 0x22, data.data(), 4));
  EXPECT_TRUE(rig.master->transport(tlm::TLM_WRITE_COMMAND, 0x24, data.data(), 4));
}

TEST_F(UfsHostControllerRegistersTest, ClearsStatusBitsThatAreWrittenAsOneAndLowersThePin) {
  rig.start();
  ASSERT_EQ(uic(uic::Opcode::dme_hibernate_enter), uic::Result::success);
  ASSERT_EQ(uic(uic::Opcode::dme_get, uic::arg1(uic::PA_TxGear)), uic::Result::success);
  EXPECT_EQ(read(Reg::IS), IS::UHES | IS::UCCS);
  EXPECT_TRUE(rig.pin->read());
  set(Reg::IS, IS::UCCS | IS::ULSS);
  rig.run_for(1_ns);
  EXPECT_EQ(read(Reg::IS), IS::UHES);
  EXPECT_TRUE(rig.pin->read()) << "one is left";
  set(Reg::IE, ~IS::UHES.mask());
  rig.run_for(1_ns);
  EXPECT_FALSE(rig.pin->read()) << "disabled";
  set(Reg::IE, IS::UHES);
  rig.run_for(1_ns);
  EXPECT_TRUE(rig.pin->read()) << "enabled again";
  set(Reg::IS, IS::UHES);
  rig.run_for(1_ns);
  EXPECT_FALSE(rig.pin->read());
  EXPECT_EQ(rig.controller->statistics().interrupts, 2u);
}

TEST_F(UfsHostControllerRegistersTest, GoesDownAndUpWithItsEnableBit) {
  rig.build();
  EXPECT_EQ(read(Reg::HCS), 0u);
  rig.enable();
  EXPECT_EQ(read(Reg::HCE), HCE::HCE | HCE::CGE);
  EXPECT_EQ(read(Reg::HCS), HCS::DP | HCS::ready);
  rig.start_list();
  rig.program(0, counting_data(64), 4096_B);
  set(Reg::HCE, 0);
  for (const Reg reg : {Reg::HCE, Reg::HCS, Reg::IS, Reg::IE, Reg::UTRLRSR, Reg::UTRLDBR, Reg::UTRLCNR})
    EXPECT_EQ(read(reg), 0u) << static_cast<std::uint32_t>(reg);
  KeyslotUse use;
  EXPECT_NE(rig.keyslots->lookup(Keyslot{0}, use), KeyslotState::usable) << "keys are wiped";
  EXPECT_EQ(rig.link.gears.back(), 0u);
  rig.program(0, counting_data(64), 4096_B);
  set(Reg::HCE, HCE::HCE);
  EXPECT_EQ(read(Reg::HCE), 0u);
  rig.run_for(rig.config.enable_time + rig.bus.edge(1_cycles));
  EXPECT_EQ(read(Reg::HCE), HCE::HCE);
  EXPECT_EQ(read(Reg::HCS), HCS::UCRDY);
  EXPECT_EQ(rig.keyslots->lookup(Keyslot{0}, use), KeyslotState::usable) << "the way up keeps what was programmed";
}

TEST_F(UfsHostControllerRegistersTest, TakesTheEnablingOfItsEngineOnlyWhenItIsEnabledWhereThatIsLate) {
  rig.config.late_crypto = true;
  rig.build();
  set(Reg::HCE, HCE::HCE | HCE::CGE);
  EXPECT_EQ(read(Reg::HCE), 0u);
  rig.run_for(rig.config.enable_time + rig.bus.edge(1_cycles));
  EXPECT_EQ(read(Reg::HCE), HCE::HCE);
  set(Reg::HCE, HCE::HCE | HCE::CGE);
  EXPECT_EQ(read(Reg::HCE), HCE::HCE | HCE::CGE);
  set(Reg::HCE, 0);
  EXPECT_EQ(read(Reg::HCE), 0u);
}

TEST_F(UfsHostControllerRegistersTest, StaysDownWhenItIsDisabledWhileItComesUp) {
  rig.build();
  set(Reg::HCE, HCE::HCE);
  rig.run_for(rig.config.enable_time - 1_us);
  set(Reg::HCE, 0);
  rig.run_for(2_us);
  EXPECT_EQ(read(Reg::HCE), 0u);
  EXPECT_EQ(read(Reg::HCS), 0u);
  set(Reg::HCE, HCE::HCE);
  rig.run_for(rig.config.enable_time - 1_us);
  EXPECT_EQ(read(Reg::HCE), 0u) << "the time runs anew";
  rig.run_for(2_us);
  EXPECT_EQ(read(Reg::HCE), HCE::HCE);
}

TEST_F(UfsHostControllerRegistersTest, ForgetsAUicCommandWhenItIsDisabled) {
  rig.start();
  rig.uic(uic::Opcode::dme_set, uic::arg1(uic::PA_TxGear), 3);
  set(Reg::HCE, 0);
  rig.run_for(rig.config.uic_time + 1_us);
  EXPECT_EQ(read(Reg::HCS), 0u);
  EXPECT_EQ(read(Reg::IS), 0u);
}

TEST_F(UfsHostControllerRegistersTest, GetsWhatWasSetInDmeAttributes) {
  rig.start();
  EXPECT_EQ(uic(uic::Opcode::dme_set, uic::arg1(uic::PA_TxGear), 3), uic::Result::success);
  EXPECT_EQ(uic(uic::Opcode::dme_peer_set, uic::arg1(uic::PA_Hibern8Time), 9), uic::Result::success);
  EXPECT_EQ(uic(uic::Opcode::dme_get, uic::arg1(uic::PA_TxGear)), uic::Result::success);
  EXPECT_EQ(read(Reg::UCMDARG3), 3u);
  EXPECT_EQ(uic(uic::Opcode::dme_peer_get, uic::arg1(uic::PA_Hibern8Time)), uic::Result::success);
  EXPECT_EQ(read(Reg::UCMDARG3), 9u);
  EXPECT_EQ(uic(uic::Opcode::dme_get, uic::arg1(uic::PA_ConnectedTxDataLanes)), uic::Result::success);
  EXPECT_EQ(read(Reg::UCMDARG3), rig.link.connected_lanes());
  EXPECT_EQ(uic(uic::Opcode::dme_get, uic::arg1(uic::PA_MaxRxHSGear)), uic::Result::success);
  EXPECT_EQ(read(Reg::UCMDARG3), rig.link.max_gear());
  EXPECT_EQ(read(Reg::IS), IS::UCCS);
}

TEST_F(UfsHostControllerRegistersTest, AnswersAnUnknownUicCommandWithAFailureAndKeepsTheSetType) {
  rig.start();
  set(Reg::UCMDARG2, uic::arg2(uic::SetType::persistent));
  set(Reg::UICCMD, 0x7f);
  rig.run_for(rig.config.uic_time + rig.bus.edge(1_cycles));
  EXPECT_EQ(read(Reg::UCMDARG2), uic::with_result(uic::arg2(uic::SetType::persistent), uic::Result::dme_failure));
}

TEST_F(UfsHostControllerRegistersTest, ChangesThePowerModeOfTheLink) {
  rig.start();
  using uic::PowerMode;
  for (const auto& [mode, fast] : {std::pair{PowerMode::fast, true},
                                   {PowerMode::slow, false},
                                   {PowerMode::fast_auto, true},
                                   {PowerMode::slow_auto, false}}) {
    set(Reg::IS, ~0u);
    EXPECT_EQ(uic(uic::Opcode::dme_set, uic::arg1(uic::PA_PWRMode), uic::power_modes(mode, mode)),
              uic::Result::success);
    EXPECT_EQ(rig.link.gears.back(), fast ? 4u : 0u);
    EXPECT_EQ(read(Reg::IS), IS::UPMS) << "instead of UCCS";
    EXPECT_EQ(HCS::UPMCRS.of(read(Reg::HCS)), static_cast<std::uint32_t>(PowerModeResult::local));
    EXPECT_EQ(read(Reg::HCS) & HCS::ready, HCS::ready);
  }
}

TEST_F(UfsHostControllerRegistersTest, TakesOneUicCommandAtATime) {
  rig.start();
  rig.uic(uic::Opcode::dme_set, uic::arg1(uic::PA_TxGear), 3);
  EXPECT_EQ(read(Reg::HCS) & HCS::UCRDY, 0u);
  set(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_enter));
  rig.run_for(rig.config.uic_time + 1_us);
  EXPECT_EQ(read(Reg::IS), IS::UCCS) << "the second was ignored";
  EXPECT_NE(read(Reg::HCS) & HCS::UCRDY, 0u);
  EXPECT_EQ(uic(uic::Opcode::dme_hibernate_exit), uic::Result::success);
  EXPECT_EQ(read(Reg::IS), IS::UCCS | IS::UHXS);
}

TEST_F(UfsHostControllerRegistersTest, TellsTheResultOfEnteringAndLeavingHibern8) {
  rig.start();
  const auto local = static_cast<std::uint32_t>(PowerModeResult::local);
  EXPECT_EQ(HCS::UPMCRS.of(read(Reg::HCS)), 0u);
  EXPECT_EQ(uic(uic::Opcode::dme_hibernate_enter), uic::Result::success);
  EXPECT_EQ(HCS::UPMCRS.of(read(Reg::HCS)), local);
  rig.uic(uic::Opcode::dme_link_startup);
  rig.run_for(rig.config.link_startup_time + 1_us);
  EXPECT_EQ(HCS::UPMCRS.of(read(Reg::HCS)), 0u);
  EXPECT_EQ(uic(uic::Opcode::dme_hibernate_exit), uic::Result::success);
  EXPECT_EQ(HCS::UPMCRS.of(read(Reg::HCS)), local);
  EXPECT_EQ(read(Reg::HCS) & HCS::ready, HCS::ready);
}

TEST_F(UfsHostControllerRegistersTest, TakesNoUicCommandWhileItIsDisabled) {
  rig.build();
  rig.uic(uic::Opcode::dme_link_startup);
  rig.run_for(rig.config.link_startup_time + 1_us);
  EXPECT_EQ(read(Reg::HCS), 0u);
  EXPECT_EQ(read(Reg::IS), 0u);
}

TEST_F(UfsHostControllerRegistersTest, HandsKeysToTheKeyslotFileAndHidesThem) {
  rig.build();
  const Data key = counting_data(64, 1);
  rig.program(5, key, 4096_B);
  KeyslotUse use;
  ASSERT_EQ(rig.keyslots->lookup(Keyslot{5}, use), KeyslotState::usable) << "also before the controller is enabled";
  EXPECT_EQ(use.data_unit, 4096_B);
  Data stored(64);
  rig.keyslots->content(Keyslot{5}).get_xts_key(stored.data(), stored.size());
  EXPECT_EQ(stored, key);
  const std::uint32_t entry = crypto_config_offset(rig.keyslots->layout(), Keyslot{5});
  for (std::uint32_t word = 0; word < 16; ++word) EXPECT_EQ(rig.master->read(entry + 4 * word), 0u) << word;
  EXPECT_EQ(rig.master->read(entry + 4 * CryptoConfig::config_word), (CryptoConfigWord{8, 0, true}).encode());
  EXPECT_EQ(rig.keyslots->statistics().writes, program_writes);
  EXPECT_EQ(rig.keyslots->statistics().programs, 1u);
  EXPECT_EQ(rig.keyslots->statistics().violations, 0u);
}

TEST_F(UfsHostControllerRegistersTest, IgnoresDoorbellsWhenTheListDoesNotRun) {
  rig.build();
  rig.enable();
  rig.start_list();
  rig.place(0, rig.utrd(0, DataDirection::none, 0), rig.command(0, 0).encode(), {});
  set(Reg::UTRLRSR, 0);
  rig.ring(1);
  EXPECT_EQ(read(Reg::UTRLDBR), 0u);
  set(Reg::UTRLRSR, 1);
  rig.run_for(10_us);
  EXPECT_TRUE(rig.link.sent.empty());
  set(Reg::HCE, 0);
  set(Reg::UTRLRSR, 1);
  rig.ring(1);
  rig.run_for(10_us);
  EXPECT_EQ(read(Reg::UTRLDBR), 0u);
  EXPECT_TRUE(rig.link.sent.empty());
}

TEST_F(UfsHostControllerRegistersTest, HasNoDoorbellsBeyondItsTags) {
  rig.config.tags = 4;
  rig.start();
  for (std::uint64_t tag = 0; tag < 4; ++tag)
    rig.place(tag, rig.utrd(tag, DataDirection::none, 0), rig.command(tag, 0).encode(), {});
  rig.ring(0xfffffff8u);
  EXPECT_EQ(read(Reg::UTRLDBR), 8u);
  rig.run_for(10_us);
  ASSERT_EQ(rig.link.sent.size(), 1u);
  EXPECT_EQ(tag_of(rig.link.sent[0].header), Tag{3});
}

}  // namespace
}  // namespace icesim
