// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "testbench/driver/block/block_layer_rig.hpp"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using test::BlockLayerRig;
using test::io;

/// Streams that are often contiguous in address and data unit number, sometimes backwards, and sometimes break. Every
/// block is touched by one bio at most, so that a block tells which bio it belongs to; bio i has the inode i + 1.
std::vector<IoRequest> stream(const std::vector<std::uint32_t>& choices) {
  std::vector<IoRequest> bios;
  std::uint64_t block = 0;
  std::uint64_t dun = 1000;
  KeyId key = 1;
  std::uint32_t process = 0;
  Operation operation = Operation::read;
  Picoseconds now{};
  for (const std::uint32_t choice : choices) {
    Random random(choice);
    const auto take = [&random](std::uint32_t bound) { return static_cast<std::uint32_t>(random.below(bound)); };
    if (take(4) == 0) process = take(5);
    if (take(6) == 0) operation = operation == Operation::read ? Operation::write : Operation::read;
    if (take(5) == 0) key = take(6);
    if (take(6) == 0) dun += 1 + take(3);
    if (take(8) == 0) block += 1 + take(2);
    if (take(4) == 0) now += Picoseconds{take(16) * 1'000'000};
    const std::uint64_t blocks = take(24) == 0 ? 600 : 1 + take(5);
    IoRequest request = io(operation, block, blocks, key, dun);
    if (operation == Operation::write && take(8) == 0) request = test::flagged(request, IoRequest::preflush);
    if (operation == Operation::write && take(8) == 0) request = test::flagged(request, IoRequest::fua);
    if (operation == Operation::write && take(3) == 0) request = test::flagged(request, IoRequest::sync);
    if (take(20) == 0) request = io(Operation::flush, 0, 0);
    if (take(20) == 0) request = io(Operation::discard, block, blocks);
    request.process = process;
    request.time = now;
    bios.push_back(request);
    block += blocks;
    dun += blocks;
    if (bios.size() > 1 && take(4) == 0) {
      // Neighbours in the wrong order, for front merges.
      std::swap(bios.back(), bios[bios.size() - 2]);
      std::swap(bios.back().time, bios[bios.size() - 2].time);
    }
  }
  for (std::size_t i = 0; i < bios.size(); ++i) bios[i].inode = i + 1;
  return bios;
}

void check(const std::vector<IoRequest>& bios, BlockLayerRig& rig, const BlockLayerConfig& config) {
  std::map<std::uint64_t, const IoRequest*> owner;
  std::uint64_t blocks_in = 0;
  for (const IoRequest& bio : bios) {
    rig.submit(bio, bio.time);
    if (bio.operation != Operation::read && bio.operation != Operation::write) continue;
    blocks_in += bio.length / logical_block;
    for (std::uint64_t b = 0; b < bio.length / logical_block; ++b) owner[bio.offset / logical_block + b] = &bio;
  }
  rig.host.run();

  std::uint64_t blocks_out = 0;
  // What ends without a command of its own: a flush that the machinery sends for several.
  const bool gathers = config.flush == Flushing::linux;
  std::uint64_t requests = 0;
  std::uint64_t discarded = 0;
  for (const IoRequest& bio : bios) requests += gathers && bio.operation == Operation::flush ? 1 : 0;
  for (const BlockLayerRig::Command& command : rig.commands) {
    const Request& request = command.request;
    if (request.preflush) continue;
    ++requests;
    if (request.operation == Operation::discard) {
      RC_ASSERT(request.bytes() <= config.max_discard);
      discarded += request.blocks;
    }
    if (!request.moves_payload()) continue;
    for (std::uint64_t b = 0; b < request.blocks; ++b) {
      const auto found = owner.find(request.lba.n + b);
      RC_ASSERT(found != owner.end());
      const IoRequest& bio = *found->second;
      RC_ASSERT(bio.operation == request.operation);
      RC_ASSERT(bio.key == request.crypt.key);
      RC_ASSERT(((bio.flags & IoRequest::fua) != 0 && (config.fua || !gathers)) == request.fua);
      const std::uint64_t dun = bio.dun.n + (request.lba.n + b - bio.offset / logical_block);
      RC_ASSERT(bio.key == no_key || dun == request.crypt.dun.low().n + b);
      owner.erase(found);  // a block goes out once
      ++blocks_out;
    }
    RC_ASSERT(request.has_keyslot == (request.crypt.key != no_key));
    RC_ASSERT(request.bytes() <= config.max_request);
    RC_ASSERT(request.segments <= config.max_segments);
    RC_ASSERT(request.segments >= divide_up(request.bytes().n, config.segment.n));
    RC_ASSERT(!request.fua || request.first_bio == request.last_bio);
  }
  RC_ASSERT(logical_block * discarded == rig.blocks.statistics().bytes_discarded);
  RC_ASSERT(owner.empty());
  RC_ASSERT(blocks_out == blocks_in);

  std::vector<int> ended(bios.size());
  for (const BlockLayerRig::End& end : rig.ends) ++ended[end.bio.io.inode - 1];
  for (const int times : ended) RC_ASSERT(times == 1);
  const BlockLayerStatistics& s = rig.blocks.statistics();
  RC_ASSERT(s.requests_completed == bios.size());
  RC_ASSERT(bios.size() + s.splits ==
            requests + s.merges + rig.blocks.scheduler_statistics().deadline.request_merges);
  RC_ASSERT(s.bytes_read + s.bytes_written == logical_block * blocks_in);
  RC_ASSERT(s.failed == 0u);
  RC_ASSERT(rig.blocks.sleeping().all() == 0u);
  RC_ASSERT(!rig.keyslots.locked());
  for (std::uint32_t i = 0; i < rig.keyslots.num_keyslots(); ++i) RC_ASSERT(rig.keyslots.references(Keyslot{i}) == 0u);
}

