// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

TEST(UfsHostControllerGear, IsTheOneThatSoftwareHasSetIfThereIsSuch) {
  HostControllerRig rig;
  rig.start();
  const auto set = [&](std::uint16_t attribute, std::uint32_t value) {
    rig.uic(uic::Opcode::dme_set, uic::arg1(attribute), value);
    rig.run_for(rig.config.uic_time + rig.bus.edge(1_cycles));
    EXPECT_EQ(uic::result_of(rig.master->read(Reg::UCMDARG2)), uic::Result::success);
  };
  for (const auto& [gear, taken] : {std::pair{1u, 1u}, {3u, 3u}, {4u, 4u}, {7u, 4u}, {0u, 4u}}) {
    set(uic::PA_TxGear, gear);
    set(uic::PA_PWRMode, uic::power_modes(uic::PowerMode::fast, uic::PowerMode::fast));
    EXPECT_EQ(rig.link.gears.back(), taken) << gear;
  }
}

}  // namespace
}  // namespace icesim
