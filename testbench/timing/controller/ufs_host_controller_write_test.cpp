// SPDX-License-Identifier: Apache-2.0
#include "testbench/timing/controller/ufs_host_controller_timing.hpp"

namespace icesim {
namespace {

TEST_F(UfsHostControllerTimingTest, SendsDataOutAsItComesOutOfTheEngine) {
  begin_encrypted(DataDirection::to_device);
  const Picoseconds last = edge(soon()) + 1234_ps;
  rig.link.inject(data_upiu(Transaction::ready_to_transfer, 0, 4096, 4000).encode(), last);
  const Picoseconds seen = rig.bus.sample_edge(last);
  rig.run_until(seen - 2_ps);
  EXPECT_TRUE(rig.link.of(Transaction::data_out).empty()) << "early";
  rig.run_until(seen);
  const auto sent = rig.link.of(Transaction::data_out);
  ASSERT_EQ(sent.size(), 1u) << "on time";

  // The same way through channel and engine, alone.
  DmaChannel channel(rig.config.dma, rig.bus);
  Train train;
  const Picoseconds fetched = channel.read(seen, 4000, train);
  rig.same_engine->pass({Direction::to_device, true, Keyslot{3}, Dun{}, 4096}, train);
  ASSERT_EQ(sent[0]->ready.size(), train.size());
  ASSERT_EQ(train.size(), divide_up(4000, rig.config.dma.max_burst_bytes.n)) << "one chunk a burst";
  for (std::size_t i = 0; i < train.size(); ++i) {
    EXPECT_EQ(sent[0]->ready[i].end, train[i].end + upiu_header_size);
    EXPECT_EQ(sent[0]->ready[i].at, train[i].at);
  }
  const Cycles burst = beats(rig.config.dma.max_burst_bytes.n);
  EXPECT_EQ(fetched, edge(rig.bus.next(seen) + rig.config.dma.read_latency + burst * 15 + beats(4000 - 15 * 256)));
}

TEST_F(UfsHostControllerTimingTest, QueuesDataOutOfOneRttBehindThatOfTheOneBefore) {
  begin(1, DataDirection::to_device);
  const Picoseconds last = edge(soon());
  rig.link.inject(data_upiu(Transaction::ready_to_transfer, 0, 0, 4096).encode(), last);
  rig.link.inject(data_upiu(Transaction::ready_to_transfer, 0, 4096, 4096).encode(), last + 1_ps);
  DmaChannel channel(rig.config.dma, rig.bus);
  const Picoseconds first = channel.read(rig.bus.sample_edge(last), 4096);
  const Picoseconds second = channel.read(rig.bus.sample_edge(last + 1_ps), 4096);
  rig.run_until(rig.bus.sample_edge(last + 1_ps));
  const auto sent = rig.link.of(Transaction::data_out);
  ASSERT_EQ(sent.size(), 2u);
  const auto bypass = [this](Picoseconds t) {
    return rig.ice.edge(rig.ice.sample(t) + rig.engine_config.bypass_latency);
  };
  EXPECT_EQ(sent[0]->ready.back().at, bypass(first));
  EXPECT_EQ(sent[1]->ready.back().at, bypass(second));
  EXPECT_GT(second, first);
}

}  // namespace
}  // namespace icesim
