// SPDX-License-Identifier: Apache-2.0
#include "files.hpp"
#include "icesim/workload/generator.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "src/workload/distributions.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace icesim {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t many = 100'000;

std::vector<IoRequest> generate(const GeneratorConfig& config) {
  Generator generator(config);
  return test::drain(generator);
}

/// The counts are what `count` draws with these likelihoods give: chi squared within six standard deviations of its
/// mean.
void expect_likelihoods(const std::map<std::uint64_t, std::uint64_t>& counts,
                        const std::function<double(std::uint64_t)>& likelihood, std::uint64_t cells,
                        std::uint64_t count) {
  double chi_squared = 0;
  double sum = 0;
  for (std::uint64_t cell = 0; cell < cells; ++cell) {
    const double expected = likelihood(cell) * static_cast<double>(count);
    ASSERT_GE(expected, 5) << "cell " << cell;
    const auto found = counts.find(cell);
    const double seen = found == counts.end() ? 0 : static_cast<double>(found->second);
    chi_squared += (seen - expected) * (seen - expected) / expected;
    sum += likelihood(cell);
  }
  EXPECT_NEAR(sum, 1, 1e-9) << "the test's likelihoods are a distribution";
  const auto freedom = static_cast<double>(cells - 1);
  EXPECT_NEAR(chi_squared, freedom, 6 * std::sqrt(2 * freedom));
}

/// Probability `p` in `count` cases.
void expect_share(std::uint64_t seen, double p, std::uint64_t count) {
  const auto n = static_cast<double>(count);
  EXPECT_NEAR(static_cast<double>(seen), n * p, 6 * std::sqrt(n * p * (1 - p)) + 1e-9);
}

GeneratorConfig config_of(std::uint64_t requests = many) {
  GeneratorConfig config;
  config.requests = requests;
  return config;
}

