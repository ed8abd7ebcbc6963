// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/ice/aes_xts_pipeline.hpp"
#include "testbench/reference/ice/aes_xts_stages.hpp"

#include <array>
#include <deque>
#include <utility>
#include <vector>

namespace icesim::twin {

/// One AES-XTS engine: a unit that loads keys, one that makes tweaks, and cores that take blocks in turn.
/// It is no module of its own: AesXtsPipelineTwin tells it the edges.
class AesXtsEngineTwin {
 public:
  struct Job {
    Direction direction = Direction::to_device;
    Keyslot keyslot{};
    std::uint64_t generation = 0;
    std::uint64_t begin = 0;  ///< of its first byte in the stream of its direction
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0;  ///< of the first byte in its data unit
    std::uint64_t data_unit = 4096;
    std::uint64_t number = 0;  ///< in the order of the jobs of both directions
  };
  /// What an edge sees of one direction: bytes that have arrived, and before which byte nothing is left that a block
  /// entering now would overtake.
  struct Inputs {
    std::array<std::uint64_t, 2> arrived{};
    std::array<std::uint64_t, 2> clear_before{};
    std::array<std::uint64_t, 2> oldest{};  ///< number of the first job that has not come out of the cores
  };

  explicit AesXtsEngineTwin(const AesXtsPipelineConfig& config);

  void accept(const Job& job);
  void edge(const Inputs& inputs);
  /// Bytes of a direction that have come out of the cores, as seen just before the next edge.
  std::uint64_t out(std::size_t direction) const { return out_[direction]; }

  std::uint64_t key_loads() const { return key_loads_; }
  std::uint64_t key_hits() const { return key_hits_; }

 private:
  enum class KeyState : std::uint8_t { unknown, missing, loading, there };
  /// A job that has not been issued to its end.
  struct Waiting {
    Job job;
    KeyState key = KeyState::unknown;
    std::uint64_t cores = 0;         ///< that the allocator gives; 0: it has not begun
    std::uint64_t blocks = 0;        ///< issued
    std::uint64_t units_begun = 0;   ///< by the issue of their first block
    std::uint64_t tweaks_asked = 0;  ///< of the tweak core, or issued to the data cores
    std::vector<bool> tweak_there;   ///< by data unit

    bool at_unit_start() const { return blocks == 0 || (job.offset + 16 * blocks) % job.data_unit == 0; }
    bool issued() const { return 16 * blocks >= job.bytes; }
  };
  /// What goes through a core: some bytes of a block, or the tweak of a data unit.
  struct Content {
    std::size_t direction = 0;
    std::uint64_t turns = 1;
    std::uint64_t bytes = 0;
    bool is_tweak = false;
    std::uint64_t unit = 0;
  };

  using Entering = std::vector<std::optional<Content>>;  ///< by core

  void allocate(const Inputs& inputs);
  void load_keys(const Inputs& inputs);
  bool find_key(const Job& job);
  Entering issue(const Inputs& inputs);
  std::optional<std::size_t> core_for(const Waiting& waiting, const Entering& entering) const;
  bool next_is_tweak(const Waiting& waiting) const;
  bool block_may_enter(const Waiting& waiting, const Inputs& inputs) const;
  Content take_next(Waiting& waiting, bool tweak);
  void ask_for_tweak();
  bool tweak_may_start(const Waiting& waiting) const;
  void keep_tweak();
  void clock(const Inputs& inputs, Entering& entering);

  AesXtsPipelineConfig config_;
  std::deque<Waiting> jobs_;  ///< oldest first

  std::vector<AesRing<Content>> cores_;
  std::uint64_t next_core_ = 0;
  std::uint64_t in_flight_ = 0;                      ///< blocks and tweaks in the cores, not seen at their outputs yet
  std::vector<std::array<std::uint64_t, 2>> input_;  ///< `arrived` of the cycles before, the last cycle first
  std::array<std::uint64_t, 2> out_{};

  std::vector<std::pair<std::uint64_t, std::uint64_t>> keys_;  ///< keyslot and generation, oldest use first
  Countdown key_unit_;
  std::uint64_t key_loads_ = 0;
  std::uint64_t key_hits_ = 0;

  Countdown tweak_core_;
  std::uint64_t ahead_ = 0;  ///< tweaks asked for whose data units have not begun
  Countdown offset_tweak_;   ///< a tweak of the data cores that is multiplied to its offset
};

}  // namespace icesim::twin
