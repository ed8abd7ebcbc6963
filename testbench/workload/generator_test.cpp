// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/generator.hpp"

#include "files.hpp"

#include <gtest/gtest.h>
#include <map>

namespace icesim {
namespace {

std::vector<IoRequest> generated(const GeneratorConfig& config) {
  Generator generator(config);
  return test::drain(generator);
}

TEST(Generator, GivesTheSameRequestsForTheSameSeed) {
  GeneratorConfig config;
  config.keys = 5;
  const auto requests = generated(config);
  EXPECT_EQ(requests.size(), config.requests);
  EXPECT_TRUE(test::same(requests, generated(config)));
  config.seed += 1;
  EXPECT_FALSE(test::same(requests, generated(config)));
}

TEST(Generator, StaysInItsRange) {
  GeneratorConfig config;
  config.start = Bytes{1 << 20};
  config.range = Bytes{10 * 4096 * 3 + 4095};
  config.length = Bytes{3 * 4096};
  config.keys = 3;
  for (const AccessPattern pattern : {AccessPattern::random, AccessPattern::sequential}) {
    config.pattern = pattern;
    for (const IoRequest& r : generated(config)) {
      ASSERT_GE(r.offset, config.start);
      ASSERT_LE(r.offset + r.length, config.start + config.range);
      ASSERT_EQ((r.offset - config.start) % config.length, Bytes{});
    }
  }
}

TEST(Generator, TiesKeyAndDunToTheAddress) {
  GeneratorConfig config;
  config.range = Bytes{64 * 4096};
  config.keys = 4;
  std::map<std::uint64_t, std::pair<KeyId, std::uint64_t>> seen;
  std::map<std::pair<KeyId, std::uint64_t>, std::uint64_t> places;
  for (const IoRequest& r : generated(config)) {
    const auto identity = std::pair(r.key, r.dun.n);
    ASSERT_TRUE((r.flags & IoRequest::has_dun) != 0);
    ASSERT_EQ(seen.try_emplace(r.offset.n, identity).first->second, identity);
    ASSERT_EQ(places.try_emplace(identity, r.offset.n).first->second, r.offset.n);
  }
  EXPECT_EQ(seen.size(), config.range / logical_block);
}

TEST(Generator, ContinuesEachStreamWhereItStopped) {
  GeneratorConfig config;
  config.pattern = AccessPattern::sequential;
  config.requests = 100;
  config.keys = 3;
  config.interval = Picoseconds{10};
  std::map<KeyId, Bytes> end;
  Picoseconds time{};
  for (const IoRequest& r : generated(config)) {
    if (end.count(r.key) != 0) {
      ASSERT_EQ(r.offset, end[r.key]);
    }
    end[r.key] = r.offset + r.length;
    ASSERT_EQ(r.time, time);
    time += config.interval;
  }
  EXPECT_EQ(end.size(), config.keys);
}

TEST(Generator, MixesReadsAndWritesAsAsked) {
  GeneratorConfig config;
  for (const std::uint64_t percent : {0u, 30u, 100u}) {
    config.read_percent = percent;
    std::uint64_t reads = 0;
    for (const IoRequest& r : generated(config)) reads += r.operation == Operation::read;
    const std::uint64_t expected = config.requests * percent / 100;
    EXPECT_NEAR(static_cast<double>(reads), static_cast<double>(expected), percent % 100 == 0 ? 0 : 300);
  }
}

TEST(Generator, RefusesARangeWithoutRoom) {
  GeneratorConfig config;
  config.range = Bytes{8 * 4096};
  config.keys = 9;
  EXPECT_THROW(generated(config), UserError);
  config.keys = 8;
  EXPECT_NO_THROW(generated(config));
  config.length = Bytes{4097};
  EXPECT_THROW(generated(config), UserError);
}

}  // namespace
}  // namespace icesim
