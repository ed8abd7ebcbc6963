// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/base/signals.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// The part of a simulation that is written: both ends included.
struct TimeWindow {
  Picoseconds from{};
  Picoseconds to{std::numeric_limits<std::uint64_t>::max()};
};

/// Writes signals as a value change dump (VCD, IEEE 1364-2005 chapter 18) with a timescale of 1 ps.
///
/// The dump begins at `window.from` with the values of that time. What is told in advance waits in memory until
/// settle() has passed it, and what lies behind the window is not kept: the memory needed is bounded by the changes
/// inside the window, and by how far ahead changes are told. Changes of one time stand in the order of declaration, one
/// a signal, so the same changes give the same bytes in whatever order they were told.
class VcdWriter : public SignalRecorder {
 public:
  /// Writes to `file`, which must live as long as the writer; committing it is left to its owner.
  VcdWriter(OutputFile& file, TimeWindow window, std::string_view version);

  void declare(const std::vector<Signal>& signals) override;
  void change(std::size_t signal, Picoseconds at, std::uint64_t value) override;
  void hide(std::size_t signal, Picoseconds at) override;
  bool shows(Picoseconds from, Picoseconds to) const override { return from <= window_.to && to >= window_.from; }
  void settle(Picoseconds now) override;
  void end(Picoseconds at) override;

  /// Whether the simulation ended before the window began.
  bool missed_window() const { return ended_ && !begun_; }
  /// Changes that wait in memory.
  std::size_t pending() const { return pending_.size(); }

 private:
  struct Change {
    Picoseconds at{};
    std::uint64_t order = 0;
    std::uint64_t value = 0;
    std::uint32_t signal = 0;
    bool hidden = false;

    bool operator<(const Change& other) const;
  };
  struct State {
    unsigned width = 1;
    std::string code;  ///< the short name that changes use
    Change first{};    ///< the last change up to the beginning of the window
    std::uint64_t value = 0;
    bool hidden = false;
  };

  void add(const Change& change);
  void write_before(Picoseconds end);
  void write_beginning();
  void write_value(const State& state);
  void write_time(Picoseconds at);

  OutputFile& file_;
  TimeWindow window_;
  std::string version_;
  std::vector<State> states_;
  std::vector<Change> pending_;
  std::size_t enough_;  ///< pending changes for which it is worth while to write
  std::uint64_t order_ = 0;
  bool begun_ = false;
  bool ended_ = false;
  Picoseconds written_{};  ///< all before this has been written
  Picoseconds time_{};     ///< of what was written last
  std::string line_;
};

}  // namespace icesim
