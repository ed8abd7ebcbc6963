// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "icesim/driver/keys/keys_config.hpp"
#include "icesim/workload/io_request.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <vector>

namespace icesim::test {

/// What has happened at a keyslot manager, as a list, and the rules of replacement as one would tell them: each looks
/// through the list anew.
class PlainReplacement {
 public:
  struct Keyslot {
    KeyId key = no_key;
    std::uint32_t references = 0;
  };

  PlainReplacement(const KeysConfig& config, std::uint32_t count, std::uint64_t seed)
      : keyslots(count), config_(config), random_(seed) {
    for (std::uint32_t i = 0; i < count; ++i) {
      note(Event::What::released, i);
      round_.push_back(i);
    }
  }

  std::vector<Keyslot> keyslots;

  void programmed(std::uint32_t keyslot, KeyId key) {
    keyslots[keyslot] = {key, 1};
    note(Event::What::programmed, keyslot, key);
    if (config_.replacement == ReplacementPolicy::clock && round_.front() == keyslot) turn();
  }
  void used(std::uint32_t keyslot) {
    ++keyslots[keyslot].references;
    note(Event::What::used, keyslot, keyslots[keyslot].key);
  }
  void released(std::uint32_t keyslot) {
    if (--keyslots[keyslot].references == 0) note(Event::What::released, keyslot);
  }

  /// Nothing: no keyslot may be taken.
  std::optional<std::uint32_t> victim() {
    std::vector<std::uint32_t> idle;
    for (std::uint32_t i = 0; i < keyslots.size(); ++i)
      if (keyslots[i].references == 0) idle.push_back(i);
    std::sort(idle.begin(), idle.end(), [this](std::uint32_t a, std::uint32_t b) {
      return last(Event::What::released, a) < last(Event::What::released, b);
    });
    const auto first = [&](auto&& rank) -> std::optional<std::uint32_t> {
      if (idle.empty()) return std::nullopt;
      return *std::min_element(idle.begin(), idle.end(),
                               [&](std::uint32_t a, std::uint32_t b) { return rank(a) < rank(b); });
    };
    if (config_.replacement == ReplacementPolicy::linux_lru) return first([](std::uint32_t) { return 0; });
    if (config_.replacement == ReplacementPolicy::pinned) {
      const std::vector<KeyId> stay = most_wanted();
      idle.erase(
          std::remove_if(idle.begin(), idle.end(),
                         [&](std::uint32_t i) { return std::count(stay.begin(), stay.end(), keyslots[i].key) > 0; }),
          idle.end());
      return first([](std::uint32_t) { return 0; });
    }
    const auto empty = first([this](std::uint32_t i) { return keyslots[i].key == no_key ? i : keyslots.size(); });
    if (!empty || keyslots[*empty].key == no_key) return empty;
    switch (config_.replacement) {
      case ReplacementPolicy::fifo:
        return first([this](std::uint32_t i) { return last(Event::What::programmed, i); });
      case ReplacementPolicy::lfu:
        return first([this](std::uint32_t i) { return uses(i); });
      case ReplacementPolicy::random:
        return idle[random_.below(idle.size())];
      default:
        break;
    }
    for (;; turn()) {
      const std::uint32_t at = round_.front();
      if (keyslots[at].references > 0) continue;
      const std::size_t used = std::max(last(Event::What::used, at), last(Event::What::programmed, at));
      if (used < last(Event::What::passed, at)) return at;
      note(Event::What::passed, at);
    }
  }

 private:
  struct Event {
    enum class What : std::uint8_t { programmed, used, released, passed };
    What what;
    std::uint32_t keyslot;
    KeyId key;
  };

  void note(Event::What what, std::uint32_t keyslot, KeyId key = no_key) { events_.push_back({what, keyslot, key}); }
  void turn() {
    round_.push_back(round_.front());
    round_.pop_front();
  }
  /// The number of the last such event, from 1; 0 when there was none.
  std::size_t last(Event::What what, std::uint32_t keyslot) const {
    for (std::size_t i = events_.size(); i > 0; --i)
      if (events_[i - 1].what == what && events_[i - 1].keyslot == keyslot) return i;
    return 0;
  }
  std::size_t uses(std::uint32_t keyslot) const {
    std::size_t count = 0;
    for (std::size_t i = last(Event::What::programmed, keyslot); i < events_.size(); ++i)
      if (events_[i].what == Event::What::used && events_[i].keyslot == keyslot) ++count;
    return count;
  }
  std::vector<KeyId> most_wanted() const {
    const std::size_t most = std::min<std::size_t>(config_.pinned, keyslots.size() - 1);
    std::map<KeyId, std::size_t> times;
    std::vector<KeyId> in;
    for (const Event& event : events_) {
      if (event.key == no_key) continue;
      ++times[event.key];
      if (std::count(in.begin(), in.end(), event.key) > 0) continue;
      in.push_back(event.key);
      if (in.size() <= most) continue;
      // Of those that were in the least wanted, the last; the new one stays only if that was wanted less often.
      std::size_t out = 0;
      for (std::size_t i = 0; i + 1 < in.size(); ++i)
        if (times[in[i]] <= times[in[out]]) out = i;
      if (in.size() == 1 || times[in.back()] <= times[in[out]]) out = in.size() - 1;
      in.erase(in.begin() + static_cast<std::ptrdiff_t>(out));
    }
    return in;
  }

  KeysConfig config_;
  Random random_;
  std::vector<Event> events_;
  std::deque<std::uint32_t> round_;  ///< of the clock's hand, which stands at the first
};

}  // namespace icesim::test
