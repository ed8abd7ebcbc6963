// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/requests/request_event.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Requests issued and not completed, found by their tag, or by operation and first address where the trace tells no
/// tags, in constant time. At most `capacity`: whoever adds one more gives up the oldest first.
class Outstanding {
 public:
  static constexpr std::uint32_t capacity = 16'384;

  enum class State : std::uint8_t {
    issued,
    put_back,  ///< the driver did not take it; it will be issued again
    answered,  ///< its completion stood before its issue: kept only because that may have been another's
  };
  struct Entry {
    std::uint64_t request = 0;      ///< which of the trace's requests
    std::uint64_t nanoseconds = 0;  ///< when it was first issued, by the trace's own clock
    std::uint64_t offset = 0;       ///< of what is not completed
    std::uint64_t length = 0;
    std::uint32_t tag = RequestEvent::no_tag;
    Operation operation = Operation::read;
    std::uint8_t flags = 0;
    State state = State::issued;
    std::uint32_t newer = 0;  ///< in order of issue
    std::uint32_t older = 0;
    std::uint32_t chain_newer = 0;  ///< among those with the same hash
    std::uint32_t chain_older = 0;
  };

  Outstanding();
  /// The newest that `accepts` among those with the event's tag, or operation and address; null: none.
  template <class Accepts>
  Entry* find(const RequestEvent& event, Accepts accepts);
  Entry& add(const RequestEvent& event, State state);
  void remove(Entry& entry);
  /// Takes `length` bytes off the front of an entry.
  void shorten(Entry& entry, std::uint64_t length);
  /// Those that are not answered.
  std::uint64_t size() const { return used_ - answered_; }
  bool full() const { return used_ == capacity; }
  /// Null when there is none.
  Entry* oldest() { return oldest_ == none ? nullptr : &entries_[oldest_]; }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  static constexpr std::uint32_t buckets = 8'192;
  /// Linux never has so many requests of one operation at one address; hostile traces do.
  static constexpr int longest_search = 64;

  static std::uint32_t bucket_of(std::uint32_t tag, Operation operation, std::uint64_t offset);
  void link(std::uint32_t index);
  void unlink(const Entry& entry);

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> newest_of_;  ///< by hash
  std::uint32_t free_ = none;             ///< linked by `older`
  std::uint32_t oldest_ = none;
  std::uint32_t newest_ = none;
  std::uint32_t used_ = 0;
  std::uint32_t answered_ = 0;
};

template <class Accepts>
Outstanding::Entry* Outstanding::find(const RequestEvent& event, Accepts accepts) {
  const IoRequest& r = event.request;
  const bool by_tag = event.tag != RequestEvent::no_tag;
  std::uint32_t index = newest_of_[bucket_of(event.tag, r.operation, r.offset.n)];
  for (int i = 0; i < longest_search && index != none; ++i, index = entries_[index].chain_older) {
    Entry& entry = entries_[index];
    const bool same_key =
        entry.tag == event.tag && (by_tag || (entry.operation == r.operation && entry.offset == r.offset.n));
    if (same_key && accepts(entry)) return &entry;
  }
  return nullptr;
}

}  // namespace icesim
