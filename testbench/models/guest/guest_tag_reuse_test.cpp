// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/guest/tag_script.hpp"
#include "testbench/support/random_cases.hpp"

namespace icesim {
namespace {

using test::GuestDriver;
using test::TagScript;

TEST(GuestTagReuse, WhatIsAbortedAndClearedLeavesItsTagAndItsDataToOthers) {
  std::uint64_t checked = 0, reused = 0;
  test::check_cases(12, [&] {
    TagScript script(*rc::gen::arbitrary<std::uint64_t>());
    script.follow_the_rules(60);
    RC_ASSERT(!testing::Test::HasFailure());
    RC_ASSERT(script.wrong == 0u);
    RC_ASSERT(script.torn == 0u);
    checked += script.checked;
    reused += script.reused;
  });
  EXPECT_GT(checked, 1000u);
  EXPECT_GT(reused, 50u);
}

TEST(GuestTagReuse, WhatIsClearedAloneMixesUpCommandsButNeverTheirBytes) {
  test::check_cases(12, [&] {
    TagScript script(*rc::gen::arbitrary<std::uint64_t>());
    script.break_the_rules(80);
    RC_ASSERT(!testing::Test::HasFailure());
    RC_ASSERT(script.wrong == 0u);
    RC_ASSERT(script.torn == 0u);
  });
}

/// A write of which the controller forgets while its data are on the wire, and then a read under the tag: the device
/// gets what was sent, and goes on with the write.
TEST(GuestTagReuse, AWriteThatIsClearedOnItsWayArrivesAsItWasSent) {
  constexpr std::uint16_t blocks = 15;
  for (const std::uint64_t after : {500u, 1000u, 2000u, 5000u, 20'000u}) {
    SystemConfig config;
    config.link.phy_latency = Picoseconds{100'000'000};
    GuestDriver guest(config);
    guest.start();
    const auto fill = [&](std::uint64_t value) {
      std::byte* const data = guest.map.find(GuestDriver::data, blocks * logical_block.n);
      for (std::size_t at = 0; at < blocks * logical_block.n; at += 8) store_le64(data + at, value + at);
    };
    fill(7);
    guest.describe(3, {scsi::write_10(Lba{100}, blocks), DataDirection::to_device, blocks, GuestDriver::data});
    guest.write(Reg::UTRLDBR, 1u << 3);
    guest.pass(Picoseconds{after * 1'000'000});
    guest.write(Reg::UTRLCLR, ~(1u << 3));
    fill(8);
    guest.describe(3, {scsi::read_10(Lba{200}, blocks), DataDirection::to_host, blocks, GuestDriver::data});
    guest.write(Reg::UTRLDBR, 1u << 3);
    guest.pass(Picoseconds{1'000'000'000'000});
    for (std::uint64_t block = 0; block < blocks; ++block) {
      const std::byte* const stored = guest.simulation->flash().content(Lba{100 + block});
      ASSERT_NE(stored, nullptr) << after << " us";
      for (std::size_t at = 0; at < logical_block.n; at += 8)
        ASSERT_EQ(load_le64(stored + at), 7 + block * logical_block.n + at) << after << " us, block " << block;
    }
  }
}

}  // namespace
}  // namespace icesim
