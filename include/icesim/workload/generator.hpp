// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/random.hpp"
#include "icesim/workload/io_request.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace icesim {

/// Where the next synthetic request goes.
enum class AccessPattern { random, sequential };

inline constexpr std::array<Choice, 2> access_patterns{{
    {"random", "Any place of the range, each equally likely"},
    {"sequential", "Behind the request before it with the same key; keys take turns"},
}};

/// A synthetic workload.
struct GeneratorConfig {
  AccessPattern pattern = AccessPattern::random;
  std::uint64_t requests = 10'000;
  Bytes length{4096};
  Bytes start{0};
  Bytes range{std::uint64_t{1} << 30};
  std::uint64_t read_percent = 50;
  std::uint64_t keys = 1;
  Picoseconds interval{0};
  std::uint64_t seed = 1;

  void describe(Fields& f) {
    f("pattern", pattern, access_patterns, choice("Where the next request goes"));
    f("requests", requests, {0, any}, choice("Requests to generate"));
    f("length", length, {logical_block, Bytes{1 << 30}}, choice("Length of each request, a multiple of 4096"));
    f("start", start, {Bytes{0}, Bytes{std::uint64_t{1} << 60}}, choice("First address, a multiple of 4096"));
    f("range", range, {logical_block, Bytes{std::uint64_t{1} << 60}}, choice("Size of the address range"));
    f("read_percent", read_percent, {0, 100}, choice("Reads among 100 requests"));
    f("keys", keys, {0, 1'000'000}, choice("Keys; each has an equal part of the range; 0: nothing is encrypted"));
    f("interval", interval, {0, any}, choice("Time between two requests; 0: all at once"));
    f("seed", seed, {0, any}, choice("Seed of the random numbers"));
  }

 private:
  static constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
};

/// Generates requests from a configuration: the same configuration gives the same requests everywhere.
///
/// The key follows from the address, so that what one request writes another can read. Each key is one file
/// (inode = key) of one policy and one process, and has its DUN. Throws UserError when a key's part of the
/// range is too small for a request.
class Generator final : public RequestSource {
 public:
  explicit Generator(const GeneratorConfig& config);
  bool next(IoRequest& request) override;

 private:
  GeneratorConfig config_;
  Random random_;
  std::uint64_t regions_;
  std::uint64_t places_;  ///< of a request in one region
  std::uint64_t given_ = 0;
};

}  // namespace icesim
