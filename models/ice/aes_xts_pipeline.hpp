// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "models/base/ports.hpp"
#include "models/ice/aes_xts_rings.hpp"
#include "models/ice/keyslot_file.hpp"

#include <array>
#include <memory>
#include <systemc>
#include <vector>

namespace icesim {

enum class TweakCore : std::uint8_t { own, shared, drained };
enum class Engines : std::uint8_t { separate, shared };

struct AesXtsPipelineConfig {
  std::uint64_t cores = 1;
  Cycles cycles_per_block{1};
  std::uint64_t ring_positions = 1;
  Cycles latency{29};
  Cycles input_latency{0};
  TweakCore tweak_core = TweakCore::own;
  Cycles tweak_latency{34};
  std::uint64_t tweak_prefetch = 1;
  Cycles offset_tweak_cycles{0};
  Cycles key_load_cycles{38};
  std::uint64_t expanded_key_cache = 0;
  Engines engines = Engines::separate;
  Cycles bypass_latency{4};
  Cycles decryption_block_cycles{0};
  Cycles decryption_tweak_cycles{0};
  Cycles decryption_key_cycles{0};

  static constexpr std::uint64_t max_cores = 32;
  static constexpr std::uint64_t max_prefetch = 8;
  static constexpr std::uint64_t max_positions = 128;
  static constexpr std::array<Choice, 3> tweak_cores{
      {{"own", "One AES core encrypts tweaks only, one after the other"},
       {"shared", "A tweak takes an issue position of the data cores"},
       {"drained", "The data cores encrypt it once the data unit before has left them"}}};
  static constexpr std::array<Choice, 2> engine_choices{
      {{"separate", "One engine for each direction"},
       {"shared", "One engine serves both directions in the order of jobs"}}};

  void describe(Fields& f) {
    f("cores", cores, {1, max_cores},
      fact("AES cores side by side; blocks go to them in turn", "timing 1: one pipelined core"));
    f("cycles_per_block", cycles_per_block, {Cycles{1}, Cycles{64}},
      fact("Initiation interval of a core", "timing 2: fully unrolled, 15 round stages"));
    f("ring_positions", ring_positions, {1, max_positions},
      fact("Registers of a core through which blocks go round, once for each of its cycles per block: as many blocks "
           "enter "
           "one right after the other",
           "timing 2: 2 x W of a core with W of 15 round stages; 1 is a core that takes blocks evenly"));
    f("latency", latency, {Cycles{1}, Cycles{256}},
      fact("Cycles from a block's acceptance until it has left",
           "timing 2: AES-256, two registers a round: 2 x 15 - 1"));
    f("input_latency", input_latency, {Cycles{0}, Cycles{16}},
      fact("Cycles from a block's arrival until a core can accept it",
           "timing 2: 1 for the skid buffer of a partly unrolled core, 0 for a full pipeline"));
    f("tweak_core", tweak_core, tweak_cores, fact("Where tweaks are encrypted", "timing 1: xts_aes has its own core"));
    f("tweak_latency", tweak_latency, {Cycles{1}, Cycles{256}},
      fact("Cycles from a request to the tweak, own or drained tweak core", "timing 2: 2 x 15 + 4"));
    f("tweak_prefetch", tweak_prefetch, {0, max_prefetch},
      fact("Data units by which tweaks run ahead of the data", "timing 1: xts_aes prefetches the next one"));
    f("offset_tweak_cycles", offset_tweak_cycles, {Cycles{0}, Cycles{1024}},
      assumption("More cycles for the tweak of a piece that begins inside a data unit",
                 "the multiplication by alpha^j is combinational", "crypto"));
    f("key_load_cycles", key_load_cycles, {Cycles{0}, Cycles{4096}},
      fact("Cycles to expand both keys after a switch, once the engine has drained",
           "timing 2: two AES-256 schedules of 19 cycles, one after the other"));
    f("expanded_key_cache", expanded_key_cache, {0, 256},
      assumption("Expanded keys kept besides the one in use; switching to one of them is free",
                 "one register set, the cheapest engine", "crypto"));
    f("engines", engines, engine_choices,
      assumption("Whether the two directions have their own engines", "the link is full duplex", "crypto"));
    f("bypass_latency", bypass_latency, {Cycles{0}, Cycles{256}},
      assumption("Cycles through the engine without encryption", "spec 6 proposes 2 to 10", "crypto"));
    f("decryption_block_cycles", decryption_block_cycles, {Cycles{0}, Cycles{64}},
      fact("More cycles per block of a core when it decrypts", "timing 1: none but Usselmann's core, 1"));
    f("decryption_tweak_cycles", decryption_tweak_cycles, {Cycles{0}, Cycles{256}},
      fact("More cycles for a tweak when decrypting, own or drained tweak core",
           "timing 1: none but xexaes256, 14, which expands the key for each data unit"));
    f("decryption_key_cycles", decryption_key_cycles, {Cycles{0}, Cycles{4096}},
      fact("More cycles to expand the keys when decrypting", "timing 1: none when round keys are kept"));
  }

