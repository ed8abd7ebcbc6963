// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/host_controller_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

/// One test per line of the **Timing** contract of UfsHostController: an edge early nothing, on time done.
struct UfsHostControllerTimingTest : testing::Test {
  HostControllerRig rig;

  Picoseconds edge(Cycles n) const { return rig.bus.edge(n); }
  /// A bus edge in the future, as an anchor for what a test does.
  Cycles soon() const { return rig.bus.next(kernel_now() + 1_us); }

  // The documented rules of a descriptor channel that was idle, in cycles.
  Cycles beats(std::uint64_t bytes) const { return Cycles{divide_up(bytes, rig.config.dma.bytes_per_cycle.n)}; }
  Cycles utrd_read(Cycles g) const { return g + rig.config.dma.read_latency + beats(Utrd::size); }
  /// R of a command with `entries` PRDT entries (at most one burst) that is fetched at `g`.
  Cycles ready(Cycles g, std::uint64_t entries) const {
    const Cycles u = utrd_read(g) + rig.config.decode_cycles;
    const Cycles c = u + rig.config.dma.read_latency + beats(upiu_header_size);
    const Cycles p = entries == 0 ? c : std::max(u + 1_cycles + rig.config.dma.read_latency, c) + beats(16 * entries);
    return std::max(c, p) + rig.config.decode_cycles;
  }
  Cycles written(Cycles from, std::uint64_t bytes) const { return from + beats(bytes) + rig.config.dma.write_latency; }

  /// E of a command that ends without a RESPONSE, whose end begins at `from`: zeroes in its place, then OCS.
  Cycles ended_without_response(Cycles from) const { return written(written(from, upiu_header_size), 4); }

  void place(std::uint64_t tag, std::size_t entries, DataDirection direction = DataDirection::to_host) {
    std::vector<PrdtEntry> prdt;
    for (std::size_t i = 0; i < entries; ++i) prdt.push_back({2 * rig.memory_size + 8192 * i, 8192_B});
    rig.place(tag, rig.utrd(tag, entries == 0 ? DataDirection::none : direction, entries),
              rig.command(tag, 8192 * entries).encode(), prdt);
  }
  /// Posts the doorbell so that it takes effect at edge `d`.
  void ring_at(std::uint32_t tags, Cycles d) {
    rig.master->write(Reg::UTRLDBR, tags, edge(d - rig.bus.sync_stages()) - kernel_now());
  }
  /// The nth COMMAND is handed to the link at `g` and ready at `r`.
  void expect_command(std::size_t nth, std::uint64_t tag, Cycles g, Cycles r) {
    rig.run_until(edge(g) - 2_ps);
    EXPECT_EQ(rig.link.of(Transaction::command).size(), nth) << "early";
    rig.run_until(edge(g));
    const auto sent = rig.link.of(Transaction::command);
    ASSERT_EQ(sent.size(), nth + 1) << "on time";
    EXPECT_EQ(tag_of(sent[nth]->header), Tag{tag});
    EXPECT_EQ(sent[nth]->queued, edge(g));
    EXPECT_EQ(sent[nth]->ready.back().at, edge(r));
  }
  /// The doorbell of `tag` falls at edge `e`, together with OCS, notification, status and pin.
  void expect_end(std::uint64_t tag, Ocs ocs, Cycles e) {
    rig.run_until(edge(e) - 2_ps);
    EXPECT_TRUE(rig.busy(tag)) << "early";
    EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::invalid)) << "early";
    EXPECT_TRUE(rig.probe->changes.empty()) << "early";
    rig.run_until(edge(e));
    EXPECT_FALSE(rig.busy(tag)) << "on time";
    EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(ocs));
    EXPECT_EQ(rig.hardware(Reg::UTRLCNR), 1u << tag);
    EXPECT_EQ(rig.hardware(Reg::IS), IS::UTRCS);
    ASSERT_EQ(rig.probe->changes.size(), 1u);
    EXPECT_EQ(rig.probe->changes[0], std::pair(edge(e), true));
  }
};

TEST_F(UfsHostControllerTimingTest, TakesAWriteOnTheEdgeThatSamplesIt) {
  rig.start();
  const Picoseconds arrival = edge(soon()) + 777_ps;
  rig.master->write(Reg::UTRLBA, 0x4000, arrival - kernel_now());
  const Picoseconds effect = rig.bus.sample_edge(arrival);
  rig.run_until(effect - 2_ps);
  EXPECT_EQ(rig.hardware(Reg::UTRLBA), rig.list);
  rig.run_until(effect);
  EXPECT_EQ(rig.hardware(Reg::UTRLBA), 0x4000u);
}

