// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/queue_rig.hpp"

#include <gtest/gtest.h>

/// Queues with an interrupt each, by message.
namespace icesim {
namespace {

using namespace literals;

constexpr std::uint64_t address = 0x8000'0012'3000'0040;

struct Messages : MessageSink {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> all;
  void message(std::uint64_t to, std::uint32_t data) override { all.emplace_back(to, data); }
};

struct UfsHostControllerMessagesTest : testing::Test {
  QueueRig rig;
  Messages messages;

  UfsHostControllerMessagesTest() { rig.config.esi = true; }
  void start(std::uint64_t to = address) {
    rig.start_queues();
    set_up(to);
  }
  void set_up(std::uint64_t to = address) {
    rig.master->set(Reg::ESILBA, static_cast<std::uint32_t>(to));
    rig.master->set(Reg::ESIUBA, static_cast<std::uint32_t>(to >> 32));
    rig.master->set(Reg::CONFIG, CONFIG::QT | CONFIG::ESIE);
  }
  void carry_out(std::uint32_t queue, std::uint64_t tag) {
    rig.set(queue, QueueReg::SQTP, rig.enter(queue, tag, 0));
    rig.run_for(2_us);
    rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
    rig.run_for(3_us);
  }
};

TEST_F(UfsHostControllerMessagesTest, AreOfferedWhereTheyAreConfigured) {
  rig.build();
  EXPECT_TRUE(QueueCapabilities::decode(rig.master->read(Reg::MCQCAP)).own_interrupts);
  EXPECT_EQ(rig.master->read(Reg::MCQCAP) & ~0x400u, QueueCapabilities{4}.encode());
}

TEST_F(UfsHostControllerMessagesTest, TakeThePlaceOfThePin) {
  start();
  rig.controller->connect(messages);
  rig.set(3, QueueReg::SQATTR, SQATTR::SQEN | SQATTR::CQID.put(1) | ring_size(33));
  carry_out(3, 6);
  EXPECT_EQ(messages.all, (std::vector{std::pair(address, 1u)})) << "that of the completion queue";
  EXPECT_EQ(rig.word(1, QueueReg::CQIS), CQIS::TEPS.mask());
  carry_out(1, 7);
  EXPECT_EQ(messages.all.size(), 2u) << "each entry has one";
  EXPECT_EQ(rig.controller->statistics().messages, 2u);
  rig.set(1, QueueReg::CQIE, 0);
  carry_out(1, 8);
  EXPECT_EQ(messages.all.size(), 2u) << "the event is not enabled";
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
  EXPECT_TRUE(rig.probe->changes.empty());
  rig.controller->link_lost(kernel_now() + 1_us);
  rig.run_for(2_us);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::ULLS) << "the rest is the pin's";
  EXPECT_EQ(messages.all.size(), 2u);
}

TEST_F(UfsHostControllerMessagesTest, AreThePinsUnlessOfferedAndEnabled) {
  for (const bool offered : {false, true}) {
    QueueRig other;
    other.config.esi = offered;
    other.start_queues();
    other.controller->connect(messages);
    other.master->set(Reg::CONFIG, offered ? std::uint32_t{CONFIG::QT} : CONFIG::QT | CONFIG::ESIE);
    other.set(1, QueueReg::SQTP, other.enter(1, 6, 0));
    other.run_for(2_us);
    other.link.inject(response_upiu(6).encode(), kernel_now() + 1_us);
    other.run_for(3_us);
    EXPECT_EQ(other.hardware(Reg::IS), IS::CQES);
    EXPECT_EQ(other.probe->changes.size(), 1u);
  }
  EXPECT_TRUE(messages.all.empty());
}

TEST_F(UfsHostControllerMessagesTest, AreWrittenToMemoryWhereNobodyTakesThem) {
  constexpr std::uint64_t place = 0x7'0000;
  start(place);
  const std::array<std::byte, 6> ones{std::byte{1}, std::byte{1}, std::byte{1}, std::byte{1}, std::byte{1}, std::byte{1}};
  rig.memory->write(place - 1, ones.data(), ones.size());
  carry_out(2, 6);
  EXPECT_EQ(rig.bytes(place - 1, 6), (std::vector<std::byte>{std::byte{1}, std::byte{2}, {}, {}, {}, std::byte{1}}));
}

TEST_F(UfsHostControllerMessagesTest, DoNotOutliveTheController) {
  start();
  rig.controller->connect(messages);
  rig.master->set(Reg::HCE, 0);
  for (const Reg reg : {Reg::CONFIG, Reg::ESILBA, Reg::ESIUBA}) EXPECT_EQ(rig.hardware(reg), 0u);
  rig.enable();
  rig.start_list();
  rig.set_up();
  carry_out(1, 0);
  EXPECT_TRUE(messages.all.empty());
  EXPECT_EQ(rig.hardware(Reg::IS), IS::CQES);
  rig.master->set(Reg::IS, IS::CQES);
  set_up();
  carry_out(1, 1);
  EXPECT_EQ(messages.all.size(), 1u);
}

}  // namespace
}  // namespace icesim
