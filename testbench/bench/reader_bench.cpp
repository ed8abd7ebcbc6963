// SPDX-License-Identifier: Apache-2.0
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/bytes/memory_bytes.hpp"
#include "src/workload/readers/open_reader.hpp"
#include "testbench/support/made_traces.hpp"

#include <benchmark/benchmark.h>

namespace icesim::bench {
namespace {

constexpr std::uint64_t requests = 200'000;

/// Reads all of a trace in memory per iteration: bytes and records per second of processor time.
void read_all(benchmark::State& state, test::MadeTrace (*make)(std::uint64_t requests)) {
  const test::MadeTrace trace = make(requests);
  TraceOptions options;
  // Some of the generated requests are equal.
  options.reissue_window = Picoseconds{};
  for (auto _ : state) {
    const auto reader = open_reader(decompress(std::make_unique<MemoryBytes>("bench", trace.bytes)), options);
    for (IoRequest request; reader->next(request);) benchmark::DoNotOptimize(request);
    if (reader->info().requests.total() != requests) state.SkipWithError("a request is missing");
  }
  const auto iterations = static_cast<std::int64_t>(state.iterations());
  state.SetBytesProcessed(iterations * static_cast<std::int64_t>(trace.bytes.size()));
  state.SetItemsProcessed(iterations * static_cast<std::int64_t>(trace.records));
}

BENCHMARK_CAPTURE(read_all, ftrace_text, test::made_ftrace)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_all, blktrace, test::made_blktrace)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_all, msr_table, test::made_msr)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_all, pixel6a_table, test::made_pixel)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_all, icetrace, test::made_native)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace icesim::bench

BENCHMARK_MAIN();
