// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <cstdint>

namespace icesim {

struct DmaConfig {
  Cycles read_latency{45};
  Cycles write_latency{30};
  Bytes bytes_per_cycle{16};
  Bytes max_burst_bytes{256};
  std::uint64_t max_outstanding = 16;

  static constexpr std::uint64_t outstanding_limit = 64;

  void describe(Fields& f) {
    f("read_latency", read_latency, {Cycles{1}, Cycles{4096}},
      assumption("Bus cycles from a read burst's address to its first data", "150 ns at 300 MHz [our-choice]",
                 "memory"));
    f("write_latency", write_latency, {Cycles{0}, Cycles{4096}},
      assumption("Bus cycles from a write burst's last beat until it is visible", "100 ns at 300 MHz [our-choice]",
                 "memory"));
    f("bytes_per_cycle", bytes_per_cycle, {Bytes{1}, Bytes{128}},
      assumption("Width of the data bus of each channel", "128 bits, one AES block [our-choice]", "memory"));
    f("max_burst_bytes", max_burst_bytes, {Bytes{16}, Bytes{4096}},
      assumption("Longest burst", "16 beats of 128 bits [our-choice]", "memory"));
    f("max_outstanding", max_outstanding, {1, outstanding_limit},
      assumption("Bursts of one channel that may be under way", "covers the latency at full width [our-choice]",
                 "memory"));
  }
};

}  // namespace icesim
