// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_pipeline.hpp"
#include "models/system/simulation.hpp"
#include "testbench/reference/base/crossing_twin.hpp"
#include "testbench/reference/base/twin_script.hpp"
#include "testbench/reference/ice/aes_xts_pipeline_twin.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/random_config.hpp"

#include <array>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim::twin {
namespace {

using Counts = std::array<std::uint64_t, 2>;

/// Notes on every edge how far each direction has left: the cycle of each end that is waited for.
class Monitor : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(Monitor);

  Monitor(const sc_core::sc_module_name& name, const TwinClock& clock) : sc_module(name), clock_(clock) {
    SC_METHOD(step);
    sensitive << clock.edge();
    dont_initialize();
  }
  bool done() const { return cycles[0].size() == ends[0].size() && cycles[1].size() == ends[1].size(); }

  std::array<sc_core::sc_signal<std::uint64_t>, 2> left;
  std::array<std::vector<std::uint64_t>, 2> ends;
  std::array<std::vector<std::uint64_t>, 2> cycles;

 private:
  void step() {
    for (std::size_t d = 0; d < 2; ++d) {
      while (cycles[d].size() < ends[d].size() && ends[d][cycles[d].size()] <= left[d].read())
        cycles[d].push_back(clock_.cycle());
    }
  }

  const TwinClock& clock_;
};

/// Bytes that arrive at once.
struct Piece {
  std::uint64_t gap;  ///< picoseconds after the piece before in this direction
  std::uint64_t bytes;
};
struct Stimulus {
  bool to_host = false;
  bool enabled = true;
  std::uint64_t keyslot = 0;  ///< the last one is never programmed
  std::uint64_t reprogram =
      0;  ///< 0: the keyslot stays; else it is programmed anew before the job, log2 of its data unit + 1
  std::uint64_t offset = 0;  ///< in blocks of 16 bytes
  std::vector<Piece> pieces;
};
constexpr std::uint64_t keyslots_in_use = 4;

void showValue(const Piece& piece, std::ostream& os) { os << piece.bytes << " bytes " << piece.gap << " ps later"; }
void showValue(const Stimulus& s, std::ostream& os) {
  os << (s.to_host ? "to host, " : "to device, ") << (s.enabled ? "keyslot " : "plain, keyslot ") << s.keyslot;
  if (s.reprogram > 0) os << " programmed anew (" << s.reprogram << ")";
  os << ", offset " << 16 * s.offset << ", ";
  rc::show(s.pieces, os);
}

rc::Gen<bool> any_bool(bool usual) {
  return rc::gen::map(test::any_in({0, 1}, usual ? 1 : 0), [](std::uint64_t n) { return n != 0; });
}

/// Pieces of whole blocks or of any bytes; gaps of whole cycles or of anything.
rc::Gen<std::vector<Stimulus>> any_stimuli(Picoseconds cycle) {
  const auto piece = rc::gen::mapcat(test::any_in({0, 2}, 0), [=](std::uint64_t kind) {
    const auto gap = rc::gen::map(test::any_in({0, 400}, 0), [=](std::uint64_t n) { return n * cycle.n; });
    const auto blocks = rc::gen::map(test::any_in({1, 70}, 1), [](std::uint64_t n) { return 16 * n; });
    return rc::gen::construct<Piece>(kind == 0 ? test::any_in({0, 3'000'000}, 0) : gap,
                                     kind == 1 ? blocks : test::any_in({1, 300}, 16));
  });
  const auto pieces = rc::gen::resize(10, rc::gen::nonEmpty(rc::gen::container<std::vector<Piece>>(piece)));
  const auto stimulus = rc::gen::construct<Stimulus>(
      any_bool(false), rc::gen::weightedOneOf<bool>({{5, rc::gen::just(true)}, {1, any_bool(true)}}),
      test::any_in({0, keyslots_in_use}, 0),
      rc::gen::weightedOneOf<std::uint64_t>({{5, rc::gen::just<std::uint64_t>(0)}, {1, test::any_in({0, 4}, 0)}}),
      test::any_in({0, 600}, 0), pieces);
  return rc::gen::resize(10, rc::gen::nonEmpty(rc::gen::container<std::vector<Stimulus>>(stimulus)));
}

void program(KeyslotFile& keyslots, std::uint64_t keyslot, std::uint64_t data_unit) {
  CryptoConfig entry;
  entry.set_config({data_unit_mask(Bytes{data_unit}), 0, true});
  for (std::size_t step = 0; step < program_writes; ++step) {
    const CryptoConfigWrite write = program_write(entry, step);
    keyslots.write(static_cast<std::uint32_t>(keyslot * CryptoConfig::word_count) + write.offset / 4, write.value);
  }
}

/// More cycles than all of it can take.
std::uint64_t bound(const AesXtsPipelineConfig& c, const std::vector<Stimulus>& stimuli) {
  const std::uint64_t turn = c.block_cycles(Direction::to_host).n * c.ring_positions;
  const std::uint64_t tweak = c.tweak_cycles(Direction::to_host).n + c.offset_tweak_cycles.n + c.latency.n + turn;
  std::uint64_t cycles = 1000;
  for (const Stimulus& s : stimuli) {
    cycles += c.key_cycles(Direction::to_host).n + c.latency.n + c.bypass_latency.n;
    for (const Piece& piece : s.pieces) cycles += (piece.bytes / 16 + 1) * turn + (piece.bytes / 512 + 2) * tweak;
  }
  return cycles;
}

