// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace icesim::twin {

/// The multi-circular queues of the controller: pointers that go round rings, and the registers that hold them.
class QueuesTwin {
 public:
  /// What a write asks of the fetch engine.
  struct Asked {
    std::uint32_t queue = 0;
    bool empty = false;
    std::uint32_t entries = 0;
    bool clean_up = false;
  };

  explicit QueuesTwin(std::uint64_t count) : queues_(count) {}

  std::uint64_t size() const { return queues_.size(); }
  bool holds(std::uint32_t offset) const;
  std::uint32_t read(std::uint32_t offset) const;
  Asked write(std::uint32_t offset, std::uint32_t value, bool running);
  void reset() { queues_.assign(queues_.size(), {}); }

  /// Address of the next entry of a submission queue, which is taken.
  std::uint64_t take(std::uint32_t queue);
  /// Address of the completion entry of a command of a submission queue, which is pushed; none where it is not told.
  std::optional<std::uint64_t> push(std::uint32_t queue);
  /// Whether software is told of the entry pushed last, and its queue.
  bool rings() const { return rings_; }
  std::uint32_t told() const { return told_; }
  /// Whether software holds a queue; whether it has been told that it stands still, and tells it so.
  bool held(std::uint32_t queue) const { return queues_[queue].held; }
  bool stands(std::uint32_t queue) const { return queues_[queue].stands; }
  void stand(std::uint32_t queue) { queues_[queue].stands = true; }
  /// What is to be cleaned up: LUN and tag; how that ended.
  std::uint32_t nexus(std::uint32_t queue) const { return queues_[queue].nexus % 65536; }
  bool open(std::uint32_t queue) const { return queues_[queue].submissions.attributes >> 31 != 0; }
  void clean(std::uint32_t queue, std::uint32_t code) {
    queues_[queue].cleaned = true;
    queues_[queue].code = code;
  }

 private:
  /// One of the two rings of a queue.
  struct Ring {
    std::uint32_t attributes = 0;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::uint32_t head = 0;  ///< entry
    std::uint32_t tail = 0;  ///< entry

    std::uint32_t entries() const { return (attributes % 65536 + 1) / 8; }
    bool usable() const { return attributes >> 31 != 0 && entries() > 0; }
    std::uint64_t address(std::uint32_t entry) const { return (std::uint64_t{high} << 32) + low + entry * 32u; }
    void step(std::uint32_t& entry) const { entry = entry + 1 == entries() ? 0 : entry + 1; }
  };
  struct Queue {
    Ring submissions;
    Ring completions;
    bool status = false;
    bool enabled = false;
    bool held = false;
    bool stands = false;
    bool cleaned = false;
    std::uint32_t code = 0;
    std::uint32_t nexus = 0;
  };

  std::vector<Queue> queues_;
  bool rings_ = false;
  std::uint32_t told_ = 0;
};

}  // namespace icesim::twin
