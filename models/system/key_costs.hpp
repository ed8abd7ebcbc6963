// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/path/key_path_config.hpp"
#include "models/system/stage_totals.hpp"

namespace icesim {

/// What keys cost the requests of a run: time of their latency that they would not have spent without keys.
struct KeyCosts {
  /// `has_guests`: keys may be those of virtual machines; `gates`: the controller may have to wake up for them.
  KeyCosts(const std::array<StageTotal, stage_count>& totals, const KeyPathConfig& path, bool has_guests = false, bool gates = false)
      : long_descriptors(path.prdt_format() != PrdtFormat::standard),
        holds(path.holds_requests()),
        blocks(path.blocks_requests()),
        guests(has_guests),
        power(gates) {
    const auto in = [&](Stage stage) { return totals[static_cast<std::size_t>(stage)].total; };
    keyslot_wait = in(Stage::keyslot_wait);
    keyslot_lock = in(Stage::keyslot_lock);
    hypervisor = in(Stage::hypervisor);
    keyslot_program = in(Stage::keyslot_program);
    firmware = in(Stage::firmware);
    descriptors = in(Stage::descriptors);
    drain = in(Stage::drain);
    key_power = in(Stage::key_power);
    blocked = in(Stage::blocked);
  }
  bool long_descriptors, holds, blocks, guests, power;
  TimeSum keyslot_wait, keyslot_lock, hypervisor, keyslot_program, firmware, descriptors, drain, key_power, blocked;

  void describe(Statistics& s) const {
    struct Cost {
      const KeyCosts& c;
      void describe(Statistics& s) const {
        s("keyslot_wait", c.keyslot_wait, "Time in which requests waited for an idle keyslot");
        s("keyslot_lock", c.keyslot_lock, "Time in which requests waited while another key was being programmed, or somebody else had the lock");
        if (c.guests) s("hypervisor", c.hypervisor, "Time in which requests waited for the hypervisor to program their key");
        s("keyslot_program", c.keyslot_program, "Time in which requests waited for the CPU to program their key");
        s("firmware", c.firmware, "Time in which requests waited for the secure world to program their key");
        if (c.holds) s("drain", c.drain, "Time in which requests waited until the controller was drained for their key");
        if (c.power) s("key_power", c.key_power, "Time in which requests waited for clocks and link to wake up for their key");
        if (c.blocks)
          s("blocked", c.blocked, "Time in which requests were held back on behalf of another one's key");
        if (c.long_descriptors)
          s("descriptors", c.descriptors, "Time by which descriptors with keys in them are slower than others");
        s("all", c.all(), "All of these");
      }
    };
    s.group("cost", Cost{*this});
  }
  TimeSum all() const { return keyslot_wait + keyslot_lock + hypervisor + keyslot_program + firmware + descriptors + drain + key_power + blocked; }
};

}  // namespace icesim
