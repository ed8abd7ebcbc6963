// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>

namespace icesim {

/// Keeps texts that come again and again, each once, where they stay until the pool goes.
class TextPool {
 public:
  static constexpr std::uint64_t most_bytes = std::uint64_t{64} << 20;

  /// The kept text; empty once the pool is full and the text is new.
  std::string_view keep(std::string_view text) {
    if (text.empty() || text == last_) return text.empty() ? text : last_;
    const auto found = known_.find(text);
    if (found != known_.end()) return last_ = *found;
    constexpr std::uint64_t entry = 96;
    if (bytes_ + text.size() + entry > most_bytes) return {};
    bytes_ += text.size() + entry;
    return last_ = *known_.insert(texts_.emplace_back(text)).first;
  }

 private:
  std::deque<std::string> texts_;
  std::unordered_set<std::string_view> known_;
  std::string_view last_;
  std::uint64_t bytes_ = 0;
};

}  // namespace icesim
