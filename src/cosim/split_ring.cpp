// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/split_ring.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

namespace icesim::cosim {
namespace {

constexpr std::size_t descriptor_size = 16;
constexpr std::size_t used_size = 8;
constexpr std::size_t ring_header = 4;  ///< flags and index

enum DescriptorFlag : std::uint16_t { next = 1, to_guest = 2 };

/// Bytes of the guest as they are at one instant: it may change them while they are being checked.
template <std::size_t size>
std::array<std::byte, size> look_once(const std::byte* at) {
  std::array<std::byte, size> copy;
  std::memcpy(copy.data(), at, size);
  std::atomic_signal_fence(std::memory_order_seq_cst);  // they are not looked at again
  return copy;
}

}  // namespace

SplitRing::Chain::Chain() { out.reserve(usual_bytes); }

void SplitRing::Chain::clear() {
  if (!out.empty()) ::explicit_bzero(out.data(), out.size());
  out.clear();
  in.clear();
  room = 0;
}

std::uint32_t SplitRing::Chain::answer(const std::byte* from, std::size_t size) const {
  std::uint32_t done = 0;
  for (const Piece& piece : in) {
    const auto part = static_cast<std::uint32_t>(std::min<std::size_t>(piece.size, size - done));
    std::copy(from + done, from + done + part, piece.bytes);
    done += part;
  }
  return done;
}

void SplitRing::expect_off(const char* what) const {
  if (enabled_) throw UserError(name() + " gets another " + what + " while it is on");
}

void SplitRing::set_entries(std::uint32_t entries) {
  expect_off("size");
  if (entries == 0 || entries > max_entries || (entries & (entries - 1)) != 0)
    throw UserError("guest: a queue of " + std::to_string(entries) + " entries; a power of two up to " +
                    std::to_string(max_entries) + " is understood");
  entries_ = entries;
}

void SplitRing::set_base(std::uint32_t index) {
  expect_off("base");
  if (index > 0xffff) throw UserError(name() + " begins at index " + std::to_string(index) + "; indices have 16 bits");
  next_ = static_cast<std::uint16_t>(index);
}

void SplitRing::set_addresses(std::uint64_t descriptors, std::uint64_t available, std::uint64_t used) {
  expect_off("place");
  descriptor_address_ = descriptors;
  available_address_ = available;
  used_address_ = used;
  placed_ = true;
}

std::array<SplitRing::Part, 3> SplitRing::parts() const {
  return {{{"a descriptor table", descriptor_address_, entries_ * descriptor_size, 16},
           {"an available ring", available_address_, ring_header + entries_ * 2, 2},
           {"a used ring", used_address_, ring_header + entries_ * used_size, 4}}};
}

void SplitRing::enable(bool enabled) {
  if (!enabled) {
    enabled_ = false;
    return;
  }
  if (enabled_) return;
  if (entries_ == 0) throw UserError("guest: a queue is enabled before its size is set");
  if (!placed_) throw UserError(name() + " is enabled before its place is set");
  const auto all = parts();
  for (const Part& part : all) {
    if (part.address % part.alignment != 0)
      throw UserError(name() + ": " + part.name + " is not aligned to " + std::to_string(part.alignment) + " bytes");
  }
  find_parts();
  // In the memory now, so that no end is beyond the last address.
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Part& one = all[i];
    const Part& other = all[(i + 1) % all.size()];
    if (one.address < other.address + other.size && other.address < one.address + one.size)
      throw UserError(name() + ": " + one.name + " lies over " + other.name);
  }
  returned_ = load_le16(look_once<2>(used_ + 2).data());  // goes on where the guest's ring stands
  enabled_ = true;
}

void SplitRing::find_parts() {
  std::array<std::byte*, 3> found{};
  const auto all = parts();
  for (std::size_t i = 0; i < all.size(); ++i) found[i] = memory_.at(all[i].address, all[i].size, all[i].name);
  descriptors_ = found[0];
  available_ = found[1];
  used_ = found[2];
}

bool SplitRing::pop(Chain& chain) {
  if (!enabled_) return false;
  const std::uint16_t available = load_le16(look_once<2>(available_ + 2).data());
  if (available == next_) return false;
  std::atomic_thread_fence(std::memory_order_acquire);  // the guest writes the entry before the index
  if (static_cast<std::uint16_t>(available - next_) > entries_)
    throw UserError("guest: a queue has more chains available than entries");
  chain.clear();
  chain.head = load_le16(look_once<2>(available_ + ring_header + next_ % entries_ * 2u).data());
  ++next_;
  std::uint32_t index = chain.head;
  for (std::uint32_t length = 0;; ++length) {
    if (index >= entries_ || length >= entries_)
      throw UserError("guest: a chain of descriptors has no end in its queue");
    const auto descriptor = look_once<descriptor_size>(descriptors_ + index * descriptor_size);
    const std::uint32_t size = load_le32(&descriptor[8]);
    const std::uint16_t flags = load_le16(&descriptor[12]);
    if ((flags & ~(next | to_guest)) != 0)
      throw UserError("guest: a descriptor has flags " + std::to_string(flags) + "; only 1 and 2 are understood");
    if (size > max_bytes - std::max<std::size_t>(chain.out.size(), chain.room))
      throw UserError("guest: a chain of descriptors has more than " + std::to_string(max_bytes) + " bytes");
    std::byte* const bytes = memory_.at(load_le64(&descriptor[0]), size, "a buffer of a queue");
    if ((flags & to_guest) != 0) {
      chain.in.push_back({bytes, size});
      chain.room += size;
    } else {
      chain.out.insert(chain.out.end(), bytes, bytes + size);
    }
    if ((flags & next) == 0) return true;
    index = load_le16(&descriptor[14]);
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
