// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/numbering.hpp"
#include "icesim/driver/keys/keys_config.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// The keys that software has, as the file system has inodes: one is opened by its first request, and may be forgotten
/// once its last one has ended [linux-key-life]. Those without a request wait in the order in which their last one
/// ended. With keys.life=lru the first of them goes when there are more than `open_keys` keys, with keys.life=idle when
/// it has waited for `idle_time`. With keys.life=trace only those wait that were evicted in the trace, for the end of
/// their requests, and go at once.
class KeyLife {
 public:
  explicit KeyLife(const KeysConfig& config);

  /// A request with the key comes.
  void begins(KeyId key);
  /// It has ended.
  void ends(KeyId key, Picoseconds now);

  /// It is evicted in the trace; false when its requests have not ended, so that it is late.
  bool evicted(KeyId key);

  /// When a key is to be forgotten if no request comes before: now, or in the future; `never` if there is no such time.
  static constexpr Picoseconds never{~std::uint64_t{0}};
  Picoseconds due(Picoseconds now) const;
  /// Forgets the key that is due now.
  KeyId forget();

  /// Whether the trace says when keys go.
  bool by_trace() const { return config_.life == KeyLifeRule::trace; }
  std::uint64_t open() const { return open_; }

 private:
  /// Those that wait form a doubly linked list, of which the first entry, no key, is the head.
  struct Entry {
    KeyId key = no_key;
    std::uint32_t requests = 0;
    bool open = false;
    bool evicted = false;  ///< in the trace
    std::uint32_t next = 0;
    std::uint32_t previous = 0;
    Picoseconds ended{};  ///< of the last request
  };

  void append(std::uint32_t entry);
  void remove(std::uint32_t entry);
  /// Whether an open key without a request waits.
  bool waits(const Entry& e) const { return !by_trace() || e.evicted; }

  KeysConfig config_;
  Numbering names_;
  std::vector<Entry> entries_;  ///< behind the head by the numbers of the keys
  std::uint64_t open_ = 0;
};

}  // namespace icesim
