// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/miss_curve.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

void MissCurve::add(std::uint32_t position, std::int32_t change) {
  for (std::size_t i = position; i < tree_.size(); i += i & (0 - i)) tree_[i] += static_cast<std::uint32_t>(change);
}

std::uint32_t MissCurve::marks_up_to(std::uint32_t position) const {
  std::uint32_t sum = 0;
  for (std::size_t i = position; i > 0; i -= i & (0 - i)) sum += tree_[i];
  return sum;
}

/// Renumbers the last uses 1..keys in their order, with room for as many uses again.
void MissCurve::compact() {
  std::vector<KeyId> keys;
  keys.reserve(last_use_.size());
  for (std::uint32_t position = 1; position <= used_; ++position) {
    const KeyId key = key_at_[position];
    if (key != no_key) keys.push_back(key);
  }
  const std::size_t size = std::max(tree_.size(), 4 * keys.size() + 1);
  tree_.assign(size, 0);
  key_at_.assign(size, no_key);
  used_ = 0;
  for (const KeyId key : keys) {
    key_at_[++used_] = key;
    last_use_[key] = used_;
    add(used_, 1);
  }
}

void MissCurve::reference(KeyId key) {
  if (key == no_key) return;
  ++references_;
  if (used_ + 1 == tree_.size()) compact();
  const auto [entry, first_use] = last_use_.try_emplace(key, 0);
  if (!first_use) {
    const std::uint32_t last = entry->second;
    const std::uint64_t distance = marks_up_to(used_) - marks_up_to(last);
    if (distance < at_distance_.size()) ++at_distance_[distance];
    add(last, -1);
    key_at_[last] = no_key;
  }
  entry->second = ++used_;
  key_at_[used_] = key;
  add(used_, 1);
}

std::uint64_t MissCurve::misses(std::uint64_t keyslots) const {
  ensure(keyslots >= 1 && keyslots <= most_keyslots, "a keyslot file has 1..256 keyslots");
  std::uint64_t hits = 0;
  for (std::uint64_t distance = 0; distance < keyslots; ++distance) hits += at_distance_[distance];
  return references_ - hits;
}

MissCurve miss_curve(RequestSource& requests) {
  MissCurve curve;
  IoRequest request;
  while (requests.next(request)) curve.reference(request.key);
  return curve;
}

}  // namespace icesim