BlockLayerConfig any_layer() {
  BlockLayerConfig config;
  config.plug_requests = *rc::gen::inRange<std::uint64_t>(1, 33);
  config.plug_bytes = logical_block * *rc::gen::inRange<std::uint64_t>(1, 40);
  config.max_request = logical_block * *rc::gen::element<std::uint64_t>(1, 7, 64, 256);
  config.segment = logical_block * *rc::gen::element<std::uint64_t>(1, 2, 3, 64);
  config.max_segments = *rc::gen::element<std::uint64_t>(1, 2, 5, 128);
  config.max_discard = logical_block * *rc::gen::element<std::uint64_t>(1, 100, 524'288);
  config.scheduler = *rc::gen::element(Scheduler::none, Scheduler::mq_deadline);
  config.scheduler_tags = *rc::gen::element<std::uint64_t>(0, 1, 3, 10, 256);
  config.deadline.read_expire = Picoseconds{*rc::gen::element<std::uint64_t>(0, 100'000'000, 500'000'000'000)};
  config.deadline.writes_starved = *rc::gen::inRange<std::uint64_t>(0, 4);
  config.deadline.fifo_batch = *rc::gen::element<std::uint64_t>(0, 1, 16);
  config.deadline.front_merges = *rc::gen::arbitrary<bool>();
  config.kblockd_core = *rc::gen::inRange<std::uint64_t>(0, 5);
  config.sleepers_plug = *rc::gen::element(SleepersPlug::submitter, SleepersPlug::kblockd);
  config.keyslot_waiter = *rc::gen::element(KeyslotWaiter::linux, KeyslotWaiter::hit);
  config.flush = *rc::gen::element(Flushing::per_request, Flushing::linux);
  config.fua = *rc::gen::arbitrary<bool>();
  config.write_cache = *rc::gen::arbitrary<bool>();
  config.throttle.on = *rc::gen::arbitrary<bool>();
  config.throttle.depth = *rc::gen::element<std::uint64_t>(2, 3, 16, 256);
  config.throttle.target = Picoseconds{*rc::gen::element<std::uint64_t>(1'000'000, 50'000'000, 2'000'000'000)};
  config.throttle.window = Picoseconds{*rc::gen::element<std::uint64_t>(1'000'000'000, 100'000'000'000)};
  config.throttle.sync_writes = *rc::gen::element(SyncWrites::throttled, SyncWrites::exempt);
  config.throttle.write_cache = *rc::gen::arbitrary<bool>();
  config.tag_wait_queues = *rc::gen::inRange<std::uint64_t>(1, 9);
  config.tag_wake_batch = *rc::gen::inRange<std::uint64_t>(1, 9);
  return config;
}

RC_GTEST_PROP(BlockLayerProperty, NeverMixesKeysAndEndsEveryBioOnceWithAllItsBytes, ()) {
  const auto choices = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
  BlockLayerRig::Options options;
  options.cores = *rc::gen::inRange<std::uint32_t>(1, 5);
  options.tags = *rc::gen::element<std::uint32_t>(1, 2, 3, 4, 5, 6, 17, 31);
  options.keyslots = *rc::gen::inRange<std::uint32_t>(1, 5);
  options.config = any_layer();
  BlockLayerRig rig(options);
  rig.program_time = Picoseconds{*rc::gen::inRange<std::uint64_t>(1, 30'000'000)};
  rig.device_time = Picoseconds{*rc::gen::inRange<std::uint64_t>(1, 100'000'000)};
  check(stream(choices), rig, options.config);
}

struct Met {
  FlushStatistics flush;
  BlockLayerStatistics blocks;
  KeyslotStatistics keyslots;
  SchedulerStatistics scheduler;
};

/// What thirty streams meet.
Met meet(const BlockLayerConfig& config) {
  Met met;
  auto& [flush, blocks, keyslots, scheduler] = met;
  Random random(1);
  for (int round = 0; round < 30; ++round) {
    std::vector<std::uint32_t> choices;
    for (int i = 0; i < 200; ++i) choices.push_back(static_cast<std::uint32_t>(random.next() >> 32));
    BlockLayerRig::Options options;
    options.tags = 6;
    options.keyslots = 3;
    options.config = config;
    BlockLayerRig rig(options);
    check(stream(choices), rig, options.config);
    flush.sent += rig.blocks.flush_statistics().sent;
    flush.merged += rig.blocks.flush_statistics().merged;
    flush.deferred += rig.blocks.flush_statistics().deferred;
    blocks.merges += rig.blocks.statistics().merges;
    blocks.splits += rig.blocks.statistics().splits;
    blocks.tag_waits += rig.blocks.statistics().tag_waits;
    blocks.flushes += rig.blocks.statistics().flushes;
    keyslots.waits += rig.keyslots.statistics().waits;
    keyslots.lock_waits += rig.keyslots.statistics().lock_waits;
    keyslots.hits += rig.keyslots.statistics().hits;
    const SchedulerStatistics of_round = rig.blocks.scheduler_statistics();
    scheduler.deadline.merges += of_round.deadline.merges;
    scheduler.deadline.request_merges += of_round.deadline.request_merges;
    scheduler.deadline.batches += of_round.deadline.batches;
    scheduler.restarts += of_round.restarts;
  }
  return met;
}

void expect_all(const Met& met) {
  EXPECT_GT(met.blocks.merges, 0u);
  EXPECT_GT(met.blocks.splits, 0u);
  EXPECT_GT(met.blocks.tag_waits, 0u);
  EXPECT_GT(met.blocks.flushes, 0u);
  EXPECT_GT(met.keyslots.waits, 0u);
  EXPECT_GT(met.keyslots.lock_waits, 0u);
  EXPECT_GT(met.keyslots.hits, 0u);
}

TEST(BlockLayerProperty, MeetsEveryPathInItsStreams) { expect_all(meet({})); }

TEST(BlockLayerProperty, MeetsEveryPathOfTheSchedulerInItsStreams) {
  BlockLayerConfig config;
  config.scheduler = Scheduler::mq_deadline;
  const Met met = meet(config);
  expect_all(met);
  EXPECT_GT(met.scheduler.deadline.merges, 0u);
  EXPECT_GT(met.scheduler.deadline.request_merges, 0u);
  EXPECT_GT(met.scheduler.deadline.batches, 0u);
  EXPECT_GT(met.scheduler.restarts, 0u);
}

TEST(BlockLayerProperty, MeetsEveryPathOfTheFlushMachineryInItsStreams) {
  for (const Scheduler scheduler : {Scheduler::none, Scheduler::mq_deadline}) {
    for (const bool fua : {false, true}) {
      BlockLayerConfig config;
      config.scheduler = scheduler;
      config.flush = Flushing::linux;
      config.fua = fua;
      const Met met = meet(config);
      expect_all(met);
      EXPECT_GT(met.flush.sent, 0u);
      EXPECT_GT(met.flush.merged, 0u);
      EXPECT_GT(met.flush.deferred, 0u);
    }
  }
}

}  // namespace
}  // namespace icesim
