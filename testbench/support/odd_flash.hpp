// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "models/flash/flash_config.hpp"

#include <initializer_list>

namespace icesim::test {

/// Flash of 1 or 2 MiB or a bit more, in any shape that can be: it is full, and collection soon has to do with each of
/// its superblocks.
inline FlashArrayConfig odd_flash(Random& random) {
  const auto one_of = [&](std::initializer_list<std::uint64_t> list) {
    return list.begin()[random.below(list.size())];
  };
  FlashArrayConfig flash;
  flash.capacity = logical_block * (random.chance(50) ? one_of({256, 512}) : 256 + random.below(700));
  flash.over_provisioning_ppm = one_of({0, 1, 70'000, random.below(500'001), 500'000});
  flash.channels = 1 + random.below(4);
  flash.dies_per_channel = 1 + random.below(2);
  flash.planes = 1 + random.below(4);
  flash.page_bytes = logical_block * one_of({1, 1, 1, 2, 3, 4});
  flash.pages_per_program = 1 + random.below(4);
  flash.pages_per_block = flash.pages_per_program * one_of({1, 1, 2, 3, 8, 1 + random.below(64)});
  flash.write_buffer = Bytes{random.chance(30) ? 4096 + random.below(1 << 16) : one_of({64 << 10, 1 << 20, 4 << 20})};
  flash.gc_threshold = one_of({2, 2, 3, 4, 2 + random.below(40)});
  flash.gc_priority = random.chance(50) ? GcPriority::after_host : GcPriority::before_host;
  if (random.chance(30)) flash.gc_victim = static_cast<GcVictim>(random.below(gc_victims.size()));
  flash.gc_window = one_of({1, 2, 16, 1024});
  flash.cache_program.on = random.chance(30);
  flash.cache_program.busy_time = Picoseconds{one_of({0, 3'000'000, 10'000'000'000})};
  if (random.chance(30)) flash.suspension.most = one_of({1, 2, 64});
  flash.suspension.program_time = flash.suspension.erase_time = Picoseconds{1000 + random.below(200'000'000)};
  flash.suspension.resume_time = Picoseconds{random.below(200'000'000)};
  if (random.chance(30)) flash.retry.ppm = one_of({1, 200'000, 1'000'000});
  if (random.chance(30)) flash.retry.ppm_per_thousand_erases = one_of({1000, 1'000'000});
  flash.retry.most = one_of({1, 8, 64});
  flash.wear.counted = random.chance(30);
  if (random.chance(30)) flash.wear.levelling = static_cast<FlashLevelling>(random.below(flash_levellings.size()));
  flash.wear.static_gap = one_of({1, 2, 10});
  if (random.chance(20)) flash.wear.delivered_bad_ppm = random.below(100'001);
  if (random.chance(20)) flash.wear.bad_ppm_per_thousand_erases = one_of({1000, 30'000, 1'000'000});
  flash.wear.delivered_erases = one_of({0, 0, 3000});
  flash.wordline.pages = 1 + random.below(4);
  if (random.chance(30)) flash.wordline.read_spread_ppm = random.below(900'001);
  if (random.chance(30)) flash.wordline.program_spread_ppm = random.below(900'001);
  if (random.chance(30)) flash.precondition.pattern = FlashPattern::random;
  if (random.chance(30)) flash.precondition.fill_ppm = random.below(1'000'001);
  flash.streams.hot = random.chance(40);
  if (random.chance(50)) flash.streams.window_ppm = 1 + random.below(2'000'000);
  if (random.chance(60)) return flash;
  flash.booster.capacity = logical_block * (random.chance(50) ? one_of({1, 16, 1024}) : random.below(256));
  flash.booster.kind = random.chance(50) ? BoosterKind::dedicated : BoosterKind::shared;
  flash.booster.migration = static_cast<BoosterMigration>(random.below(booster_migrations.size()));
  flash.booster.idle_time = Picoseconds{random.chance(50) ? 0 : random.below(1'000'000'000)};
  return flash;
}

}  // namespace icesim::test
