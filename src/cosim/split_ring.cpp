// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/split_ring.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <algorithm>
#include <atomic>
#include <string>

namespace icesim::cosim {
namespace {

constexpr std::size_t descriptor_size = 16;
constexpr std::size_t used_size = 8;
constexpr std::size_t ring_header = 4;  ///< flags and index

enum DescriptorFlag : std::uint16_t { next = 1, to_guest = 2 };

}  // namespace

std::uint32_t SplitRing::Chain::answer(const std::byte* from, std::size_t size) const {
  std::uint32_t done = 0;
  for (const Piece& piece : in) {
    const auto part = static_cast<std::uint32_t>(std::min<std::size_t>(piece.size, size - done));
    std::copy(from + done, from + done + part, piece.bytes);
    done += part;
  }
  return done;
}

void SplitRing::set_entries(std::uint32_t entries) {
  if (entries == 0 || entries > max_entries || (entries & (entries - 1)) != 0)
    throw UserError("guest: a queue of " + std::to_string(entries) + " entries; a power of two up to " +
                    std::to_string(max_entries) + " is understood");
  entries_ = entries;
}

void SplitRing::set_addresses(std::uint64_t descriptors, std::uint64_t available, std::uint64_t used) {
  descriptor_address_ = descriptors;
  available_address_ = available;
  used_address_ = used;
}

void SplitRing::enable(bool enabled) {
  enabled_ = false;
  if (!enabled) return;
  if (entries_ == 0) throw UserError("guest: a queue is enabled before its size is set");
  descriptors_ = memory_.at(descriptor_address_, entries_ * descriptor_size, "a descriptor table");
  available_ = memory_.at(available_address_, ring_header + entries_ * 2, "an available ring");
  used_ = memory_.at(used_address_, ring_header + entries_ * used_size, "a used ring");
  enabled_ = true;
}

bool SplitRing::pop(Chain& chain) {
  if (!enabled_) return false;
  const std::uint16_t available = load_le16(available_ + 2);
  if (available == next_) return false;
  std::atomic_thread_fence(std::memory_order_acquire);  // the guest writes the entry before the index
  if (static_cast<std::uint16_t>(available - next_) > entries_)
    throw UserError("guest: a queue has more chains available than entries");
  chain.head = load_le16(available_ + ring_header + next_ % entries_ * 2u);
  ++next_;
  chain.out.clear();
  chain.in.clear();
  chain.room = 0;
  std::uint32_t index = chain.head;
  for (std::uint32_t length = 0;; ++length) {
    if (index >= entries_ || length >= entries_)
      throw UserError("guest: a chain of descriptors has no end in its queue");
    const std::byte* const descriptor = descriptors_ + index * descriptor_size;
    const std::uint32_t size = load_le32(descriptor + 8);
    const std::uint16_t flags = load_le16(descriptor + 12);
    if ((flags & ~(next | to_guest)) != 0)
      throw UserError("guest: a descriptor has flags " + std::to_string(flags) + "; only 1 and 2 are understood");
    if (size > max_bytes - std::max<std::size_t>(chain.out.size(), chain.room))
      throw UserError("guest: a chain of descriptors has more than " + std::to_string(max_bytes) + " bytes");
    std::byte* const bytes = memory_.at(load_le64(descriptor), size, "a buffer of a queue");
    if ((flags & to_guest) != 0) {
      chain.in.push_back({bytes, size});
      chain.room += size;
    } else {
      chain.out.insert(chain.out.end(), bytes, bytes + size);
    }
    if ((flags & next) == 0) return true;
    index = load_le16(descriptor + 14);
  }
}

void SplitRing::push(std::uint16_t head, std::uint32_t written) {
  if (!enabled_) return;
  std::byte* const entry = used_ + ring_header + returned_ % entries_ * used_size;
  store_le32(entry, head);
  store_le32(entry + 4, written);
  std::atomic_thread_fence(std::memory_order_release);  // the entry is written before the index
  store_le16(used_ + 2, ++returned_);
}

}  // namespace icesim::cosim
