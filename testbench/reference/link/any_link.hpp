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
  UniproLinkConfig config = test::any_config(UniproLinkConfig{}, {"phy_latency", "burst_gap", "burst_start"});
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

}  // namespace icesim::twin
