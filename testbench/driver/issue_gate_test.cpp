// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/issue_gate.hpp"

#include "testbench/driver/block/block_layer_rig.hpp"

/// Requests whose doorbells ring when a trace says so.
namespace icesim {
namespace {

using namespace literals;
using test::by;
using test::io;
using test::read;

/// The block layer above the gate, the rig's hardware below it.
class GatedRig : public test::BlockLayerRig {
 public:
  explicit GatedRig(const Options& options = {}) : BlockLayerRig(options) { gate.connect(blocks); }

  void queue_command(Request& request) override { gate.queue_command(request); }
  void issue_at(std::uint32_t record, Picoseconds at) {
    host.at(at, [=] { gate.issue(record); });
  }

 private:
  struct Below : RequestQueue {
    explicit Below(GatedRig& r) : rig(r) {}
    GatedRig& rig;
    void queue_command(Request& request) override { rig.BlockLayerRig::queue_command(request); }
    KeyWork program_keyslot(Keyslot keyslot, KeyId key) override { return rig.program_keyslot(keyslot, key); }
    KeyWork clear_keyslot(Keyslot keyslot) override { return rig.clear_keyslot(keyslot); }
    KeyWork go_on_with_key(std::uint32_t value) override { return rig.go_on_with_key(value); }
  };
  Below below_{*this};

 public:
  IssueGate gate{host, below_};
};

IoRequest record(std::uint64_t number, IoRequest request) {
  request.record = number;
  return request;
}

TEST(IssueGate, HoldsARecordUntilItsDoorbellRings) {
  GatedRig rig;
  rig.gate.hold(7);
  rig.submit(by(1, record(7, io(read, 0, 1))));
  rig.submit(by(2, record(8, io(read, 100, 1))));
  rig.issue_at(7, 500_us);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[0].request.lba, Lba{100}) << "others do not wait";
  EXPECT_EQ(rig.commands[0].at, rig.costs.submit + rig.costs.dispatch);
  EXPECT_EQ(rig.commands[1].at, 500_us);
  ASSERT_EQ(rig.ends.size(), 2u);
  EXPECT_EQ(rig.ends[1].timeline.spent(Stage::plug), 500_us - rig.costs.submit);
  EXPECT_FALSE(rig.gate.holds());
}

TEST(IssueGate, LetsARecordPassWhoseDoorbellHasRung) {
  for (const Picoseconds early : {1_ps, 0_ps}) {
    GatedRig rig;
    rig.gate.hold(7);
    rig.submit(record(7, io(read, 0, 1)));
    const Picoseconds there = rig.costs.submit + rig.costs.dispatch;
    rig.issue_at(7, there - early);
    rig.host.run();
    ASSERT_EQ(rig.commands.size(), 1u);
    EXPECT_EQ(rig.commands[0].at, there) << early.n;
  }
}

TEST(IssueGate, LetsAllGoWhenTheTraceTellsNoMore) {
  GatedRig rig;
  for (const std::uint64_t number : {1u, 2u, 3u}) {
    rig.gate.hold(number);
    rig.submit(by(static_cast<std::uint32_t>(number), record(number, io(read, 100 * number, 1))));
  }
  rig.host.at(300_us, [&] {
    EXPECT_TRUE(rig.gate.holds());
    rig.gate.issue_all();
  });
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 3u);
  for (const auto& command : rig.commands) EXPECT_EQ(command.at, 300_us);
}

// The rig checks that the stages of each bio add up.
TEST(IssueGate, AddsUpForABioThatWasMergedInThePlugAndWaitedInTheScheduler) {
  GatedRig::Options options;
  options.tags = 1;
  options.config.scheduler = Scheduler::mq_deadline;
  GatedRig rig(options);
  rig.gate.hold(7);
  rig.submit(by(1, record(1, io(read, 0, 1))));
  rig.submit(by(2, record(7, io(read, 100, 1))));
  rig.submit(by(2, record(7, io(read, 101, 1))));
  rig.issue_at(7, 900_us);
  rig.host.run();
  ASSERT_EQ(rig.commands.size(), 2u);
  EXPECT_EQ(rig.commands[1].request.blocks, 2u);
  EXPECT_EQ(rig.commands[1].at, 900_us);
  ASSERT_EQ(rig.ends.size(), 3u);
  for (const auto& end : rig.ends) {
    if (end.bio.io.process == 1) continue;
    EXPECT_EQ(end.at, 900_us + rig.device_time);
    EXPECT_GT(end.timeline.spent(Stage::scheduler), 800_us);
  }
}

}  // namespace
}  // namespace icesim
