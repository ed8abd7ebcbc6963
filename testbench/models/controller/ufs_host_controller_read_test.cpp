// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/aes_xts.hpp"
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

struct UfsHostControllerReadTest : testing::Test {
  static constexpr std::uint64_t tag = 3;
  static constexpr std::uint32_t bit = 1u << tag;
  HostControllerRig rig;
  const std::vector<PrdtEntry> prdt{{0x20'0ffc, 4096_B}, {0x30'0000, 512_B}, {0x28'0004, 3584_B}};
  static constexpr std::size_t size = 8192;

  /// Starts the read of `prdt` and lets its COMMAND leave.
  void begin(Utrd utrd) {
    rig.place(tag, utrd, rig.command(tag, size).encode(), prdt);
    rig.ring(bit);
    rig.run_for(2_us);
    ASSERT_EQ(rig.link.sent.size(), 1u);
  }
  void begin() { begin(rig.utrd(tag, DataDirection::to_host, prdt.size())); }
  void data_in(std::uint64_t offset, std::size_t count, Data& data) {
    rig.link.inject(data_upiu(Transaction::data_in, tag, offset, count).encode(), kernel_now() + 1_us, data.data() + offset);
    rig.run_for(5_us);
  }
  void respond() {
    rig.link.inject(response_upiu(tag).encode(), kernel_now() + 1_us);
    rig.run_for(5_us);
  }
  Data buffer() const {
    Data all;
    for (const PrdtEntry& entry : prdt) {
      const Data part = rig.bytes(entry.address, entry.byte_count.n);
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }
};

TEST_F(UfsHostControllerReadTest, SendsTheVeryBytesOfTheCommandUpiu) {
  rig.start();
  begin();
  const FakeHostLink::Sent& sent = rig.link.sent[0];
  EXPECT_EQ(sent.header, rig.command(tag, size).encode());
  EXPECT_EQ(sent.length, 0u);
  EXPECT_TRUE(rig.busy(tag));
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::invalid)) << "untouched until the end";
}

TEST_F(UfsHostControllerReadTest, PutsDataWhereThePrdtSaysAndEndsTheCommand) {
  rig.start();
  begin();
  Data data = counting_data(size, 7);
  data[4096] = std::byte{0xee};
  data_in(0, 3000, data);
  data_in(3000, 2000, data);
  data_in(5000, 3192, data);
  EXPECT_EQ(buffer(), data);
  EXPECT_EQ(rig.bytes(0x20'0ff8, 4), Data(4)) << "nothing before the first entry";
  EXPECT_EQ(rig.bytes(0x20'1ffc, 4), Data(4)) << "nothing behind it";
  EXPECT_TRUE(rig.busy(tag));
  respond();
  EXPECT_EQ(rig.ocs(tag), 0u);
  EXPECT_FALSE(rig.busy(tag));
  EXPECT_EQ(rig.hardware(Reg::UTRLCNR), bit);
  EXPECT_EQ(rig.hardware(Reg::IS), IS::UTRCS);
  EXPECT_TRUE(rig.pin->read());
  const UpiuHeader expected = response_upiu(tag).encode();
  EXPECT_EQ(rig.bytes(rig.ucd(tag) + ucd::response_offset, upiu_header_size), Data(expected.begin(), expected.end()));
  EXPECT_EQ(rig.controller->statistics().data_written, Bytes{size});
  EXPECT_EQ(rig.controller->statistics().commands, 1u);
  EXPECT_EQ(rig.controller->statistics().interrupts, 1u);
  rig.master->set(Reg::UTRLCNR, bit);
  EXPECT_EQ(rig.hardware(Reg::UTRLCNR), 0u) << "write 1 clears";
}

TEST_F(UfsHostControllerReadTest, TakesDataInAnyOrderOfOffsets) {
  rig.start();
  begin();
  Data data = counting_data(size, 1);
  data_in(4096, 4096, data);
  data_in(0, 4096, data);
  EXPECT_EQ(buffer(), data);
}

TEST_F(UfsHostControllerReadTest, ShowsResponseAndStatusBeforeDoorbellAndPin) {
  rig.start();
  begin();
  std::vector<std::uint64_t> written;
  rig.spy->on_access = [&](bool write, std::uint64_t address, std::size_t) {
    if (!write) return;
    written.push_back(address);
    EXPECT_TRUE(rig.busy(tag)) << "the doorbell stands until everything is written";
    EXPECT_EQ(rig.hardware(Reg::IS), 0u);
  };
  bool rose = false;
  rig.probe->on_rise = [&] {
    rose = true;
    EXPECT_EQ(rig.ocs(tag), 0u);
    EXPECT_FALSE(rig.busy(tag));
    EXPECT_EQ(rig.hardware(Reg::UTRLCNR), bit);
  };
  respond();
  EXPECT_TRUE(rose);
  const std::vector<std::uint64_t> expected{rig.ucd(tag) + ucd::response_offset,
                                            rig.list + tag * Utrd::size + Utrd::ocs_offset};
  EXPECT_EQ(written, expected) << "response, then status";
}

TEST_F(UfsHostControllerReadTest, WritesTheDataSegmentOfAResponse) {
  rig.start();
  begin();
  Data sense = counting_data(20, 0x70);
  const UpiuHeader header = response_upiu(tag, sense.size()).encode();
  rig.link.inject(header, kernel_now() + 1_us, sense.data());
  rig.run_for(5_us);
  Data expected(header.begin(), header.end());
  expected.insert(expected.end(), sense.begin(), sense.end());
  EXPECT_EQ(rig.bytes(rig.ucd(tag) + ucd::response_offset, expected.size()), expected);
  EXPECT_EQ(rig.ocs(tag), 0u);
}

TEST_F(UfsHostControllerReadTest, RaisesNoInterruptForACommandWithoutTheInterruptBit) {
  rig.start();
  Utrd utrd = rig.utrd(tag, DataDirection::to_host, prdt.size());
  utrd.interrupt = false;
  begin(utrd);
  respond();
  EXPECT_FALSE(rig.busy(tag));
  EXPECT_EQ(rig.hardware(Reg::UTRLCNR), bit);
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
  EXPECT_TRUE(rig.probe->changes.empty());
}

TEST_F(UfsHostControllerReadTest, DecryptsOnTheWayToMemory) {
  rig.start();
  const Data key = counting_data(64);
  rig.program(2, key, 4096_B);
  Utrd utrd = rig.utrd(tag, DataDirection::to_host, prdt.size());
  utrd.crypto_enable = true;
  utrd.cci = Keyslot{2};
  utrd.dun = Dun{0x1122334455667788};
  begin(utrd);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{2}), 1u);
  const Data plain = counting_data(size, 0);
  Data cipher(size);
  AesXts(key.data(), key.size())
      .crypt_range(CryptDirection::encrypt, utrd.dun, 4096_B, 0_B, plain.data(), cipher.data(), size);
  EXPECT_EQ(Data(cipher.begin(), cipher.begin() + 4),
            (Data{std::byte{0xf2}, std::byte{0x4d}, std::byte{0xca}, std::byte{0x70}}))
      << "[test-xts-answers]";
  data_in(4096, 4096, cipher);
  data_in(0, 2048, cipher);
  data_in(2048, 2048, cipher);
  EXPECT_EQ(buffer(), plain);
  respond();
  EXPECT_EQ(rig.ocs(tag), 0u);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{2}), 0u);
}

TEST_F(UfsHostControllerReadTest, KeepsTheDataOfCommandsApart) {
  rig.start();
  std::vector<Data> data;
  for (std::uint64_t t = 0; t < 2; ++t) {
    rig.place(t, rig.utrd(t, DataDirection::to_host, 1), rig.command(t, 4096).encode(),
              {{0x40'0000 + t * 0x1000, 4096_B}});
    data.push_back(counting_data(4096, static_cast<unsigned>(t + 1)));
  }
  rig.ring(3);
  rig.run_for(2_us);
  for (const std::uint64_t offset : {0u, 2048u}) {
    for (std::uint64_t t = 0; t < 2; ++t) {
      rig.link.inject(data_upiu(Transaction::data_in, t, offset, 2048).encode(), kernel_now() + 1_us, data[t].data() + offset);
      rig.run_for(2_us);
    }
  }
  for (std::uint64_t t = 0; t < 2; ++t) EXPECT_EQ(rig.bytes(0x40'0000 + t * 0x1000, 4096), data[t]) << t;
  rig.link.inject(response_upiu(1).encode(), kernel_now() + 1_us);
  rig.run_for(2_us);
  EXPECT_TRUE(rig.busy(0)) << "commands end in the order of their responses";
  EXPECT_FALSE(rig.busy(1));
}

TEST_F(UfsHostControllerReadTest, RemembersAllThatTheLinkAnnouncesAhead) {
  rig.start();
  begin();
  Data data = counting_data(size, 3);
  Picoseconds at = kernel_now() + 1_us;
  for (std::uint64_t offset = 0; offset < size; offset += 64, at += FakeHostLink::frame_time)
    rig.link.inject(data_upiu(Transaction::data_in, tag, offset, 64).encode(), at, data.data() + offset);
  rig.link.inject(response_upiu(tag).encode(), at);
  rig.run_for(100_us);
  EXPECT_EQ(buffer(), data);
  EXPECT_EQ(rig.ocs(tag), 0u);
}

TEST_F(UfsHostControllerReadTest, MovesNoBytesWherePayloadIsNotSimulated) {
  rig.start();
  std::vector<PrdtEntry> unbacked{{2 * rig.memory_size, 8192_B}};
  rig.place(tag, rig.utrd(tag, DataDirection::to_host, 1), rig.command(tag, size).encode(), unbacked);
  rig.ring(bit);
  rig.run_for(2_us);
  std::size_t accesses = 0;
  rig.spy->on_access = [&](bool, std::uint64_t, std::size_t) { ++accesses; };
  rig.link.inject(data_upiu(Transaction::data_in, tag, 0, size).encode(), kernel_now() + 1_us);
  rig.run_for(10_us);
  EXPECT_EQ(accesses, 0u);
  EXPECT_EQ(rig.controller->statistics().data_written, Bytes{size});
  respond();
  EXPECT_EQ(rig.ocs(tag), 0u);
}

TEST_F(UfsHostControllerReadTest, ForgetsAClearedCommand) {
  rig.start();
  const Data key = counting_data(64);
  rig.program(2, key, 4096_B);
  Utrd utrd = rig.utrd(tag, DataDirection::to_host, prdt.size());
  utrd.crypto_enable = true;
  utrd.cci = Keyslot{2};
  begin(utrd);
  rig.master->set(Reg::UTRLCLR, 0xffffffffu);
  EXPECT_TRUE(rig.busy(tag)) << "a 1 leaves the tag alone";
  rig.master->set(Reg::UTRLCLR, ~bit);
  EXPECT_FALSE(rig.busy(tag));
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{2}), 0u);
  Data data = counting_data(size);
  data_in(0, 4096, data);
  respond();
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 2u);
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::invalid));
  EXPECT_EQ(rig.hardware(Reg::IS), 0u);
}

TEST_F(UfsHostControllerReadTest, DoesNotEndANewCommandInPlaceOfAClearedOne) {
  rig.start();
  begin();
  rig.link.inject(response_upiu(tag).encode(), kernel_now() + 10_ns);
  rig.run_for(30_ns);  // the response is being written
  ASSERT_TRUE(rig.busy(tag));
  rig.master->set(Reg::UTRLCLR, ~bit);
  rig.ring(bit);
  rig.run_for(5_us);
  EXPECT_TRUE(rig.busy(tag));
  EXPECT_EQ(rig.link.of(Transaction::command).size(), 2u);
  respond();
  EXPECT_FALSE(rig.busy(tag));
}

TEST_F(UfsHostControllerReadTest, DoesNotFailANewCommandInPlaceOfAClearedOne) {
  rig.start();
  rig.place(tag, rig.utrd(tag, DataDirection::none, 0), rig.command(tag + 1, 0).encode(), {});  // the tag of another
  rig.ring(bit);
  rig.master->set(Reg::UTRLCLR, ~bit);
  begin();  // before the check of the first has ended
  EXPECT_TRUE(rig.busy(tag));
  EXPECT_EQ(rig.link.of(Transaction::command).size(), 1u);
  respond();
  EXPECT_FALSE(rig.busy(tag));
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::success));
}

