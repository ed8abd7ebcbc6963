// SPDX-License-Identifier: Apache-2.0
#include "testbench/timing/controller/ufs_host_controller_timing.hpp"

#include <tuple>

namespace icesim {
namespace {

TEST_F(UfsHostControllerTimingTest, TakesAWriteOnTheEdgeThatSamplesIt) {
  rig.start();
  const Picoseconds arrival = edge(soon()) + 777_ps;
  rig.master->write(Reg::UTRLBA, 0x4000, arrival - kernel_now());
  const Picoseconds effect = rig.bus.sample_edge(arrival);
  rig.run_until(effect - 2_ps);
  EXPECT_EQ(rig.hardware(Reg::UTRLBA), rig.list);
  rig.run_until(effect);
  EXPECT_EQ(rig.hardware(Reg::UTRLBA), 0x4000u);
}

TEST_F(UfsHostControllerTimingTest, AnswersAReadAnEdgeAfterTheOneThatSamplesIt) {
  rig.start();
  const Picoseconds arrival = edge(soon()) + 777_ps;
  // A write that takes effect on the same edge was posted before, so the read sees it.
  rig.master->write(Reg::UTRLBA, 0x4000, arrival - kernel_now());
  rig.master->request(Reg::UTRLBA, arrival - kernel_now());
  rig.master->write(Reg::UTRLBA, 0x8000, arrival - kernel_now());
  rig.run_until(rig.bus.sample_edge(arrival));
  ASSERT_EQ(rig.master->answers.size(), 1u);
  EXPECT_EQ(rig.master->answers[0].value, 0x4000u);
  EXPECT_EQ(rig.master->answers[0].at, edge(rig.bus.sample(arrival) + 1_cycles));
  EXPECT_EQ(rig.hardware(Reg::UTRLBA), 0x8000u);
}

TEST_F(UfsHostControllerTimingTest, KeepsAccessesOfTheOneMasterInOrder) {
  rig.start();
  const Picoseconds late = edge(soon()) + 1_ps;
  rig.master->write(Reg::UTRLBA, 0x4000, late - kernel_now());
  rig.master->request(Reg::UTRLBA, late - kernel_now() - 500_ns);
  rig.run_until(rig.bus.sample_edge(late) - 2_ps);
  EXPECT_TRUE(rig.master->answers.empty()) << "does not overtake";
  rig.run_until(rig.bus.sample_edge(late));
  ASSERT_EQ(rig.master->answers.size(), 1u);
  EXPECT_EQ(rig.master->answers[0].value, 0x4000u);
}

TEST_F(UfsHostControllerTimingTest, AnswersAReadOfAQuietControllerAtTheSameTime) {
  rig.start();
  rig.run_until(edge(soon()) + 100_ps);
  const Picoseconds arrival = kernel_now() + 150_ns;
  rig.master->request(Reg::UTRLBA, 150_ns);
  rig.run_until(rig.bus.sample_edge(arrival));
  ASSERT_EQ(rig.master->answers.size(), 1u);
  EXPECT_EQ(rig.master->answers[0].value, rig.list);
  EXPECT_EQ(rig.master->answers[0].at, edge(rig.bus.sample(arrival) + 1_cycles));
}

/// A command whose RESPONSE is announced only after software has asked for the doorbell, at every distance around its
/// end. No RESPONSE ends a command sooner than this one: it is received on an edge, and each write is one beat.
TEST_F(UfsHostControllerTimingTest, SeesInAReadWhatHappensUntilItIsSampled) {
  rig.config.dma.bytes_per_cycle = 32_B;
  rig.start();
  place(0, 0);
  std::size_t asked = 0;
  for (std::uint64_t before = 0; before <= 4; ++before) {
    rig.ring(1);
    rig.run_for(2_us);
    const Picoseconds last = edge(soon());
    rig.run_until(last - 2_ps);
    const Cycles end = written(written(rig.bus.sample(last), upiu_header_size), 4);
    const Cycles sampled = end + 2_cycles - Cycles{before};
    rig.master->request(Reg::UTRLDBR, edge(sampled - rig.bus.sync_stages()) - kernel_now());
    rig.link.inject(response_upiu(0).encode(), last);
    rig.run_for(2_us);
    ASSERT_EQ(rig.master->answers.size(), ++asked);
    EXPECT_EQ(rig.master->answers.back().value, sampled < end ? 1u : 0u) << before;
    EXPECT_EQ(rig.master->answers.back().at, edge(sampled + 1_cycles)) << before;
  }
}

TEST_F(UfsHostControllerTimingTest, IsEnabledAfterTheEnableTime) {
  rig.build();
  const Picoseconds arrival = edge(soon()) + 5_ps;
  rig.master->write(Reg::HCE, HCE::HCE, arrival - kernel_now());
  const Picoseconds effect = rig.bus.sample_edge(arrival);
  const Picoseconds done = rig.bus.next_edge(effect + rig.config.enable_time);
  rig.run_until(done - 2_ps);
  EXPECT_EQ(rig.hardware(Reg::HCE), 0u);
  EXPECT_EQ(rig.hardware(Reg::HCS), 0u);
  rig.run_until(done);
  EXPECT_EQ(rig.hardware(Reg::HCE), HCE::HCE);
  EXPECT_EQ(rig.hardware(Reg::HCS), HCS::UCRDY);
}

TEST_F(UfsHostControllerTimingTest, EntersAndLeavesHibern8AndChangesTheGearAsLongAsTheLinkTakes) {
  rig.start();
  rig.master->set(Reg::UCMDARG1, uic::arg1(uic::PA_PWRMode));
  rig.master->set(Reg::UCMDARG3, uic::power_modes(uic::PowerMode::fast, uic::PowerMode::fast));
  rig.link.changes = Picoseconds{90'000'003};
  rig.link.hibernates = Picoseconds{40'000'001};
  rig.link.wakes = Picoseconds{700'000'002};
  using Case = std::tuple<uic::Opcode, Picoseconds, std::uint32_t>;
  for (const auto& [opcode, time, told] : {Case{uic::Opcode::dme_hibernate_enter, rig.link.hibernates, IS::UHES},
                                           Case{uic::Opcode::dme_hibernate_exit, rig.link.wakes, IS::UHXS},
                                           Case{uic::Opcode::dme_set, rig.link.changes, IS::UPMS}}) {
    rig.master->set(Reg::IS, ~0u);
    const Picoseconds arrival = edge(soon()) + 5_ps;
    rig.master->write(Reg::UICCMD, static_cast<std::uint32_t>(opcode), arrival - kernel_now());
    const Picoseconds done = rig.bus.next_edge(rig.bus.sample_edge(arrival) + rig.config.uic_time + time);
    rig.run_until(done - 2_ps);
    EXPECT_EQ(rig.hardware(Reg::IS), 0u);
    rig.run_until(done);
    EXPECT_EQ(rig.hardware(Reg::IS), told);
  }
}

TEST_F(UfsHostControllerTimingTest, EndsUicCommandsAfterTheirTime) {
  rig.start();
  for (const auto& [opcode, time] : {std::pair{uic::Opcode::dme_link_startup, rig.config.link_startup_time},
                                     {uic::Opcode::dme_get, rig.config.uic_time}}) {
    rig.master->set(Reg::IS, ~0u);
    const Picoseconds arrival = edge(soon()) + 5_ps;
    rig.master->write(Reg::UICCMD, static_cast<std::uint32_t>(opcode), arrival - kernel_now());
    const Picoseconds effect = rig.bus.sample_edge(arrival);
    rig.run_until(effect);
    EXPECT_EQ(rig.hardware(Reg::HCS) & HCS::UCRDY, 0u);
    const Picoseconds done = rig.bus.next_edge(effect + time);
    rig.run_until(done - 2_ps);
    EXPECT_EQ(rig.hardware(Reg::IS), 0u);
    rig.run_until(done);
    EXPECT_EQ(rig.hardware(Reg::IS), IS::UCCS);
    EXPECT_NE(rig.hardware(Reg::HCS) & HCS::UCRDY, 0u);
    EXPECT_EQ(rig.probe->changes.back(), std::pair(done, true));
  }
}

}  // namespace
}  // namespace icesim
