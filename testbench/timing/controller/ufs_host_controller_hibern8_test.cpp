// SPDX-License-Identifier: Apache-2.0
#include "testbench/timing/controller/ufs_host_controller_timing.hpp"

namespace icesim {
namespace {

/// The **Timing** contract of AutoHibern8.
struct AutoHibern8TimingTest : UfsHostControllerTimingTest {
  static constexpr Picoseconds enter{40'000'001};
  static constexpr Picoseconds exit{70'000'002};
  static constexpr Picoseconds idle{100'000'000};
  Cycles began{};  ///< the idle time

  /// A controller that has rested since `began`.
  void rest(std::uint32_t ahit = 100) {
    rig.config.auto_hibern8 = true;
    rig.link.hibernates = enter;
    rig.link.wakes = exit;
    rig.start();
    began = soon();
    write_at(Reg::AHIT, ahit, began);
    for (std::uint64_t tag = 0; tag < 4; ++tag) place(tag, 1);
  }
  void write_at(Reg reg, std::uint32_t value, Cycles d) {
    rig.master->write(reg, value, edge(d - rig.bus.sync_stages()) - kernel_now());
  }
  /// The first edge at or after.
  Cycles first(Picoseconds t) const { return rig.bus.next(t); }
  Cycles hibernates() const { return first(edge(began) + idle); }
  /// A command under `tag` whose doorbell rings at `d` leaves at `leaves`.
  void expect_leaves(std::uint64_t tag, Cycles d, Cycles leaves) {
    const std::size_t before = rig.link.of(Transaction::command).size();
    ring_at(1u << tag, d);
    rig.run_until(edge(std::max(leaves, ready(d, 1))) + 1_us);
    const auto sent = rig.link.of(Transaction::command);
    ASSERT_EQ(sent.size(), before + 1);
    EXPECT_EQ(sent.back()->ready.back().at, edge(leaves));
    EXPECT_EQ(rig.recorder.at(tag, Stage::fetch), edge(ready(d, 1)));
    if (leaves > ready(d, 1)) {
      EXPECT_EQ(rig.recorder.at(tag, Stage::power), edge(leaves));
    } else {
      EXPECT_FALSE(rig.recorder.at(tag, Stage::power).has_value());
    }
  }
};

TEST_F(AutoHibern8TimingTest, TellsThatItIsThereAndStoresItsTime) {
  rest(100 | 2 << 10);
  EXPECT_NE(rig.hardware(Reg::CAP) & CAP::AUTOH8, 0u);
  rig.run_until(edge(began));
  EXPECT_EQ(rig.hardware(Reg::AHIT), 100u | 2 << 10);
  rig.master->write(Reg::HCE, 0, 0_ps);
  rig.run_for(1_us);
  EXPECT_EQ(rig.hardware(Reg::AHIT), 0u);
}

TEST_F(AutoHibern8TimingTest, IsAwakeUntilItsIdleTimeIsOver) {
  rest();
  const Cycles d = hibernates() - 1_cycles;
  expect_leaves(0, d, ready(d, 1));
}

TEST_F(AutoHibern8TimingTest, GoesIntoHibern8BeforeItLeavesIt) {
  rest();
  const Cycles d = hibernates();
  expect_leaves(0, d, first(edge(first(edge(d) + enter)) + exit));
}

TEST_F(AutoHibern8TimingTest, LeavesItWhenThereIsWork) {
  rest();
  const Cycles d = first(edge(hibernates()) + enter) + 1000_cycles;
  expect_leaves(0, d, first(edge(d) + exit));
  EXPECT_EQ(rig.controller->statistics().hibernations, 1u);
  EXPECT_EQ(rig.controller->statistics().hibernated_time.n, (edge(d) - edge(hibernates())).n);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u) << "no interrupt tells of it";
}

TEST_F(AutoHibern8TimingTest, LetsWhatWaitsForItLeaveThenThoughTheControllerIsDisabled) {
  rest();
  const Cycles d = first(edge(hibernates()) + enter) + 1000_cycles;
  ring_at(1, d);
  rig.run_until(edge(ready(d, 1)) + 1_us);
  rig.master->write(Reg::HCE, 0, 0_ps);
  rig.run_for(200_us);
  const auto sent = rig.link.of(Transaction::command);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0]->ready.back().at, edge(first(edge(d) + exit)));
}

