// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/aes_xts_pipeline.hpp"
#include "testbench/reference/keyslot_twin.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

namespace icesim::twin {

/// The data of one UPIU on its way through the crypto engine.
struct EngineJob {
  Direction direction = Direction::to_device;
  bool encrypted = false;  ///< else it passes by
  Keyslot keyslot{};
  KeyslotTwin::Key key;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// All bytes of a job before `end` have arrived, or leave.
struct EngineChunk {
  std::uint64_t job = 0;
  std::uint64_t end = 0;
};

/// What the controller needs of a crypto engine, on the edges of the ice clock.
class EnginePort {
 public:
  virtual ~EnginePort() = default;
  /// A job takes its place in the order of its direction's engine.
  virtual void add(std::uint64_t id, const EngineJob& job) = 0;
  /// Bytes that the registers behind the synchronisers hold on this edge.
  virtual void arrive(const EngineChunk& chunk, std::uint64_t cycle) = 0;
  /// The edge itself: gives what leaves.
  virtual void edge(std::uint64_t cycle, std::vector<EngineChunk>& leaves) = 0;
  virtual bool idle() const = 0;
};

/// An engine without keys: a delay line for each direction.
class BypassTwin : public EnginePort {
 public:
  explicit BypassTwin(Cycles latency) : latency_(latency.n) {}

  void add(std::uint64_t id, const EngineJob& job) override {
    if (directions_.size() <= id) directions_.resize(id + 1);
    directions_[id] = job.direction;
  }
  void arrive(const EngineChunk& chunk, std::uint64_t cycle) override {
    lines_[static_cast<std::size_t>(directions_[chunk.job])].push_back({chunk, cycle + latency_});
  }
  void edge(std::uint64_t cycle, std::vector<EngineChunk>& leaves) override {
    for (std::deque<Stage>& line : lines_) {
      for (; !line.empty() && line.front().leaves == cycle; line.pop_front()) leaves.push_back(line.front().chunk);
    }
  }
  bool idle() const override { return lines_[0].empty() && lines_[1].empty(); }

 private:
  struct Stage {
    EngineChunk chunk;
    std::uint64_t leaves = 0;
  };
  std::uint64_t latency_;
  std::vector<Direction> directions_;
  std::array<std::deque<Stage>, 2> lines_;
};

}  // namespace icesim::twin
