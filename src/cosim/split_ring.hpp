// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/guest_map.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace icesim::cosim {

/// The device's end of a virtio split ring without indirect descriptors and event indices: takes what the guest makes
/// available, and gives it back used. Throws UserError when the guest's ring makes no sense.
///
/// What a ring is, is said while it is off, and checked as a whole when it goes on: from then on its size and the
/// places of its parts stay, so that no access can leave them. The parts are aligned as virtio 1.2, 2.7 says, each lies
/// in one piece of the guest's memory, and none lies over another.
class SplitRing {
 public:
  static constexpr std::uint32_t max_entries = 1024;
  static constexpr std::size_t max_bytes = 64 << 10;  ///< of one chain, in each direction
  static constexpr std::size_t usual_bytes = 64;      ///< what a chain says needs no more room

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

    Chain();
    ~Chain() { clear(); }
    Chain(const Chain&) = delete;
    Chain& operator=(const Chain&) = delete;
    /// Forgets everything; what the guest said may be part of a key, and is wiped.
    void clear();
    /// Writes the answer into the room, as much as fits; returns how much that was.
    std::uint32_t answer(const std::byte* from, std::size_t size) const;
  };

  /// `number` is the ring's name in messages.
  SplitRing(const GuestMap& memory, std::uint32_t number) : memory_(memory), number_(number) {}

  void set_entries(std::uint32_t entries);
  void set_base(std::uint32_t index);
  void set_addresses(std::uint64_t descriptors, std::uint64_t available, std::uint64_t used);
  void enable(bool enabled);
  bool enabled() const { return enabled_; }
  std::uint32_t entries() const { return entries_; }
  /// Index of the chain that would be taken next.
  std::uint16_t base() const { return next_; }
  /// The guest's memory is another one now: a ring that is on must lie in it, too.
  void find_parts();

  /// Takes the next chain; false when none is available.
  bool pop(Chain& chain);
  /// Gives a chain back, with `written` bytes of answer.
  void push(std::uint16_t head, std::uint32_t written);

 private:
  struct Part {
    const char* name;
    std::uint64_t address;
    std::uint64_t size;
    std::uint64_t alignment;
  };
  std::array<Part, 3> parts() const;
  std::string name() const { return "guest: queue " + std::to_string(number_); }
  void expect_off(const char* what) const;

  const GuestMap& memory_;
  std::uint32_t number_;
  std::uint32_t entries_ = 0;
  bool placed_ = false;
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
