// SPDX-License-Identifier: Apache-2.0
#include "residencies.hpp"

#include <algorithm>
#include <tuple>

namespace icesim::report {

std::vector<Residency> residencies_of(const std::vector<LoggedRequest>& requests) {
  Picoseconds last{};
  std::vector<const LoggedRequest*> uses;
  for (const LoggedRequest& each : requests) {
    last = std::max(last, each.ended);
    if (each.has_keyslot && each.key != 0) uses.push_back(&each);
  }
  std::stable_sort(uses.begin(), uses.end(), [](const LoggedRequest* a, const LoggedRequest* b) {
    return std::tie(a->keyslot, a->took_keyslot) < std::tie(b->keyslot, b->took_keyslot);
  });
  std::vector<Residency> found;
  for (const LoggedRequest* use : uses) {
    const bool goes_on = !found.empty() && found.back().keyslot == use->keyslot;
    if (goes_on && found.back().key == use->key) {
      ++found.back().requests;
      continue;
    }
    if (goes_on) found.back().end = use->took_keyslot;
    found.push_back({use->keyslot, use->key, 1, 1, use->took_keyslot, last});
  }
  return found;
}

std::vector<Residency> join_short(const std::vector<Residency>& residencies, Picoseconds shortest) {
  const auto is_short = [&](const Residency& each) { return each.end - each.begin < shortest; };
  std::vector<Residency> joined;
  for (const Residency& each : residencies) {
    // A block of short ones ends where it can be seen by itself.
    if (!joined.empty() && joined.back().keyslot == each.keyslot && is_short(joined.back()) && is_short(each)) {
      joined.back().end = each.end;
      joined.back().keys += each.keys;
      joined.back().requests += each.requests;
    } else {
      joined.push_back(each);
    }
  }
  return joined;
}

}  // namespace icesim::report
