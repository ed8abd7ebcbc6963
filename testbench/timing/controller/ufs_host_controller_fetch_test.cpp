// SPDX-License-Identifier: Apache-2.0
#include "testbench/timing/controller/ufs_host_controller_timing.hpp"

namespace icesim {
namespace {

TEST_F(UfsHostControllerTimingTest, HasACommandReadyAfterTwoDescriptorReads) {
  rig.start();
  place(0, 3);
  const Cycles d = soon();
  ring_at(1, d);
  expect_command(0, 0, d, ready(d, 3));
  EXPECT_EQ(rig.recorder.at(0, Stage::dispatch), edge(d));
  EXPECT_EQ(rig.recorder.at(0, Stage::fetch), edge(ready(d, 3)));
}

TEST_F(UfsHostControllerTimingTest, SkipsThePrdtOfACommandWithoutData) {
  rig.start();
  place(0, 0);
  const Cycles d = soon();
  ring_at(1, d);
  expect_command(0, 0, d, ready(d, 0));
}

TEST_F(UfsHostControllerTimingTest, ObeysTheParametersOfFetch) {
  rig.config.decode_cycles = 17_cycles;
  rig.config.dma.read_latency = 91_cycles;
  rig.config.dma.bytes_per_cycle = 4_B;
  rig.start();
  place(0, 16);
  const Cycles d = soon();
  ring_at(1, d);
  expect_command(0, 0, d, ready(d, 16));
}

TEST_F(UfsHostControllerTimingTest, FetchesTheNextTagWhenItsOnlyUnitIsFree) {
  rig.config.prefetch_depth = 1;
  rig.start();
  for (std::uint64_t tag = 0; tag < 3; ++tag) place(tag, 1);
  Cycles g = soon();
  ring_at(7, g);
  for (std::uint64_t tag = 0; tag < 3; ++tag) {
    expect_command(tag, tag, g, ready(g, 1));
    g = ready(g, 1);  // the unit is free at R, and the channel has been idle since
  }
}

/// A doorbell that rings a few edges before the only unit is free, with it, and behind it.
TEST_F(UfsHostControllerTimingTest, TakesATagRungAtTheEndOfAFetchWhenTheUnitIsFree) {
  rig.config.prefetch_depth = 1;
  rig.start();
  for (std::uint64_t before = 0; before <= 3; ++before) {
    const std::uint64_t first = 2 * before, second = first + 1;
    place(first, 1);
    place(second, 1);
    const Cycles d = soon();
    const Cycles r = ready(d, 1);
    const Cycles rung = r + 1_cycles - Cycles{before};
    ring_at(1u << first, d);
    ring_at(1u << second, rung);
    rig.run_until(edge(d));
    SCOPED_TRACE(before);
    const Cycles g = std::max(rung, r);
    expect_command(second, second, g, ready(g, 1));
  }
}

TEST_F(UfsHostControllerTimingTest, FetchesTwoTagsAtATimeWithTwoUnits) {
  rig.config.prefetch_depth = 2;
  rig.start();
  for (std::uint64_t tag = 0; tag < 3; ++tag) place(tag, 1);
  const Cycles d = soon();
  ring_at(7, d);
  // The two share the descriptor channel in the order of their calls: what tag 1 reads follows all that tag 0 reads.
  DmaChannel channel(rig.config.dma, rig.bus);
  std::array<Picoseconds, 2> r;
  for (Picoseconds& each : r) {
    const Picoseconds u = edge(rig.bus.next(channel.read(edge(d), Utrd::size)) + rig.config.decode_cycles);
    const Picoseconds c = channel.read(u, upiu_header_size);
    const Picoseconds p = channel.read(u, PrdtEntry::size);
    each = edge(rig.bus.next(std::max(c, p)) + rig.config.decode_cycles);
  }
  rig.run_until(edge(d) - 2_ps);
  EXPECT_TRUE(rig.link.sent.empty());
  rig.run_until(edge(d));
  ASSERT_EQ(rig.link.sent.size(), 2u);
  EXPECT_EQ(rig.link.sent[0].ready.back().at, r[0]);
  EXPECT_EQ(rig.link.sent[0].ready.back().at, edge(ready(d, 1)));
  EXPECT_EQ(rig.link.sent[1].ready.back().at, r[1]);
  rig.run_until(r[0] - 2_ps);
  EXPECT_EQ(rig.link.sent.size(), 2u) << "both units are busy";
  rig.run_until(r[0]);
  ASSERT_EQ(rig.link.sent.size(), 3u);
  EXPECT_EQ(rig.link.sent[2].queued, r[0]);
}

TEST_F(UfsHostControllerTimingTest, FetchesInTheOrderOfTheDoorbells) {
  EXPECT_EQ(order_of_fetch(Arbitration::fifo), (std::vector<std::uint64_t>{5, 7, 0, 2, 6}));
}

TEST_F(UfsHostControllerTimingTest, FetchesTheNextTagBehindTheLastOneInTurn) {
  EXPECT_EQ(order_of_fetch(Arbitration::round_robin), (std::vector<std::uint64_t>{5, 6, 7, 0, 2}));
}

TEST_F(UfsHostControllerTimingTest, EndsABadCommandWhenItsStatusIsWritten) {
  rig.start();
  place(0, 2);
  const CommandUpiu wrong = rig.command(9, 16384);
  rig.memory->write(rig.ucd(0), wrong.encode().data(), upiu_header_size);
  const Cycles d = soon();
  ring_at(1, d);
  expect_end(0, Ocs::invalid_command_table, ended_without_response(ready(d, 2)));
  EXPECT_TRUE(rig.link.sent.empty());
}

TEST_F(UfsHostControllerTimingTest, EndsABadDescriptorWithoutReadingFurther) {
  rig.start();
  Utrd utrd = rig.utrd(0, DataDirection::none, 0);
  utrd.command_type = static_cast<CommandType>(0);
  rig.place(0, utrd, rig.command(0, 0).encode(), {});
  const Cycles d = soon();
  ring_at(1, d);
  expect_end(0, Ocs::invalid_command_table, ended_without_response(utrd_read(d) + rig.config.decode_cycles));
}

}  // namespace
}  // namespace icesim