TEST_F(AutoHibern8TimingTest, DoesNotDelayACommandThatIsReadyLater) {
  rest();
  rig.link.wakes = 1_ns;
  const Cycles d = first(edge(hibernates()) + enter) + 1000_cycles;
  expect_leaves(0, d, ready(d, 1));
}

TEST_F(AutoHibern8TimingTest, BeginsItsIdleTimeAtTheEndOfTheLastCommand) {
  rest();
  const Cycles d = began + 100_cycles;
  ring_at(1, d);
  rig.run_for(10_us);
  const Picoseconds seen = edge(soon());
  rig.link.inject(response_upiu(0).encode(), seen);
  rig.run_for(5_us);
  ASSERT_FALSE(rig.busy(0));
  const Cycles e = written(written(rig.bus.sample(seen), upiu_header_size), 4);
  const Cycles late = first(edge(e) + idle);
  expect_leaves(1, late - 1_cycles, ready(late - 1_cycles, 1));
}

TEST_F(AutoHibern8TimingTest, HibernatesAfterTheEndOfTheLastCommand) {
  rest();
  ring_at(1, began + 100_cycles);
  rig.run_for(10_us);
  const Picoseconds seen = edge(soon());
  rig.link.inject(response_upiu(0).encode(), seen);
  rig.run_for(5_us);
  const Cycles e = written(written(rig.bus.sample(seen), upiu_header_size), 4);
  const Cycles late = first(edge(e) + idle);
  expect_leaves(1, late, first(edge(first(edge(late) + enter)) + exit));
}

TEST_F(AutoHibern8TimingTest, BeginsItsIdleTimeAnewWithAWriteOfTheRegister) {
  rest();
  const Cycles again = began + 5000_cycles;
  write_at(Reg::AHIT, 100, again);
  began = again;
  const Cycles d = hibernates() - 1_cycles;
  expect_leaves(0, d, ready(d, 1));
}

TEST_F(AutoHibern8TimingTest, WakesTheLinkWhenItIsTurnedOff) {
  rest();
  const Cycles d = first(edge(hibernates()) + enter) + 1000_cycles;
  write_at(Reg::AHIT, 0, d);
  expect_leaves(0, d + 1_cycles, first(edge(d) + exit));
  EXPECT_EQ(rig.controller->statistics().hibernations, 1u);
}

TEST_F(AutoHibern8TimingTest, BeginsAUicCommandWhenTheLinkIsBack) {
  rest();
  const Cycles d = first(edge(hibernates()) + enter) + 1000_cycles;
  write_at(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_get), d);
  const Picoseconds done = rig.bus.next_edge(edge(first(edge(d) + exit)) + rig.config.uic_time);
  rig.run_until(done - 2_ps);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u) << "early";
  rig.run_until(done);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UCCS);
}

TEST_F(AutoHibern8TimingTest, DoesNotHibernateByItselfWhileSoftwareHasTheLinkHibernate) {
  rest();
  write_at(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_enter), began + 10_cycles);
  rig.run_for(10'000_us);
  const Cycles d = soon();
  write_at(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_hibernate_exit), d);
  rig.master->set(Reg::IS, ~0u);
  const Picoseconds done = rig.bus.next_edge(edge(d) + rig.config.uic_time + exit);
  rig.run_until(done - 2_ps);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u) << "early";
  rig.run_until(done);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UHXS);
  EXPECT_EQ(rig.controller->statistics().hibernations, 0u);
}

TEST(Ahit, IsWrittenAsLinuxDoes) {
  EXPECT_EQ(uic::ahit_of(150_ms), 150u | 3 << 10);
  EXPECT_EQ(uic::ahit_of(1023_us), 1023u);
  EXPECT_EQ(uic::ahit_of(1029_us), 102u | 1 << 10) << "rounded down";
  EXPECT_EQ(uic::ahit_of(999_ns), 0u);
  EXPECT_EQ(uic::ahit_of(Picoseconds{102'300'000'000'000}), 1023u | 5 << 10);
  EXPECT_EQ(uic::idle_time_of(150u | 3 << 10), 150_ms);
  EXPECT_EQ(uic::idle_time_of(7u | 5 << 10), 700_ms);
  EXPECT_EQ(uic::idle_time_of(7u | 7 << 10), 700_ms);
  EXPECT_EQ(uic::idle_time_of(0x1c00), 0_ps);
}

}  // namespace
}  // namespace icesim
