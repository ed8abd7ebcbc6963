// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/reference/ice/aes_xts_block.hpp"
#include "testbench/reference/ice/aes_xts_stages.hpp"

#include <systemc>
#include <vector>

namespace icesim::twin {

/// The micro-architecture of an AES-XTS engine with its own tweak core.
struct AesXtsTwinConfig {
  std::uint64_t key_bits = 256;
  std::uint64_t round_stages = 15;  ///< W: in hardware, 1 .. rounds()
  std::uint64_t registers_per_round = 2;
  std::uint64_t blocks_per_data_unit = 256;

  /// R: the rounds of AES and the key addition before them.
  std::uint64_t rounds() const { return key_bits / 32 + 7; }
  bool full() const { return round_stages == rounds(); }
  std::uint64_t positions() const { return registers_per_round * round_stages; }
  /// Cycles per block, and how often a block goes through the round stages.
  std::uint64_t turns() const { return (rounds() + round_stages - 1) / round_stages; }
  /// Cycles from entry to output: a full pipeline needs no register after its last round, a ring needs one more.
  std::uint64_t latency() const { return registers_per_round * rounds() + (full() ? 0 : 2) - 1; }
  /// Cycles of the tweak core: one round stage, the registers at its ends and those of its control.
  std::uint64_t tweak_latency() const { return registers_per_round * rounds() + 4; }
};

/// A clocked AES-XTS engine with the ports of a stream engine in hardware; its data are really encrypted.
///
/// `load_tweak` gives the number of the first data unit; the tweak core encrypts it, and when the first block of a data
/// unit enters, the number after it. A block enters the round stages when it waits, its tweak is there, the register at
/// the entry is free and `ready_in` says that what follows will have room. A partial pipeline has a skid buffer in
/// front, whose `in_ready` is a register; that of a full pipeline is a gate. The output never waits. `clear_valid`
/// empties everything.
class AesXtsTwin : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clock{"clock"};
  sc_core::sc_in<bool> decrypt{"decrypt"};
  sc_core::sc_in<bool> clear_valid{"clear_valid"};
  sc_core::sc_in<bool> load_tweak{"load_tweak"};
  sc_core::sc_in<AesBlock> tweak_in{"tweak_in"};
  sc_core::sc_in<bool> ready_in{"ready_in"};
  sc_core::sc_in<bool> in_valid{"in_valid"};
  sc_core::sc_out<bool> in_ready{"in_ready"};
  sc_core::sc_in<AesBlock> in_data{"in_data"};
  sc_core::sc_out<bool> out_valid{"out_valid"};
  sc_core::sc_out<AesBlock> out_data{"out_data"};

  /// `key` is the data key and then the tweak key, each of key_bits.
  SC_HAS_PROCESS(AesXtsTwin);
  AesXtsTwin(const sc_core::sc_module_name& name, const AesXtsTwinConfig& config, const std::vector<std::uint8_t>& key);

  void trace(sc_core::sc_trace_file* file) const override;

 private:
  struct Flit {
    AesBlock data;
    AesBlock tweak;
    bool decrypt = false;
  };

  void edge();
  void drive_ready();
  /// Sends a waiting block into the round stages at this edge, or nothing.
  bool issue();
  bool tweak_ready() const { return block_ > 0 || next_tweak_valid_; }

  AesXtsTwinConfig config_;
  AesCipher data_key_;
  AesCipher tweak_key_;

  SkidBuffer<AesBlock> skid_;
  AesRing<Flit> rounds_;
  Countdown tweak_core_;
  AesBlock tweak_number_;  ///< of the data unit whose tweak is encrypted, or waits
  AesBlock next_tweak_;    ///< encrypted, for the next data unit
  bool next_tweak_valid_ = false;
  AesBlock tweak_;           ///< of the block that entered last
  std::uint64_t block_ = 0;  ///< number of the next block in its data unit

  sc_core::sc_signal<bool> skid_ready_{"skid_ready"};
  sc_core::sc_signal<bool> can_issue_{"can_issue"};
};

}  // namespace icesim::twin
