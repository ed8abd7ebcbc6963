// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/ice/aes_xts_twin.hpp"

#include "icesim/base/error.hpp"

namespace icesim::twin {

AesXtsTwin::AesXtsTwin(const sc_core::sc_module_name& name, const AesXtsTwinConfig& config,
                       const std::vector<std::uint8_t>& key)
    : sc_core::sc_module(name),
      config_(config),
      data_key_(key.data(), key.size() / 2),
      tweak_key_(key.data() + key.size() / 2, key.size() / 2),
      rounds_(config.positions(), config.latency()) {
  ensure(key.size() * 8 == 2 * config.key_bits, "AesXtsTwin: a key of twice key_bits");
  ensure(config.round_stages >= 1 && config.round_stages <= config.rounds(), "AesXtsTwin: round_stages 1..rounds");
  SC_METHOD(edge);
  sensitive << clock.pos();
  dont_initialize();
  SC_METHOD(drive_ready);
  sensitive << ready_in << clear_valid << skid_ready_ << can_issue_;
}

void AesXtsTwin::trace(sc_core::sc_trace_file* file) const {
  const auto add = [file](const auto& port) { sc_core::sc_trace(file, port, port.name()); };
  add(clock);
  add(decrypt);
  add(clear_valid);
  add(load_tweak);
  add(tweak_in);
  add(ready_in);
  add(in_valid);
  add(in_ready);
  add(in_data);
  add(out_valid);
  add(out_data);
  add(can_issue_);
}

void AesXtsTwin::drive_ready() {
  in_ready = config_.full() ? ready_in.read() && can_issue_.read() && !clear_valid.read() : skid_ready_.read();
}

void AesXtsTwin::edge() {
  const bool taken = in_valid.read() && in_ready.read();
  const bool entered = issue();
  if (!config_.full()) skid_.clock(taken ? std::optional(in_data.read()) : std::nullopt, entered);
  if (load_tweak.read()) {
    tweak_number_ = tweak_in.read();
    next_tweak_valid_ = false;
    block_ = 0;
    tweak_core_.start(config_.tweak_latency());
  }
  if (tweak_core_.clock()) {
    next_tweak_ = tweak_key_.encrypt(tweak_number_);
    next_tweak_valid_ = true;
  }
  if (clear_valid.read()) {
    skid_.clear();
    rounds_.clear();
    tweak_core_.clear();
    next_tweak_valid_ = false;
    block_ = 0;
  }

  out_valid = rounds_.out().has_value();
  if (const std::optional<Flit>& flit = rounds_.out()) {
    const AesBlock whitened = flit->data ^ flit->tweak;
    out_data = (flit->decrypt ? data_key_.decrypt(whitened) : data_key_.encrypt(whitened)) ^ flit->tweak;
  }
  skid_ready_ = skid_.ready();
  can_issue_ = tweak_ready() && rounds_.entry_free();
}

bool AesXtsTwin::issue() {
  const bool waits = config_.full() ? in_valid.read() : skid_.front().has_value();
  if (!waits || !ready_in.read() || clear_valid.read() || !tweak_ready() || !rounds_.entry_free()) {
    rounds_.clock();
    return false;
  }
  if (block_ == 0) {
    tweak_ = next_tweak_;
    next_tweak_valid_ = false;
    tweak_number_ = next_number(tweak_number_);
    tweak_core_.start(config_.tweak_latency());
  } else {
    tweak_ = times_alpha(tweak_);
  }
  block_ = block_ + 1 == config_.blocks_per_data_unit ? 0 : block_ + 1;
  rounds_.clock({config_.full() ? in_data.read() : *skid_.front(), tweak_, decrypt.read()}, config_.turns());
  return true;
}

}  // namespace icesim::twin
