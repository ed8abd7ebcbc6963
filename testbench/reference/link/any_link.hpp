// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/link/unipro_link_twin.hpp"
#include "testbench/support/random_config.hpp"

#include <algorithm>
#include <rapidcheck/gtest.h>

namespace icesim::twin {

/// The link's parameters, each from its whole range but for some bounds: a buffer holds a frame, wire and start of a burst
/// are no longer than lets so many frames go to and fro one by one in a case's time, and bursts end in the gaps that there
/// are, if they do.
inline UniproLinkConfig any_link(std::uint64_t frames_of_header) {
  UniproLinkConfig config = test::any_config(UniproLinkConfig{}, {"phy_latency", "burst_gap", "burst_start", "lost_frames_ppm", "replay_timeout", "lost_afcs_ppm", "afc_timeout"});
  if (config.credits > 0)
    config.credits = std::max(config.credits, unipro::frame_credits(config.t_mtu, config.header_bytes));
  const std::uint64_t frames = frames_of_header * divide_up(upiu_header_size, config.t_mtu.n);
  config.burst_gap = Cycles{*test::any_in({0, 300}, 0).as("burst_gap")};
  config.burst_start = Cycles{std::min(*test::any_in({0, 100'000}, 30).as("burst_start"), 40'000 / (frames + 1))};
  const Picoseconds most = UniproTwinConfig(config, UniproLink::Mode::hs).domain.edge(Cycles{40'000 / (frames + 1)});
  const Picoseconds phy{*test::any_in({0, 100'000'000}, 100'000).as("phy_latency")};
  const Picoseconds usual{*rc::gen::inRange<std::uint64_t>(0, 400'000).as("short phy_latency")};
  config.phy_latency = std::min(*test::any_in({0, 3}, 1) == 0 ? phy : usual, most);
  return config;
}

/// In one of four cases frames are lost, far more than a link may, and the timer is as short as lets no frame of a UPIU whose bytes
/// come late wait for so long.
inline void lose_frames(UniproLinkConfig& config, UniproLink::Mode mode) {
  if (*test::any_in({0, 3}, 0).as("loses frames") != 3) return;
  config.lost_frames_ppm = *test::any_in({0, 100'000}, 0).as("lost_frames_ppm");
  config.lost_afcs_ppm = *test::any_in({0, 300'000}, 0).as("lost_afcs_ppm");
  config.broken_frames_ppm = std::min<std::uint64_t>(config.broken_frames_ppm, 100'000);
  const UniproTwinConfig twin(config, mode);
  const std::uint64_t trip = twin.way(Direction::to_device) + twin.way(Direction::to_host) + config.ack_latency.n + config.afc_bytes.n;
  config.afc_timeout = twin.domain.edge(Cycles{10'000 + trip + *test::any_in({0, 1000}, 0).as("afc_timeout")});
  config.replay_timeout = twin.domain.edge(Cycles{22'000 + 3 * trip + *test::any_in({0, 1000}, 0).as("replay_timeout")});
}

}  // namespace icesim::twin
