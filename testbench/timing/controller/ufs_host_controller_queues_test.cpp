// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/queue_rig.hpp"
#include "testbench/timing/controller/ufs_host_controller_timing.hpp"

namespace icesim {
namespace {

/// The **Timing** contract of QueueFile.
struct UfsHostControllerQueuesTimingTest : UfsHostControllerTiming<QueueRig> {
  /// Posts the tail of a queue so that it takes effect at edge `d`.
  void submit_at(std::uint32_t queue, std::uint32_t tail, Cycles d) {
    rig.master->write(rig.offset(queue, QueueReg::SQTP), tail, edge(d - rig.bus.sync_stages()) - kernel_now());
  }
  /// A command without data under tag 0 of queue 1 whose COMMAND the device has.
  void begin_queued() {
    rig.start_queues();
    rig.master->set(rig.offset(1, QueueReg::SQTP), rig.enter(1, 0, 0));
    rig.run_for(2_us);
  }
  /// The completion entry of a command of `queue` is visible at edge `e`, and its tail, event and pin change with it.
  void expect_entry(std::uint32_t queue, Ocs ocs, Cycles e) {
    rig.run_until(edge(e) - 2_ps);
    EXPECT_EQ(rig.word(queue, QueueReg::CQTP), 0u) << "early";
    EXPECT_EQ(rig.word(queue, QueueReg::CQIS), 0u) << "early";
    EXPECT_EQ(rig.completion(queue, 0).ucd_base, 0u) << "early";
    EXPECT_TRUE(rig.probe->changes.empty()) << "early";
    rig.run_until(edge(e));
    EXPECT_EQ(rig.word(queue, QueueReg::CQTP), 32u) << "on time";
    EXPECT_EQ(rig.word(queue, QueueReg::CQIS), CQIS::TEPS.mask());
    EXPECT_EQ(rig.completion(queue, 0).ocs, ocs);
    EXPECT_EQ(rig.hardware(Reg::IS), IS::CQES);
    ASSERT_EQ(rig.probe->changes.size(), 1u);
    EXPECT_EQ(rig.probe->changes[0], std::pair(edge(e), true));
  }
  /// The order in which the only unit fetches entries that are submitted while it is busy.
  std::vector<std::uint64_t> order_of_entries(Arbitration arbitration) {
    rig.config.prefetch_depth = 1;
    rig.config.arbitration = arbitration;
    rig.start_queues();
    const Cycles d = soon();
    submit_at(1, rig.enter(1, 0, 0), d);
    rig.enter(3, 1, 0);
    submit_at(3, rig.enter(3, 2, 0), d + 1_cycles);
    submit_at(0, rig.enter(0, 3, 0), d + 2_cycles);
    submit_at(2, rig.enter(2, 4, 0), d + 3_cycles);
    submit_at(1, rig.enter(1, 5, 0), d + 4_cycles);
    rig.run_until(edge(ready(d, 0)) + 10_us);
    std::vector<std::uint64_t> order;
    for (const auto& sent : rig.link.sent) order.push_back(tag_of(sent.header).n);
    return order;
  }
};

TEST_F(UfsHostControllerQueuesTimingTest, FetchesAnEntryAsATag) {
  rig.start_queues();
  const std::uint32_t tail = rig.enter(2, 7, 3);
  const Cycles d = soon();
  submit_at(2, tail, d);
  expect_command(0, 7, d, ready(d, 3));
  EXPECT_EQ(rig.recorder.at(7, Stage::dispatch), edge(d));
  EXPECT_EQ(rig.recorder.at(7, Stage::fetch), edge(ready(d, 3)));
}

TEST_F(UfsHostControllerQueuesTimingTest, MovesTheHeadWhenAUnitTakesTheEntry) {
  rig.config.prefetch_depth = 1;
  rig.start_queues();
  rig.enter(2, 7, 1);
  const std::uint32_t tail = rig.enter(2, 8, 1);
  const Cycles d = soon();
  submit_at(2, tail, d);
  rig.run_until(edge(d) - 2_ps);
  EXPECT_EQ(rig.word(2, QueueReg::SQTP), 0u) << "early";
  EXPECT_EQ(rig.word(2, QueueReg::SQHP), 0u) << "early";
  rig.run_until(edge(d));
  EXPECT_EQ(rig.word(2, QueueReg::SQTP), 64u);
  EXPECT_EQ(rig.word(2, QueueReg::SQHP), 32u) << "on time";
  const Cycles g = ready(d, 1);
  rig.run_until(edge(g) - 2_ps);
  EXPECT_EQ(rig.word(2, QueueReg::SQHP), 32u) << "the unit is busy";
  expect_command(1, 8, g, ready(g, 1));
  EXPECT_EQ(rig.word(2, QueueReg::SQHP), 64u);
  EXPECT_EQ(rig.recorder.at(8, Stage::dispatch), edge(d)) << "it was pending from then";
}

TEST_F(UfsHostControllerQueuesTimingTest, TellsTheEndWhenResponseAndThenTheEntryAreWritten) {
  begin_queued();
  const Picoseconds last = edge(soon()) + 99_ps;
  rig.link.inject(response_upiu(0).encode(), last);
  const Cycles e = written(written(rig.bus.sample(last), upiu_header_size), 32);
  expect_entry(1, Ocs::success, e);
  EXPECT_EQ(rig.recorder.at(0, Stage::response), edge(e));
}

TEST_F(UfsHostControllerQueuesTimingTest, SendsTheMessageOfAQueueWithTheEntry) {
  struct Messages : MessageSink {
    std::vector<Picoseconds> all;
    void message(std::uint64_t, std::uint32_t) override { all.push_back(kernel_now()); }
  } messages;
  rig.config.esi = true;
  begin_queued();
  rig.controller->connect(messages);
  rig.master->set(Reg::CONFIG, CONFIG::QT | CONFIG::ESIE);
  const Picoseconds last = edge(soon()) + 99_ps;
  rig.link.inject(response_upiu(0).encode(), last);
  const Cycles e = written(written(rig.bus.sample(last), upiu_header_size), 32);
  rig.run_until(edge(e) - 2_ps);
  EXPECT_TRUE(messages.all.empty()) << "early";
  EXPECT_EQ(rig.word(1, QueueReg::CQTP), 0u);
  rig.run_for(1_ms);
  EXPECT_EQ(messages.all, std::vector{edge(e)}) << "on time";
  EXPECT_EQ(rig.word(1, QueueReg::CQTP), 32u);
}

TEST_F(UfsHostControllerQueuesTimingTest, ObeysTheWidthOfTheBusInTheEntry) {
  rig.config.dma.bytes_per_cycle = 4_B;
  begin_queued();
  const Picoseconds last = edge(soon()) + 99_ps;
  rig.link.inject(response_upiu(0).encode(), last);
  expect_entry(1, Ocs::success, written(written(rig.bus.sample(last), upiu_header_size), 32));
  EXPECT_EQ(beats(32), 8_cycles);
}

TEST_F(UfsHostControllerQueuesTimingTest, EndsACommandWithoutResponseByAnEntryBehindZeroes) {
  begin_queued();
  const Picoseconds last = edge(soon()) + 99_ps;
  Reject reject;
  rig.link.inject(reject.encode(), last);
  const Cycles zeroes = written(rig.bus.sample(last), upiu_header_size);
  expect_entry(1, Ocs::peer_communication_failure, written(zeroes, 32));
}

TEST_F(UfsHostControllerQueuesTimingTest, EndsABadEntryWithoutReadingFurther) {
  rig.start_queues();
  Utrd utrd = rig.utrd(5, DataDirection::none, 0);
  utrd.reserved = 1u << 27;
  const std::uint32_t tail = rig.enter(3, 5, utrd, rig.command(5, 0).encode(), {});
  const Cycles d = soon();
  submit_at(3, tail, d);
  const Cycles refused = utrd_read(d) + rig.config.decode_cycles;
  expect_entry(3, Ocs::invalid_command_table, written(written(refused, upiu_header_size), 32));
  EXPECT_EQ(rig.completion(3, 0).ucd_base, rig.ucd(5));
  EXPECT_TRUE(rig.link.sent.empty());
}

TEST_F(UfsHostControllerQueuesTimingTest, FetchesInTheOrderOfTheTails) {
  EXPECT_EQ(order_of_entries(Arbitration::fifo), (std::vector<std::uint64_t>{0, 1, 2, 3, 4, 5}));
}

TEST_F(UfsHostControllerQueuesTimingTest, FetchesFromTheNextQueueBehindTheLastOneInTurn) {
  EXPECT_EQ(order_of_entries(Arbitration::round_robin), (std::vector<std::uint64_t>{0, 4, 1, 3, 5, 2}));
}

/// Two commands end on one edge: the lower tag, which was submitted later, has the first entry.
TEST_F(UfsHostControllerQueuesTimingTest, PushesTheLowerTagFirstOnOneEdge) {
  rig.start_queues();
  rig.enter(1, 9, 0);
  const Utrd utrd = rig.utrd(4, DataDirection::none, 0);
  rig.master->set(rig.offset(1, QueueReg::SQTP), rig.enter(1, 4, utrd, rig.command(4, 0).encode(), {}));
  rig.run_for(2_us);
  // One by the channel of the link, the other, which the device rejects, by that of errors.
  const Picoseconds last = edge(soon()) + 99_ps;
  rig.link.inject(response_upiu(9).encode(), last);
  Reject reject;
  reject.tag = Tag{4};
  rig.link.inject(reject.encode(), last + 1_ps);
  rig.run_until(edge(written(written(rig.bus.sample(last), upiu_header_size), 32)));
  ASSERT_EQ(rig.word(1, QueueReg::CQTP), 64u) << "else they end on two edges";
  EXPECT_EQ(rig.completion(1, 0).tag, Tag{4});
  EXPECT_EQ(rig.completion(1, 1).tag, Tag{9});
  EXPECT_EQ(rig.probe->changes.size(), 1u);
}

/// A unit is free at U + d of an entry that software has taken back.
TEST_F(UfsHostControllerQueuesTimingTest, PassesOverAnEntryWhenItHasBeenChecked) {
  rig.config.prefetch_depth = 1;
  rig.start_queues();
  Utrd utrd = rig.utrd(5, DataDirection::none, 0);
  utrd.command_type = CommandType::nullified;
  rig.enter(2, 5, utrd, rig.command(5, 0).encode(), {});
  const std::uint32_t tail = rig.enter(2, 8, 1);
  const Cycles d = soon();
  submit_at(2, tail, d);
  const Cycles g = utrd_read(d) + rig.config.decode_cycles;
  expect_command(0, 8, g, ready(g, 1));
}

TEST_F(UfsHostControllerQueuesTimingTest, StopsAQueueWhenWhatWasTakenIsReady) {
  rig.config.prefetch_depth = 2;
  rig.start_queues();
  rig.enter(2, 7, 1);
  rig.enter(2, 8, 1);
  const std::uint32_t tail = rig.enter(2, 9, 1);
  const Cycles d = soon();
  submit_at(2, tail, d);
  rig.master->write(rig.offset(2, QueueReg::SQRTC), SQRTC::STP, edge(d + 1_cycles - rig.bus.sync_stages()) - kernel_now());
  rig.run_until(edge(d + 1_cycles));
  EXPECT_EQ(rig.word(2, QueueReg::SQRTC), 1u);
  EXPECT_EQ(rig.word(2, QueueReg::SQHP), 64u) << "two are taken";
  const std::optional<Picoseconds> last = rig.recorder.at(8, Stage::fetch);
  ASSERT_TRUE(last);
  rig.run_until(*last - 2_ps);
  EXPECT_EQ(rig.word(2, QueueReg::SQRTS), 0u) << "early";
  rig.run_until(*last);
  EXPECT_EQ(rig.word(2, QueueReg::SQRTS), SQRTS::STS.mask()) << "on time";
  rig.run_for(10_us);
  EXPECT_EQ(rig.word(2, QueueReg::SQHP), 64u) << "the third one is not";
  const Cycles again = soon();
  rig.master->write(rig.offset(2, QueueReg::SQRTC), 0, edge(again - rig.bus.sync_stages()) - kernel_now());
  expect_command(2, 9, again, ready(again, 1));
  EXPECT_EQ(rig.word(2, QueueReg::SQRTS), 0u);
}

TEST_F(UfsHostControllerQueuesTimingTest, StopsAnIdleQueueAtOnce) {
  begin_queued();
  const Cycles d = soon();
  rig.master->write(rig.offset(1, QueueReg::SQRTC), SQRTC::STP, edge(d - rig.bus.sync_stages()) - kernel_now());
  rig.run_until(edge(d) - 2_ps);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), 0u) << "early";
  rig.run_until(edge(d));
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), SQRTS::STS.mask()) << "on time";
}

