// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace icesim {

/// Misses of an LRU keyslot file for every number of keyslots, from one pass over the keys (stack distances).
///
/// Every request with a key is one reference; idle keyslots are assumed available, so a simulated host, whose
/// keyslots are held while requests run, misses at least as often. O(log keys) per reference, memory O(keys).
class MissCurve {
 public:
  static constexpr std::uint64_t most_keyslots = 256;

  /// Counts a use of `key`; `no_key` is no reference.
  void reference(KeyId key);

  std::uint64_t references() const { return references_; }
  std::uint64_t keys() const { return last_use_.size(); }
  /// First uses: no number of keyslots avoids them.
  std::uint64_t cold_misses() const { return last_use_.size(); }
  /// Misses with 1..256 keyslots, cold ones included.
  std::uint64_t misses(std::uint64_t keyslots) const;

 private:
  void add(std::uint32_t position, std::int32_t change);
  std::uint32_t marks_up_to(std::uint32_t position) const;
  void compact();

  std::uint64_t references_ = 0;
  /// References whose key was used `index` other keys ago.
  std::array<std::uint64_t, most_keyslots> at_distance_{};
  /// Fenwick tree over the order of uses: 1 where a key was used last.
  std::vector<std::uint32_t> tree_ = std::vector<std::uint32_t>(65);
  std::vector<KeyId> key_at_ = std::vector<KeyId>(65, no_key);
  std::uint32_t used_ = 0;
  std::unordered_map<KeyId, std::uint32_t> last_use_;
};

/// Runs through the whole of `requests`.
MissCurve miss_curve(RequestSource& requests);

}  // namespace icesim
