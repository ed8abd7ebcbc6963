// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/ports.hpp"
#include "models/ice/aes_xts_config.hpp"
#include "models/ice/aes_xts_state.hpp"
#include "models/ice/keyslot_file.hpp"

#include <array>
#include <memory>
#include <systemc>

namespace icesim {

class AesXtsPiece;

/// The inline crypto engine: AES-XTS over the data of one UPIU after another, and a bypass.
///
/// **Timing**, in cycles of the ice clock. A job is one call of `pass`: the data of one UPIU, in chunks. Its bytes are
/// cut in blocks of 16, the last one perhaps shorter; block b arrives at sample(at of the chunk with its last byte) and
/// is available at A_b = that + `input_latency`; J is the arrival of the job's first chunk. A job's first data unit may
/// be partial, when `offset` lies inside one. All sequences continue from job to job within an engine (one per
/// direction, or one for both): b and j number the blocks and data units of the engine's life, positions p its issues
/// (blocks, and tweaks of a shared tweak core). N = `cores` or as *Allocator* says, R = `ring_positions`, L = `latency`, P = `tweak_prefetch`;
/// when the job decrypts, II = `cycles_per_block` + `decryption_block_cycles`, T = `tweak_latency` +
/// `decryption_tweak_cycles` and E = `key_load_cycles` + `decryption_key_cycles`, otherwise each is the first alone.
/// Terms with an index before the engine's first position or data unit do not count.
///
/// *Key.* K = J when the job's key (keyslot and generation) is in use or in the cache, otherwise
/// K = max(J, x_last + L) + E, x_last being the engine's last issue. The key in use and the `expanded_key_cache` ones
/// used most recently before it are kept; another generation of the same keyslot replaces. A key that came with a
/// command counts as that of a keyslot with the number of its tag, programmed anew for each command.
///
/// *Issue*, strictly in order, position p at cycle x_p, on core p modulo N:
///
///     x_p = the first cycle from max(A_b (blocks), x_{p-1}, K, w_j (first block of data unit j), Z - L (first block of
///     a job)) on that the core has free
///
/// A position issued at x takes cycles x, x + R, ... x + (II-1)R of its core. For R = 1 its next one is therefore x +
/// II at the earliest. Z is when the last byte of earlier jobs of the same direction leaves, bypassed ones included.
///
/// *Allocator*, allocated engines. Each direction has an engine with N cores of a pool. N is chosen for each job, at J:
/// `allocator.to_*_both` when a job of the other direction was passed before this one and its last block leaves after
/// J, else `allocator.to_*_alone`; jobs that pass by do not count. x_p is then the first cycle from the same maximum on
/// in which fewer than N of the direction's positions are in cores, each for II cycles, and R is 1. A job keeps its N:
/// what begins or ends beside it counts for the next job. What comes is passed in the order in which it begins (data
/// from the device that arrive, data for the device that are asked for), as with one engine for both.
///
/// *Tweak*, own or drained core: w_j = max(w_{j-1}, request_j) + T + o, where o = offset_tweak_cycles for a partial
/// first unit, else 0. Own core: request_j = max(K, x of the first block of data unit j-P) for P > 0, and for P = 0
/// max(K, x of the last block of data unit j-1); drained core: L later than for P = 0. *Tweak*, shared core: the tweak
/// takes a position of its own (rule of x_p without A, w and Z) and w_j = x_p + L + o. Order of positions within a job
/// of n units, t_j being the tweak's and u_j the data unit's: P = 0: t_0 u_0 t_1 u_1 ...; P > 0: t_0 ...
/// t_{min(P,n)-1}, then for each unit its first block, t_{j+P} if there is one, its other blocks.
///
/// *Out.* Block b leaves at x + L; a chunk leaves when the block with its last byte does. Chunks of a job without
/// encryption leave at max(sample(at) + bypass_latency, Z). A job whose keyslot is not usable any more passes by and
/// counts as `unusable`; its bytes become zero.
/// *Change of clock* at t, from a clock whose first edge at or after t is k to one where that is k': every cycle c >= k above is
/// c + k' - k from then on, as flip-flops count; what has been told when it leaves leaves then. t is behind the arrival of what came.
/// **Spec**: tweaks and data units [ice-data-units]; numbers [aes-cores] [aes-cost-model]. A core of W of 15 round
/// stages with 2 registers each has R = 2W, II = ceil(15 / W), L = 2 x 15 + 1, T = 2 x 15 + 4 and an `input_latency`
/// of 1. The allocator's four numbers, and that the arrival of data and a device's asking for data decide
/// [ice-allocator].
/// **Not modelled**: back-pressure behind the engine (what follows always accepts), a limit on waiting jobs, a shorter
/// pipeline for AES-128, keys expanded again for the other direction, cores that an allocator takes from a job under way (for the rest of that
/// job the directions may have more cores than the pool).
class AesXtsPipeline : public sc_core::sc_module, public CryptoEngine, public KeyUser {
 public:
  AesXtsPipeline(const sc_core::sc_module_name& name, const AesXtsPipelineConfig& config, const ClockDomain& ice,
                 const KeyslotFile& keyslots);
  ~AesXtsPipeline() override;

  sc_core::sc_export<CryptoEngine> engine{"engine"};

  void pass(const CryptoJob& job, Train& train) override;
  bool shared() const override { return config_.engines != Engines::separate; }
  /// Encrypts or decrypts in place. `job.offset` and `length` are multiples of 16 bytes; data unit j of the request has
  /// number dun + j modulo 2^64. With a key of the command's own, or an upper half of the number, the piece is of one
  /// data unit.
  void transform(const CryptoJob& job, std::byte* data, std::size_t length) override;

  /// Wipes the key schedules, which costs no time.
  void key_gone(Keyslot keyslot) override;

  /// The clock is another one from `at` on. Software has seen to it that nothing is in the engine, or what is was dropped.
  void set_clock(const ClockDomain& ice, Picoseconds at);
  const ClockDomain& clock() const { return ice_; }
  AesXtsStatistics statistics(Direction direction) const;
  /// Statistics group `ice`: one group per direction.
  void describe(Statistics& s) const;

 private:
  struct Functions;

  bool beside(Direction direction, std::uint64_t arrival) const;
  AesXtsPiece begin(const CryptoJob& job, const KeyslotUse& use, std::uint64_t bytes, std::uint64_t arrival);
  bool pass_in_runs(const CryptoJob& job, const KeyslotUse& use, Train& train, std::uint64_t bytes);
  void bypass(AesXtsWay& way, Train& train);
  std::uint64_t take_key(AesXtsEngineState& engine, Direction direction, const AesXtsKey& key, std::uint64_t arrival);

  AesXtsPipelineConfig config_;
  ClockDomain ice_;
  const KeyslotFile& keyslots_;
  std::array<std::array<AesXtsTiming, 2>, 2> timing_;  ///< by direction, and whether the other one is busy, too
  std::array<AesXtsEngineState, 2> engines_;
  std::array<AesXtsWay, 2> ways_;
  std::unique_ptr<Functions> functions_;
};

}  // namespace icesim