/// The same jobs for model and twin; half of the cases change the clock behind some of them, when all have left.
TEST(AesXtsPipelineTwin, LetsEveryChunkLeaveOnTheCycleOfTheModel) {
  std::uint64_t beside = 0, changes = 0;
  test::check_cases(400, [&beside, &changes] {
    auto config = test::any_config<AesXtsPipelineConfig>();
    if (config.engines == Engines::allocated) config.ring_positions = 1;
    const auto clocks = test::any_config<ClocksConfig>({}, {"bus", "device", "nand"});
    ClockDomain ice{clocks.ice, clocks.sync_stages};
    const ClockDomain other{clocks.ice_low, clocks.sync_stages};
    const auto stimuli = *any_stimuli(ice.edge(Cycles{1})).as("stimuli");
    const auto change_before = *rc::gen::inRange<std::size_t>(1, 2 * stimuli.size() + 1).as("job before which the clock changes, if there is one");
    const auto change_after = *test::any_in({0, 100'000}, 0).as("picoseconds after the end of all before");

    KeyslotFile keyslots{KeyslotFileConfig{}};
    for (std::uint64_t k = 0; k < keyslots_in_use; ++k) program(keyslots, k, std::uint64_t{512} << k);

    const FreshKernel kernel;
    TwinClock clock("clock", ice);
    AesXtsPipelineTwin twin("twin", config, clock);
    SynchroniserTwin to_device("to_device", clock), to_host("to_host", clock);
    std::array<sc_core::sc_signal<std::uint64_t>, 2> sent;
    Monitor monitor("monitor", clock);
    Script script("script");
    to_device.in(sent[0]);
    to_host.in(sent[1]);
    twin.arrived[0](to_device.out);
    twin.arrived[1](to_host.out);
    for (std::size_t d = 0; d < 2; ++d) twin.left[d](monitor.left[d]);

    AesXtsPipeline model("model", config, ice, keyslots);
    std::array<std::vector<std::uint64_t>, 2> expected;
    std::array<Picoseconds, 2> at{};
    Counts streamed{};
    Picoseconds begun{};  // of the job before, which a shared engine takes first
    Picoseconds left{};   // by all before
    for (const Stimulus& s : stimuli) {
      if (&s == stimuli.data() + change_before) {
        const Picoseconds change = ice.next_edge(std::max({at[0], at[1], left}) + Picoseconds{change_after}) + Picoseconds{1};
        script.at(change, [&clock, &other] { clock.change(other); });
        model.set_clock(ice = other, change);
        at[0] = at[1] = begun = change;
        ++changes;
      }
      const std::size_t d = s.to_host ? 1 : 0;
      if (s.reprogram > 0 && s.keyslot < keyslots_in_use) program(keyslots, s.keyslot, 256u << s.reprogram);
      CryptoJob job;
      job.direction = s.to_host ? Direction::to_host : Direction::to_device;
      job.enabled = s.enabled;
      job.keyslot = Keyslot{s.keyslot};
      job.offset = 16 * s.offset;
      if (config.engines == Engines::shared) at[d] = std::max(at[d], begun);
      begun = std::max(begun, Picoseconds{at[d].n + s.pieces.front().gap});
      Train train;
      std::uint64_t end = 0;
      for (const Piece& piece : s.pieces) {
        at[d] += Picoseconds{piece.gap};
        end += piece.bytes;
        train.push_back({end, at[d]});
        script.at(at[d], [&sent, d, count = streamed[d] + end] { sent[d].write(count); });
        monitor.ends[d].push_back(streamed[d] + end);
      }
      KeyslotUse use;
      const bool usable = keyslots.lookup(job.keyslot, use) == KeyslotState::usable;
      twin.accept({job.direction, job.enabled && usable, job.keyslot, use.generation, end,
                   usable ? job.offset % use.data_unit.n : 0, use.data_unit.n});
      model.pass(job, train);
      for (const Chunk& chunk : train) expected[d].push_back(ice.next(chunk.at).n);
      left = std::max(left, train.back().at);
      streamed[d] += end;
    }
    run_until([&] { return monitor.done(); }, std::max({at[0], at[1], left}) + ice.edge(Cycles{bound(config, stimuli)}),
              ice.edge(Cycles{200}));
    RC_ASSERT(monitor.cycles[0] == expected[0]);
    RC_ASSERT(monitor.cycles[1] == expected[1]);

    const AesXtsStatistics there = model.statistics(Direction::to_device), back = model.statistics(Direction::to_host);
    const AesXtsEngineTwin &first = twin.engine(Direction::to_device), &second = twin.engine(Direction::to_host);
    RC_ASSERT(there.key_loads + back.key_loads == first.key_loads() + (config.engines == Engines::shared ? 0 : second.key_loads()));
    RC_ASSERT(there.key_hits + back.key_hits == first.key_hits() + (config.engines == Engines::shared ? 0 : second.key_hits()));
    beside += there.jobs_beside + back.jobs_beside;
  });
  EXPECT_GT(changes, 100u);
  EXPECT_GT(beside, 100u);  // jobs that an allocator gave fewer cores
}

}  // namespace
}  // namespace icesim::twin
