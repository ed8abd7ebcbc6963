// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/task_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// The line on task management of the **Timing** contract of UfsHostController.
struct UfsHostControllerTasksTimingTest : testing::Test {
  TaskRig rig;

  void SetUp() override { rig.start(); }
  Picoseconds edge(Cycles n) const { return rig.bus.edge(n); }
  Cycles soon() const { return rig.bus.next(kernel_now() + 1_us); }
  Cycles beats(std::uint64_t bytes) const { return Cycles{divide_up(bytes, rig.config.dma.bytes_per_cycle.n)}; }
  /// R of a request that is taken at `g`.
  Cycles ready(Cycles g) const { return g + rig.config.dma.read_latency + beats(48) + rig.config.decode_cycles; }
  Cycles written(Cycles from, std::uint64_t bytes) const { return from + beats(bytes) + rig.config.dma.write_latency; }
  void write_at(Reg reg, std::uint32_t value, Cycles d) {
    rig.master->write(reg, value, edge(d - rig.bus.sync_stages()) - kernel_now());
  }
  void ring_at(std::uint32_t numbers, Cycles d) { write_at(Reg::UTMRLDBR, numbers, d); }
  void expect_sent(std::size_t nth, std::uint64_t number, Cycles r) {
    rig.run_until(edge(r) - 2_ps);
    EXPECT_EQ(rig.link.sent.size(), nth) << "early";
    rig.run_until(edge(r));
    ASSERT_EQ(rig.link.sent.size(), nth + 1) << "on time";
    EXPECT_EQ(tag_of(rig.link.sent[nth].header), Tag{number});
    EXPECT_EQ(rig.link.sent[nth].ready.back().at, edge(r));
  }
  void expect_end(std::uint64_t number, Ocs ocs, Cycles e) {
    rig.run_until(edge(e) - 2_ps);
    EXPECT_TRUE(rig.task_busy(number)) << "early";
    EXPECT_EQ(rig.task_ocs(number), static_cast<std::uint8_t>(Ocs::invalid)) << "early";
    EXPECT_TRUE(rig.probe->changes.empty()) << "early";
    rig.run_until(edge(e));
    EXPECT_FALSE(rig.task_busy(number)) << "on time";
    EXPECT_EQ(rig.task_ocs(number), static_cast<std::uint8_t>(ocs));
    EXPECT_EQ(rig.hardware(Reg::IS), IS::UTMRCS);
    ASSERT_EQ(rig.probe->changes.size(), 1u);
    EXPECT_EQ(rig.probe->changes[0], std::pair(edge(e), true));
  }
};

TEST_F(UfsHostControllerTasksTimingTest, TakesOneRequestBehindTheOtherTheLowestNumberFirst) {
  for (const std::uint64_t number : {0u, 3u, 7u}) rig.place_task(number, rig.request(number).encode());
  const Cycles d = soon();
  ring_at(1u << 3, d);
  ring_at(1u << 7, d + 1_cycles);
  ring_at(1u << 0, d + 2_cycles);
  expect_sent(0, 3, ready(d));
  expect_sent(1, 0, ready(ready(d)));
  expect_sent(2, 7, ready(ready(ready(d))));
}

TEST_F(UfsHostControllerTasksTimingTest, EndsARequestWhenResponseAndThenStatusAreWritten) {
  rig.place_task(4, rig.request(4).encode());
  rig.ring_task(1u << 4);
  rig.run_for(2_us);
  const Picoseconds last = edge(soon()) + 99_ps;
  rig.link.inject(rig.answer(4), last);
  expect_end(4, Ocs::success, written(written(rig.bus.sample(last), upiu_header_size), 4));
}

TEST_F(UfsHostControllerTasksTimingTest, DoesNotEndARequestWithWhatWasWrittenForTheClearedOneOfItsNumber) {
  rig.place_task(4, rig.request(4).encode());
  rig.ring_task(1u << 4);
  rig.run_for(2_us);
  const Cycles received = soon();
  const Cycles seen = rig.bus.sample(edge(received));
  rig.link.inject(rig.answer(4), edge(received));
  write_at(Reg::UTMRLCLR, ~(1u << 4), seen + 1_cycles);
  ring_at(1u << 4, seen + 2_cycles);
  rig.run_until(edge(written(written(seen, upiu_header_size), 4)));
  EXPECT_TRUE(rig.task_busy(4));
  EXPECT_EQ(rig.task_ocs(4), static_cast<std::uint8_t>(Ocs::invalid));
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
}

TEST_F(UfsHostControllerTasksTimingTest, EndsARequestThatCannotBeCarriedOutLikeACommand) {
  rig.place_task(4, rig.command(4, 0).encode());
  const Cycles d = soon();
  ring_at(1u << 4, d);
  expect_end(4, Ocs::invalid_command_table, written(written(ready(d), upiu_header_size), 4));
}

TEST_F(UfsHostControllerTasksTimingTest, ReadsRequestsBesideTheDescriptorsOfCommands) {
  rig.place(1, rig.utrd(1, DataDirection::none, 0), rig.command(1, 0).encode(), {});
  rig.place_task(4, rig.request(4).encode());
  const Cycles d = soon();
  write_at(Reg::UTRLDBR, 1u << 1, d);
  ring_at(1u << 4, d);
  rig.run_until(edge(d));
  ASSERT_EQ(rig.link.sent.size(), 1u);  // the COMMAND has its place
  expect_sent(1, 4, ready(d));
}

}  // namespace
}  // namespace icesim