TEST_F(UfsHostControllerTimingTest, AnswersAReadAnEdgeAfterTheOneThatSamplesIt) {
  rig.start();
  const Picoseconds arrival = edge(soon()) + 777_ps;
  // A write that takes effect on the same edge was posted before, so the read sees it.
  rig.master->write(Reg::UTRLBA, 0x4000, arrival - kernel_now());
  rig.master->request(Reg::UTRLBA, arrival - kernel_now());
  rig.master->write(Reg::UTRLBA, 0x8000, arrival - kernel_now());
  rig.run_until(rig.bus.sample_edge(arrival));
  ASSERT_EQ(rig.master->answers.size(), 1u);
  EXPECT_EQ(rig.master->answers[0].value, 0x4000u);
  EXPECT_EQ(rig.master->answers[0].at, edge(rig.bus.sample(arrival) + 1_cycles));
  EXPECT_EQ(rig.hardware(Reg::UTRLBA), 0x8000u);
}

TEST_F(UfsHostControllerTimingTest, KeepsAccessesOfTheOneMasterInOrder) {
  rig.start();
  const Picoseconds late = edge(soon()) + 1_ps;
  rig.master->write(Reg::UTRLBA, 0x4000, late - kernel_now());
  rig.master->request(Reg::UTRLBA, late - kernel_now() - 500_ns);
  rig.run_until(rig.bus.sample_edge(late) - 2_ps);
  EXPECT_TRUE(rig.master->answers.empty()) << "does not overtake";
  rig.run_until(rig.bus.sample_edge(late));
  ASSERT_EQ(rig.master->answers.size(), 1u);
  EXPECT_EQ(rig.master->answers[0].value, 0x4000u);
}

TEST_F(UfsHostControllerTimingTest, AnswersAReadOfAQuietControllerAtTheSameTime) {
  rig.start();
  rig.run_until(edge(soon()) + 100_ps);
  const Picoseconds arrival = kernel_now() + 150_ns;
  rig.master->request(Reg::UTRLBA, 150_ns);
  rig.run_until(rig.bus.sample_edge(arrival));
  ASSERT_EQ(rig.master->answers.size(), 1u);
  EXPECT_EQ(rig.master->answers[0].value, rig.list);
  EXPECT_EQ(rig.master->answers[0].at, edge(rig.bus.sample(arrival) + 1_cycles));
}

/// A command whose RESPONSE is announced only after software has asked for the doorbell, at every distance around its
/// end.
TEST_F(UfsHostControllerTimingTest, SeesInAReadWhatHappensUntilItIsSampled) {
  rig.start();
  place(0, 0);
  std::size_t asked = 0;
  for (std::uint64_t before = 0; before <= 4; ++before) {
    rig.ring(1);
    rig.run_for(2_us);
    rig.run_until(edge(soon()));
    const Picoseconds last = kernel_now() + 1_ps;
    const Cycles end = written(written(rig.bus.sample(last), upiu_header_size), 4);
    const Cycles sampled = end + 2_cycles - Cycles{before};
    rig.master->request(Reg::UTRLDBR, edge(sampled - rig.bus.sync_stages()) - kernel_now());
    rig.link.inject(response_upiu(0).encode(), last);
    rig.run_for(2_us);
    ASSERT_EQ(rig.master->answers.size(), ++asked);
    EXPECT_EQ(rig.master->answers.back().value, sampled < end ? 1u : 0u) << before;
    EXPECT_EQ(rig.master->answers.back().at, edge(sampled + 1_cycles)) << before;
  }
}

TEST_F(UfsHostControllerTimingTest, HasACommandReadyAfterTwoDescriptorReads) {
  rig.start();
  place(0, 3);
  const Cycles d = soon();
  ring_at(1, d);
  expect_command(0, 0, d, ready(d, 3));
  EXPECT_EQ(rig.recorder.at(0, Stage::dispatch), edge(d));
  EXPECT_EQ(rig.recorder.at(0, Stage::fetch), edge(ready(d, 3)));
}

TEST_F(UfsHostControllerTimingTest, SkipsThePrdtOfACommandWithoutData) {
  rig.start();
  place(0, 0);
  const Cycles d = soon();
  ring_at(1, d);
  expect_command(0, 0, d, ready(d, 0));
}

TEST_F(UfsHostControllerTimingTest, ObeysTheParametersOfFetch) {
  rig.config.decode_cycles = 17_cycles;
  rig.config.dma.read_latency = 91_cycles;
  rig.config.dma.bytes_per_cycle = 4_B;
  rig.start();
  place(0, 16);
  const Cycles d = soon();
  ring_at(1, d);
  expect_command(0, 0, d, ready(d, 16));
}

