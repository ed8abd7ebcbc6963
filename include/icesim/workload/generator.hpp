// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/random.hpp"
#include "icesim/workload/io_request.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace icesim {

class Zipf;

/// Where the next synthetic request goes.
enum class AccessPattern { random, sequential };
/// When it comes.
enum class Arrival { constant, poisson, bursts };
/// How long it is.
enum class Lengths { fixed, uniform, geometric, two };

inline constexpr std::array<Choice, 2> access_patterns{{
    {"random", "Any place of the range, each equally likely"},
    {"sequential", "Behind the request before it with the same key; keys take turns"},
}};
inline constexpr std::array<Choice, 3> arrivals{{
    {"constant", "The same time between any two requests"},
    {"poisson", "Independent of each other: exponential times between requests"},
    {"bursts", "Bursts of `burst` requests, `burst_gap` apart, as many bursts as keep the mean interval"},
}};
inline constexpr std::array<Choice, 4> length_distributions{{
    {"fixed", "All requests are `length` long"},
    {"uniform", "Each length from a block to 2 * `length` less a block equally likely; the mean is `length`"},
    {"geometric",
     "Each block further is equally likely to be the last; the mean is `length` but for the cut at `longest`"},
    {"two", "`longest` in `long_percent` of 100 cases, else `length`"},
}};

/// A synthetic workload.
struct GeneratorConfig {
  AccessPattern pattern = AccessPattern::random;
  std::uint64_t requests = 10'000;
  Lengths lengths = Lengths::fixed;
  Bytes length{4096};
  Bytes longest{512 * 1024};
  std::uint64_t long_percent = 10;
  Bytes start{0};
  Bytes range{std::uint64_t{1} << 30};
  std::uint64_t sequential_percent = 0;
  std::uint64_t read_percent = 50;
  std::uint64_t flush_percent = 0;
  std::uint64_t discard_percent = 0;
  std::uint64_t keys = 1;
  std::uint64_t zipf = 0;
  Arrival arrival = Arrival::constant;
  Picoseconds interval{0};
  std::uint64_t burst = 16;
  Picoseconds burst_gap{0};
  std::uint64_t seed = 1;

  void describe(Fields& f) {
    f("pattern", pattern, access_patterns, choice("Where the next request goes"));
    f("requests", requests, {0, any}, choice("Requests to generate"));
    f("lengths", lengths, length_distributions, choice("How long requests are"));
    f("length", length, {logical_block, Bytes{1 << 30}},
      choice("Length of each request, or the mean, a multiple of 4096"));
    f("longest", longest, {logical_block, Bytes{1 << 30}},
      choice("Largest length of geometric and two, a multiple of 4096"));
    f("long_percent", long_percent, {0, 100}, choice("Requests of the largest length among 100, with lengths two"));
    f("start", start, {Bytes{0}, Bytes{std::uint64_t{1} << 60}}, choice("First address, a multiple of 4096"));
    f("range", range, {logical_block, Bytes{std::uint64_t{1} << 60}}, choice("Size of the address range"));
    f("sequential_percent", sequential_percent, {0, 100},
      choice("Requests among 100 of a random pattern that go on behind the one before them with the same key"));
    f("read_percent", read_percent, {0, 100}, choice("Reads among 100 reads and writes"));
    f("flush_percent", flush_percent, {0, 100}, choice("Flushes among 100 requests"));
    f("discard_percent", discard_percent, {0, 100}, choice("Discards among 100 requests"));
    f("keys", keys, {0, 1'000'000}, choice("Keys; each has an equal part of the range; 0: nothing is encrypted"));
    f("zipf", zipf, {0, 1000},
      choice("Skew of the keys: the k-th is as likely as 1 / k^(zipf / 100); 0: all alike, 100: Zipf's law"));
    f("arrival", arrival, arrivals, choice("When requests come"));
    f("interval", interval, {0, any}, choice("Mean time between two requests; 0: all at once"));
    f("burst", burst, {1, 1'000'000}, choice("Requests of a burst"));
    f("burst_gap", burst_gap, {0, any}, choice("Time between two requests of a burst, at most the interval"));
    f("seed", seed, {0, any}, choice("Seed of the random numbers"));
  }

 private:
  static constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
};

/// Generates requests from a configuration: the same configuration gives the same requests everywhere.
///
/// The key follows from the address, so that what one request writes another can read. Each key is one file
/// (inode = key) of one policy and one process, and has its DUN. Flushes and discards have no key.
/// Throws UserError when a key's part of the range is too small for a request, and when settings exclude each other.
class Generator final : public RequestSource {
 public:
  explicit Generator(const GeneratorConfig& config);
  ~Generator() override;
  bool next(IoRequest& request) override;

 private:
  void check() const;
  Bytes longest() const;
  Picoseconds arrival();
  Bytes length();
  std::uint64_t region();
  std::uint64_t block(std::uint64_t region, std::uint64_t blocks);
  Operation operation();

  GeneratorConfig config_;
  Random random_;
  std::uint64_t regions_;
  std::uint64_t places_ = 0;         ///< of a request of fixed length in one region
  std::uint64_t region_blocks_ = 0;  ///< that requests may use
  std::unique_ptr<const Zipf> zipf_;
  /// First block behind the last request in each region; kept only when requests go on there.
  std::vector<std::uint64_t> next_block_;
  Picoseconds time_{};
  std::uint64_t given_ = 0;
};

}  // namespace icesim
