// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/unipro_link_bench.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace icesim {
namespace {

using Bench = test::UniproLinkBench;

struct NotingTap : LinkTap {
  struct Note {
    Direction direction;
    std::uint32_t frames;
    Picoseconds begin, end, known;
  };
  std::vector<Note> notes;
  void acknowledgement(Direction direction, std::uint32_t frames, Picoseconds begin, Picoseconds end,
                       Picoseconds known) override {
    notes.push_back({direction, frames, begin, end, known});
  }
};

/// What an AFC for frames that have left in cycle `e` must look like.
void expect_acknowledgement(const Bench& bench, const NotingTap::Note& note, std::uint32_t frames, std::uint64_t e) {
  const UniproLinkConfig& config = bench.config;
  const std::uint64_t way = (bench.link.clock().next(config.phy_latency) + config.sync_stages).n;
  const std::uint64_t begin = e + way + config.ack_latency.n;
  EXPECT_EQ(note.frames, frames);
  EXPECT_EQ(note.begin, bench.edge(begin));
  EXPECT_EQ(note.end, bench.edge(begin + bench.cycles_of(config.afc_bytes.n)));
  EXPECT_EQ(note.known, bench.edge(begin + bench.cycles_of(config.afc_bytes.n) + way));
  EXPECT_EQ(note.known, bench.edge(e + bench.round()));
}

TEST(UniproLinkTap, TellsWhenTheAcknowledgementsOfAUpiuAreOnTheLanes) {
  UniproLinkConfig config;
  config.afc_interval = 3;
  Bench bench(config);
  NotingTap tap;
  bench.link.connect(tap);
  const std::uint64_t size = 7 * config.t_mtu.n + 11;
  bench.link.from_device->send(test::upiu_of(static_cast<std::uint32_t>(size - upiu_header_size)),
                               bench.sampled_at(1000));
  ASSERT_EQ(tap.notes.size(), 3u);
  const auto left = [&](std::uint64_t bytes) { return 1000 + bench.cycles_of(bench.wire_of(bytes)); };
  expect_acknowledgement(bench, tap.notes[0], 3, left(3 * config.t_mtu.n));
  expect_acknowledgement(bench, tap.notes[1], 3, left(6 * config.t_mtu.n));
  expect_acknowledgement(bench, tap.notes[2], 2, left(size));
  for (const NotingTap::Note& note : tap.notes) EXPECT_EQ(note.direction, Direction::to_host);
}

TEST(UniproLinkTap, TellsTheAcknowledgementThatAFrameWaitsFor) {
  UniproLinkConfig config;
  config.window = 1;
  Bench bench(config);
  NotingTap tap;
  bench.link.connect(tap);
  for (int i = 0; i < 2; ++i) bench.link.from_host->send(test::upiu_of(0), bench.sampled_at(1000));
  ASSERT_EQ(tap.notes.size(), 2u);
  expect_acknowledgement(bench, tap.notes[0], 1, 1000 + bench.cycles_of(bench.wire_of(upiu_header_size)));
  EXPECT_EQ(bench.edge(bench.device.arrivals.back().start.n), tap.notes[0].known);
  EXPECT_EQ(tap.notes[1].direction, Direction::to_device);
}

}  // namespace
}  // namespace icesim
