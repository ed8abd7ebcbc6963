// SPDX-License-Identifier: Apache-2.0
#include "models/controller/dma/dma_channel.hpp"
#include "models/system/simulation.hpp"
#include "testbench/reference/base/twin_script.hpp"
#include "testbench/reference/controller/dma/dma_twin.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/random_config.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <tuple>
#include <vector>

namespace icesim::twin {
namespace {

/// A burst's end: job, bytes of the job until there, cycle.
using Ended = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;

/// Notes the bursts that end, on the edge that sees them.
template <class Channel>
class Monitor : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Monitor);

  Monitor(const sc_core::sc_module_name& name, const TwinClock& clock, const Channel& channel)
      : sc_module(name), clock_(clock), channel_(channel) {
    SC_METHOD(step);
    sensitive << clock.edge();
    dont_initialize();
  }

  std::vector<Ended> ended;

 private:
  void step() {
    if (channel_.completes()) ended.push_back({channel_.completed().job, channel_.completed().end, clock_.cycle()});
  }

  const TwinClock& clock_;
  const Channel& channel_;
};

/// Bytes that come at a time.
struct Piece {
  std::uint64_t gap;  ///< picoseconds after the piece before
  std::uint64_t bytes;
};
/// The pieces of one job; a read is asked for with its first.
struct Job {
  std::vector<Piece> pieces;
  bool other_clock = false;

  std::uint64_t bytes() const {
    std::uint64_t sum = 0;
    for (const Piece& piece : pieces) sum += piece.bytes;
    return sum;
  }
};

void showValue(const Piece& piece, std::ostream& os) { os << piece.bytes << " bytes " << piece.gap << " ps later"; }
void showValue(const Job& job, std::ostream& os) {
  os << (job.other_clock ? "from another clock: " : "");
  rc::show(job.pieces, os);
}

/// Sizes of some bursts or of some bytes; gaps of some cycles of some clock, or of anything.
rc::Gen<std::vector<Job>> any_jobs(const DmaConfig& config, Picoseconds cycle) {
  const auto piece = rc::gen::mapcat(test::any_in({0, 2}, 0), [=](std::uint64_t kind) {
    const auto gap = rc::gen::map(test::any_in({0, 300}, 0), [=](std::uint64_t n) { return n * cycle.n; });
    const auto bytes =
        rc::gen::map(test::any_in({1, 6}, 1), [=](std::uint64_t n) { return n * config.max_burst_bytes.n; });
    return rc::gen::construct<Piece>(kind == 0 ? gap : test::any_in({0, 2'000'000}, 0),
                                     kind == 1 ? bytes : test::any_in({1, 3 * config.max_burst_bytes.n}, 1));
  });
  const auto pieces = rc::gen::resize(12, rc::gen::nonEmpty(rc::gen::container<std::vector<Piece>>(piece)));
  const auto other = rc::gen::map(test::any_in({0, 1}, 0), [](std::uint64_t n) { return n != 0; });
  return rc::gen::resize(
      12, rc::gen::nonEmpty(rc::gen::container<std::vector<Job>>(rc::gen::construct<Job>(pieces, other))));
}

struct Case {
  DmaConfig config;
  ClockDomain bus;
  std::vector<Job> jobs;
  Picoseconds limit{};  ///< by then everything has long ended

  void add_time(const Job& job) {
    const std::uint64_t bursts = divide_up(job.bytes(), config.max_burst_bytes.n);
    limit += bus.edge(Cycles{bursts * (config.read_latency.n + config.write_latency.n + 2 +
                                       divide_up(config.max_burst_bytes.n, config.bytes_per_cycle.n))});
  }
};

Case any_case() {
  const auto config = test::any_config<DmaConfig>();
  const auto clocks = test::any_config<ClocksConfig>({}, {"ice", "device", "nand"});
  const ClockDomain bus{clocks.bus, clocks.sync_stages};
  return {config, bus, *any_jobs(config, bus.edge(Cycles{1})).as("jobs"), {}};
}

