// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

namespace icesim {
namespace {

using namespace literals;
using test::Values;

/// Encrypted reads of 256 KiB over dies that are busy with others, in DATA INs of a block each.
Values replay(DataOrdering ordering) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 8;
  config.flash.capacity = 1_GiB;
  config.device.max_data_in = 4_KiB;
  config.device.data_ordering = ordering;
  std::vector<IoRequest> list;
  for (std::uint64_t i = 0; i < 64; ++i) list.push_back(test::request(Operation::write, 64 * i, 64, static_cast<KeyId>(1 + i % 3)));
  list.push_back(test::request(Operation::flush, 0, 0));
  for (std::uint64_t i = 0; i < 256; ++i)
    list.push_back(test::request(Operation::read, 64 * (i * 37 % 64), i % 2 == 0 ? 64 : 1, static_cast<KeyId>(1 + i * 37 % 64 % 3)));
  return test::simulate(config, list);
}

TEST(SimulationDataOrder, DataThatComesOutOfOrderIsDecryptedByWhereItBelongs) {
  const Values in_order = replay(DataOrdering::in_order), any_order = replay(DataOrdering::always);
  for (const Values& each : {in_order, any_order}) {
    test::expect_sound(each);
    EXPECT_GT(each.at("payload.blocks_checked"), 5000u);
  }
  EXPECT_GT(any_order.at("device.early_data_ins"), 100u);
  EXPECT_EQ(in_order.count("device.early_data_ins"), 0u);
  EXPECT_EQ(replay(DataOrdering::allowed).at("device.early_data_ins"), 0u) << "no driver asks for it";
}

}  // namespace
}  // namespace icesim
