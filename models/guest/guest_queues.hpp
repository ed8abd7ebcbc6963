// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/guest_map.hpp"
#include "icesim/spec/mcq.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Follows what a guest tells the controller of its multi-circular queues, and what it reads of them [ufshci-mcq]: the
/// entries that it submits, and those by which it sees that commands ended. Without queues it is empty, and holds nothing.
class GuestQueues {
 public:
  GuestQueues(const cosim::GuestMap& memory, std::uint32_t queues) : memory_(memory), queues_(queues) {}

  /// Addresses of the entries that a write of a register submits; mostly none.
  const std::vector<std::uint64_t>& written(std::uint32_t offset, std::uint32_t value);
  /// Tags of the commands of whose end a read of a register tells; mostly none.
  const std::vector<Tag>& read(std::uint32_t offset, std::uint32_t value);
  /// All of them are empty.
  void reset() { queues_.assign(queues_.size(), {}); }

 private:
  struct Ring {
    std::uint32_t attributes = 0;
    std::uint64_t base = 0;
    std::uint32_t at = 0;  ///< entry behind those that are known

    /// The address of the next entry, until `tail` bytes of the ring are known.
    bool behind(std::uint32_t tail) const { return ring_entries(attributes) > 0 && at != tail / queue_entry_size % ring_entries(attributes); }
    std::uint64_t next();
    void set_base(std::uint32_t half, unsigned shift);
    void set_attributes(std::uint32_t value) { attributes = value, at = 0; }
  };
  struct Queue {
    Ring submissions;
    Ring completions;
  };

  const cosim::GuestMap& memory_;
  QueueLayout layout_;
  std::vector<Queue> queues_;
  std::vector<std::uint64_t> submitted_;
  std::vector<Tag> ended_;
};

}  // namespace icesim
