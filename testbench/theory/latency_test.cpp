// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "testbench/support/sim_test.hpp"
#include "testbench/theory/request_path.hpp"

namespace icesim {
namespace {

using test::Observed;
using test::Seen;
using theory::RequestPath;
using namespace literals;

struct LatencyCase {
  const char* name;
  SystemConfig config;
};

std::vector<LatencyCase> latency_cases() {
  std::vector<LatencyCase> list(11);
  list[0].name = "as delivered";
  list[1].name = "slow bus and threaded interrupt";
  list[1].config.clocks.bus = 133_MHz;
  list[1].config.block_layer.interrupt = InterruptHandling::threaded;
  list[2].name = "one slow lane, rate A";
  list[2].config.link.gear = 1;
  list[2].config.link.lanes = 1;
  list[2].config.link.series = RateSeries::a;
  list[3].name = "slow engine with a short data path";
  list[3].config.clocks.ice = 19'200_kHz;
  list[3].config.ice.cycles_per_block = 8_cycles;
  list[3].config.ice.latency = 63_cycles;
  list[4].name = "narrow DMA with short bursts";
  list[4].config.controller.dma.bytes_per_cycle = 4_B;
  list[4].config.controller.dma.max_burst_bytes = 64_B;
  list[4].config.controller.dma.max_outstanding = 64;
  list[4].config.controller.dma.read_latency = 90_cycles;
  list[5].name = "four lanes, gear 3, small frames, slow wire, within the window";
  list[5].config.link.gear = 3;
  list[5].config.link.lanes = 4;
  list[5].config.link.t_mtu = 101_B;
  list[5].config.link.phy_latency = 97_ns;
  list[6].name = "slow flash channel and device";
  list[6].config.clocks.nand = 40_MHz;
  list[6].config.clocks.device = 41_MHz;
  list[6].config.flash.read_time = 33'333_ns;
  list[7].name = "four stages of synchronisation, slow registers";
  list[7].config.clocks.sync_stages = 4_cycles;
  list[7].config.link.sync_stages = 3_cycles;
  list[7].config.host.costs.mmio_write = 1_us;
  list[7].config.host.costs.mmio_read = 301_ns;
  list[7].config.controller.decode_cycles = 17_cycles;
  list[8].name = "completion in a softirq";
  list[8].config.block_layer.completion = Completion::softirq;
  list[9].name = "completion in a softirq, of a thread";
  list[9].config.block_layer.completion = Completion::submitter;
  list[9].config.block_layer.interrupt = InterruptHandling::threaded;
  list[10].name = "interrupt with a limit, softirq with all of the work";
  list[10].config.block_layer.completion = Completion::softirq;
  list[10].config.block_layer.interrupt = InterruptHandling::limited;
  list[10].config.host.costs.softirq_share = 100;
  return list;
}

/// Single requests, far apart, at times of any phase to the clocks; the first two only load keyslot and engines.
Observed lone_requests(const SystemConfig& config, Operation operation, KeyId key, std::size_t count) {
  std::vector<IoRequest> list{test::request(Operation::write, 0, 1, key, 1_ms),
                              test::request(Operation::read, 100'000, 1, key, 3_ms)};
  Random random(8);
  Picoseconds at = 5_ms;
  for (std::size_t i = 0; i < count; ++i) {
    at += 1_ms + Picoseconds{random.below(10'000'000)};
    list.push_back(test::request(operation, 200'000 + 1000 * i, 1, key, at));
  }
  test::Requests source(list);
  Observed observed = test::observe(config, source);
  observed.seen.erase(observed.seen.begin(), observed.seen.begin() + 2);
  return observed;
}

TEST(RequestLatency, ALoneReadTakesWhatTheContractsOfAllModulesAddUpTo) {
  for (const LatencyCase& c : latency_cases()) {
    for (const KeyId key : {no_key, KeyId{9}}) {
      SCOPED_TRACE(std::string(c.name) + (key == no_key ? ", plain" : ", encrypted"));
      const RequestPath path(c.config);
      const Observed observed = lone_requests(c.config, Operation::read, key, 200);
      ASSERT_EQ(observed.seen.size(), 200u);
      for (const Seen& seen : observed.seen) ASSERT_EQ(seen.end().n, path.read_end(seen.start(), key != no_key).n);
    }
  }
}

TEST(RequestLatency, ALoneWriteTakesWhatTheContractsOfAllModulesAddUpTo) {
  for (const LatencyCase& c : latency_cases()) {
    for (const KeyId key : {no_key, KeyId{9}}) {
      SCOPED_TRACE(std::string(c.name) + (key == no_key ? ", plain" : ", encrypted"));
      const RequestPath path(c.config);
      const Observed observed = lone_requests(c.config, Operation::write, key, 200);
      ASSERT_EQ(observed.seen.size(), 200u);
      for (const Seen& seen : observed.seen) ASSERT_EQ(seen.end().n, path.write_end(seen.start(), key != no_key).n);
    }
  }
}

TEST(RequestLatency, EncryptionCostsALoneRequestAtMostTheEnginesLatency) {
  for (const Operation operation : {Operation::read, Operation::write}) {
    SystemConfig with, without;
    without.crypto.path = KeyPathKind::none;
    const auto mean = [&](const SystemConfig& config) {
      std::uint64_t sum = 0;
      const Observed observed = lone_requests(config, operation, 9, 400);
      for (const Seen& seen : observed.seen) sum += (seen.end() - seen.start()).n;
      return sum / observed.seen.size();
    };
    const std::uint64_t on = mean(with), off = mean(without);
    // The first piece of a write (a DMA burst) waits for its tweak, is issued block by block, and goes through the
    // pipeline; what follows keeps up. A read's tweak is there before its last frame.
    const ClockDomain ice(with.engine_clock(), with.clocks.sync_stages);
    const std::uint64_t burst_blocks = with.controller.dma.max_burst_bytes.n / AesXts::block;
    const Cycles engine = with.ice.tweak_latency + with.ice.latency + with.ice.cycles_per_block * (burst_blocks - 1);
    EXPECT_GT(on, off);
    EXPECT_LE(on - off, ice.edge(engine).n) << static_cast<int>(operation);
  }
}

}  // namespace
}  // namespace icesim
