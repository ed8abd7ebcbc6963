// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_rings.hpp"

#include "testbench/reference/ice/aes_xts_recording.hpp"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <vector>

namespace icesim::twin {
namespace {

/// What the recorded engine was given and did between one load of a tweak and the next flush.
struct Stretch {
  std::uint64_t opened = 0;  ///< first cycle after the flush before
  std::uint64_t loaded = 0;
  std::uint64_t end = 0;
  std::vector<std::uint64_t> offered;   ///< first cycle in which block k stood at the input
  std::vector<std::uint64_t> accepted;  ///< cycle in which it was taken
  std::vector<std::uint64_t> left;      ///< cycles in which a block stood at the output
};

std::vector<Stretch> stretches_of(const std::vector<RecordedCycle>& cycles) {
  std::vector<Stretch> stretches;
  bool waiting = false;
  for (std::uint64_t t = 1; t < cycles.size(); ++t) {
    const RecordedCycle& now = cycles[t];
    if (now.clear_valid) continue;
    if (cycles[t - 1].clear_valid) {
      stretches.emplace_back();
      stretches.back().opened = t;
      waiting = false;
    }
    if (stretches.empty()) continue;
    Stretch& stretch = stretches.back();
    stretch.end = t + 1;
    if (now.load_tweak) stretch.loaded = t;
    if (now.in_valid && !waiting) stretch.offered.push_back(t);
    waiting = now.in_valid && !now.in_ready;
    if (now.in_valid && now.in_ready) stretch.accepted.push_back(t);
    if (now.out_valid) stretch.left.push_back(t);
  }
  return stretches;
}

/// The event model's rules of issue and tweaks, with `ready_in` as one more thing to wait for, and room in a skid
/// buffer: from when blocks are offered to when they are taken and leave.
void expect_rules(const Recording& recording, const Stretch& stretch) {
  const AesXtsTwinConfig& config = recording.config;
  AesXtsRings rings(1, config.positions());
  const std::uint64_t input_latency = config.full() ? 0 : 1;
  const std::uint64_t skid_places = 2;
  std::vector<std::uint64_t> x, accepted, left;
  std::uint64_t tweak = stretch.loaded + config.tweak_latency();  // w
  for (std::size_t k = 0; k < stretch.offered.size(); ++k) {
    std::uint64_t taken = stretch.offered[k];
    if (!config.full()) {
      taken = std::max(taken, stretch.opened + 1);
      if (k >= skid_places) taken = std::max(taken, x[k - skid_places] + 1);
    }
    std::uint64_t at = taken + input_latency;
    if (!x.empty()) at = std::max(at, x.back());
    const bool first = k % config.blocks_per_data_unit == 0;
    if (first) at = std::max(at, tweak);
    at = rings.entry(at);
    while (at < stretch.end && !recording.cycles[at].ready_in) at = rings.entry(at + 1);
    rings.enter(at, config.turns());
    if (first) tweak = at + config.tweak_latency();
    x.push_back(at);
    accepted.push_back(config.full() ? at : taken);
    left.push_back(at + config.latency());
  }
  const auto seen = [&](std::vector<std::uint64_t>& cycles) {
    cycles.erase(std::find_if(cycles.begin(), cycles.end(), [&](auto t) { return t >= stretch.end; }), cycles.end());
  };
  seen(accepted);
  seen(left);
  EXPECT_GT(left.size(), 300u);
  EXPECT_EQ(accepted, stretch.accepted) << "from cycle " << stretch.opened;
  EXPECT_EQ(left, stretch.left) << "from cycle " << stretch.opened;
}

TEST(AesXtsRings, GiveTheCyclesOfRecordedHardwareUnderBackPressure) {
  for (const char* name : {"lockstep_k512_w15_du4096.csv.gz", "lockstep_k512_w5_du2048.csv.gz"}) {
    const auto path = std::filesystem::path(ICESIM_SOURCE_DIR) / "../shared/vectors/rtl" / name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << "recording absent: " << path;
    const Recording recording = Recording::read(path.string());
    const std::vector<Stretch> stretches = stretches_of(recording.cycles);
    EXPECT_EQ(stretches.size(), 10u);
    for (const Stretch& stretch : stretches) expect_rules(recording, stretch);
  }
}

}  // namespace
}  // namespace icesim::twin
