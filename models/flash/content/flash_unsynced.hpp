// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "models/flash/content/flash_content.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>

namespace icesim {

/// What the flash loses with its power: the blocks that are in its write buffer and not programmed, in whose place
/// comes what was programmed last. Blocks that were trimmed stay so.
///
/// Blocks have numbers in the order in which the translation layer accepts them; in that order it places those that are hot,
/// and the others.
class FlashUnsynced {
 public:
  explicit FlashUnsynced(FlashContent& content) : content_(content) {}

  /// Called before the content of a block changes.
  void stored(Lba block) {
    const auto [found, is_new] = blocks_.try_emplace(block);
    if (is_new) found->second.kept = copy(block);
    ++found->second.open;
  }
  /// A block that was stored is in the write buffer, and gets the next number.
  void accepted(Lba block, bool hot) {
    order_[hot].numbers.push_back(first_number_ + log_.size());
    log_.push_back({block, blocks_.count(block) != 0, false, copy(block)});
  }
  /// The blocks are programmed that were the `first`th and so on, modulo 2^32, among the hot ones or the others.
  void programmed(bool hot, std::uint32_t first, std::uint32_t count) {
    Order& order = order_[hot];
    const std::uint32_t offset = first - order.first;
    ensure(std::uint64_t{offset} + count <= order.numbers.size(), "flash: only what was accepted is programmed");
    for (std::uint32_t i = 0; i < count; ++i) record(order.numbers[offset + i]).programmed = true;
    for (; !order.numbers.empty() && record(order.numbers.front()).programmed; ++order.first) order.numbers.pop_front();
    for (; !log_.empty() && log_.front().programmed; ++first_number_) {
      keep(log_.front());
      log_.pop_front();
    }
  }
  void trimmed(Lba first, std::uint64_t count) {
    for (auto each = blocks_.lower_bound(first); each != blocks_.end() && each->first < first + Lba{count};)
      each = blocks_.erase(each);
    for (Record& record : log_) record.counts &= record.block < first || record.block >= first + Lba{count};
  }
  /// Puts the content in place that is there without the write buffer; returns how many blocks that concerns.
  std::uint64_t lose() {
    for (const Record& record : log_) {
      const auto found = blocks_.find(record.block);
      if (record.programmed && record.counts && found != blocks_.end()) found->second.kept = record.bytes;
    }
    for (const auto& [block, state] : blocks_) {
      if (state.kept) {
        content_.store(block, state.kept->data());
      } else {
        content_.forget(block, 1);
      }
    }
    const std::uint64_t lost = blocks_.size();
    blocks_.clear();
    for (Record& record : log_) record.counts = false;
    return lost;
  }

 private:
  using Bytes4K = std::array<std::byte, logical_block.n>;
  using Content = std::optional<Bytes4K>;
  struct State {
    Content kept;            ///< what was programmed last; nothing when that is nothing
    std::uint64_t open = 0;  ///< times it was stored and is not known to be programmed
  };
  struct Record {
    Lba block;
    bool counts;  ///< it has not been trimmed since
    bool programmed;
    Content bytes;
  };

  /// Those that are hot or not, from the first one on that is not programmed.
  struct Order {
    std::deque<std::uint64_t> numbers;
    std::uint32_t first = 0;  ///< of them, among all that were, modulo 2^32
  };

  Record& record(std::uint64_t number) { return log_[number - first_number_]; }
  Content copy(Lba block) const {
    const std::byte* const bytes = content_.find(block);
    if (bytes == nullptr) return std::nullopt;
    Content content(std::in_place);
    std::memcpy(content->data(), bytes, content->size());
    return content;
  }
  void keep(const Record& record) {
    const auto found = blocks_.find(record.block);
    if (!record.counts || found == blocks_.end()) return;
    found->second.kept = record.bytes;
    if (--found->second.open == 0) blocks_.erase(found);
  }

  FlashContent& content_;
  std::map<Lba, State> blocks_;
  std::deque<Record> log_;
  std::uint64_t first_number_ = 0;  ///< in the log
  std::array<Order, 2> order_;
};

}  // namespace icesim
