// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/aes_xts.hpp"
#include "icesim/spec/unipro.hpp"
#include "icesim/spec/upiu.hpp"
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;

constexpr std::uint64_t mebibyte = 1 << 20;

/// Time that each stage needs for one MiB of a sequential stream, in picoseconds, from the configuration alone.
struct StageTimes {
  std::uint64_t link, ice, dma, channels, dies;

  std::uint64_t on_the_way() const { return std::max({link, ice, dma}); }
  std::uint64_t flash() const { return std::max(channels, dies); }
  std::uint64_t slowest() const { return std::max(on_the_way(), flash()); }
};

std::uint64_t cycles_time(std::uint64_t cycles, Hertz clock) {
  return static_cast<std::uint64_t>(Wide{cycles} * 1'000'000'000'000 / clock.n);
}

/// Lanes taken by the UPIUs of one MiB: data in segments, and the other UPIU of each segment or request that shares
/// them.
std::uint64_t link_time(const SystemConfig& c, Bytes segment, std::uint64_t small_upius) {
  const auto series = c.link.series == RateSeries::a ? unipro::Series::a : unipro::Series::b;
  const Hertz symbols = unipro::lane_bytes(c.link.gear, series);
  const auto upiu_cycles = [&](Bytes size) {
    return divide_up(unipro::wire_bytes(size, c.link.t_mtu, c.link.header_bytes, c.link.overhead_bytes).n,
                     c.link.lanes);
  };
  const Bytes header{upiu_header_size};
  return cycles_time(mebibyte / segment.n * upiu_cycles(header + segment) + small_upius * upiu_cycles(header), symbols);
}

StageTimes stage_times(const SystemConfig& c, bool reads) {
  StageTimes t{};
  t.link = link_time(c, reads ? c.device.max_data_in : c.device.max_data_out, 1);  // + RESPONSE or COMMAND
  t.ice = cycles_time(mebibyte / AesXts::block * c.ice.cycles_per_block.n / c.ice.cores, c.engine_clock());
  t.dma = cycles_time(mebibyte / c.controller.dma.bytes_per_cycle.n, c.clocks.bus);
  const std::uint64_t row = c.flash.planes * c.flash.page_bytes.n;
  const std::uint64_t piece = reads ? row : row * c.flash.pages_per_program;
  const std::uint64_t transfer = cycles_time(piece / c.flash.channel_bytes_per_cycle.n, c.clocks.nand);
  const std::uint64_t operation = transfer + (reads ? c.flash.read_time : c.flash.program_time).n;
  const auto for_mebibyte = [&](std::uint64_t time, std::uint64_t side_by_side) {
    return static_cast<std::uint64_t>(Wide{time} * mebibyte / piece / side_by_side);
  };
  t.channels = for_mebibyte(transfer, c.flash.channels);
  t.dies = for_mebibyte(operation, c.flash.channels * c.flash.dies_per_channel);
  return t;
}

struct Case {
  const char* name;
  SystemConfig config;
  std::uint64_t StageTimes::*bottleneck;
};

std::vector<Case> cases(bool reads) {
  std::vector<Case> list;
  const auto add = [&](const char* name, std::uint64_t StageTimes::*bottleneck) -> SystemConfig& {
    list.push_back({name, {}, bottleneck});
    SystemConfig& c = list.back().config;
    c.replay.mode = ReplayMode::asap;
    c.flash.program_time = 200_us;  // so that flash is fast enough for what is slowed down
    c.device.max_rtt = 8;
    return c;
  };
  {
    SystemConfig& c = add("as delivered", reads ? &StageTimes::link : &StageTimes::dies);
    c.flash.program_time = SystemConfig{}.flash.program_time;
  }
  {
    SystemConfig& c = add("link: one lane of gear 1, rate A", &StageTimes::link);
    c.link.gear = 1;
    c.link.lanes = 1;
    c.link.series = RateSeries::a;
  }
  {
    SystemConfig& c = add("link: two lanes of gear 3", &StageTimes::link);
    c.link.gear = 3;
  }
  {
    SystemConfig& c = add("engine: few cycles a second", &StageTimes::ice);
    c.clocks.ice = 19'200_kHz;
  }
  {
    SystemConfig& c = add("engine: two cores of 15 cycles a block", &StageTimes::ice);
    c.ice.cycles_per_block = 15_cycles;
    c.ice.cores = 2;
  }
  {
    SystemConfig& c = add("DMA: 2 bytes a cycle", &StageTimes::dma);
    c.controller.dma.bytes_per_cycle = 2_B;
  }
  {
    SystemConfig& c = add("DMA: slow clock", &StageTimes::dma);
    c.clocks.bus = 25_MHz;
  }
  {
    SystemConfig& c = add("flash channels", &StageTimes::channels);
    c.clocks.nand = 60_MHz;
    c.flash.read_time = 10_us;
  }
  {
    SystemConfig& c = add("dies", &StageTimes::dies);
    c.flash.read_time = 1500_us;
    c.flash.program_time = 4_ms;
  }
  return list;
}

