// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/reference/link/any_link.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/rigs/unipro_link_bench.hpp"

#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

namespace icesim::twin {
namespace {

using Mode = UniproLink::Mode;

/// A UPIU to be sent, by which form of send, and its bytes' readiness.
struct Stimulus {
  std::uint32_t data = 0;
  bool whole = true;
  Train ready;
  std::uint64_t size() const { return upiu_header_size + data; }
};
using Stimuli = std::vector<Stimulus>;

/// What became of the UPIUs of one direction.
struct Passage {
  std::vector<std::uint64_t> starts;
  std::vector<Picoseconds> lasts;
  std::vector<Train> trains;  ///< empty where the UPIU has no data or did not lie complete in the buffer
  std::uint64_t afc_frames = 0;
  std::uint64_t nac_frames = 0;
  std::uint64_t replay_timeouts = 0;
  std::uint64_t afc_requests = 0;
};

bool equal(const Train& a, const Train& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Chunk& x, const Chunk& y) { return x.end == y.end && x.at == y.at; });
}

Stimuli any_stimuli(const ClockDomain& clock, Picoseconds first) {
  Stimuli list;
  const std::uint64_t period = clock.edge(Cycles{1}).n;
  const auto gap = [&](std::uint64_t cycles) { return Picoseconds{*test::any_in({0, cycles * period}, 0).as("gap")}; };
  Picoseconds at = first;
  const std::uint64_t count = *test::any_in({0, 12}, 1).as("UPIUs");
  for (std::uint64_t i = 0; i < count; ++i) {
    Stimulus stimulus;
    const std::uint64_t most = i % 4 == 3 ? 1500 : i % 2 == 1 ? 300 : 40;
    stimulus.data = static_cast<std::uint32_t>(*test::any_in({0, most}, 0).as("data bytes"));
    stimulus.whole = (*test::any_in({0, 1}, 1).as("whole")) != 0;
    // A UPIU may be ready before the one that it waits for.
    if (*test::any_in({0, 5}, 0) == 0) at = first;
    at += gap(200);
    if (stimulus.whole) {
      stimulus.ready = {{stimulus.size(), at}};
    } else {
      for (std::uint64_t bytes = 0; bytes < stimulus.size(); at += gap(100)) {
        bytes += *test::any_in({1, 200}, 64).as("bytes");
        stimulus.ready.push_back({bytes, at});
      }
    }
    list.push_back(stimulus);
  }
  return list;
}

void send(UpiuTransmitter& transmitter, const test::ArrivalSink& sink, const Stimuli& stimuli, Passage& passage) {
  for (const Stimulus& stimulus : stimuli) {
    const Upiu upiu = test::upiu_of(stimulus.data);
    Train train;
    if (stimulus.whole) {
      transmitter.send(upiu, stimulus.ready.back().at);
      transmitter.data_arrivals(upiu, sink.arrivals.back().start, train);
    } else {
      transmitter.send(upiu, stimulus.ready);
    }
    passage.starts.push_back(sink.arrivals.back().start.n);
    passage.lasts.push_back(sink.arrivals.back().last);
    passage.trains.push_back(train);
  }
}

/// Writes UPIUs into a transmit buffer, one behind the other.
class Writer : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Writer);
  Writer(const sc_core::sc_module_name& name, const Stimuli& stimuli) : sc_module(name) {
    // What is behind other bytes is in the buffer when these are, too.
    std::uint64_t before = 0;
    Picoseconds at{};
    for (const Stimulus& stimulus : stimuli) {
      for (const Chunk& chunk : stimulus.ready) {
        at = std::max(at, chunk.at);
        writes_.push_back({before + std::min(chunk.end, stimulus.size()), at});
      }
      before += stimulus.size();
      sizes.push_back(stimulus.size());
    }
    SC_METHOD(step);
  }

  std::vector<std::uint64_t> sizes;
  sc_core::sc_signal<std::uint64_t> fill{"fill"};

 private:
  void step() {
    const Picoseconds t{sc_core::sc_time_stamp().value()};
    for (; next_ < writes_.size() && writes_[next_].at <= t; ++next_) fill.write(writes_[next_].end);
    if (next_ < writes_.size()) next_trigger(sc_core::sc_time::from_value((writes_[next_].at - t).n));
  }

  Train writes_;
  std::size_t next_ = 0;
};

