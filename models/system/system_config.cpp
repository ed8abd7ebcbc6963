// SPDX-License-Identifier: Apache-2.0
#include "models/system/system_config.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "models/flash/flash_geometry.hpp"

#include <algorithm>
#include <string>

namespace icesim {
namespace {

/// Throws UserError when the tags are more than the doorbell has, or too few with queues, where the driver's own is one of
/// those that controller and device share; or where there are interrupts of queues, but no queues.
void check_queues(const SystemConfig& c) {
  const std::string tags = "controller.tags=" + std::to_string(c.controller.tags);
  if (c.controller.mcq == 0 && c.controller.tags > UfsHostControllerConfig::most_doorbell_tags)
    throw UserError("controller.mcq: 0 leaves the doorbell, which has too few bits for " + tags + "; at least 1 queue is needed");
  if (c.controller.mcq > 0 && c.device.queue_depth < 2)
    throw UserError("device.queue_depth: 1 leaves no tag for requests with controller.mcq=" +
                    std::to_string(c.controller.mcq) + "; at least 2 are needed");
  if (c.controller.esi && c.controller.mcq == 0)
    throw UserError("controller.esi: true is about interrupts of queues, of which controller.mcq=0 has none");
}

/// Tags for requests: Linux takes the driver's own from the doorbell's, or in queues from those that the device has, too.
std::uint64_t request_tags(const SystemConfig& c) {
  return c.controller.mcq == 0 ? std::min(c.controller.tags - 1, c.device.queue_depth)
                               : std::min(c.controller.tags, c.device.queue_depth) - 1;
}

/// Throws UserError when software leaves all keyslots alone.
void check_keyslots(const SystemConfig& c) {
  if (!c.crypto.has_keyslots() || c.keyslots.num_keyslots > c.crypto.reserved_keyslots) return;
  throw UserError("crypto.reserved_keyslots: " + std::to_string(c.crypto.reserved_keyslots) +
                  " leave none of keyslots.num_keyslots=" + std::to_string(c.keyslots.num_keyslots));
}

/// Throws UserError when commands time out that are not tried again.
void check_timeout(const SystemConfig& c) {
  if (c.block_layer.timeout.n == 0 || c.block_layer.retries > 0) return;
  throw UserError("block_layer.timeout: " + quantity_text(c.block_layer.timeout) +
                  " needs commands to be tried again; block_layer.retries=0 does not");
}

/// Throws UserError when background operations have more to do at once than is simulated in seconds.
void check_background(const SystemConfig& c) {
  if (!c.device.background.on()) return;
  const std::uint64_t moved = FlashGeometry::moved_for(c.flash, c.device.background.background_superblocks);
  if (moved <= FlashGeometry::most_moved) return;
  throw UserError("device.background_superblocks: " + std::to_string(c.device.background.background_superblocks) +
                  " on each die have device.background_ops move " + std::to_string(moved) +
                  " blocks with flash.precondition.pattern=random, at most " + std::to_string(FlashGeometry::most_moved) +
                  " are simulated; lower it, or flash.capacity");
}

/// Throws UserError when segments do not fit the entries that describe them.
void check_segments(const SystemConfig& c) {
  if (c.crypto.prdt_format() == PrdtFormat::standard || c.block_layer.segment == PageCrypto::page) return;
  throw UserError("block_layer.segment: " + std::to_string(c.block_layer.segment.n) +
                  " bytes do not fit crypto.path=" +
                  std::string(KeyPathConfig::paths[static_cast<std::size_t>(c.crypto.path)].name) +
                  ", whose PRDT entries hold a page of 4096 each");
}

/// Throws UserError when the driver's structures, or the data of its requests, do not fit into the memory.
void check_memory(const SystemConfig& c) {
  const bool verify = c.payload == Payload::verify;
  const Bytes largest = logical_block * (c.block_layer.max_request / logical_block);
  const std::uint64_t requests = request_tags(c);
  const Bytes needed = verify ? memory_map::end_of_payload(requests, largest)
                              : memory_map::end_of_structures(c.controller.tags, c.crypto.prdt_format());
  if (c.memory.size >= needed) return;
  throw UserError("memory.size: " + std::to_string(c.memory.size.n) + " bytes are too few with controller.tags=" +
                  std::to_string(c.controller.tags) + " and payload=" + std::string(verify ? "verify" : "none") +
                  "; at least " + std::to_string(needed.n) + " are needed");
}

/// Throws UserError when the table of where blocks lie, which lies behind what the host sees, were delivered unwritten.
void check_map(const SystemConfig& c) {
  if (!c.device.map.on() || c.flash.precondition.fill_ppm == 1'000'000) return;
  throw UserError("flash.precondition.fill_ppm: " + std::to_string(c.flash.precondition.fill_ppm) +
                  " would leave the table unwritten that device.map_cache=" + std::to_string(c.device.map.map_cache.n) +
                  " reads; 1000000 is needed");
}

/// Throws UserError when nothing is left for logical unit 0, or there are sizes of units that there are not.
void check_units(const SystemConfig& c) {
  if (c.device.logical_units > 1 && c.device.unit_sizes.given() > c.device.logical_units - 1)
    throw UserError("device.unit_sizes: " + std::to_string(c.device.unit_sizes.given()) + " sizes are given, more than units beside number 0 with device.logical_units=" +
                    std::to_string(c.device.logical_units));
  if (logical_block * c.device.other_blocks() < c.flash.capacity) return;
  const std::string sizes = c.device.unit_sizes.equal() ? "device.other_unit_size: " + std::to_string(c.device.other_unit_size.n) + " bytes for each"
                                                        : "device.unit_sizes: " + c.device.unit_sizes.text() + " for those";
  throw UserError(sizes + " of device.logical_units=" + std::to_string(c.device.logical_units) + " but one leave nothing of flash.capacity=" +
                  std::to_string(c.flash.capacity.n));
}

}  // namespace

void SystemConfig::describe_conditions(Fields& f) const {
  const bool scheduled = block_layer.scheduler != Scheduler::none, slow = engine_is_slow(), stays = crypto.engine_stays_slow();
  const bool kblockd = block_layer.queues() || block_layer.throttle.on || power.holds() || crypto.blocks_requests();
  constexpr std::string_view low = "with crypto.registers.boost=false the engine stays at clocks.ice_low";
  f.only_if(!stays, "clocks.ice_low_gears", low);
  f.only_if(!slow, "clocks.ice", stays ? low : "the link's gear is not above clocks.ice_low_gears");
  f.only_if(slow || power.scaling.clocks(), "clocks.ice_low", "the link's gear is above clocks.ice_low_gears");
  f.only_if(!slow || !power.scaling.on(), "power.scaling.engine", "the engine's clock is clocks.ice_low all the time");
  f.only_if(crypto.has_keyslots(), "keyslots.partition", "with this crypto.path there are no keyslots");
  f.only_if(controller.auto_hibern8, "power.auto_hibern8", "controller.auto_hibern8 is false");
  f.only_if(kblockd, "block_layer.kblockd_core", "kblockd has nothing to do");
  f.only_if(block_layer.completion != Completion::handler, "host.costs.softirq_share", "block_layer.completion is handler");
  f.only_if(block_layer.completion == Completion::submitter, "host.costs.ipi", "only block_layer.completion=submitter interrupts other cores");
  f.only_if(block_layer.interrupt == InterruptHandling::limited, "host.costs.interrupt_limit", "block_layer.interrupt is not limited");
  for (const char* path : {"block_layer.deadline", "block_layer.scheduler_tags"}) f.only_if(scheduled, path, "block_layer.scheduler is none");
}

void SystemConfig::check() const {
  check_units(*this);
  check_map(*this);
  check_queues(*this);
  check_memory(*this);
  check_segments(*this);
  check_keyslots(*this);
  check_timeout(*this);
  check_background(*this);
  power.check();
  device.hesitation.check("device.hesitation");
}

}  // namespace icesim