TEST(GeneratorStatistics, PoissonArrivalsHaveExponentialGaps) {
  GeneratorConfig config = config_of();
  config.arrival = Arrival::poisson;
  config.interval = Picoseconds{1'000'000'000};
  const auto requests = generate(config);
  const double mean = static_cast<double>(requests.back().time.n) / static_cast<double>(many - 1);
  const auto interval = static_cast<double>(config.interval.n);
  EXPECT_NEAR(mean, interval, 6 * interval / std::sqrt(static_cast<double>(many)))
      << "the standard deviation is the mean";
  // Cells of 1/4 of the mean; the last one is everything from 4 times the mean on.
  std::map<std::uint64_t, std::uint64_t> counts;
  for (std::size_t i = 1; i < requests.size(); ++i) {
    const Picoseconds gap = requests[i].time - requests[i - 1].time;
    ++counts[std::min<std::uint64_t>(gap.n * 4 / config.interval.n, 16)];
  }
  const auto likelihood = [](std::uint64_t cell) {
    const double from = std::exp(-static_cast<double>(cell) / 4);
    return cell == 16 ? from : from - std::exp(-static_cast<double>(cell + 1) / 4);
  };
  expect_likelihoods(counts, likelihood, 17, many - 1);
}

TEST(GeneratorStatistics, PoissonGapsDoNotDependOnEachOther) {
  GeneratorConfig config = config_of();
  config.arrival = Arrival::poisson;
  config.interval = Picoseconds{1'000'000};
  const auto requests = generate(config);
  double product = 0;
  for (std::size_t i = 2; i < requests.size(); ++i) {
    const auto gap = [&](std::size_t at) {
      return static_cast<double>((requests[at].time - requests[at - 1].time).n) / 1e6 - 1;
    };
    product += gap(i) * gap(i - 1);
  }
  EXPECT_NEAR(product / static_cast<double>(many), 0, 6 / std::sqrt(static_cast<double>(many)));
}

TEST(GeneratorStatistics, BurstsComeAsTheFormulaSays) {
  GeneratorConfig config = config_of(100);
  config.arrival = Arrival::bursts;
  config.interval = Picoseconds{1'000};
  config.burst = 7;
  config.burst_gap = Picoseconds{10};
  const auto requests = generate(config);
  for (std::uint64_t i = 0; i < requests.size(); ++i) ASSERT_EQ(requests[i].time.n, i / 7 * 7'000 + i % 7 * 10);
}

TEST(GeneratorStatistics, KeysFollowZipfsLaw) {
  for (const std::uint64_t percent : {0u, 50u, 100u, 200u}) {
    GeneratorConfig config = config_of();
    config.keys = 20;
    config.zipf = percent;
    std::map<std::uint64_t, std::uint64_t> counts;
    for (const IoRequest& r : generate(config)) ++counts[r.key - 1];
    const auto weight = [&](std::uint64_t k) {
      return std::pow(static_cast<double>(k + 1), -static_cast<double>(percent) / 100);
    };
    double sum = 0;
    for (std::uint64_t k = 0; k < config.keys; ++k) sum += weight(k);
    expect_likelihoods(
        counts, [&](std::uint64_t k) { return weight(k) / sum; }, config.keys, many);
  }
}

TEST(GeneratorStatistics, UniformLengthsAreEquallyLikely) {
  GeneratorConfig config = config_of();
  config.lengths = Lengths::uniform;
  config.length = logical_block * 8;
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const IoRequest& r : generate(config)) ++counts[r.length / logical_block - 1];
  EXPECT_EQ(counts.rbegin()->first, 14u);
  expect_likelihoods(
      counts, [](std::uint64_t) { return 1.0 / 15; }, 15, many);
}

TEST(GeneratorStatistics, GeometricLengthsFallOffAndAreCut) {
  GeneratorConfig config = config_of();
  config.lengths = Lengths::geometric;
  config.length = logical_block * 4;
  config.longest = logical_block * 12;
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const IoRequest& r : generate(config)) ++counts[r.length / logical_block - 1];
  EXPECT_EQ(counts.rbegin()->first, 11u);
  const double kept = 1 - std::pow(0.75, 12);
  expect_likelihoods(
      counts, [&](std::uint64_t k) { return 0.25 * std::pow(0.75, static_cast<double>(k)) / kept; }, 12, many);
}

TEST(GeneratorStatistics, TwoLengthsComeInTheirShares) {
  GeneratorConfig config = config_of();
  config.lengths = Lengths::two;
  config.longest = Bytes{65'536};
  config.long_percent = 30;
  std::uint64_t large = 0;
  for (const IoRequest& r : generate(config)) {
    ASSERT_TRUE(r.length == config.length || r.length == config.longest);
    large += r.length == config.longest;
  }
  expect_share(large, 0.3, many);
}

TEST(GeneratorStatistics, OperationsComeInTheirShares) {
  GeneratorConfig config = config_of();
  config.read_percent = 70;
  config.flush_percent = 5;
  config.discard_percent = 15;
  std::map<Operation, std::uint64_t> counts;
  for (const IoRequest& r : generate(config)) {
    ++counts[r.operation];
    const bool is_data = r.operation == Operation::read || r.operation == Operation::write;
    ASSERT_EQ(r.key != no_key, is_data);
    ASSERT_EQ(r.length == Bytes{}, r.operation == Operation::flush);
  }
  expect_share(counts[Operation::flush], 0.05, many);
  expect_share(counts[Operation::discard], 0.15, many);
  expect_share(counts[Operation::read], 0.8 * 0.7, many);
  expect_share(counts[Operation::write], 0.8 * 0.3, many);
}

TEST(GeneratorStatistics, GoesOnBehindTheLastRequestAsOftenAsAsked) {
  for (const std::uint64_t percent : {25u, 100u}) {
    GeneratorConfig config = config_of();
    config.keys = 4;
    config.sequential_percent = percent;
    config.lengths = Lengths::uniform;
    config.length = Bytes{8'192};
    config.range = Bytes{std::uint64_t{1} << 40};
    std::map<KeyId, Bytes> end;
    std::uint64_t sequential = 0;
    std::uint64_t judged = 0;
    for (const IoRequest& r : generate(config)) {
      if (end.count(r.key) != 0) {
        ++judged;
        sequential += r.offset == end[r.key];
      }
      end[r.key] = r.offset + r.length;
    }
    expect_share(sequential, static_cast<double>(percent) / 100, judged);
  }
}

TEST(GeneratorStatistics, PlacesOfAnyLengthAreEquallyLikely) {
  GeneratorConfig config = config_of();
  config.lengths = Lengths::two;
  config.length = logical_block * 4;
  config.longest = logical_block * 4;
  config.range = logical_block * 19;
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const IoRequest& r : generate(config)) ++counts[r.offset / logical_block];
  expect_likelihoods(
      counts, [](std::uint64_t) { return 1.0 / 16; }, 16, many);
}

TEST(GeneratorStatistics, StaysInTheKeysPartOfTheRange) {
  for (const Lengths lengths : {Lengths::uniform, Lengths::geometric, Lengths::two}) {
    for (const AccessPattern pattern : {AccessPattern::random, AccessPattern::sequential}) {
      GeneratorConfig config = config_of(10'000);
      config.lengths = lengths;
      config.pattern = pattern;
      config.length = logical_block * 3;
      config.longest = logical_block * 7;
      config.keys = 5;
      config.start = logical_block * 100;
      config.range = logical_block * (5 * 8) + Bytes{5};
      for (const IoRequest& r : generate(config)) {
        ASSERT_GE(r.offset, config.start + logical_block * 8 * (r.key - 1));
        ASSERT_LE(r.offset + r.length, config.start + logical_block * 8 * r.key);
        ASSERT_EQ(r.dun.n, (r.offset - config.start) / logical_block - 8 * (r.key - 1));
      }
    }
  }
}

TEST(GeneratorStatistics, TheSameSeedGivesTheSameBytes) {
  GeneratorConfig config = config_of(5'000);
  config.arrival = Arrival::poisson;
  config.interval = Picoseconds{123'456'789};
  config.lengths = Lengths::geometric;
  config.length = Bytes{16'384};
  config.keys = 100;
  config.zipf = 90;
  config.sequential_percent = 30;
  config.flush_percent = 3;
  const test::TemporaryDirectory directory;
  const auto bytes = [&](std::uint64_t seed) {
    config.seed = seed;
    Generator generator(config);
    NativeWriter writer(directory / "t", "x");
    IoRequest request;
    while (generator.next(request)) writer.write(request);
    writer.finish();
    return test::read_file(directory / "t");
  };
  const std::string first = bytes(1);
  EXPECT_TRUE(first == bytes(1));
  EXPECT_FALSE(first == bytes(2));
}

TEST(GeneratorStatistics, DrawsTheSameNumbersEverywhere) {
  Random random(7);
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < 3; ++i) drawn.push_back(exponential(random, 1'000'000'000));
  for (int i = 0; i < 3; ++i) drawn.push_back(geometric(random, 1000, 1'000'000));
  const Zipf zipf(1'000'000, 110);
  for (int i = 0; i < 3; ++i) drawn.push_back(zipf(random));
  // Computed once with integers alone in another language, from the same rules.
  EXPECT_THAT(drawn, testing::ElementsAre(355'851'736, 1'277'435'545, 174'796'983, 20, 10, 137, 4, 3, 2));
}

TEST(GeneratorStatistics, RefusesSettingsThatExcludeEachOther) {
  const auto refusal = [](const std::function<void(GeneratorConfig&)>& set) {
    GeneratorConfig config;
    set(config);
    return test::user_error([&] { Generator{config}; });
  };
  EXPECT_THAT(refusal([](auto& c) { c.flush_percent = 60, c.discard_percent = 41; }),
              HasSubstr("more than 100 percent"));
  EXPECT_THAT(refusal([](auto& c) { c.pattern = AccessPattern::sequential, c.zipf = 1; }), HasSubstr("zipf needs"));
  EXPECT_THAT(refusal([](auto& c) { c.pattern = AccessPattern::sequential, c.sequential_percent = 1; }),
              HasSubstr("sequential_percent needs"));
  EXPECT_THAT(refusal([](auto& c) { c.arrival = Arrival::bursts, c.burst_gap = Picoseconds{1}; }),
              HasSubstr("burst_gap is above"));
  EXPECT_THAT(refusal([](auto& c) { c.lengths = Lengths::geometric, c.length = Bytes{1 << 20}; }),
              HasSubstr("longest is below length"));
  EXPECT_THAT(refusal([](auto& c) { c.interval = Picoseconds{std::uint64_t{1} << 50}; }),
              HasSubstr("longer than a time"));
  EXPECT_THAT(refusal([](auto& c) { c.lengths = Lengths::two, c.range = Bytes{4096}; }),
              HasSubstr("at least one request"));
}

}  // namespace
}  // namespace icesim
