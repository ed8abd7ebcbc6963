// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/queue_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct UfsHostControllerQueuesTest : testing::Test {
  QueueRig rig;

  void submit(std::uint32_t queue, std::uint32_t tail) {
    rig.set(queue, QueueReg::SQTP, tail);
    rig.run_for(2_us);
  }
  void answer(std::uint64_t tag) {
    rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
    rig.run_for(3_us);
  }
  std::size_t commands() const { return rig.link.of(Transaction::command).size(); }
};

TEST_F(UfsHostControllerQueuesTest, OffersAsManyQueuesAsItHas) {
  rig.config.mcq = 8;
  rig.build();
  EXPECT_TRUE(Capabilities::decode(rig.master->read(Reg::CAP)).mcq);
  EXPECT_FALSE(Capabilities::decode(rig.master->read(Reg::CAP)).no_legacy_doorbell);
  const QueueCapabilities capabilities = QueueCapabilities::decode(rig.master->read(Reg::MCQCAP));
  EXPECT_EQ(capabilities.queues, 8u);
  EXPECT_EQ(capabilities.config_pointer * 0x200, rig.offset(0, QueueReg::SQATTR));
  EXPECT_EQ(rig.master->read(rig.offset(7, QueueReg::SQDAO)), rig.offset(7, QueueReg::SQHP));
  EXPECT_EQ(rig.master->read(rig.offset(7, QueueReg::CQDAO)), rig.offset(7, QueueReg::CQHP));
  EXPECT_EQ(rig.master->read(rig.offset(7, QueueReg::CQISAO)), rig.offset(7, QueueReg::CQIS));
  EXPECT_EQ(rig.master->read(rig.offset(8, QueueReg::SQDAO)), 0u) << "there is no such queue";
}

TEST_F(UfsHostControllerQueuesTest, HasNoneByDefault) {
  rig.config.mcq = UfsHostControllerConfig{}.mcq;
  rig.build();
  EXPECT_FALSE(Capabilities::decode(rig.master->read(Reg::CAP)).mcq);
  EXPECT_EQ(rig.master->read(Reg::MCQCAP), 0u);
  rig.set(0, QueueReg::SQLBA, 0x1000);
  EXPECT_EQ(rig.master->read(rig.offset(0, QueueReg::SQLBA)), 0u);
}

TEST_F(UfsHostControllerQueuesTest, KeepsTheAccessRulesOfTheWords) {
  rig.build();
  rig.set(1, QueueReg::SQATTR, 0xffffffff);
  EXPECT_EQ(rig.master->read(rig.offset(1, QueueReg::SQATTR)), 0xf0ffffffu);
  rig.set(1, QueueReg::SQDAO, 0);
  EXPECT_EQ(rig.master->read(rig.offset(1, QueueReg::SQDAO)), rig.offset(1, QueueReg::SQHP)) << "read only";
  rig.set(1, QueueReg::CQTP, 64);
  EXPECT_EQ(rig.master->read(rig.offset(1, QueueReg::CQTP)), 0u) << "read only";
  rig.set(1, QueueReg::CQHP, 64);
  EXPECT_EQ(rig.master->read(rig.offset(1, QueueReg::CQHP)), 64u);
  rig.set(1, QueueReg::SQIS, ~0u);
  EXPECT_EQ(rig.master->read(rig.offset(1, QueueReg::SQIS)), 0u) << "not there";
}

TEST_F(UfsHostControllerQueuesTest, TellsOfACommandInTheQueueThatItsQueueNames) {
  rig.start_queues();
  rig.set(3, QueueReg::SQATTR, SQATTR::SQEN | SQATTR::CQID.put(1) | ring_size(33));
  Utrd utrd = rig.utrd(6, DataDirection::none, 0);
  CommandUpiu upiu = rig.command(6, 0);
  upiu.lun = 2;
  submit(3, rig.enter(3, 6, utrd, upiu.encode(), {}));
  answer(6);
  const CompletionEntry entry = rig.completion(1, 0);
  EXPECT_EQ(entry.ucd_base, rig.ucd(6));
  EXPECT_EQ(entry.queue, 3u);
  EXPECT_EQ(entry.response_length, utrd.response_length);
  EXPECT_EQ(entry.response_offset, utrd.response_offset);
  EXPECT_EQ(entry.prdt_length, 0u);
  EXPECT_EQ(entry.prdt_offset, utrd.prdt_offset);
  EXPECT_EQ(entry.ocs, Ocs::success);
  EXPECT_EQ(entry.tag, Tag{6});
  EXPECT_EQ(entry.lun, 2u);
  EXPECT_EQ(rig.ocs(6), static_cast<std::uint8_t>(Ocs::invalid)) << "the UTRD is as it was";
  EXPECT_EQ(rig.hardware(Reg::UTRLCNR), 0u);
  EXPECT_EQ(rig.bytes(rig.ucd(6) + ucd::response_offset, 1)[0], static_cast<std::byte>(Transaction::response));
}

