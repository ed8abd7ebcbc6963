// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/request_counter.hpp"

#include "src/workload/requests/rwbs.hpp"

#include <algorithm>
#include <cstring>

namespace icesim {
RequestCounter::RequestCounter(TraceInfo& info) : info_(info) {
  for (std::size_t i = 0; i < usual_words; ++i) spare_.emplace(std::to_string(i), 0);
  words_.reserve(usual_words);
}

void RequestCounter::count(const IoRequest& request) {
  if (!add(request)) return;
  std::uint64_t*& known = by_flags_[static_cast<std::size_t>(request.operation)][request.flags];
  if (known == nullptr) known = &counter_of(rwbs(request));
  ++*known;
}

void RequestCounter::count(const IoRequest& request, std::string_view word) {
  if (add(request)) ++counter_of(word);
}

/// Counts what does not depend on the word; false for a piece of a request that has been counted.
bool RequestCounter::add(const IoRequest& request) {
  ++info_.records;
  info_.bytes[request.operation] += request.length.n;
  info_.span = std::max(info_.span, request.time, [](Picoseconds a, Picoseconds b) { return a < b; });
  info_.end_offset.n = std::max(info_.end_offset.n, request.offset.n + request.length.n);
  if ((request.flags & IoRequest::continuation) != 0) return false;
  ++info_.requests[request.operation];
  return true;
}

std::uint64_t& RequestCounter::counter_of(std::string_view word) {
  Word key;
  const std::size_t in_first = std::min(word.size(), sizeof key.first);
  std::memcpy(&key.first, word.data(), in_first);
  if (word.size() > in_first)
    std::memcpy(&key.rest, word.data() + in_first, std::min(word.size() - in_first, sizeof key.rest));
  for (const auto& [known, counter] : words_) {
    if (known.first == key.first && known.rest == key.rest) return *counter;
  }
  if (spare_.empty()) spare_.emplace(word, 0);
  auto node = spare_.extract(spare_.begin());
  node.key() = word;
  std::uint64_t& counter = info_.rwbs.insert(std::move(node)).position->second;
  words_.emplace_back(key, &counter);
  return counter;
}

}  // namespace icesim
