// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

/// Requests as Linux's block layer makes them, through the whole system, with every byte verified.
namespace icesim {
namespace {

using namespace literals;
using test::Values;

IoRequest flagged(IoRequest io, std::uint8_t flags) {
  io.flags = static_cast<std::uint8_t>(io.flags | flags);
  return io;
}

/// All at once, by one process: they meet in its plug.
Values play(const std::vector<IoRequest>& list, SystemConfig config = {}) {
  config.payload = Payload::verify;
  test::Requests source(list);
  const Values v = test::simulate(config, source);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  EXPECT_EQ(v.at("driver.failed"), 0u);
  EXPECT_EQ(v.at("controller.invalid_prdt"), 0u);
  EXPECT_EQ(v.at("driver.requests_completed"), list.size());
  return v;
}

TEST(SimulationMerge, FillsAPrdtOf128ScatteredPagesAndSplitsWhatIsLarger) {
  const auto writes_and_reads = [](std::uint64_t blocks) {
    return std::vector<IoRequest>{test::request(Operation::write, 7, blocks, 3),
                                  test::request(Operation::read, 7, blocks, 3, 1_s)};
  };
  EXPECT_EQ(play(writes_and_reads(128)).at("device.reads"), play(writes_and_reads(1)).at("device.reads"));
  const Values v = play(writes_and_reads(129));
  EXPECT_EQ(v.at("driver.splits"), 2u);
  EXPECT_EQ(v.at("payload.blocks_checked"), 129u);
  SystemConfig pairs;
  pairs.block_layer.segment = 8_KiB;
  EXPECT_EQ(play(writes_and_reads(256), pairs).at("driver.splits"), 0u);
  EXPECT_EQ(play(writes_and_reads(257), pairs).at("driver.splits"), 2u);
  SystemConfig few;
  few.block_layer.max_segments = 3;
  EXPECT_EQ(play(writes_and_reads(10), few).at("driver.splits"), 6u);
}

TEST(SimulationMerge, MergesUpTo128ScatteredPages) {
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 130; ++i) list.push_back(test::request(Operation::write, 500 + i, 1, 3));
  list.push_back(test::request(Operation::read, 500, 130, 3, 1_s));
  const Values v = play(list);
  EXPECT_EQ(v.at("driver.merges"), 128u) << "128 in the first request, two in the second";
  EXPECT_EQ(v.at("payload.blocks_checked"), 130u);
}

TEST(SimulationMerge, LeavesForcedWritesAloneAndTheirDataIsThere) {
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 8; ++i)
    list.push_back(
        flagged(test::request(Operation::write, 500 + i, 1, 3), i % 2 == 0 ? IoRequest::fua : IoRequest::sync));
  for (std::uint64_t i = 0; i < 4; ++i)
    list.push_back(flagged(test::request(Operation::write, 600 + i, 1, 3), IoRequest::preflush | IoRequest::fua));
  list.push_back(test::request(Operation::read, 500, 8, 3, 1_s));
  list.push_back(test::request(Operation::read, 600, 4, 3, 1_s));
  const Values v = play(list);
  EXPECT_EQ(v.at("driver.merges"), 0u);
  EXPECT_EQ(v.at("payload.blocks_checked"), 12u);
}

TEST(SimulationMerge, MergesDiscardsAndTheirBlocksReadAsZeros) {
  std::vector<IoRequest> list{test::request(Operation::write, 500, 100, no_key)};
  for (std::uint64_t i = 0; i < 10; ++i)
    list.push_back(test::request(Operation::discard, 500 + 10 * i, 10, no_key, 1_s));
  list.push_back(test::request(Operation::read, 490, 120, no_key, 2_s));
  const Values v = play(list);
  EXPECT_EQ(v.at("driver.merges"), 9u);
  EXPECT_EQ(v.at("device.unmaps"), 1u);
  SystemConfig small;
  small.block_layer.max_discard = 120_KiB;
  EXPECT_EQ(play(list, small).at("device.unmaps"), 4u) << "30 blocks each";
}

}  // namespace
}  // namespace icesim