TEST_F(UfsHostControllerTimingTest, FetchesTheNextTagWhenItsOnlyUnitIsFree) {
  rig.config.prefetch_depth = 1;
  rig.start();
  for (std::uint64_t tag = 0; tag < 3; ++tag) place(tag, 1);
  Cycles g = soon();
  ring_at(7, g);
  for (std::uint64_t tag = 0; tag < 3; ++tag) {
    expect_command(tag, tag, g, ready(g, 1));
    g = ready(g, 1);  // the unit is free at R, and the channel has been idle since
  }
}

TEST_F(UfsHostControllerTimingTest, FetchesTwoTagsAtATimeWithTwoUnits) {
  rig.config.prefetch_depth = 2;
  rig.start();
  for (std::uint64_t tag = 0; tag < 3; ++tag) place(tag, 1);
  const Cycles d = soon();
  ring_at(7, d);
  // The two share the descriptor channel in the order of their calls: what tag 1 reads follows all that tag 0 reads.
  DmaChannel channel(rig.config.dma, rig.bus);
  std::array<Picoseconds, 2> r;
  for (Picoseconds& each : r) {
    const Picoseconds u = edge(rig.bus.next(channel.read(edge(d), Utrd::size)) + rig.config.decode_cycles);
    const Picoseconds c = channel.read(u, upiu_header_size);
    const Picoseconds p = channel.read(u, PrdtEntry::size);
    each = edge(rig.bus.next(std::max(c, p)) + rig.config.decode_cycles);
  }
  rig.run_until(edge(d) - 2_ps);
  EXPECT_TRUE(rig.link.sent.empty());
  rig.run_until(edge(d));
  ASSERT_EQ(rig.link.sent.size(), 2u);
  EXPECT_EQ(rig.link.sent[0].ready.back().at, r[0]);
  EXPECT_EQ(rig.link.sent[0].ready.back().at, edge(ready(d, 1)));
  EXPECT_EQ(rig.link.sent[1].ready.back().at, r[1]);
  rig.run_until(r[0] - 2_ps);
  EXPECT_EQ(rig.link.sent.size(), 2u) << "both units are busy";
  rig.run_until(r[0]);
  ASSERT_EQ(rig.link.sent.size(), 3u);
  EXPECT_EQ(rig.link.sent[2].queued, r[0]);
}

TEST_F(UfsHostControllerTimingTest, FetchesInTheOrderOfTheDoorbells) {
  rig.config.prefetch_depth = 1;
  rig.start();
  for (std::uint64_t tag = 0; tag < 8; ++tag) place(tag, 0);
  const Cycles d = soon();
  ring_at(1u << 5, d);
  ring_at(1u << 7, d + 1_cycles);
  ring_at(1u << 2 | 1u << 0, d + 2_cycles);
  ring_at(1u << 6, d + 3_cycles);
  rig.run_until(edge(ready(d, 0)) + 10_us);
  std::vector<std::uint64_t> order;
  for (const auto& sent : rig.link.sent) order.push_back(tag_of(sent.header).n);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{5, 7, 0, 2, 6}));
}

TEST_F(UfsHostControllerTimingTest, FetchesTheNextTagBehindTheLastOneInTurn) {
  rig.config.prefetch_depth = 1;
  rig.config.arbitration = Arbitration::round_robin;
  rig.start();
  for (std::uint64_t tag = 0; tag < 8; ++tag) place(tag, 0);
  const Cycles d = soon();
  ring_at(1u << 5, d);
  ring_at(1u << 7, d + 1_cycles);
  ring_at(1u << 2 | 1u << 0, d + 2_cycles);
  ring_at(1u << 6, d + 3_cycles);
  rig.run_until(edge(ready(d, 0)) + 10_us);
  std::vector<std::uint64_t> order;
  for (const auto& sent : rig.link.sent) order.push_back(tag_of(sent.header).n);
  EXPECT_EQ(order, (std::vector<std::uint64_t>{5, 6, 7, 0, 2}));
}