/// Requests of 1 MiB one behind the other.
std::vector<IoRequest> stream(bool reads, std::uint64_t count) {
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto operation = reads ? Operation::read : Operation::write;
    list.push_back(test::request(operation, i * (mebibyte / logical_block.n), mebibyte / logical_block.n, 1));
  }
  return list;
}

void expect_bandwidth(const Case& c, bool reads, std::uint64_t count) {
  SCOPED_TRACE(c.name);
  const StageTimes bound = stage_times(c.config, reads);
  ASSERT_EQ(bound.*c.bottleneck, bound.slowest()) << "the case makes that stage the bottleneck";
  test::Requests source(stream(reads, count));
  const test::Values v = test::simulate(c.config, source);
  const std::uint64_t time = v.at("simulated_time"), expected = bound.slowest() * count;
  // The last writes end when they are in the write buffer.
  const std::uint64_t buffered = reads ? 0 : c.config.flash.write_buffer.n / mebibyte;
  const std::uint64_t least = std::max(bound.on_the_way() * count, bound.flash() * (count - buffered));
  EXPECT_GE(time, least) << "no stage is faster than its formula";
  EXPECT_LE(time, expected / 100 * 102) << "nothing but the bottleneck costs time: " << time * 100 / expected << " %";
}

TEST(SequentialBandwidth, OfReadsIsThatOfTheSlowestStage) {
  for (const Case& c : cases(true)) expect_bandwidth(c, true, 256);
}

TEST(SequentialBandwidth, OfWritesIsThatOfTheSlowestStage) {
  for (const Case& c : cases(false)) expect_bandwidth(c, false, 384);
}

TEST(SequentialBandwidth, DoesNotDependOnEncryptionWhenTheEngineKeepsUp) {
  for (const bool reads : {true, false}) {
    SystemConfig with;
    with.replay.mode = ReplayMode::asap;
    SystemConfig without = with;
    without.crypto.path = KeyPathKind::none;
    test::Requests a(stream(reads, 128)), b(stream(reads, 128));
    const std::uint64_t on = test::simulate(with, a).at("simulated_time");
    const std::uint64_t off = test::simulate(without, b).at("simulated_time");
    EXPECT_LT(on, off / 1000 * 1002);
    EXPECT_GT(on, off / 1000 * 998);
  }
}

test::Values random_reads(const SystemConfig& config, std::uint64_t count) {
  GeneratorConfig workload;
  workload.requests = count;
  workload.read_percent = 100;
  workload.keys = 8;
  workload.range = 64_GiB;
  SystemConfig c = config;
  c.replay.mode = ReplayMode::asap;
  return test::simulate(c, workload);
}

TEST(RandomReads, ComeAtTheRateAtWhichTheFirmwareTakesCommands) {
  constexpr std::uint64_t count = 10'000;
  for (const Picoseconds occupancy : {20_us, 40_us, 100_us}) {
    SystemConfig config;
    config.device.command_occupancy = occupancy;
    const std::uint64_t time = random_reads(config, count).at("simulated_time");
    EXPECT_GE(time, occupancy.n * count);
    EXPECT_LE(time, occupancy.n * count / 100 * 101);
  }
  SystemConfig config;
  EXPECT_GE(random_reads(config, count).at("simulated_time"), config.device.command_occupancy.n * count);
}

TEST(RandomReads, WithOneOutstandingTakeTheirLatencyEach) {
  SystemConfig config;
  config.replay.queue_depth = 1;
  const test::Values v = random_reads(config, 500);
  const std::uint64_t sum = v.at("latency.all.mean") * 500;
  EXPECT_GE(v.at("simulated_time"), sum);
  EXPECT_LT(v.at("simulated_time"), sum + 500);
}

}  // namespace
}  // namespace icesim