TEST_F(UfsHostControllerReadTest, NeverFetchesACommandThatWasClearedWhileItWaited) {
  rig.config.prefetch_depth = 1;
  rig.start();
  for (std::uint64_t t = 0; t < 2; ++t)
    rig.place(t, rig.utrd(t, DataDirection::none, 0), rig.command(t, 0).encode(), {});
  rig.ring(3);
  rig.master->set(Reg::UTRLCLR, ~2u);
  rig.run_for(5_us);
  ASSERT_EQ(rig.link.sent.size(), 1u);
  EXPECT_EQ(tag_of(rig.link.sent[0].header), Tag{0});
}

TEST_F(UfsHostControllerReadTest, ForgetsEverythingWhenItIsDisabled) {
  rig.start();
  rig.program(2, counting_data(64), 4096_B);
  Utrd utrd = rig.utrd(tag, DataDirection::to_host, prdt.size());
  utrd.crypto_enable = true;
  utrd.cci = Keyslot{2};
  begin(utrd);
  rig.master->set(Reg::HCE, 0);
  EXPECT_EQ(rig.keyslots->in_use(Keyslot{2}), 0u);
  respond();
  EXPECT_EQ(rig.controller->statistics().dropped_upius, 1u);
  EXPECT_EQ(rig.ocs(tag), static_cast<std::uint8_t>(Ocs::invalid));
}

}  // namespace
}  // namespace icesim
