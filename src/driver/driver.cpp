// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/driver.hpp"

#include "icesim/driver/keys/replacement/make_replacement.hpp"

namespace icesim {

Driver::Driver(const DriverSetup& setup, HostPort& host, BioObserver& observer, std::function<void()> ready)
    : setup_(setup),
      host_(host),
      observer_(observer),
      ready_(std::move(ready)),
      keys_(setup.seed, 0),
      path_(make_key_path(setup.key_path, setup.costs, host, setup.seed)),
      hcd_(host, setup.costs, setup.block_layer.segment, keys_, *path_),
      probe_(host, setup.costs, hcd_, setup.probe) {
  hcd_.connect(probe_);
  if (setup.verify) hcd_.verify_with(&check_.emplace(host, keys_));
}

void Driver::start() { host_.queue(0, probe_.start()); }

Step Driver::step(Work work, std::uint32_t value) {
  if (work.of_block_layer()) return blocks_->step(work);
  if (work.of_probe()) return probe(work, value);
  return hcd_.step(work, value);
}

Step Driver::probe(Work work, std::uint32_t value) {
  const Step next = probe_.step(work, value);
  if (!probe_.result().ready || blocks_) return next;
  const std::uint32_t num_keyslots = probe_.result().crypto.keyslots;
  keyslots_.emplace(num_keyslots, make_replacement(setup_.keys, num_keyslots, setup_.seed));
  if (setup_.keys.optimum) keyslots_->note(key_uses_.emplace(num_keyslots));
  blocks_.emplace(setup_.block_layer, setup_.costs, host_, hcd_, setup_.probe.crypto ? &*keyslots_ : nullptr, setup_.cores,
                  probe_.result().num_tags);
  blocks_->observe(&observer_);
  hcd_.connect(*blocks_);
  ready_();
  return next;
}

void Driver::describe(Statistics& s) const {
  blocks_->statistics().describe(s);
  hcd_.statistics().describe(s);
  s("probe_time", probe_.result().duration, "From the first register access to the end of the initialisation");
}

}  // namespace icesim
