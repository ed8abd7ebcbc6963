// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_pipeline.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/seldom.hpp"
#include "icesim/crypto/aes_xts.hpp"
#include "icesim/crypto/secret.hpp"
#include "models/ice/aes_xts_piece.hpp"
#include "models/ice/aes_xts_run.hpp"

#include <algorithm>
#include <utility>

namespace icesim {

/// The functional side: one AES-XTS per keyslot, made when the keyslot is first used and keyed anew when it changed.
struct AesXtsPipeline::Functions {
  struct Entry {
    std::unique_ptr<AesXts> function;
    std::uint64_t version = 0;
  };
  std::vector<Entry> entries;
  Entry own;                  ///< of the command whose own key was used last
  const CommandKey* of_own = nullptr;

  AesXts& of(const CommandKey& key) {
    if (of_own == &key && own.version == key.number) return *own.function;
    if (own.function == nullptr) {
      own.function = std::make_unique<AesXts>(key.bytes.data(), key.bytes.size());
    } else {
      own.function->set_key(key.bytes.data(), key.bytes.size());
    }
    own.version = key.number;
    of_own = &key;
    return *own.function;
  }
  AesXts& of(const KeyslotFile& keyslots, Keyslot keyslot, std::uint8_t capability) {
    if (entries.size() <= keyslot.n) entries.resize(keyslot.n + 1);
    Entry& entry = entries[keyslot.n];
    const std::uint64_t version = keyslots.version(keyslot);
    if (entry.function == nullptr || entry.version != version) {
      const std::size_t length = 2 * key_bytes(keyslots.key_size(capability));
      Secret key = Secret::zeroes(length);
      keyslots.content(keyslot).get_xts_key(key.mutable_data(), length);
      if (entry.function == nullptr) {
        entry.function = std::make_unique<AesXts>(key);
      } else {
        entry.function->set_key(key.data(), length);
      }
      entry.version = version;
    }
    return *entry.function;
  }
};

AesXtsPipeline::AesXtsPipeline(const sc_core::sc_module_name& name, const AesXtsPipelineConfig& config,
                               const ClockDomain& ice, const KeyslotFile& keyslots)
    : sc_core::sc_module(name),
      config_(config),
      ice_(ice),
      keyslots_(keyslots),
      timing_{{{{{config, Direction::to_device, false}, {config, Direction::to_device, true}}},
               {{{config, Direction::to_host, false}, {config, Direction::to_host, true}}}}} {
  ensure(config.cores >= 1 && config.cores <= AesXtsPipelineConfig::max_cores, "AesXtsPipeline: cores 1..32");
  ensure(config.tweak_prefetch <= AesXtsPipelineConfig::max_prefetch, "AesXtsPipeline: tweak_prefetch 0..8");
  if (config.engines == Engines::allocated && config.ring_positions > 1)
    throw UserError("ice.engines: an allocator hands out cores of one block each; ice.ring_positions=" +
                    std::to_string(config.ring_positions) + " is not modelled with it");
  for (AesXtsEngineState& one : engines_) {
    one.cores = config.cores_of(&one == engines_.data() ? Direction::to_device : Direction::to_host, false);
    one.keys.resize(config.expanded_key_cache + 1);
    if (config.ring_positions > 1) one.rings = AesXtsRings(config.cores, config.ring_positions);
  }
  engine.bind(*this);
}

AesXtsPipeline::~AesXtsPipeline() = default;

void AesXtsPipeline::pass(const CryptoJob& job, Train& train) {
  if (train.empty()) return;
  AesXtsWay& way = ways_[static_cast<std::size_t>(job.direction)];
  const std::uint64_t bytes = train.back().end;
  KeyslotUse use;
  if (!job.enabled || !has_key(keyslots_, job, use)) {
    if (job.enabled) ++way.total.unusable;
    way.total.bypassed += Bytes{bytes};
    bypass(way, train);
    return;
  }
  ensure(job.offset % AesXtsPiece::block_bytes == 0 && train.front().end > 0,
         "AesXtsPipeline: a piece begins with a block");

  if (train.has_run() && pass_in_runs(job, use, train, bytes)) return;
  const ClockDomain clock = ice_;
  Cycles available = clock.sample(train.front().at);
  AesXtsPiece piece = begin(job, use, bytes, available.n);
  std::uint64_t issued = 0;
  Chunk* waiting = nullptr;  // first chunk whose last byte lies in a block that is not complete yet
  Chunk* const end = train.data() + train.size();
  for (Chunk* next = train.data(); next != end; ++next) {
    if (next != train.data()) {
      if (waiting == nullptr && (next = piece.issue_whole_blocks(next, end, issued, clock)) == end) break;
      available = clock.sample(next->at);
    }
    Chunk& chunk = *next;
    const std::uint64_t complete =
        chunk.end == bytes ? divide_up(bytes, AesXtsPiece::block_bytes) : chunk.end / AesXtsPiece::block_bytes;
    if (complete > issued && waiting != nullptr) {
      piece.issue(available.n, 1);
      ++issued;
      for (; waiting != &chunk; ++waiting) waiting->at = clock.edge(Cycles{piece.leaves()});
      waiting = nullptr;
    }
    if (complete > issued) piece.issue(available.n, complete - issued);
    issued = std::max(issued, complete);
    if (issued * AesXtsPiece::block_bytes < chunk.end) {
      if (waiting == nullptr) waiting = &chunk;
    } else {
      chunk.at = clock.edge(Cycles{piece.leaves()});
    }
  }
  piece.end(issued, bytes);
}

/// True when the other direction has cores, too, at a job's arrival.
inline bool AesXtsPipeline::beside(Direction direction, std::uint64_t arrival) const {
  if (config_.engines != Engines::allocated) return false;
  return engines_[direction == Direction::to_device ? 1 : 0].drained > arrival;
}

/// The piece that a job is, whose first chunk arrives at `arrival`.
inline AesXtsPiece AesXtsPipeline::begin(const CryptoJob& job, const KeyslotUse& use, std::uint64_t bytes,
                                         std::uint64_t arrival) {
  const auto direction = static_cast<std::size_t>(job.direction);
  AesXtsEngineState& one = engines_[config_.engines == Engines::shared ? 0 : direction];
  const std::uint64_t inside = job.offset & (use.data_unit.n - 1);  // a power of two
  const bool both = beside(job.direction, arrival);
  const AesXtsTiming& timing = timing_[direction][both ? 1 : 0];
  if (both) ++ways_[direction].total.jobs_beside;
  if (seldom(one.cores != timing.cores)) one.take_cores(timing.cores);
  AesXtsPiece piece(timing, one, ways_[direction]);
  const AesXtsKey& in_use = one.keys.front();
  const bool known = in_use.keyslot == job.keyslot && in_use.generation == use.generation;
  piece.begin(known ? arrival : take_key(one, job.direction, {job.keyslot, use.generation}, arrival),
              inside + bytes <= use.data_unit.n ? 1 : divide_up(inside + bytes, use.data_unit.n),
              use.data_unit.n / AesXtsPiece::block_bytes, (use.data_unit.n - inside) / AesXtsPiece::block_bytes,
              inside != 0 ? config_.offset_tweak_cycles.n : 0);
  return piece;
}

/// A train with a run. The answer is no, and nothing has happened, when its chunks are not whole blocks or the engine
/// is none whose runs follow one rule.
bool AesXtsPipeline::pass_in_runs(const CryptoJob& job, const KeyslotUse& use, Train& train, std::uint64_t bytes) {
  const ClockDomain clock = ice_;
  const std::uint64_t arrival = clock.sample(train.front().at).n;
  if (!timing_[static_cast<std::size_t>(job.direction)][beside(job.direction, arrival) ? 1 : 0].in_runs ||
      !AesXtsPiece::in_whole_blocks(train, bytes) || !train.run().can_pass_through(clock))
    return false;
  AesXtsPiece piece = begin(job, use, bytes, arrival);
  piece.pass_in_runs(train, arrival, bytes, clock);
  piece.end(divide_up(bytes, AesXtsPiece::block_bytes), bytes);
  return true;
}

void AesXtsPipeline::bypass(AesXtsWay& way, Train& train) {
  if (train.has_run() && bypass_in_run(way, train, ice_, config_.bypass_latency)) return;
  for (Chunk& chunk : train) {
    way.leave = std::max(way.leave, (ice_.sample(chunk.at) + config_.bypass_latency).n);
    chunk.at = ice_.edge(Cycles{way.leave});
  }
}

std::uint64_t AesXtsPipeline::take_key(AesXtsEngineState& one, Direction direction, const AesXtsKey& key,
                                       std::uint64_t arrival) {
  AesXtsWay& way = ways_[static_cast<std::size_t>(direction)];
  std::vector<AesXtsKey>& keys = one.keys;
  auto known =
      std::find_if(keys.begin(), keys.end(), [&](const AesXtsKey& other) { return other.keyslot == key.keyslot; });
  const bool hit = known != keys.end() && known->generation == key.generation;
  if (known == keys.end()) --known;  // the one that was used longest ago makes room
  *known = key;
  std::rotate(keys.begin(), known, known + 1);
  if (hit) {
    ++way.total.key_hits;
    return arrival;
  }
  ++way.total.key_loads;
  return std::max(arrival, one.drained) + config_.key_cycles(direction).n;
}

void AesXtsPipeline::transform(const CryptoJob& job, std::byte* data, std::size_t length) {
  if (!job.enabled) return;
  const auto direction = job.direction == Direction::to_device ? CryptDirection::encrypt : CryptDirection::decrypt;
  if (functions_ == nullptr) functions_ = std::make_unique<Functions>();
  if (job.own != nullptr) {
    AesXts::Tweak tweak = tweak_of(job.dun);
    store_le64(&tweak[8], job.dun_high);
    functions_->of(*job.own).crypt(direction, tweak, job.offset / AesXts::block, data, data, length);
    return;
  }
  KeyslotUse use;
  if (keyslots_.lookup(job.keyslot, use) != KeyslotState::usable) {
    std::fill_n(data, length, std::byte{0});  // never let plaintext out for want of a key
    return;
  }
  AesXts& function = functions_->of(keyslots_, job.keyslot, use.capability);
  if (job.dun_high != 0) {
    AesXts::Tweak tweak = tweak_of(job.dun);
    store_le64(&tweak[8], job.dun_high);
    function.crypt(direction, tweak, job.offset / AesXts::block, data, data, length);
    return;
  }
  function.crypt_range(direction, job.dun, use.data_unit, Bytes{job.offset}, data, data, length);
}

void AesXtsPipeline::key_gone(Keyslot keyslot) {
  if (functions_ == nullptr || keyslot.n >= functions_->entries.size()) return;
  functions_->entries[keyslot.n].function.reset();  // OpenSSL overwrites what it frees
}

void AesXtsPipeline::set_clock(const ClockDomain& ice, Picoseconds at) {
  const std::uint64_t k = ice_.next(at).n, to = ice.next(at).n;
  for (const Direction direction : {Direction::to_device, Direction::to_host}) {
    AesXtsWay& way = ways_[static_cast<std::size_t>(direction)];
    way.busy_before += ice_.edge(config_.block_cycles(direction) * std::exchange(way.positions, 0));
    AesXtsEngineState::move(way.leave, k, to);
    way.run_like = {};
  }
  for (AesXtsEngineState& one : engines_) one.change_clock(k, to);
  ice_ = ice;
}

AesXtsStatistics AesXtsPipeline::statistics(Direction direction) const {
  const AesXtsWay& way = ways_[static_cast<std::size_t>(direction)];
  AesXtsStatistics result = way.total;
  const Picoseconds busy = way.busy_before + ice_.edge(config_.block_cycles(direction) * way.positions);
  result.busy = Picoseconds{busy.n / config_.all_cores()};
  return result;
}

void AesXtsPipeline::describe(Statistics& s) const {
  s.group("to_device", statistics(Direction::to_device));
  s.group("to_host", statistics(Direction::to_host));
}

}  // namespace icesim
