// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/unipro.hpp"
#include "models/base/small_divisor.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace icesim {

/// Lanes of one direction, each of which moves a byte in a cycle of the symbol clock.
class UniproLanes {
 public:
  explicit UniproLanes(std::uint32_t count) : count_(count) {}
  const SmallDivisor& count() const { return count_; }
  /// Cycles that `wire` bytes fill.
  std::uint64_t full_cycles(std::uint64_t wire) const { return count_.down(wire); }
  /// Cycles in which `wire` bytes go over, the last of which they may not fill.
  std::uint64_t cycles(std::uint64_t wire) const { return count_.up(wire); }

 private:
  SmallDivisor count_;
};

/// Frames that one transmitter has sent and that are not acknowledged, in groups that share an acknowledgement.
class UniproUnacknowledged {
 public:
  struct Group {
    std::uint64_t known = 0;  ///< cycle from which the transmitter knows of the acknowledgement
    std::uint32_t frames = 0;
    std::uint32_t credits = 0;
    std::uint64_t asked = 0;  ///< cycle in which it asks for an AFC, if it does not know by then; 0: it need not
  };

  std::uint32_t frames() const { return frames_; }
  std::uint32_t credits() const { return credits_; }
  bool empty() const { return count_ == 0; }
  /// When the youngest is known to be acknowledged.
  std::uint64_t last_known() const { return groups_[(first_ + count_ - 1) % groups_.size()].known; }

  /// Adds a group; there is room, because a group has a frame and no more frames than groups here are under way.
  void add(const Group& group) {
    groups_[(first_ + count_++) % groups_.size()] = group;
    frames_ += group.frames;
    credits_ += group.credits;
  }
  /// Removes the oldest group; gives the cycle in which that becomes known.
  std::uint64_t take() {
    const Group& group = groups_[first_];
    first_ = (first_ + 1) % static_cast<std::uint32_t>(groups_.size());
    --count_;
    frames_ -= group.frames;
    credits_ -= group.credits;
    if (group.asked > 0) {
      requests_ += requests(group);
      counted_ = group.asked;
    }
    taken_ = group.known;
    return taken_;
  }
  /// From when on timers run that wait for more acknowledgements, where the first frame that these will be for leaves at `left`.
  std::uint64_t timed_from(std::uint64_t left) const { return std::max(left, empty() ? taken_ : last_known()); }
  /// An acknowledgement of all is known at `cycle`.
  void know(std::uint64_t cycle) {
    for (std::uint32_t i = count_; i > 0 && at(i - 1).known > cycle; --i) at(i - 1).known = cycle;
  }
  /// When an AFC for the youngest is asked for, or 0.
  std::uint64_t last_asked() const { return groups_[(first_ + count_ - 1) % groups_.size()].asked; }
  /// AFCs asked for.
  std::uint64_t requests() const {
    UniproUnacknowledged rest = *this;
    while (!rest.empty()) rest.take();
    return rest.requests_;
  }
  /// Removes what is known to be acknowledged at `cycle`.
  void forget(std::uint64_t cycle) {
    while (count_ > 0 && groups_[first_].known <= cycle) take();
  }
  void clear() {
    while (!empty()) take();
    first_ = 0;
  }
  /// The same, for another clock.
  void restart() {
    clear();
    taken_ = counted_ = 0;
  }

 private:
  Group& at(std::uint32_t i) { return groups_[(first_ + i) % groups_.size()]; }
  /// What one request brings may acknowledge several groups.
  std::uint64_t requests(const Group& group) const { return group.asked != counted_ && group.known > group.asked ? 1 : 0; }

  std::array<Group, unipro::max_window> groups_{};
  std::uint32_t first_ = 0;
  std::uint32_t count_ = 0;
  std::uint32_t frames_ = 0;
  std::uint32_t credits_ = 0;
  std::uint64_t requests_ = 0;  ///< of groups that are gone
  std::uint64_t counted_ = 0;   ///< when the last of them was made
  std::uint64_t taken_ = 0;     ///< when the last that is gone was known
};

/// What bounds the frames under way in one direction, in one mode of the link.
struct UniproFlow {
  std::uint32_t window = 1;     ///< unacknowledged frames
  std::uint32_t credits = ~0u;  ///< units of the receive buffer
  std::uint32_t frame = 1;      ///< credits of a frame of t_mtu
  std::uint32_t interval = 1;   ///< frames after which the receiver acknowledges, within a UPIU
  std::uint64_t round = 0;      ///< cycles from a frame's end until its acknowledgement is known
  std::uint64_t replay = 0;     ///< cycles of the replay timer
  std::uint64_t request = 0;    ///< cycles of the timer that asks for an AFC
  std::uint32_t room = 1;       ///< frames of t_mtu that window and credits allow
  /// Cycles that so many frames of t_mtu fill, `room - interval` of them not less than `round + 1`.
  bool steady = false;

  /// True when neither window nor credits can delay a frame of a UPIU that has `count` frames and begins at `start`,
  /// when `before` holds what was sent earlier and is not known to be acknowledged at `start`.
  ///
  /// All frames but the last are full; a frame takes `frame` credits at most, so `room` frames may always be under way.
  /// Frame j begins at start + floor(j w / lanes) or later. (1) With before + count <= room nothing can wait. Else (2)
  /// the first room - before frames need no acknowledgement; if what was before is acknowledged by the earliest time of
  /// the next one, only own frames are under way from there on. (3) Frame j >= room needs the acknowledgement of frame
  /// j - room, whose group ends with frame m = j - room + interval - 1 at the latest. Between the end of m and the
  /// begin of j lie room - interval full frames: floor(their bytes / lanes) - 1 cycles or more, whatever gaps there
  /// are, since the end is rounded up, the begin down, and a gap loses nothing. `steady` says that these are `round` or
  /// more.
  bool lets_pass(const UniproUnacknowledged& before, std::uint64_t start, std::uint32_t count, std::uint32_t full_frame,
                 const UniproLanes& lanes) const {
    const std::uint32_t waiting = before.frames();
    if (waiting + count <= room) return true;
    if (!steady || waiting >= room) return false;
    return waiting == 0 || start + lanes.full_cycles((room - waiting) * full_frame) >= before.last_known();
  }
};

}  // namespace icesim
