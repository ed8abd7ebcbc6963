// SPDX-License-Identifier: Apache-2.0
#include "testbench/timing/controller/ufs_host_controller_timing.hpp"

namespace icesim {
namespace {

/// PRDT entries of 128 bytes, each of a page.
struct UfsHostControllerPrdtTimingTest : UfsHostControllerTimingTest {
  UfsHostControllerPrdtTimingTest() {
    rig.config.prdt = PrdtFormat::fmp;
    rig.config.dma.max_burst_bytes = 4096_B;
  }
  void place_long(std::uint64_t tag, std::size_t entries, bool encrypted, DataDirection direction = DataDirection::to_host) {
    const Utrd utrd = rig.utrd(tag, direction, entries);
    rig.place(tag, utrd, rig.command(tag, 4096 * entries).encode(), {});
    for (std::size_t i = 0; i < entries; ++i) {
      PageCrypto page;
      page.encrypted = encrypted;
      page.key[0] = std::byte{1};
      std::array<std::byte, 128> entry{};
      fmp::encode(entry.data(), {2 * rig.memory_size + 4096 * i, 4096_B}, page);
      rig.memory->write(utrd.ucd_base + ucd::prdt_offset + i * entry.size(), entry.data(), entry.size());
    }
  }
  /// R of a command with `bytes` of PRDT, at most one burst, fetched at `g`.
  Cycles ready_with(Cycles g, std::uint64_t bytes) const {
    const Cycles u = utrd_read(g) + rig.config.decode_cycles;
    const Cycles c = u + rig.config.dma.read_latency + beats(upiu_header_size);
    return std::max(u + 1_cycles + rig.config.dma.read_latency, c) + beats(bytes) + rig.config.decode_cycles;
  }
};

TEST_F(UfsHostControllerPrdtTimingTest, ReadsEightTimesTheBytesOfAPrdt) {
  rig.start();
  std::uint64_t tag = 0;
  for (const bool encrypted : {false, true}) {
    for (const std::size_t entries : {1u, 2u, 7u, 32u}) {
      place_long(tag, entries, encrypted);
      const Cycles d = soon();
      ring_at(1u << tag, d);
      expect_command(tag, tag, d, ready_with(d, 128 * entries));
      EXPECT_EQ(ready_with(d, 128 * entries) - ready_with(d, 16 * entries), beats(112 * entries));
      rig.run_for(5_us);  // until the channel is idle again
      ++tag;
    }
  }
}

TEST_F(UfsHostControllerPrdtTimingTest, CountsWhatALongerTableTakesBehindTheBurstOfAShorterOne) {
  rig.config.dma.max_burst_bytes = 256_B;
  rig.start();
  const std::size_t entries = 40;  // 640 bytes if they were short: three bursts of 20
  place_long(0, entries, true);
  const Cycles d = soon();
  ring_at(1, d);
  rig.run_until(edge(d));
  DmaChannel channel(rig.config.dma, rig.bus);
  const Picoseconds u = edge(rig.bus.next(channel.read(edge(d), Utrd::size)) + rig.config.decode_cycles);
  channel.read(u, upiu_header_size);
  Train train;
  channel.read(u, 128 * entries, train);
  EXPECT_EQ(train.size(), 20u);
  EXPECT_EQ(rig.recorder.at(0, Stage::fetch), edge(rig.bus.next(train[2].at) + rig.config.decode_cycles));
  EXPECT_EQ(rig.recorder.at(0, Stage::descriptors), edge(rig.bus.next(train.back().at) + rig.config.decode_cycles));
}

TEST_F(UfsHostControllerPrdtTimingTest, HasNoLongerTableWithoutData) {
  rig.start();
  place(0, 0);
  const Cycles d = soon();
  ring_at(1, d);
  expect_command(0, 0, d, ready(d, 0));
  EXPECT_EQ(rig.recorder.at(0, Stage::fetch), edge(ready(d, 0)));
  EXPECT_FALSE(rig.recorder.at(0, Stage::descriptors).has_value());
}

/// The engine takes the key of a command anew for each command, and once for it.
TEST_F(UfsHostControllerPrdtTimingTest, LoadsTheKeyOfACommandOnceForIt) {
  rig.engine_config.key_load_cycles = 500_cycles;
  rig.start();
  Picoseconds last{};
  for (std::uint64_t tag = 0; tag < 2; ++tag) {
    place_long(tag, 2, true, DataDirection::to_device);
    rig.ring(1u << tag);
    rig.run_for(2_us);
    for (std::uint64_t page = 0; page < 2; ++page) {
      const Picoseconds rtt = edge(soon());
      rig.link.inject(data_upiu(Transaction::ready_to_transfer, tag, 4096 * page, 4096).encode(), rtt);
      rig.run_for(20_us);
      const auto sent = rig.link.of(Transaction::data_out);
      ASSERT_EQ(sent.size(), 2 * tag + page + 1);
      const Picoseconds took = sent.back()->ready.back().at - rig.bus.sample_edge(rtt);
      if (page == 0) {
        last = took;
      } else {
        const Picoseconds load = rig.ice.edge(500_cycles);
        EXPECT_NEAR(static_cast<double>((last - took).n), static_cast<double>(load.n),
                    static_cast<double>(rig.ice.edge(2_cycles).n + edge(20_cycles).n))
            << "tag " << tag;
      }
    }
  }
}

}  // namespace
}  // namespace icesim