TEST(DmaReadTwin, EndsEveryBurstOnTheCycleOfTheModel) {
  test::check_cases(400, [] {
    Case c = any_case();
    const FreshKernel kernel;
    TwinClock clock("clock", c.bus);
    DmaReadTwin twin("twin", c.config, clock);
    const Monitor<DmaReadTwin> monitor("monitor", clock, twin);
    Script script("script");
    DmaChannel model(c.config, c.bus);
    DmaChannel without_train(c.config, c.bus);
    std::vector<Ended> expected;
    Picoseconds at{};
    for (std::size_t j = 0; j < c.jobs.size(); ++j) {
      at += Picoseconds{c.jobs[j].pieces.front().gap};
      script.at(at, [&twin, bytes = c.jobs[j].bytes()] { twin.ask(bytes); });
      c.add_time(c.jobs[j]);
      Train train;
      const Picoseconds complete = model.read(at, c.jobs[j].bytes(), train);
      RC_ASSERT(complete == train.back().at);
      RC_ASSERT(complete == without_train.read(at, c.jobs[j].bytes()));
      for (const Chunk& chunk : train) expected.push_back({j, chunk.end, c.bus.next(chunk.at).n});
    }
    run_until([&] { return monitor.ended.size() == expected.size(); }, at + c.limit, c.bus.edge(Cycles{200}));
    RC_ASSERT(monitor.ended == expected);
    RC_ASSERT(c.bus.edge(Cycles{twin.busy()}) == model.busy());
  });
}

/// The model tells only when a job is visible. So a second one is given each burst as a job of its own.
void expect_bursts(DmaChannel& single, const Train& data, std::uint64_t job, std::uint64_t burst,
                   DmaChannel::Source source, std::vector<Ended>& expected) {
  const std::uint64_t bytes = data.back().end;
  for (std::uint64_t start = 0; start < bytes; start += burst) {
    const std::uint64_t end = std::min(start + burst, bytes);
    const auto chunk = std::find_if(data.begin(), data.end(), [&](const Chunk& c) { return c.end >= end; });
    const Picoseconds visible = single.write({{end - start, chunk->at}}, source);
    expected.push_back({job, end, single.clock().next(visible).n});
  }
}

TEST(DmaWriteTwin, ShowsEveryBurstOnTheCycleOfTheModel) {
  test::check_cases(400, [] {
    Case c = any_case();
    const bool overlap = *test::any_in({0, 1}, 0).as("data of a job may come before those of the one before") != 0;
    const FreshKernel kernel;
    TwinClock clock("clock", c.bus);
    DmaWriteTwin twin("twin", c.config, clock);
    const Monitor<DmaWriteTwin> monitor("monitor", clock, twin);
    Script script("script");
    DmaChannel model(c.config, c.bus);
    DmaChannel single(c.config, c.bus);
    std::vector<Ended> expected;
    Picoseconds at{}, last{};
    for (std::size_t j = 0; j < c.jobs.size(); ++j) {
      const Job& job = c.jobs[j];
      twin.announce(job.bytes());
      if (overlap) at = Picoseconds{at.n / 2};
      Train train;
      std::uint64_t end = 0;
      for (const Piece& piece : job.pieces) {
        at += Picoseconds{piece.gap};
        end += piece.bytes;
        train.push_back({end, at});
        if (job.other_clock)
          script.at(at, [&twin, j, end] { twin.provide_from_other_clock(j, end); });
        else
          script.at(at, [&twin, j, end] { twin.provide(j, end); });
      }
      last = std::max(last, at);
      c.add_time(job);
      const auto source = job.other_clock ? DmaChannel::Source::other_clock : DmaChannel::Source::same_clock;
      const bool at_once = !job.other_clock && train.size() == 1;
      const Picoseconds visible = at_once ? model.write(at, end) : model.write(train, source);
      expect_bursts(single, train, j, c.config.max_burst_bytes.n, source, expected);
      RC_ASSERT(c.bus.next(visible).n == std::get<2>(expected.back()));
    }
    run_until([&] { return monitor.ended.size() == expected.size(); },
              last + c.limit + c.bus.edge(c.bus.sync_stages() + Cycles{1}), c.bus.edge(Cycles{200}));
    RC_ASSERT(monitor.ended == expected);
    RC_ASSERT(c.bus.edge(Cycles{twin.busy()}) == model.busy());
  });
}

}  // namespace
}  // namespace icesim::twin