  /// II, T and the cycles of a key switch in this direction.
  Cycles block_cycles(Direction direction) const {
    return direction == Direction::to_host ? cycles_per_block + decryption_block_cycles : cycles_per_block;
  }
  Cycles tweak_cycles(Direction direction) const {
    return direction == Direction::to_host ? tweak_latency + decryption_tweak_cycles : tweak_latency;
  }
  Cycles key_cycles(Direction direction) const {
    return direction == Direction::to_host ? key_load_cycles + decryption_key_cycles : key_load_cycles;
  }
};

/// What one direction of the engine did.
struct AesXtsStatistics {
  std::uint64_t jobs = 0;
  std::uint64_t blocks = 0;
  std::uint64_t tweaks = 0;
  Bytes bytes{};
  Bytes bypassed{};
  std::uint64_t key_loads = 0;
  std::uint64_t key_hits = 0;
  std::uint64_t unusable = 0;
  Cycles tweak_stall{};
  Cycles key_stall{};
  Picoseconds busy{};

  void describe(Statistics& s) const {
    s("jobs", jobs, "Pieces of data encrypted or decrypted, one a UPIU");
    s("blocks", blocks, "AES blocks encrypted or decrypted");
    s("tweaks", tweaks, "Data units begun, each with an encrypted tweak");
    s("bytes", bytes, "Bytes encrypted or decrypted");
    s("bypassed", bypassed, "Bytes that passed by");
    s("key_loads", key_loads, "Keys expanded after a switch");
    s("key_hits", key_hits, "Switches to a key that was still expanded");
    s("unusable", unusable, "Pieces whose keyslot became unusable after their request began");
    s("tweak_stall", tweak_stall, "Cycles in which a block could have been issued but for its tweak");
    s("key_stall", key_stall, "Cycles in which a block could have been issued but for its key");
    s("busy", busy, "Time for which issue positions were taken, averaged over the cores");
  }
};

/// The inline crypto engine: AES-XTS over the data of one UPIU after another, and a bypass.
///
/// **Timing**, in cycles of the ice clock. A job is one call of `pass`: the data of one UPIU, in chunks. Its bytes are
/// cut in blocks of 16, the last one perhaps shorter; block b arrives at sample(at of the chunk with its last byte) and
/// is available at A_b = that + `input_latency`; J is the arrival of the job's first chunk. A job's first data unit may
/// be partial, when `offset` lies inside one. All sequences continue from job to job within an engine (one per
/// direction, or one for both): b and j number the blocks and data units of the engine's life, positions p its issues
/// (blocks, and tweaks of a shared tweak core). N = `cores`, R = `ring_positions`, L = `latency`, P = `tweak_prefetch`;
/// when the job decrypts, II = `cycles_per_block` + `decryption_block_cycles`, T = `tweak_latency` +
/// `decryption_tweak_cycles` and E = `key_load_cycles` + `decryption_key_cycles`, otherwise each is the first alone.
/// Terms with an index before the engine's first position or data unit do not count.
///
/// *Key.* K = J when the job's key (keyslot and generation) is in use or in the cache, otherwise
/// K = max(J, x_last + L) + E, x_last being the engine's last issue. The key in use and the `expanded_key_cache` ones
/// used most recently before it are kept; another generation of the same keyslot replaces.
///
/// *Issue*, strictly in order, position p at cycle x_p, on core p modulo N:
///
///     x_p = the first cycle from max(A_b (blocks), x_{p-1}, K, w_j (first block of data unit j), Z - L (first block of
///     a job)) on that the core has free
///
/// A position issued at x takes cycles x, x + R, ... x + (II-1)R of its core. For R = 1 its next one is therefore x +
/// II at the earliest. Z is when the last byte of earlier jobs of the same direction leaves, bypassed ones included.
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
/// **Spec**: tweaks and data units spec 1.8; numbers timing 1 and 2. A core of W of 15 round stages with 2 registers
/// each has R = 2W, II = ceil(15 / W), L = 2 x 15 + 1, T = 2 x 15 + 4 and an `input_latency` of 1.
/// **Not modelled**: back-pressure behind the engine (what follows always accepts), a limit on waiting jobs, a shorter
/// pipeline for AES-128, keys expanded again for the other direction, cores that move between the directions.
class AesXtsPipeline : public sc_core::sc_module, public CryptoEngine {
 public:
  AesXtsPipeline(const sc_core::sc_module_name& name, const AesXtsPipelineConfig& config, const ClockDomain& ice,
                 const KeyslotFile& keyslots);
  ~AesXtsPipeline() override;

