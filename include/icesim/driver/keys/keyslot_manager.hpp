// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/driver/keys/key_uses.hpp"
#include "icesim/driver/keys/keyslot_table.hpp"
#include "icesim/driver/keys/replacement/replacement.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace icesim {

struct KeyslotStatistics {
  std::uint64_t hits = 0;
  std::uint64_t programs = 0;
  std::uint64_t waits = 0;
  std::uint64_t lock_waits = 0;
  std::uint64_t evictions = 0;

  void describe(Statistics& s) const {
    s("hits", hits, "Requests whose key was already in a keyslot");
    s("programs", programs, "Keys written to a keyslot because a request needed them");
    s("waits", waits, "Times a request slept because every keyslot was in use");
    s("lock_waits", lock_waits, "Times a request slept because another key was being programmed or cleared, or somebody else had the lock");
    s("evictions", evictions, "Keys pushed out of a keyslot by another key");
  }
  KeyslotStatistics& operator+=(const KeyslotStatistics& other) {
    hits += other.hits;
    programs += other.programs;
    waits += other.waits;
    lock_waits += other.lock_waits;
    evictions += other.evictions;
    return *this;
  }
};

/// Hands out keyslots to requests as Linux's blk_crypto_profile does [linux-keyslot-manager].
/// Keyslots in use are counted by reference; idle ones wait in the order of their last release. Of them the replacement
/// chooses the next victim: Linux's, the longest idle. Programming takes time, during which the manager is locked and
/// every other request waits, hit or not.
/// The manager knows no time: its caller programs the hardware and says when it is done.
class KeyslotManager {
 public:
  enum class Outcome {
    hit,           ///< the key is in `keyslot`, one reference was taken
    program,       ///< caller programs the key into `keyslot`, then calls programmed(); the manager is locked until then
    wait_idle,     ///< all keyslots are in use, or stay what they are: get_again() when a put() or a programmed() has said so
    wait_unlocked  ///< a key is being programmed or cleared: get_again() after programmed() or unlock()
  };
  struct Result {
    Outcome outcome;
    Keyslot keyslot;
  };
  enum class EvictResult { not_found, evicted, busy };

  /// With Linux's replacement.
  explicit KeyslotManager(std::uint32_t num_keyslots);
  /// Of the keyslots from `first` on, which are all that it knows.
  KeyslotManager(std::uint32_t num_keyslots, std::unique_ptr<Replacement> replacement, Keyslot first = Keyslot{0});
  /// Notes from now on when keys are in use, before the first get().
  void note(KeyUses& uses) { uses_ = &uses; }

  /// Asks for a keyslot with `key` in it.
  Result get(KeyId key);
  /// The same for a request that waited because of `waited` and was woken. One that slept for an idle keyslot looks for
  /// one before anything else, so it sleeps on when there is none, even if its key has come to a keyslot meanwhile. A
  /// keyslot that is being programmed is still an idle one.
  Result get_again(KeyId key, Outcome waited);
  /// Ends what get() began with Outcome::program: the key is in place with one reference, or, when programming failed,
  /// the old key is still believed to be there and the keyslot keeps its place among the idle. True when all who wait for
  /// an idle keyslot must be woken: programming failed.
  bool programmed(Keyslot keyslot, KeyId key, bool succeeded = true);
  /// Drops one reference; true when the keyslot became idle, and all who wait for one must be woken.
  bool put(Keyslot keyslot);
  /// Forgets a key. With references left it is forgotten all the same, and the answer is busy (Linux: -EBUSY).
  /// The caller clears the hardware entry when the answer is evicted. The keyslot keeps its place among the idle ones.
  EvictResult evict(KeyId key, Keyslot& keyslot);
  /// Goes through the keyslots with a key, in their order: `program(keyslot, key)` writes it to the hardware again.
  template <class Program>
  void reprogram_all(Program&& program) const {
    for (std::uint32_t index = 0; index < num_keyslots(); ++index)
      if (table_.key_in(index) != no_key) program(at(index), table_.key_in(index));
  }

  /// Holds the lock while an evicted key is cleared from its keyslot: all who come wait_unlocked, until unlock() or
  /// programmed(), each of which ends what it belongs to.
  void lock();
  void unlock();
  bool locked() const { return locked_; }
  std::uint32_t num_keyslots() const { return table_.size(); }
  Keyslot first() const { return Keyslot{first_}; }
  /// Key in a keyslot, idle or in use; no_key if empty.
  KeyId key_in(Keyslot keyslot) const { return table_.key_in(index_of(keyslot)); }
  std::uint32_t references(Keyslot keyslot) const { return table_.references(index_of(keyslot)); }
  /// Idle keyslots, the one released longest ago first.
  std::vector<Keyslot> idle() const;
  const KeyslotStatistics& statistics() const { return statistics_; }

 private:
  /// Keyslots are told by their indexes from the first one on.
  struct Location {
    KeyId key;
    std::uint32_t keyslot;
  };

  Keyslot at(std::uint32_t index) const { return Keyslot{first_ + index}; }
  std::uint32_t index_of(Keyslot keyslot) const { return static_cast<std::uint32_t>(keyslot.n) - first_; }
  std::vector<Location>::iterator find(KeyId key);
  void forget(KeyId key);

  KeyslotTable table_;
  std::uint32_t first_;
  std::unique_ptr<Replacement> replacement_;
  bool follows_;  ///< the replacement is told of every use
  KeyUses* uses_ = nullptr;
  std::vector<Location> locations_;  ///< sorted by key
  bool locked_ = false;
  KeyslotStatistics statistics_;
};

}  // namespace icesim