TEST_F(UfsHostControllerQueuesTest, GoesRoundItsRings) {
  rig.entries = 3;
  rig.start_queues();
  for (std::uint64_t i = 0; i < 10; ++i) {
    submit(2, rig.enter(2, i % 5, 0));
    ASSERT_EQ(commands(), i + 1);
    answer(i % 5);
    EXPECT_EQ(rig.word(2, QueueReg::CQTP), (i + 1) % 3 * 32);
    EXPECT_EQ(rig.completion(2, i % 3).tag, Tag{i % 5});
    EXPECT_EQ(rig.word(2, QueueReg::SQHP), rig.word(2, QueueReg::SQTP));
  }
}

TEST_F(UfsHostControllerQueuesTest, RaisesThePinOnlyWhereTheEventIsEnabled) {
  rig.start_queues();
  rig.set(1, QueueReg::CQIE, 0);
  submit(1, rig.enter(1, 0, 0));
  answer(0);
  EXPECT_EQ(rig.word(1, QueueReg::CQIS), CQIS::TEPS.mask());
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
  EXPECT_TRUE(rig.probe->changes.empty());
  rig.set(1, QueueReg::CQIS, CQIS::TEPS);
  EXPECT_EQ(rig.word(1, QueueReg::CQIS), 0u);
  EXPECT_EQ(rig.word(2, QueueReg::CQTP), 0u);
}

TEST_F(UfsHostControllerQueuesTest, RefusesATagThatIsInUseOrThatNoCommandMayHave) {
  rig.config.tags = 16;
  rig.start_queues();
  submit(0, rig.enter(0, 3, 0));
  submit(1, rig.enter(1, 3, 0));
  Utrd utrd = rig.utrd(5, DataDirection::none, 0);
  submit(2, rig.enter(2, 5, utrd, rig.command(16, 0).encode(), {}));
  EXPECT_EQ(commands(), 1u);
  EXPECT_EQ(rig.completion(1, 0).ocs, Ocs::invalid_command_table);
  EXPECT_EQ(rig.completion(1, 0).tag, Tag{3});
  EXPECT_EQ(rig.completion(2, 0).ocs, Ocs::invalid_command_table);
  EXPECT_EQ(rig.completion(2, 0).ucd_base, rig.ucd(5));
  EXPECT_EQ(rig.controller->statistics().ocs[1], 2u);
  answer(3);
  EXPECT_EQ(rig.completion(0, 0).ocs, Ocs::success) << "the first one goes on";
}

TEST_F(UfsHostControllerQueuesTest, TellsNothingWhereNoCompletionQueueIsEnabled) {
  rig.start_queues();
  rig.set(1, QueueReg::CQATTR, ring_size(33));
  rig.set(2, QueueReg::SQATTR, SQATTR::SQEN | SQATTR::CQID.put(77) | ring_size(33));
  submit(1, rig.enter(1, 0, 0));
  submit(2, rig.enter(2, 1, 0));
  answer(0);
  answer(1);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
  EXPECT_EQ(rig.controller->statistics().ocs[0], 2u) << "they have ended";
  submit(3, rig.enter(3, 0, 0));
  EXPECT_EQ(commands(), 3u) << "and their tags are free";
}

TEST_F(UfsHostControllerQueuesTest, TakesTheDoorbellOrTheQueuesAsConfigSays) {
  rig.start_queues();
  rig.place(0, rig.utrd(0, DataDirection::none, 0), rig.command(0, 0).encode(), {});
  rig.ring(1);
  EXPECT_FALSE(rig.busy(0));
  rig.master->set(Reg::CONFIG, 0);
  submit(1, rig.enter(1, 1, 0));
  EXPECT_EQ(rig.word(1, QueueReg::SQTP), 0u);
  EXPECT_EQ(commands(), 0u);
  rig.ring(1);
  rig.run_for(2_us);
  EXPECT_EQ(commands(), 1u);
  answer(0);
  EXPECT_EQ(rig.ocs(0), static_cast<std::uint8_t>(Ocs::success));
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UTRCS);
}

