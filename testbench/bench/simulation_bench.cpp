// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/aes_xts.hpp"
#include "icesim/crypto/secret.hpp"
#include "icesim/workload/generator.hpp"
#include "icesim/workload/reader.hpp"
#include "models/system/forget_simulation.hpp"
#include "models/system/simulation.hpp"
#include "testbench/bench/yardstick.hpp"

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <ctime>

namespace icesim::bench {
namespace {

double processor_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// The yardstick in a kernel context of its own.
double yardstick() {
  const double rate = notifications_per_second();
  forget_simulation();
  return rate;
}

/// Simulates one stream of requests per iteration and reports requests per second of processor time, and how many raw
/// notifications one request costs on this machine at this moment. Both are of the run; what is built before it and torn
/// down after it is `setup_microseconds`.
void simulate(benchmark::State& state, const SystemConfig& config, const std::function<std::unique_ptr<RequestSource>()>& make,
              double requests) {
  double cost = 0;
  double setup = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const double before = yardstick();
    const double start = processor_seconds();
    std::unique_ptr<RequestSource> source = make();
    auto simulation = std::make_unique<Simulation>(config, *source, "bench");
    const double began = processor_seconds();
    state.ResumeTiming();
    simulation->run();
    state.PauseTiming();
    const double ended = processor_seconds();
    simulation.reset();
    source.reset();
    forget_simulation();
    setup += began - start + processor_seconds() - ended;
    cost += (before + yardstick()) / 2 * (ended - began) / requests;
    state.ResumeTiming();
  }
  const auto iterations = static_cast<double>(state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(requests) * static_cast<std::int64_t>(state.iterations()));
  state.counters["notifications_per_request"] = cost / iterations;
  state.counters["setup_microseconds"] = 1e6 * setup / iterations;
}

constexpr Bytes gib{std::uint64_t{1} << 30};

struct Stream {
  AccessPattern pattern;
  std::uint64_t read_percent;
  Bytes length;
  std::uint64_t queue_depth;
  std::uint64_t requests;
  Bytes capacity;
  Bytes range;
};
constexpr Stream random_read{AccessPattern::random, 100, Bytes{4096}, 32, 200'000, 128 * gib, 4 * gib};
constexpr Stream random_write{AccessPattern::random, 0, Bytes{4096}, 32, 100'000, 128 * gib, 4 * gib};
constexpr Stream collecting{AccessPattern::random, 0, Bytes{4096}, 32, 600'000, 2 * gib, 2 * gib};
constexpr Stream sequential_read{AccessPattern::sequential, 100, Bytes{128 << 10}, 8, 40'000, 128 * gib, 8 * gib};
constexpr Stream sequential_write{AccessPattern::sequential, 0, Bytes{128 << 10}, 8, 20'000, 128 * gib, 8 * gib};

/// A stream with the parameters' defaults but for what `change` sets.
void generated(benchmark::State& state, const Stream& stream, void (*change)(SystemConfig&)) {
  SystemConfig config;
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = stream.queue_depth;
  config.flash.capacity = stream.capacity;
  change(config);
  GeneratorConfig generator;
  generator.pattern = stream.pattern;
  generator.read_percent = stream.read_percent;
  generator.length = stream.length;
  generator.range = stream.range;
  generator.requests = stream.requests;
  generator.keys = 4;
  simulate(state, config, [&] { return std::make_unique<Generator>(generator); }, static_cast<double>(stream.requests));
}

void as_it_is(SystemConfig&) {}
void verified(SystemConfig& config) { config.payload = Payload::verify; }

// What is off unless asked for (`*_on`), each on the stream that it costs most.
/// Three of four reads miss their page of the map.
void map_cache_on(SystemConfig& config) { config.device.map.map_cache = Bytes{1020 << 10}; }
void task_order_on(SystemConfig& config) { config.device.task_order = TaskOrdering::attributes; }
void read_ahead_on(SystemConfig& config) { config.device.ahead.read_ahead = Bytes{512 << 10}; }
void bursts_on(SystemConfig& config) {
  config.link.burst_gap = Cycles{100};
  config.link.burst_start = Cycles{20};
}
void broken_frames_on(SystemConfig& config) { config.link.broken_frames_ppm = 100; }
void lost_frames_on(SystemConfig& config) { config.link.lost_frames_ppm = 1; }
void clocks_on(SystemConfig& config) {
  config.power.scaling.polling_ms = 100;
  config.power.scaling.engine = true;
}
void booster_on(SystemConfig& config) { config.flash.booster.capacity = Bytes{gib.n / 4}; }
void hot_blocks_on(SystemConfig& config) { config.flash.streams.hot = true; }
void cache_program_on(SystemConfig& config) { config.flash.cache_program.on = true; }
void gating_on(SystemConfig& config) { config.power.gating.delay = Picoseconds{5'000'000'000}; }
void all_on(SystemConfig& config) {
  for (const auto on : {map_cache_on, task_order_on, read_ahead_on, bursts_on, broken_frames_on, booster_on, hot_blocks_on, cache_program_on, gating_on})
    on(config);
}

void random_read_4k(benchmark::State& state, void (*change)(SystemConfig&)) { generated(state, random_read, change); }
void random_write_4k(benchmark::State& state, void (*change)(SystemConfig&)) { generated(state, random_write, change); }
void collecting_4k(benchmark::State& state, void (*change)(SystemConfig&)) { generated(state, collecting, change); }
void sequential_read_128k(benchmark::State& state, void (*change)(SystemConfig&)) { generated(state, sequential_read, change); }
void sequential_write_128k(benchmark::State& state, void (*change)(SystemConfig&)) { generated(state, sequential_write, change); }
/// Ten times as many: the cost of a request must not depend on how many there are.
void random_read_4k_tenfold(benchmark::State& state) {
  Stream tenfold = random_read;
  tenfold.requests *= 10;
  generated(state, tenfold, as_it_is);
}
/// What the engine's function makes of a data unit, to be compared with `openssl speed -bytes 4096 -evp aes-256-xts`.
void aes_256_xts_4k(benchmark::State& state) {
  std::vector<std::byte> data(4096);
  Secret key = Secret::zeroes(64);
  for (std::size_t i = 0; i < key.size(); ++i) key.mutable_data()[i] = static_cast<std::byte>(i);
  AesXts aes(key);
  Dun dun{};
  for (auto _ : state) {
    aes.crypt_range(CryptDirection::decrypt, dun, Bytes{data.size()}, Bytes{}, data.data(), data.data(), data.size());
    dun += Dun{1};
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(data.size()));
}
void trace_key_per_file(benchmark::State& state, KeyPathKind path, BlockLayerProfile profile) {
  SystemConfig config;
  config.crypto.path = path;
  config.block_layer.profile = profile;
  config.block_layer.set_profile();
  config.replay.mode = ReplayMode::asap;
  simulate(state, config, [] { return open_trace(ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace"); }, 9765);
}

/// One process that waits for each request before the next one.
void closed_4k(benchmark::State& state) {
  SystemConfig config;
  config.replay.mode = ReplayMode::closed;
  GeneratorConfig generator;
  generator.range = 4 * gib;
  generator.requests = 100'000;
  generator.interval = Picoseconds{200'000'000};
  generator.keys = 4;
  simulate(state, config, [&] { return std::make_unique<Generator>(generator); }, 100'000);
}

BENCHMARK_CAPTURE(random_read_4k, off, as_it_is)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, verify, verified)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, map_cache, map_cache_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, task_order, task_order_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, bursts, bursts_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, broken_frames, broken_frames_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, lost_frames, lost_frames_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, clocks, clocks_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, gating, gating_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_read_4k, all, all_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_write_4k, off, as_it_is)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_write_4k, map_cache, map_cache_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_write_4k, bursts, bursts_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_write_4k, broken_frames, broken_frames_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_write_4k, booster, booster_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_write_4k, hot_blocks, hot_blocks_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_write_4k, cache_program, cache_program_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(random_write_4k, all, all_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(collecting_4k, off, as_it_is)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(collecting_4k, hot_blocks, hot_blocks_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_read_128k, off, as_it_is)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_read_128k, read_ahead, read_ahead_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_read_128k, bursts, bursts_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_read_128k, broken_frames, broken_frames_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_read_128k, all, all_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_write_128k, off, as_it_is)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_write_128k, bursts, bursts_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_write_128k, broken_frames, broken_frames_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_write_128k, lost_frames, lost_frames_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_write_128k, booster, booster_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_write_128k, cache_program, cache_program_on)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(sequential_write_128k, all, all_on)->Unit(benchmark::kMillisecond);
BENCHMARK(random_read_4k_tenfold)->Unit(benchmark::kMillisecond);
BENCHMARK(aes_256_xts_4k);
BENCHMARK_CAPTURE(trace_key_per_file, registers, KeyPathKind::registers, BlockLayerProfile::simple)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, firmware, KeyPathKind::firmware, BlockLayerProfile::simple)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, hwkm_v1, KeyPathKind::hwkm_v1, BlockLayerProfile::simple)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, hwkm_v2, KeyPathKind::hwkm_v2, BlockLayerProfile::simple)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, drained, KeyPathKind::drained, BlockLayerProfile::simple)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, pfk, KeyPathKind::pfk, BlockLayerProfile::simple)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, prdt, KeyPathKind::prdt, BlockLayerProfile::simple)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, none, KeyPathKind::none, BlockLayerProfile::simple)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, linux_6_12, KeyPathKind::registers, BlockLayerProfile::linux_6_12)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, linux_7, KeyPathKind::registers, BlockLayerProfile::linux_7)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(trace_key_per_file, android, KeyPathKind::registers, BlockLayerProfile::android)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(closed_4k)->Unit(benchmark::kMillisecond);

void raw_notifications(benchmark::State& state) {
  double sum = 0;
  for (auto _ : state) sum += yardstick();
  state.counters["per_second"] = sum / static_cast<double>(state.iterations());
}
BENCHMARK(raw_notifications)->Unit(benchmark::kMillisecond);

}  // namespace

double notifications_per_second() {
  Yardstick yardstick("yardstick");
  sc_core::sc_start(sc_core::sc_time::from_value(1'000));
  const double start = processor_seconds();
  const std::uint64_t before = yardstick.notifications();
  sc_core::sc_start(sc_core::sc_time::from_value(60'000'000));
  return static_cast<double>(yardstick.notifications() - before) / (processor_seconds() - start);
}

}  // namespace icesim::bench

int sc_main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
