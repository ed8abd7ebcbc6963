// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "testbench/support/sim_test.hpp"

#include <initializer_list>
#include <vector>

/// Systems and requests as no platform has them, for properties that must hold for all.
namespace icesim::test {

/// A system with odd but allowed parameters, chosen by `random`.
inline SystemConfig odd_system(Random& random) {
  const auto one_of = [&](std::initializer_list<std::uint64_t> list) {
    return list.begin()[random.below(list.size())];
  };
  SystemConfig c;
  c.payload = Payload::verify;
  if (random.chance(10)) c.crypto.path = KeyPathKind::none;
  c.seed = random.next();
  c.replay.mode = static_cast<ReplayMode>(random.below(3));
  c.replay.queue_depth = one_of({1, 2, 8, 31, 64, 500});
  c.clocks.bus = Hertz{one_of({10'000'000, 133'000'000, 300'000'000, 2'000'000'000})};
  c.clocks.ice = Hertz{one_of({19'200'000, 300'000'000, 1'000'000'000})};
  c.clocks.ice_low = Hertz{one_of({19'200'000, 75'000'000, 1'000'000'000})};
  c.clocks.ice_low_gears = random.below(6);
  c.clocks.device = Hertz{one_of({10'000'000, 300'000'000, 500'000'000})};
  c.clocks.nand = Hertz{one_of({10'000'000, 300'000'000, 711'000'000})};
  c.clocks.sync_stages = Cycles{1 + random.below(4)};
  c.host.cores = one_of({1, 2, 8});
  c.host.interrupt_core = random.below(64);
  c.host.costs.submit = c.host.costs.dispatch = Picoseconds{one_of({0, 1'000, 2'500'000})};
  c.host.costs.complete = c.host.costs.interrupt_entry = Picoseconds{one_of({0, 1, 3'000'000})};
  c.host.costs.mmio_write = Picoseconds{one_of({1'000, 50'000, 2'000'000})};
  c.host.costs.mmio_read = Picoseconds{one_of({2'000, 300'001, 5'000'000})};
  c.block_layer.plug_requests = one_of({1, 2, 32});
  c.block_layer.max_request = Bytes{one_of({4 << 10, 12 << 10, 64 << 10, 1 << 20})};
  c.block_layer.segment = Bytes{one_of({4 << 10, 64 << 10, 256 << 10})};
  c.block_layer.max_segments = one_of({1, 7, 128, 128});
  c.block_layer.max_discard = Bytes{one_of({4 << 10, 100 << 10, std::uint64_t{2} << 30})};
  c.controller.tags = 32;
  c.controller.prefetch_depth = one_of({1, 2, 32});
  c.controller.arbitration = random.chance(50) ? Arbitration::fifo : Arbitration::round_robin;
  c.controller.dma.bytes_per_cycle = Bytes{one_of({1, 16, 128})};
  c.controller.dma.max_burst_bytes = Bytes{one_of({16, 256, 4096})};
  c.controller.dma.max_outstanding = one_of({1, 16, 64});
  c.controller.dma.write_latency = Cycles{one_of({0, 30})};
  c.controller.dma.read_latency = Cycles{one_of({1, 45})};
  c.keyslots.num_keyslots = one_of({1, 2, 5, 32, 256});
  c.ice.cores = one_of({1, 3, 32});
  c.ice.ring_positions = one_of({1, 1, 2, 8, 30});
  c.ice.cycles_per_block = Cycles{one_of({1, 1, 4, 15})};
  c.ice.input_latency = Cycles{one_of({0, 1, 16})};
  c.ice.decryption_block_cycles = Cycles{one_of({0, 0, 1})};
  c.ice.decryption_tweak_cycles = Cycles{one_of({0, 14})};
  c.ice.decryption_key_cycles = Cycles{one_of({0, 300})};
  c.ice.tweak_core = static_cast<TweakCore>(random.below(AesXtsPipelineConfig::tweak_cores.size()));
  c.ice.tweak_prefetch = random.below(9);
  c.ice.engines = static_cast<Engines>(random.below(AesXtsPipelineConfig::engine_choices.size()));
  if (c.ice.engines == Engines::allocated) c.ice.ring_positions = 1;
  c.ice.allocator = {one_of({1, 28}), one_of({3, 28, 64}), one_of({1, 15}), one_of({2, 13, 64})};
  c.ice.expanded_key_cache = one_of({0, 3, 256});
  c.link.gear = 1 + random.below(5);
  c.link.lanes = 1 + random.below(4);
  c.link.window = 1 + random.below(16);
  c.link.credits = one_of({0, 0, 10, 64, 4096});
  c.link.afc_interval = 1 + random.below(16);
  c.link.ack_latency = Cycles{one_of({0, 32, 1024})};
  c.link.t_mtu = Bytes{one_of({16, 101, 272, 288})};
  c.device.max_data_in = Bytes{one_of({4096, 20480, 32768, 61440})};
  c.device.max_data_out = Bytes{one_of({4096, 20480, 32768, 61440})};
  c.device.max_rtt = one_of({1, 2, 8});
  c.device.queue_depth = one_of({1, 4, 32, 256});
  c.device.write_cache = random.chance(80);
  c.flash = small_flash();
  c.flash.write_buffer = Bytes{one_of({64 << 10, 256 << 10, 1 << 20})};
  c.flash.gc_priority = random.chance(50) ? GcPriority::after_host : GcPriority::before_host;
  c.block_layer.scheduler = random.chance(50) ? Scheduler::none : Scheduler::mq_deadline;
  c.block_layer.scheduler_tags = one_of({0, 1, 5, 256});
  c.block_layer.deadline.read_expire = Picoseconds{one_of({0, 100'000'000, 500'000'000'000})};
  c.block_layer.deadline.fifo_batch = one_of({0, 1, 16});
  c.block_layer.kblockd_core = random.below(64);
  c.block_layer.sleepers_plug = random.chance(50) ? SleepersPlug::submitter : SleepersPlug::kblockd;
  c.block_layer.keyslot_waiter = random.chance(50) ? KeyslotWaiter::linux : KeyslotWaiter::hit;
  c.block_layer.throttle.on = random.chance(50);
  c.block_layer.throttle.target = Picoseconds{one_of({1'000'000, 100'000'000, 2'000'000'000})};
  c.block_layer.throttle.window = Picoseconds{one_of({1'000'000'000, 100'000'000'000})};
  c.block_layer.throttle.depth = one_of({2, 3, 16});
  c.block_layer.tag_wait_queues = 1 + random.below(8);
  c.block_layer.tag_wake_batch = 1 + random.below(8);
  c.block_layer.flush = random.chance(50) ? Flushing::per_request : Flushing::linux;
  c.block_layer.fua = random.chance(80);
  c.block_layer.retries = one_of({0, 1, 5});
  c.block_layer.completion = static_cast<Completion>(random.below(3));
  c.block_layer.interrupt = static_cast<InterruptHandling>(random.below(3));
  c.host.costs.softirq_share = one_of({0, 67, 100});
  c.host.costs.ipi = Picoseconds{one_of({0, 1, 1'000'000})};
  c.host.costs.interrupt_limit = Picoseconds{one_of({1'000'000, 6'000'000, 20'000'000})};
  return c;
}

/// Reads, writes of every flavour, flushes and discards; neighbours, overlaps, addresses off the blocks, bursts and
/// pauses.
inline std::vector<IoRequest> odd_requests(Random& random, std::size_t count) {
  std::vector<IoRequest> list;
  Picoseconds at{};
  std::uint64_t place = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (random.chance(30)) at += Picoseconds{random.below(3'000'000'000)};
    if (random.chance(60)) place = random.below(3000);
    const std::uint64_t blocks = 1 + random.below(random.chance(10) ? 600 : 20);
    const auto kind = random.below(100);
    const Operation operation = kind < 45   ? Operation::read
                                : kind < 90 ? Operation::write
                                : kind < 95 ? Operation::flush
                                            : Operation::discard;
    const auto process = static_cast<std::uint32_t>(random.below(5));
    IoRequest io = request(operation, place, blocks, no_key, at, process);
    place += blocks;
    if (operation == Operation::flush) io.length = Bytes{};
    if (operation == Operation::read || operation == Operation::write) {
      if (random.chance(70)) io.key = static_cast<KeyId>(1 + random.below(6));
      if (io.key != no_key && random.chance(50)) {
        io.flags |= IoRequest::has_dun;
        io.dun = Dun{random.chance(5) ? ~std::uint64_t{0} - 2 : random.below(1000)};
      }
      if (io.key == no_key && random.chance(10)) io.length -= Bytes{512};
    }
    if (operation == Operation::write) {
      if (random.chance(10)) io.flags |= IoRequest::fua;
      if (random.chance(10)) io.flags |= IoRequest::preflush;
    }
    list.push_back(io);
  }
  return list;
}

}  // namespace icesim::test