TEST_F(UfsHostControllerQueuesTest, IgnoresTailsOfQueuesThatAreNotEnabled) {
  rig.start_queues();
  rig.set(1, QueueReg::SQATTR, ring_size(33));
  submit(1, rig.enter(1, 0, 0));
  EXPECT_EQ(rig.word(1, QueueReg::SQTP), 0u);
  rig.set(2, QueueReg::SQATTR, SQATTR::SQEN | 3u);
  submit(2, 32);
  EXPECT_EQ(rig.word(2, QueueReg::SQTP), 0u) << "less than an entry";
  EXPECT_EQ(commands(), 0u);
}

TEST_F(UfsHostControllerQueuesTest, ForgetsAllQueuesWhenItIsDisabled) {
  rig.keyslot_config.wipe_on.hce_clear = false;
  rig.start_queues();
  rig.program(3, counting_data(64), 4096_B);
  Utrd utrd = rig.utrd(0, DataDirection::to_host, 1);
  utrd.crypto_enable = true;
  utrd.cci = Keyslot{3};
  submit(1, rig.enter(1, 0, utrd, rig.command(0, 4096).encode(), {{2 * rig.memory_size, 4096_B}}));
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 1u);
  rig.master->set(Reg::HCE, 0);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{3}), 0u);
  EXPECT_EQ(rig.hardware(Reg::CONFIG), 0u);
  for (const QueueReg reg : {QueueReg::SQATTR, QueueReg::SQLBA, QueueReg::CQATTR, QueueReg::SQHP, QueueReg::SQTP,
                             QueueReg::CQTP, QueueReg::CQIS, QueueReg::CQIE})
    EXPECT_EQ(rig.word(1, reg), 0u) << int(reg);
  EXPECT_EQ(rig.word(1, QueueReg::SQDAO), rig.offset(1, QueueReg::SQHP));
  answer(0);
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
  rig.enable();
  rig.start_list();
  rig.set_up();
  submit(1, rig.enter(1, 0, 0));
  answer(0);
  EXPECT_EQ(rig.completion(1, 0).ocs, Ocs::success) << "and work again";
}

TEST_F(UfsHostControllerQueuesTest, PassesOverEntriesThatSoftwareHasTakenBack) {
  rig.start_queues();
  Utrd utrd = rig.utrd(1, DataDirection::none, 0);
  utrd.command_type = CommandType::nullified;
  rig.enter(1, 1, utrd, rig.command(1, 0).encode(), {});
  submit(1, rig.enter(1, 2, 0));
  answer(2);
  EXPECT_EQ(commands(), 1u);
  EXPECT_EQ(rig.word(1, QueueReg::SQHP), 64u);
  EXPECT_EQ(rig.word(1, QueueReg::CQTP), 32u) << "nothing tells of the first one";
  EXPECT_EQ(rig.completion(1, 0).tag, Tag{2});
}

TEST_F(UfsHostControllerQueuesTest, HasMoreTagsThanTheDoorbell) {
  rig.config.tags = 64;
  rig.entries = 65;
  rig.start_queues();
  EXPECT_EQ(Capabilities::decode(rig.master->read(Reg::CAP)).transfer_requests, 64u);
  for (std::uint64_t tag = 0; tag < 63; ++tag) rig.enter(1, tag, 0);
  submit(1, rig.enter(1, 63, 0));
  rig.run_for(20_us);
  EXPECT_EQ(commands(), 64u);
  for (std::uint64_t tag = 64; tag-- > 0;) answer(tag);
  EXPECT_EQ(rig.word(1, QueueReg::CQTP), 64u * 32);
  for (std::uint64_t i = 0; i < 64; ++i) EXPECT_EQ(rig.completion(1, i).tag, Tag{63 - i});
}

TEST_F(UfsHostControllerQueuesTest, LeavesTheDoorbellTheTagsOfItsFiveBits) {
  rig.config.tags = 40;
  rig.start();
  rig.place(7, rig.utrd(7, DataDirection::none, 0), rig.command(7, 0).encode(), {});
  rig.ring(0xffffff80);
  rig.run_for(2_us);
  EXPECT_EQ(rig.hardware(Reg::UTRLDBR), 1u << 7);
  EXPECT_EQ(commands(), 1u);
}

TEST_F(UfsHostControllerQueuesTest, SaysWhatItWaitsFor) {
  rig.config.prefetch_depth = 1;
  rig.start_queues();
  rig.enter(2, 0, 1);
  rig.set(2, QueueReg::SQTP, rig.enter(2, 1, 1));
  EXPECT_EQ(rig.controller->waiting(), "tag 0 was sent (0 of 8192 bytes moved), an entry of queue 2 is to be fetched");
}

}  // namespace
}  // namespace icesim
