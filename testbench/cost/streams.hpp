// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/cost/heap.hpp"
#include "testbench/support/sim_test.hpp"

#include <memory>
#include <string>

/// The streams of requests whose cost is measured: those of testbench/bench.
namespace icesim::test {

struct Stream {
  SystemConfig config;
  GeneratorConfig workload;
  const char* trace = nullptr;  ///< a bundled trace instead of the generator

  std::unique_ptr<RequestSource> source() const {
    if (trace != nullptr) return open_trace(bundled(trace));
    return std::make_unique<Generator>(workload);
  }
};

inline constexpr Bytes gib{std::uint64_t{1} << 30};

inline Stream generated(AccessPattern pattern, std::uint64_t read_percent, Bytes length, std::uint64_t queue_depth,
                        std::uint64_t requests) {
  Stream stream;
  stream.config.replay.mode = ReplayMode::asap;
  stream.config.replay.queue_depth = queue_depth;
  stream.workload.pattern = pattern;
  stream.workload.read_percent = read_percent;
  stream.workload.length = length;
  stream.workload.range = gib * 4;
  stream.workload.requests = requests;
  stream.workload.keys = 4;
  return stream;
}
inline Stream random_reads(std::uint64_t requests) {
  return generated(AccessPattern::random, 100, Bytes{4096}, 32, requests);
}
/// On a device so small that it collects garbage after some thousand of them.
inline Stream random_writes_collecting(std::uint64_t requests) {
  Stream stream = generated(AccessPattern::random, 0, Bytes{4096}, 32, requests);
  stream.config.flash = small_flash();
  stream.config.flash.capacity = Bytes{24 << 20};
  stream.workload.range = stream.config.flash.capacity;
  return stream;
}
inline Stream sequential_reads(std::uint64_t requests) {
  return generated(AccessPattern::sequential, 100, Bytes{128 << 10}, 8, requests);
}
inline Stream sequential_writes(std::uint64_t requests) {
  return generated(AccessPattern::sequential, 0, Bytes{128 << 10}, 8, requests);
}
/// One process that waits for each request before the next, and falls behind its recorded times.
inline Stream closed_requests(std::uint64_t requests) {
  Stream stream = generated(AccessPattern::random, 50, Bytes{4096}, 1, requests);
  stream.config.replay.mode = ReplayMode::closed;
  stream.workload.interval = Picoseconds{200'000'000};
  return stream;
}
inline Stream trace_with_a_key_per_file() {
  Stream stream;
  stream.config.replay.mode = ReplayMode::asap;
  stream.trace = k61;
  return stream;
}

/// Hands on the requests of a source, and notes the heap when the second half of them begins and when there are no
/// more.
class HeapNotes : public RequestSource {
 public:
  explicit HeapNotes(RequestSource& source, std::uint64_t half = 0) : source_(source), half_(half) {}
  bool next(IoRequest& request) override {
    const bool there_is = source_.next(request);
    if (there_is && ++given_ == half_) halfway = heap_use();
    if (!there_is && end.allocations == 0) end = heap_use();
    return there_is;
  }
  std::uint64_t given() const { return given_; }

  HeapUse halfway;
  HeapUse end;

 private:
  RequestSource& source_;
  std::uint64_t half_;
  std::uint64_t given_ = 0;
};

}  // namespace icesim::test
