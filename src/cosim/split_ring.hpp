// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/guest_map.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace icesim::cosim {

/// The device's end of a virtio split ring without indirect descriptors and event indices: takes what the guest makes
/// available, and gives it back used. Throws UserError when the guest's ring makes no sense.
class SplitRing {
 public:
  static constexpr std::uint32_t max_entries = 1024;
  static constexpr std::size_t max_bytes = 64 << 10;  ///< of one chain, in each direction

  /// One chain of descriptors.
  struct Chain {
    std::uint16_t head = 0;
    std::vector<std::byte> out;  ///< what the guest says, copied
    struct Piece {
      std::byte* bytes;
      std::uint32_t size;
    };
    std::vector<Piece> in;  ///< room for the answer
    std::uint32_t room = 0;

    /// Writes the answer into the room, as much as fits; returns how much that was.
    std::uint32_t answer(const std::byte* from, std::size_t size) const;
  };

  explicit SplitRing(const GuestMap& memory) : memory_(memory) {}

  void set_entries(std::uint32_t entries);
  void set_base(std::uint32_t index) { next_ = static_cast<std::uint16_t>(index); }
  void set_addresses(std::uint64_t descriptors, std::uint64_t available, std::uint64_t used);
  void enable(bool enabled);
  bool enabled() const { return enabled_; }

  /// Takes the next chain; false when none is available.
  bool pop(Chain& chain);
  /// Gives a chain back, with `written` bytes of answer.
  void push(std::uint16_t head, std::uint32_t written);

 private:
  const GuestMap& memory_;
  std::uint32_t entries_ = 0;
  std::uint64_t descriptor_address_ = 0;
  std::uint64_t available_address_ = 0;
  std::uint64_t used_address_ = 0;
  std::byte* descriptors_ = nullptr;
  std::byte* available_ = nullptr;
  std::byte* used_ = nullptr;
  std::uint16_t next_ = 0;
  std::uint16_t returned_ = 0;
  bool enabled_ = false;
};

}  // namespace icesim::cosim