TEST_F(UfsHostControllerTimingTest, SendsDataOutAsItComesOutOfTheEngine) {
  rig.start();
  rig.program(3, counting_data(64), 4096_B);
  Utrd utrd = rig.utrd(0, DataDirection::to_device, 1);
  utrd.crypto_enable = true;
  utrd.cci = Keyslot{3};
  rig.place(0, utrd, rig.command(0, 8192, CommandUpiu::write).encode(), {{2 * rig.memory_size, 8192_B}});
  rig.ring(1);
  rig.run_for(2_us);
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
  rig.start();
  place(0, 1, DataDirection::to_device);
  rig.ring(1);
  rig.run_for(2_us);
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

TEST_F(UfsHostControllerTimingTest, WritesDataInFrameByFrameAndTheResponseBehindIt) {
  rig.start();
  rig.program(3, counting_data(64), 4096_B);
  Utrd utrd = rig.utrd(0, DataDirection::to_host, 1);
  utrd.crypto_enable = true;
  utrd.cci = Keyslot{3};
  rig.place(0, utrd, rig.command(0, 8192).encode(), {{2 * rig.memory_size, 8192_B}});
  rig.ring(1);
  rig.run_for(2_us);
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
  rig.start();
  place(0, 0);
  rig.ring(1);
  rig.run_for(2_us);
  const Picoseconds last = edge(soon()) + 99_ps;
  rig.link.inject(response_upiu(0).encode(), last);
  expect_end(0, Ocs::success, written(written(rig.bus.sample(last), upiu_header_size), 4));
}

TEST_F(UfsHostControllerTimingTest, WritesTheDataSegmentOfAResponseWithIt) {
  rig.start();
  place(0, 0);
  rig.ring(1);
  rig.run_for(2_us);
  const Picoseconds last = edge(soon()) + 99_ps;
  Data sense(20);
  rig.link.inject(response_upiu(0, sense.size()).encode(), last, sense.data());
  expect_end(0, Ocs::success, written(written(rig.bus.sample(last), upiu_header_size + sense.size()), 4));
}

TEST_F(UfsHostControllerTimingTest, EndsACommandThatTheDeviceRejectsLikeOneWithResponse) {
  rig.start();
  place(0, 0);
  rig.ring(1);
  rig.run_for(2_us);
  const Picoseconds last = edge(soon()) + 99_ps;
  Reject reject;
  rig.link.inject(reject.encode(), last);
  expect_end(0, Ocs::peer_communication_failure, ended_without_response(rig.bus.sample(last)));
}

TEST_F(UfsHostControllerTimingTest, EndsABadCommandWhenItsStatusIsWritten) {
  rig.start();
  place(0, 2);
  const CommandUpiu wrong = rig.command(9, 16384);
  rig.memory->write(rig.ucd(0), wrong.encode().data(), upiu_header_size);
  const Cycles d = soon();
  ring_at(1, d);
  expect_end(0, Ocs::invalid_command_table, ended_without_response(ready(d, 2)));
  EXPECT_TRUE(rig.link.sent.empty());
}

TEST_F(UfsHostControllerTimingTest, EndsABadDescriptorWithoutReadingFurther) {
  rig.start();
  Utrd utrd = rig.utrd(0, DataDirection::none, 0);
  utrd.command_type = static_cast<CommandType>(0);
  rig.place(0, utrd, rig.command(0, 0).encode(), {});
  const Cycles d = soon();
  ring_at(1, d);
  expect_end(0, Ocs::invalid_command_table, ended_without_response(utrd_read(d) + rig.config.decode_cycles));
}

TEST_F(UfsHostControllerTimingTest, IsEnabledAfterTheEnableTime) {
  rig.build();
  const Picoseconds arrival = edge(soon()) + 5_ps;
  rig.master->write(Reg::HCE, HCE::HCE, arrival - kernel_now());
  const Picoseconds effect = rig.bus.sample_edge(arrival);
  const Picoseconds done = rig.bus.next_edge(effect + rig.config.enable_time);
  rig.run_until(done - 2_ps);
  EXPECT_EQ(rig.hardware(Reg::HCE), 0u);
  EXPECT_EQ(rig.hardware(Reg::HCS), 0u);
  rig.run_until(done);
  EXPECT_EQ(rig.hardware(Reg::HCE), HCE::HCE);
  EXPECT_EQ(rig.hardware(Reg::HCS), HCS::UCRDY);
}

TEST_F(UfsHostControllerTimingTest, EndsUicCommandsAfterTheirTime) {
  rig.start();
  for (const auto& [opcode, time] : {std::pair{uic::Opcode::dme_link_startup, rig.config.link_startup_time},
                                     {uic::Opcode::dme_get, rig.config.uic_time}}) {
    rig.master->set(Reg::IS, ~0u);
    const Picoseconds arrival = edge(soon()) + 5_ps;
    rig.master->write(Reg::UICCMD, static_cast<std::uint32_t>(opcode), arrival - kernel_now());
    const Picoseconds effect = rig.bus.sample_edge(arrival);
    rig.run_until(effect);
    EXPECT_EQ(rig.hardware(Reg::HCS) & HCS::UCRDY, 0u);
    const Picoseconds done = rig.bus.next_edge(effect + time);
    rig.run_until(done - 2_ps);
    EXPECT_EQ(rig.hardware(Reg::IS), 0u);
    rig.run_until(done);
    EXPECT_EQ(rig.hardware(Reg::IS), IS::UCCS);
    EXPECT_NE(rig.hardware(Reg::HCS) & HCS::UCRDY, 0u);
    EXPECT_EQ(rig.probe->changes.back(), std::pair(done, true));
  }
}

}  // namespace
}  // namespace icesim
