// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_port.hpp"

#include "testbench/support/rigs/host_cpu_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// The Timing contract of GuestPort: when accesses arrive, and when the processor goes on.
class GuestPortTimingTest : public testing::Test {
 protected:
  HostCosts costs;
  cosim::GuestMap map;
  KeyslotFile keyslots{KeyslotFileConfig{}};
  GuestRequests requests{map, keyslots};
  std::unique_ptr<Agenda> agenda = std::make_unique<Agenda>("agenda");
  std::unique_ptr<InterruptLine> pin = std::make_unique<InterruptLine>("pin", *agenda);
  std::unique_ptr<RegisterTarget> target = std::make_unique<RegisterTarget>("target", *agenda);
  std::unique_ptr<GuestPort> port;

  void build(Picoseconds write, Picoseconds read) {
    costs.mmio_write = write;
    costs.mmio_read = read;
    port = std::make_unique<GuestPort>("port", costs, requests, *pin);
    port->registers.bind(target->socket);
    pin->connect(*port);
    port->run(Picoseconds{12'345});
  }
  ~GuestPortTimingTest() override {
    port.reset();
    target.reset();
    pin.reset();
    agenda.reset();
    forget_simulation();
  }
};

TEST_F(GuestPortTimingTest, AWriteArrivesWhenTheProcessorGoesOn) {
  build(50'001_ps, 300_ns);
  const Picoseconds issued = port->now();
  port->write_register(0x34, 3);
  EXPECT_EQ(target->access(0).at, issued + 50'001_ps);
  EXPECT_EQ(port->now(), issued + 50'001_ps);
  EXPECT_EQ(target->access(0).value, 3u);
}

TEST_F(GuestPortTimingTest, AReadTakesItsTwoWaysAndTheAnswersTime) {
  for (const bool at_once : {false, true}) {
    if (!port) build(50_ns, 300'001_ps);
    target->at_once = at_once;
    target->values[0x58] = 0x1234;
    const Picoseconds issued = port->now();
    EXPECT_EQ(port->read_register(0x58), 0x1234u);
    EXPECT_EQ(target->accesses.back().at, issued + 150'000_ps);
    EXPECT_EQ(port->now(), issued + 300'001_ps + target->answer_time) << at_once;
  }
}

TEST_F(GuestPortTimingTest, TimePassesUpToTheRiseOfThePinAndNotFurther) {
  build(50_ns, 300_ns);
  struct Riser {
    InterruptLine& line;
    void step() { line.write(true); }
  } riser{*pin};
  Agenda::Wake wake(*agenda, run_step<Riser, &Riser::step>, &riser);
  wake.no_later_than(20_us);
  port->run(20_us - 1_ps);
  EXPECT_EQ(port->now(), 20_us - 1_ps);
  EXPECT_FALSE(port->interrupt());
  port->run(30_us);
  EXPECT_TRUE(port->interrupt());
  EXPECT_EQ(port->now(), 20_us);
  port->run(30_us);
  EXPECT_EQ(port->now(), 30_us) << "a pin that stays high holds nobody up";
}

TEST_F(GuestPortTimingTest, AnAccessEndsOnTimeThoughThePinRises) {
  build(50_ns, 300_ns);
  struct Riser {
    InterruptLine& line;
    void step() { line.write(true); }
  } riser{*pin};
  Agenda::Wake wake(*agenda, run_step<Riser, &Riser::step>, &riser);
  const Picoseconds issued = port->now();
  wake.no_later_than(issued + 100_ns);
  port->read_register(0x30);
  EXPECT_EQ(port->now(), issued + 300_ns + target->answer_time);
}

TEST_F(GuestPortTimingTest, IsActiveAsLongAsSomethingIsPending) {
  build(50_ns, 300_ns);
  EXPECT_FALSE(port->active());
  struct Nobody {
    void step() {}
  } nobody;
  Agenda::Wake wake(*agenda, run_step<Nobody, &Nobody::step>, &nobody);
  wake.no_later_than(20_us);
  EXPECT_TRUE(port->active());
  port->run(21_us);
  EXPECT_FALSE(port->active());
}

}  // namespace
}  // namespace icesim
