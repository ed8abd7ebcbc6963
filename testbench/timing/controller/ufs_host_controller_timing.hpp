// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace icesim {

using namespace literals;

/// One test per line of the **Timing** contract of UfsHostController: an edge early nothing, on time done.
template <class Rig>
struct UfsHostControllerTiming : testing::Test {
  Rig rig;

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
  /// A command under tag 0 whose COMMAND the device has.
  void begin(std::size_t entries, DataDirection direction = DataDirection::to_host) {
    rig.start();
    place(0, entries, direction);
    rig.ring(1);
    rig.run_for(2_us);
  }
  /// The same for 8 KiB with a key.
  void begin_encrypted(DataDirection direction) {
    rig.start();
    rig.program(3, counting_data(64), 4096_B);
    Utrd utrd = rig.utrd(0, direction, 1);
    utrd.crypto_enable = true;
    utrd.cci = Keyslot{3};
    const std::uint8_t flags = direction == DataDirection::to_device ? CommandUpiu::write : CommandUpiu::read;
    rig.place(0, utrd, rig.command(0, 8192, flags).encode(), {{2 * rig.memory_size, 8192_B}});
    rig.ring(1);
    rig.run_for(2_us);
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
  /// The order in which tags are fetched by the only unit when their doorbells ring while it is busy.
  std::vector<std::uint64_t> order_of_fetch(Arbitration arbitration) {
    rig.config.prefetch_depth = 1;
    rig.config.arbitration = arbitration;
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
    return order;
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

using UfsHostControllerTimingTest = UfsHostControllerTiming<HostControllerRig>;

}  // namespace icesim
