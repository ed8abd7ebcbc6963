// SPDX-License-Identifier: Apache-2.0
#include "testbench/timing/controller/ufs_host_controller_timing.hpp"

namespace icesim {
namespace {

TEST_F(UfsHostControllerTimingTest, WritesDataInFrameByFrameAndTheResponseBehindIt) {
  begin_encrypted(DataDirection::to_host);
  const Picoseconds first = edge(soon()) + 4321_ps;
  rig.link.inject(data_upiu(Transaction::data_in, 0, 0, 8192).encode(), first);
  Train train = FakeHostLink::frames(8192, first);
  const Picoseconds last = train.back().at;
  const Picoseconds answer = last + 1_ps;  // so close that data is still on its way to memory
  rig.link.inject(response_upiu(0).encode(), answer);

  DmaChannel channel(rig.config.dma, rig.bus);
  rig.same_engine->pass({Direction::to_host, true, Keyslot{3}, Dun{}, 0}, train);
  const Picoseconds memory = channel.write(train, DmaChannel::Source::other_clock);
  const Picoseconds response = channel.write(rig.bus.sample_edge(answer), upiu_header_size);
  const Picoseconds end = channel.write(response, 4);
  EXPECT_GT(memory, rig.bus.sample_edge(answer)) << "else the test shows nothing";
  expect_end(0, Ocs::success, rig.bus.next(end));
  EXPECT_EQ(rig.recorder.at(0, Stage::transfer), last);
  EXPECT_EQ(rig.recorder.at(0, Stage::crypto), train.back().at);
  EXPECT_EQ(rig.recorder.at(0, Stage::memory), memory);
  EXPECT_EQ(rig.recorder.at(0, Stage::response), end);
}

TEST_F(UfsHostControllerTimingTest, EndsACommandWhenResponseAndThenStatusAreWritten) {
  begin(0);
  const Picoseconds last = edge(soon()) + 99_ps;
  rig.link.inject(response_upiu(0).encode(), last);
  expect_end(0, Ocs::success, written(written(rig.bus.sample(last), upiu_header_size), 4));
}

TEST_F(UfsHostControllerTimingTest, WritesTheDataSegmentOfAResponseWithIt) {
  begin(0);
  const Picoseconds last = edge(soon()) + 99_ps;
  Data sense(20);
  rig.link.inject(response_upiu(0, sense.size()).encode(), last, sense.data());
  expect_end(0, Ocs::success, written(written(rig.bus.sample(last), upiu_header_size + sense.size()), 4));
}

TEST_F(UfsHostControllerTimingTest, EndsACommandThatTheDeviceRejectsLikeOneWithResponse) {
  begin(0);
  const Picoseconds last = edge(soon()) + 99_ps;
  Reject reject;
  rig.link.inject(reject.encode(), last);
  expect_end(0, Ocs::peer_communication_failure, ended_without_response(rig.bus.sample(last)));
}

}  // namespace
}  // namespace icesim
