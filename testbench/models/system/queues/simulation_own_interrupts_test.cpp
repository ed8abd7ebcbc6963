// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/system/queues/queued_runs.hpp"

/// Whole runs with queues that have an interrupt each.
namespace icesim {
namespace {

using namespace literals;
using test::Values;

/// Commands of the initialisation before there are queues.
constexpr std::uint64_t by_doorbell = 15;

SystemConfig queued(std::uint64_t queues, std::uint64_t cores = 8) {
  SystemConfig config = test::queued(queues, cores);
  config.controller.esi = true;
  return config;
}

TEST(SimulationOwnInterrupts, TellOfAllEndsWithAnyNumberOfQueues) {
  for (const std::uint64_t queues : {1u, 2u, 4u, 9u, 32u}) {
    for (const Completion completion : {Completion::handler, Completion::submitter}) {
      SCOPED_TRACE(queues);
      SystemConfig config = queued(queues);
      config.block_layer.completion = completion;
      config.replay.mode = ReplayMode::asap;
      const Values v = test::simulate(config, test::many_keys(1000));
      test::expect_sound(v);
      EXPECT_EQ(v.at("driver.requests_completed"), 1000u);
      EXPECT_GE(v.at("controller.messages"), v.at("driver.interrupts") - v.at("controller.interrupts"));
      EXPECT_EQ(v.at("controller.messages"), v.at("controller.commands") - by_doorbell) << "one for each";
      EXPECT_LT(v.at("controller.interrupts"), 50u) << "UIC commands have the pin";
    }
  }
}

TEST(SimulationOwnInterrupts, HaveNoOtherRequestsThanThePin) {
  for (const char* trace : {test::k61, test::k612}) {
    SystemConfig config = queued(8);
    config.replay.limit = 2000;
    const Values own = test::simulate(config, trace);
    test::expect_sound(own);
    config.controller.esi = false;
    const Values pin = test::simulate(config, trace);
    EXPECT_EQ(own.at("driver.requests_completed"), pin.at("driver.requests_completed"));
    EXPECT_EQ(own.at("payload.blocks_checked"), pin.at("payload.blocks_checked"));
    EXPECT_EQ(pin.count("controller.messages"), 0u);
    EXPECT_LT(own.at("stages.interrupt"), pin.at("stages.interrupt")) << "which reads IS, IE and the events of all queues";
  }
}

TEST(SimulationOwnInterrupts, DependNotOnTheOrderOfModules) {
  SystemConfig config = queued(5);
  config.replay.mode = ReplayMode::asap;
  const Values first = test::simulate(config, test::many_keys(300));
  for (const std::uint64_t order : {1u, 7u, 100u}) EXPECT_TRUE(test::equal(first, test::simulate(config, test::many_keys(300), order)));
}

TEST(SimulationOwnInterrupts, AreRefusedWithoutQueues) {
  try {
    test::simulate(queued(0), test::many_keys(1));
    FAIL() << "not refused";
  } catch (const UserError& error) {
    forget_simulation();
    EXPECT_EQ(std::string(error.what()), "controller.esi: true is about interrupts of queues, of which controller.mcq=0 has none");
  }
}

/// What is written to CONFIG and the address of messages, and reads of CQIS.
struct Config : Tap {
  std::vector<std::string> writes;
  std::uint64_t status_reads = 0;
  void access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds) override {
    const Register* const reg = find_register(offset);
    const std::string name = reg == nullptr ? "" : std::string(reg->name);
    if (write && (name == "CONFIG" || name == "ESILBA" || name == "ESIUBA" || name == "HCE"))
      writes.push_back(name + " " + std::to_string(value));
    if (!write && offset == QueueLayout{}.offset(0, QueueReg::CQIS)) ++status_reads;
  }
  void doorbell(std::uint32_t, Picoseconds) override {}
  void fetch(std::size_t, Tag, Picoseconds, Picoseconds) override {}
  void completion(Tag, Ocs, Picoseconds) override {}
  void interrupt(bool, Picoseconds) override {}
};

TEST(SimulationOwnInterrupts, AreEnabledAgainBehindAReset) {
  SystemConfig config = queued(3, 2);
  config.block_layer.set_profile();
  config.block_layer.retries = 5;
  config.block_layer.timeout = 1_s;
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 20; ++i) list.push_back(test::request(Operation::read, i, 1, no_key, i * 10_ms));
  Config seen;
  {
    test::Requests source(list);
    Fault fault;
    fault.kind = Fault::Kind::link_loss;
    fault.number = 5;
    UfsSystem system(config, source, "test", 0, {}, nullptr, {fault});
    system.controller->connect(seen);
    system.driver->start();
    sc_core::sc_start();
    EXPECT_TRUE(system.player.finished());
    EXPECT_EQ(system.controller->statistics().messages, system.controller->statistics().ocs[0] - by_doorbell);
  }
  forget_simulation();
  const std::vector<std::string> probe{"CONFIG 1", "ESILBA 0", "ESIUBA 2147483648", "CONFIG 3"};
  std::vector<std::string> wanted;
  for (const std::string hce : {"HCE 3", "HCE 0", "HCE 3"}) {
    wanted.push_back(hce);
    if (hce != "HCE 0") wanted.insert(wanted.end(), probe.begin(), probe.end());
  }
  EXPECT_EQ(seen.writes, wanted);
  EXPECT_EQ(seen.status_reads, 0u) << "only the pin's handler looks at them";
}

}  // namespace
}  // namespace icesim
