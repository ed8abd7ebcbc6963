// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "testbench/support/rigs/host_cpu_rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct HostCpuTest : testing::Test {
  HostCpuRig rig;
};

TEST_F(HostCpuTest, CallsTheWorkloadWhenItAsked) {
  rig.build();
  rig.cpu->call_workload(5_ns);
  rig.cpu->call_workload(3_ns);
  rig.cpu->call_workload(5_ns);
  rig.run_until(1_us);
  EXPECT_EQ(rig.workload.arrivals, (std::vector<Picoseconds>{3_ns, 5_ns, 5_ns}));
  EXPECT_THROW(rig.cpu->call_workload(kernel_now()), Bug);
}

TEST_F(HostCpuTest, ReadsAndWritesTheMemoryAtOnce) {
  rig.build();
  const std::array<std::byte, 3> data{std::byte{1}, std::byte{2}, std::byte{3}};
  std::array<std::byte, 3> back{};
  rig.cpu->write_memory(0xfff, data.data(), data.size());
  rig.memory->read(0xfff, back.data(), back.size());
  EXPECT_EQ(back, data);
  back = {};
  rig.cpu->read_memory(0xfff, back.data(), back.size());
  EXPECT_EQ(back, data);
}

TEST_F(HostCpuTest, TellsTheDriverTheTime) {
  rig.build();
  const HostPort& port = *rig.cpu;
  EXPECT_EQ(port.now(), 1_ns);
}

TEST_F(HostCpuTest, HasAKeyOfTheSecureWorldInItsKeyslotAtTheTimeThatTheDriverSays) {
  struct Loads : KeyslotLoader {
    struct Load {
      Keyslot keyslot;
      std::uint32_t word;
      bool configure;
      Picoseconds at;
    };
    void load(Keyslot keyslot, const CryptoConfig& entry, bool configure) override {
      all.push_back({keyslot, entry.words[3], configure, kernel_now()});
    }
    void reset() override {}
    std::vector<Load> all;
  } loads;
  rig.build();
  rig.cpu->connect(loads);
  CryptoConfig entry;
  entry.words[3] = 33;
  rig.cpu->load_keyslot(Keyslot{7}, entry, false, 5_us);
  entry.words[3] = 44;
  rig.cpu->load_keyslot(Keyslot{8}, entry, true, 6_us);
  rig.run_until(4'999'999_ps);
  EXPECT_TRUE(loads.all.empty()) << "a picosecond early";
  rig.run_until(1_ms);
  ASSERT_EQ(loads.all.size(), 2u);
  EXPECT_EQ(loads.all[0].at, 5_us);
  EXPECT_EQ(loads.all[0].keyslot.n, 7u);
  EXPECT_EQ(loads.all[0].word, 33u);
  EXPECT_FALSE(loads.all[0].configure);
  EXPECT_EQ(loads.all[1].at, 6_us);
  EXPECT_EQ(loads.all[1].word, 44u);
  EXPECT_TRUE(loads.all[1].configure);
  rig.cpu->load_keyslot(Keyslot{9}, entry, true, kernel_now());
  EXPECT_EQ(loads.all.size(), 3u) << "at once";
}

TEST_F(HostCpuTest, LetsAWriteOfAStepLeaveBeforeTheNextStep) {
  rig.build();
  rig.driver.on_step = [this](Work done, std::uint32_t) {
    if (done.index < 3) rig.cpu->write_register(0x58, done.index, kernel_now());
    return done.index < 3 ? ScriptedDriver::work(done.index + 1, 100_ns) : Step::done();
  };
  rig.cpu->queue(0, ScriptedDriver::work(1, 100_ns));
  rig.run_for(1_us);
  ASSERT_EQ(rig.target->accesses.size(), 2u);
  EXPECT_EQ(rig.target->access(0).value, 1u);
  EXPECT_EQ(rig.target->access(1).value, 2u);
  EXPECT_EQ(rig.target->access(1).at, rig.target->access(0).at + 100_ns);
}

TEST_F(HostCpuTest, HandlesAnInterruptWhoseHandlerReadsRegisters) {
  rig.build();
  rig.target->values[0x20] = 1;
  rig.driver.on_step = [this](Work done, std::uint32_t value) {
    if (done.index == ScriptedDriver::handler) return Step::read(Work::Kind::read_status, 1, Reg::IS);
    if (value == 0) return Step::done();
    rig.target->values[0x20] = 0;
    rig.pin->write(false);
    return Step::read(Work::Kind::read_status, 2, Reg::IS);
  };
  rig.pin->write(true);
  rig.run_for(10_us);
  EXPECT_EQ(rig.driver.interrupts.size(), 1u);
  ASSERT_EQ(rig.driver.ended.size(), 3u);
  EXPECT_EQ(rig.driver.ended[1].value, 1u);
  EXPECT_EQ(rig.driver.ended[2].value, 0u);
  rig.pin->write(true);
  rig.run_for(1_ns);
  EXPECT_EQ(rig.driver.interrupts.size(), 2u) << "ready for the next";
  rig.pin->write(false);
}

TEST_F(HostCpuTest, CarriesOutAnyNumberOfStepsWithoutCost) {
  rig.build();
  rig.cpu->queue(0, ScriptedDriver::work(1, 1_ns));
  for (std::uint32_t i = 0; i < 200'000; ++i) rig.cpu->queue(0, ScriptedDriver::work(2, 0_ps));
  rig.run_for(1_ns);
  EXPECT_EQ(rig.driver.ended.size(), 200'001u);
  EXPECT_EQ(rig.cpu->statistics().steps, 200'001u);
}

TEST_F(HostCpuTest, CountsStepsAndTheTimeOfItsCores) {
  rig.build();
  rig.cpu->queue(0, ScriptedDriver::work(1, 100_ns));
  rig.cpu->queue(0, ScriptedDriver::work(2, 200_ns));
  rig.cpu->queue(1, Step::read(Work::Kind::read_enable, 3, Reg::IE));
  rig.run_for(1_us);
  EXPECT_EQ(rig.cpu->statistics().steps, 3u);
  EXPECT_EQ(rig.cpu->statistics().busy, 300_ns + rig.config.costs.mmio_read + rig.target->answer_time);
}

/// Every step runs exactly once; on each core they run in order, one after the other without gaps while any waits.
RC_GTEST_PROP(HostCpu, CarriesOutEveryStepOnceAndInOrder, ()) {
  HostCpuRig rig;
  rig.config.cores = *rc::gen::inRange<std::uint64_t>(1, 5);
  rig.build();
  std::vector<Picoseconds> free(rig.config.cores, kernel_now());
  std::vector<Picoseconds> expected;
  const auto count = *rc::gen::inRange<std::uint32_t>(1, 40);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto core = *rc::gen::inRange<Core>(0, static_cast<Core>(rig.config.cores));
    const Picoseconds cost{*rc::gen::element<std::uint64_t>(0, 1, 1'000, 250'000)};
    if (*rc::gen::inRange(0, 3) == 0) rig.run_for(Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 300'000)});
    free[core] = std::max(free[core], kernel_now()) + cost;
    expected.push_back(free[core]);
    rig.cpu->queue(core, ScriptedDriver::work(i, cost));
  }
  rig.run_for(100_us);
  RC_ASSERT(rig.driver.ended.size() == count);
  for (const ScriptedDriver::Ended& each : rig.driver.ended) {
    RC_ASSERT(each.at == expected[each.index]);
    expected[each.index] = Picoseconds{0};  // once only
  }
}

}  // namespace
}  // namespace icesim