  sc_core::sc_export<CryptoEngine> engine{"engine"};

  void pass(const CryptoJob& job, Train& train) override;
  bool shared() const override { return config_.engines == Engines::shared; }
  /// Encrypts or decrypts in place. `job.offset` and `length` are multiples of 16 bytes; data unit j of the request has
  /// number dun + j modulo 2^64.
  void transform(const CryptoJob& job, std::byte* data, std::size_t length) override;

  const ClockDomain& clock() const { return ice_; }
  AesXtsStatistics statistics(Direction direction) const;
  /// Statistics group `ice`: one group per direction.
  void describe(Statistics& s) const;

 private:
  /// What the configuration says of one direction.
  struct Timing {
    Timing(const AesXtsPipelineConfig& config, Direction direction);

    std::uint64_t cores;
    std::uint64_t interval;  ///< II
    std::uint64_t latency;   ///< L
    std::uint64_t input;
    std::uint64_t prefetch;       ///< P
    std::uint64_t tweak_latency;  ///< T
    bool rings;
    bool mixed;  ///< positions before may have another II
    bool shared;
    bool drained;
    bool in_runs;  ///< a single core without rings, and a tweak core of its own that runs ahead
  };
  struct Key {
    Keyslot keyslot = no_keyslot;
    std::uint64_t generation = 0;

    static constexpr Keyslot no_keyslot{~std::uint64_t{0}};
  };

  /// One engine: what its last positions leave behind for the next job. All values are cycles.
  struct Engine {
    std::array<std::uint64_t, AesXtsPipelineConfig::max_cores> free{};  ///< x + II of the last N positions, a ring
    std::uint64_t oldest = 0;                                           ///< where in `free` that of p-N lies
    std::uint64_t last = 0;                                             ///< x_{p-1}
    std::uint64_t drained = 0;                                          ///< x_{p-1} + L
    std::uint64_t last_tweak = 0;                                       ///< w_{j-1}
    std::array<std::uint64_t, AesXtsPipelineConfig::max_prefetch>
        starts{};  ///< x of the first blocks of the last P units
    std::uint64_t oldest_start = 0;
    std::vector<Key> keys;  ///< as many as are kept, most recently used first
    AesXtsRings rings;      ///< for cores of more than one ring position, instead of `free`
  };

  /// One direction: its order and its statistics.
  struct Way {
    std::uint64_t leave = 0;      ///< Z
    AesXtsStatistics total{};     ///< without `busy`
    std::uint64_t positions = 0;  ///< taken by blocks and tweaks
    ChunkRun run_like{};          ///< a run that came lately, and the bounds of the cycles between its chunks
    std::uint64_t run_fewest = 0;
    std::uint64_t run_most = 0;
  };

  /// The piece under way, while `pass` runs.
  class Piece;
  struct Functions;

  Piece begin(const CryptoJob& job, const KeyslotUse& use, std::uint64_t bytes, std::uint64_t arrival);
  bool pass_in_runs(const CryptoJob& job, const KeyslotUse& use, Train& train, std::uint64_t bytes);
  void bypass(Way& way, Train& train);
  bool bypass_in_run(Way& way, Train& train) const;
  std::uint64_t take_key(Engine& engine, Direction direction, const Key& key, std::uint64_t arrival);

  AesXtsPipelineConfig config_;
  ClockDomain ice_;
  const KeyslotFile& keyslots_;
  std::array<Timing, 2> timing_;  ///< by direction
  std::array<Engine, 2> engines_;
  std::array<Way, 2> ways_;
  std::unique_ptr<Functions> functions_;
};

}  // namespace icesim
