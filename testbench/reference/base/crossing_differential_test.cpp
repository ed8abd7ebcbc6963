// SPDX-License-Identifier: Apache-2.0
#include "models/system/simulation.hpp"
#include "testbench/reference/base/crossing_twin.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/random_config.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

namespace icesim::twin {
namespace {

/// Sends an item on each of the given edges.
class Sender : public sc_core::sc_module {
 public:
  Sender(const sc_core::sc_module_name& name, const TwinClock& clock, const std::vector<std::uint64_t>& edges,
         AsyncFifo<std::uint64_t>& to)
      : sc_module(name), clock_(clock), edges_(edges), to_(to) {
    SC_HAS_PROCESS(Sender);
    SC_METHOD(step);
    sensitive << clock.edge();
    dont_initialize();
  }

 private:
  void step() {
    for (; sent_ < edges_.size() && edges_[sent_] == clock_.cycle(); ++sent_) to_.push(sent_);
  }

  const TwinClock& clock_;
  const std::vector<std::uint64_t>& edges_;
  AsyncFifo<std::uint64_t>& to_;
  std::size_t sent_ = 0;
};

/// Notes the edge on which it sees each item.
class Receiver : public sc_core::sc_module {
 public:
  Receiver(const sc_core::sc_module_name& name, const TwinClock& clock, AsyncFifo<std::uint64_t>& from)
      : sc_module(name), clock_(clock), from_(from) {
    SC_HAS_PROCESS(Receiver);
    SC_METHOD(step);
    sensitive << clock.edge();
    dont_initialize();
  }

  std::vector<std::uint64_t> seen;

 private:
  void step() {
    for (; from_.available(); from_.pop()) {
      ensure(from_.front() == seen.size(), "items stay in order");
      seen.push_back(clock_.cycle());
    }
  }

  const TwinClock& clock_;
  AsyncFifo<std::uint64_t>& from_;
};

std::vector<std::uint64_t> cross(const ClockDomain& sender, const ClockDomain& receiver,
                                 const std::vector<std::uint64_t>& edges) {
  const FreshKernel kernel;
  TwinClock from("sender_clock", sender);
  TwinClock to("receiver_clock", receiver);
  AsyncFifo<std::uint64_t> fifo("fifo", to);
  const Sender source("source", from, edges, fifo);
  const Receiver sink("sink", to, fifo);
  run_until([&] { return sink.seen.size() == edges.size(); },
            sender.edge(Cycles{edges.back() + 1}) + receiver.edge(Cycles{9}),
            sender.edge(Cycles{9}) + receiver.edge(Cycles{9}));
  return sink.seen;
}

/// Any two clocks; often two whose edges coincide now and then.
ClocksConfig any_clocks() {
  auto clocks = test::any_config<ClocksConfig>();
  if (*test::any_in({0, 1}, 0).as("edges coincide") != 0) {
    const Hertz times{*test::any_in({1, 8}, 1).as("times")};
    if (clocks.bus.n * times.n <= 2'000'000'000) clocks.device = clocks.bus * times.n;
  }
  return clocks;
}

std::vector<std::uint64_t> any_gaps() {
  return *rc::gen::nonEmpty(rc::gen::container<std::vector<std::uint64_t>>(test::any_in({0, 60}, 1))).as("gaps");
}

TEST(CrossingTwin, SeesEveryItemOnTheEdgeThatSampleNames) {
  test::check_cases(500, [] {
    const ClocksConfig clocks = any_clocks();
    ClockDomain sender{clocks.bus, clocks.sync_stages};
    ClockDomain receiver{clocks.device, clocks.sync_stages};
    if (*test::any_in({0, 1}, 0).as("backwards") != 0) std::swap(sender, receiver);
    std::vector<std::uint64_t> edges;
    std::uint64_t edge = 0;
    for (const std::uint64_t gap : any_gaps()) {
      edge += gap;
      edges.push_back(edge);
    }
    const std::vector<std::uint64_t> seen = cross(sender, receiver, edges);
    RC_ASSERT(seen.size() == edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i)
      RC_ASSERT(seen[i] == receiver.sample(sender.edge(Cycles{edges[i]})).n);
  });
}

TEST(TwinClock, TicksOnTheEdgesOfItsDomain) {
  const FreshKernel kernel;
  const ClockDomain domain{Hertz{711'000'000}, Cycles{1}};
  TwinClock clock("clock", domain);
  AsyncFifo<std::uint64_t> fifo("fifo", clock);
  std::vector<std::uint64_t> every(5000);
  for (std::size_t i = 0; i < every.size(); ++i) every[i] = i;
  const Sender sender("sender", clock, every, fifo);
  const Receiver receiver("receiver", clock, fifo);
  sc_core::sc_start(sc_core::sc_time::from_value(domain.edge(Cycles{5000}).n + 1));
  // One flip-flop of the same clock: everything is seen a cycle later, so that no edge is missing and none is extra.
  ASSERT_EQ(receiver.seen.size(), every.size());
  for (std::size_t i = 0; i < every.size(); ++i) EXPECT_EQ(receiver.seen[i], i + 1);
}

TEST(TwinClock, ShowsItsEdgesInWaves) {
  const ClockDomain domain{Hertz{300'000'000}, Cycles{1}};
  const std::string path = testing::TempDir() + "twin_clock";
  {
    const FreshKernel kernel;
    const TwinClock clock("clock", domain, true);
    sc_core::sc_trace_file* file = sc_core::sc_create_vcd_trace_file(path.c_str());
    file->set_time_unit(1, sc_core::SC_PS);
    clock.trace(file);
    sc_core::sc_start(sc_core::sc_time::from_value(domain.edge(Cycles{10}).n));
    sc_core::sc_close_vcd_trace_file(file);
  }
  std::ifstream vcd(path + ".vcd");
  std::vector<std::string> times;
  std::string time;
  for (std::string line; std::getline(vcd, line);) {
    if (line[0] == '#') time = line;
    if (line[0] == '1') times.push_back(time);
  }
  // VCD lists the values at time 0 without naming it.
  std::vector<std::string> edges{""};
  for (std::uint64_t n = 1; n < 10; ++n) edges.push_back("#" + std::to_string(domain.edge(Cycles{n}).n));
  EXPECT_EQ(times, edges);
}

}  // namespace
}  // namespace icesim::twin