TEST_F(UfsHostControllerQueuesTimingTest, TellsOfACleanUpWithTheEntryBehindZeroes) {
  begin_queued();
  rig.set(1, QueueReg::SQRTC, SQRTC::STP);
  rig.set(1, QueueReg::SQCTI, 0);
  const Cycles d = soon();
  rig.master->write(rig.offset(1, QueueReg::SQRTC), SQRTC::STP | SQRTC::ICU, edge(d - rig.bus.sync_stages()) - kernel_now());
  const Cycles e = written(written(d, upiu_header_size), 32);
  rig.run_until(edge(e) - 2_ps);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), SQRTS::STS.mask()) << "early";
  expect_entry(1, Ocs::aborted, e);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), SQRTS::STS | SQRTS::CUS) << "on time";
  EXPECT_EQ(rig.recorder.at(0, Stage::response), edge(e));
}

TEST_F(UfsHostControllerQueuesTimingTest, TellsAtOnceOfACleanUpThatCannotBe) {
  begin_queued();
  rig.set(1, QueueReg::SQRTC, SQRTC::STP);
  rig.set(1, QueueReg::SQCTI, 1);
  const Cycles d = soon();
  rig.master->write(rig.offset(1, QueueReg::SQRTC), SQRTC::STP | SQRTC::ICU, edge(d - rig.bus.sync_stages()) - kernel_now());
  rig.run_until(edge(d) - 2_ps);
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), SQRTS::STS.mask()) << "early";
  rig.run_until(edge(d));
  EXPECT_EQ(rig.word(1, QueueReg::SQRTS), SQRTS::STS | SQRTS::CUS | SQRTS::RTC.put(1)) << "on time";
}

TEST_F(UfsHostControllerQueuesTimingTest, DropsWhatIsPendingWhenTheAttributesAreWritten) {
  rig.config.prefetch_depth = 1;
  rig.start_queues();
  rig.enter(2, 7, 1);
  const std::uint32_t tail = rig.enter(2, 8, 1);
  const Cycles d = soon();
  submit_at(2, tail, d);
  rig.run_until(edge(d));
  const Cycles dropped = ready(d, 1) - 1_cycles;
  rig.master->write(rig.offset(2, QueueReg::SQATTR), SQATTR::SQEN | ring_size(33),
                    edge(dropped - rig.bus.sync_stages()) - kernel_now());
  rig.run_until(edge(dropped) - 2_ps);
  EXPECT_EQ(rig.word(2, QueueReg::SQTP), 64u) << "early";
  rig.run_until(edge(dropped));
  EXPECT_EQ(rig.word(2, QueueReg::SQTP), 0u) << "on time";
  EXPECT_EQ(rig.word(2, QueueReg::SQHP), 0u);
  rig.run_for(10_us);
  EXPECT_EQ(rig.link.sent.size(), 1u) << "the second one was not fetched";
}

}  // namespace
}  // namespace icesim