/// Both directions of the twin, until everything is sent and acknowledged.
class Twins {
 public:
  Twins(const UniproTwinConfig& config, const Stimuli& to_device, const Stimuli& to_host)
      : config_(config),
        clock_("clock", config.domain),
        stimuli_{to_device, to_host},
        host_("host", to_device),
        device_("device", to_host),
        to_device_("to_device", clock_, config, host_.sizes, Direction::to_device),
        to_host_("to_host", clock_, config, device_.sizes, Direction::to_host) {
    to_device_.fill(host_.fill);
    to_host_.fill(device_.fill);
  }

  /// False when they never come to rest.
  bool run() {
    const Picoseconds step = config_.domain.edge(Cycles{2000});
    return run_until([&] { return to_device_.transmitter.quiet.read() && to_host_.transmitter.quiet.read(); },
                     step * 10'000, step);
  }
  void trace(sc_core::sc_trace_file* file) const {
    to_device_.trace(file);
    to_host_.trace(file);
  }
  Picoseconds quiet() const {
    return config_.domain.edge(Cycles{std::max(to_device_.transmitter.quiet_cycle, to_host_.transmitter.quiet_cycle)});
  }
  std::array<std::uint64_t, 2> came() const {
    std::array<std::uint64_t, 2> frames{};
    frames[static_cast<std::size_t>(Direction::to_device)] = to_device_.transmitter.came;
    frames[static_cast<std::size_t>(Direction::to_host)] = to_host_.transmitter.came;
    return frames;
  }
  Passage passage(std::size_t direction) const {
    const UniproLinkTwin& twin = direction == 0 ? to_device_ : to_host_;
    Passage result;
    result.starts = twin.transmitter.starts;
    result.afc_frames = twin.receiver.afc_frames;
    result.nac_frames = twin.receiver.nac_frames;
    result.replay_timeouts = twin.transmitter.replay_timeouts;
    result.afc_requests = twin.receiver.answers;
    std::size_t frame = 0;
    for (const Stimulus& stimulus : stimuli_[direction]) {
      Train train;
      for (std::uint64_t received = 0; received < stimulus.size(); ++frame) {
        received = std::min(received + config_.link.t_mtu.n, stimulus.size());
        const Picoseconds at = twin.arrival.arrivals.at(frame);
        if (received > upiu_header_size) train.push_back({received - upiu_header_size, at});
        if (received == stimulus.size()) result.lasts.push_back(at);
      }
      if (!stimulus.whole) train.clear();
      result.trains.push_back(train);
    }
    return result;
  }

 private:
  const FreshKernel kernel_;
  UniproTwinConfig config_;
  TwinClock clock_;
  std::array<Stimuli, 2> stimuli_;
  Writer host_;
  Writer device_;
  UniproLinkTwin to_device_;
  UniproLinkTwin to_host_;
};

void expect_equal(const Passage& event, const Passage& clocked) {
  RC_ASSERT(event.starts == clocked.starts);
  RC_ASSERT(event.lasts == clocked.lasts);
  RC_ASSERT(event.trains.size() == clocked.trains.size());
  for (std::size_t i = 0; i < event.trains.size(); ++i) RC_ASSERT(equal(event.trains[i], clocked.trains[i]));
}

TEST(UniproLinkDifferential, EveryUpiuStartsAndEveryFrameArrivesInTheSameCycle) {
  std::uint64_t replays = 0, requests = 0;
  test::check_cases(500, [&replays, &requests] {
    const Mode mode = *test::any_in({0, 3}, 1) == 0 ? Mode::pwm : Mode::hs;
    UniproLinkConfig config = any_link(12);
    lose_frames(config, mode);
    const UniproTwinConfig twin_config(config, mode);
    const Stimuli to_device = any_stimuli(twin_config.domain, Picoseconds{1});
    const Stimuli to_host = any_stimuli(twin_config.domain, Picoseconds{1});
    std::array<Passage, 2> event;
    {
      test::UniproLinkBench bench(config);
      bench.link.set_mode(mode);
      send(*bench.link.from_host.operator->(), bench.device, to_device, event[0]);
      send(*bench.link.from_device.operator->(), bench.host, to_host, event[1]);
      event[0].afc_frames = bench.link.statistics(Direction::to_device).afc_frames;
      event[1].afc_frames = bench.link.statistics(Direction::to_host).afc_frames;
      event[0].nac_frames = bench.link.statistics(Direction::to_device).nac_frames;
      event[1].nac_frames = bench.link.statistics(Direction::to_host).nac_frames;
      event[0].replay_timeouts = bench.link.statistics(Direction::to_device).replay_timeouts;
      event[1].replay_timeouts = bench.link.statistics(Direction::to_host).replay_timeouts;
      event[0].afc_requests = bench.link.statistics(Direction::to_device).afc_requests;
      event[1].afc_requests = bench.link.statistics(Direction::to_host).afc_requests;
    }
    Twins twins(twin_config, to_device, to_host);
    RC_ASSERT(twins.run());
    for (std::size_t direction : {0u, 1u}) {
      expect_equal(event[direction], twins.passage(direction));
      RC_ASSERT(event[direction].afc_frames == twins.passage(direction).afc_frames);
      RC_ASSERT(event[direction].nac_frames == twins.passage(direction).nac_frames);
      RC_ASSERT(event[direction].replay_timeouts == twins.passage(direction).replay_timeouts);
      RC_ASSERT(event[direction].afc_requests == twins.passage(direction).afc_requests);
      replays += event[direction].replay_timeouts;
      requests += event[direction].afc_requests;
    }
  });
  EXPECT_GT(replays, 50u);
  EXPECT_GT(requests, 20u);
}

TEST(UniproLinkTwin, ShowsItsSignalsInWaves) {
  const std::string file = testing::TempDir() + "unipro_link_twin";
  const Stimuli one{{100, true, {{132, Picoseconds{1000}}}}};
  {
    Twins twins(UniproTwinConfig(UniproLinkConfig{}, Mode::hs), one, {});
    sc_core::sc_trace_file* waves = sc_core::sc_create_vcd_trace_file(file.c_str());
    twins.trace(waves);
    EXPECT_TRUE(twins.run());
    sc_core::sc_close_vcd_trace_file(waves);
  }
  const std::string text = read_text_file(file + ".vcd");
  for (const char* signal : {"to_device", "transmitter", "lanes_0", "synchroniser", "way_back", "out_frames", "upius"})
    EXPECT_NE(text.find(signal), std::string::npos) << signal;
  std::remove((file + ".vcd").c_str());
}

/// A gear, or PWM-G1, which is 0.
UniproTwinConfig twin_in(UniproLinkConfig config, std::uint64_t gear) {
  if (gear > 0) config.gear = gear;
  return {config, gear > 0 ? Mode::hs : Mode::pwm};
}

TEST(UniproLinkDifferential, AChangeOfModeOrGearWaitsForTheLastAcknowledgementOfBothDirections) {
  test::check_cases(100, [] {
    const std::uint64_t first = *test::any_in({0, 6}, 4);
    const std::uint64_t second = first == 0 ? 1 : *test::any_in({0, 6}, 1);
    UniproLinkConfig config = any_link(4);
    config.gear = std::max({first, second, std::uint64_t{1}});
    const UniproTwinConfig before = twin_in(config, first);
    UniproTwinConfig after = twin_in(config, second);
    const auto short_stimuli = [first](const ClockDomain& domain) {
      Stimuli list = any_stimuli(domain, Picoseconds{1});
      // A cycle of PWM is thousands of cycles of the gears.
      list.resize(std::min<std::size_t>(list.size(), first == 0 ? 1 : 3));
      return list;
    };
    const std::array<Stimuli, 2> sent{short_stimuli(before.domain), short_stimuli(before.domain)};
    const std::array<Stimuli, 2> later{short_stimuli(after.domain), short_stimuli(after.domain)};
    std::array<Passage, 2> event_before, event_after;
    {
      test::UniproLinkBench bench(config);
      bench.link.set_gear(first);
      send(*bench.link.from_host.operator->(), bench.device, sent[0], event_before[0]);
      send(*bench.link.from_device.operator->(), bench.host, sent[1], event_before[1]);
      bench.link.set_gear(second);
      send(*bench.link.from_host.operator->(), bench.device, later[0], event_after[0]);
      send(*bench.link.from_device.operator->(), bench.host, later[1], event_after[1]);
    }
    {
      Twins twins(before, sent[0], sent[1]);
      RC_ASSERT(twins.run());
      for (std::size_t direction : {0u, 1u}) expect_equal(event_before[direction], twins.passage(direction));
      const bool any = !sent[0].empty() || !sent[1].empty();
      after.came_before = twins.came();
      after.first_cycle = any ? after.domain.next(twins.quiet()).n : 0;
    }
    Twins twins(after, later[0], later[1]);
    RC_ASSERT(twins.run());
    for (std::size_t direction : {0u, 1u}) expect_equal(event_after[direction], twins.passage(direction));
  });
}

}  // namespace
}  // namespace icesim::twin
