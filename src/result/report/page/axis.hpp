// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace icesim {

/// Where values lie along one side of a plot, as shares of its length, and the ticks at round ones. Places are for
/// pictures only and therefore floating point: whoever needs the number reads it in a text.
class PlotAxis {
 public:
  struct Tick {
    double place;
    std::string label;
  };
  /// Writes the value of a tick.
  using Label = std::function<std::string(double)>;

  /// From 0 to a round number that is not below `most`; ticks at multiples of 1, 2 or 5 times a power of ten.
  static PlotAxis linear(double most, const Label& label, double ticks = 5);
  /// From 0 to exactly `most`.
  static PlotAxis exact(double most, const Label& label, double ticks = 5);
  /// Powers of two, from `least` to `most`, which are greater than 0.
  static PlotAxis doubling(double least, double most, const Label& label);
  /// Powers of ten around `least` and `most`, which are greater than 0.
  static PlotAxis decades(double least, double most, const Label& label);
  /// Shares of a population of so many that lie above a value, from all of them to a single one: each tenth takes as
  /// much room as the one before. Ticks tell what share lies below.
  static PlotAxis tail(double population);

  /// 0 at the beginning to 1 at the end; values beyond lie at an end.
  double place(double value) const;
  const std::vector<Tick>& ticks() const { return ticks_; }

 private:
  enum class Scale { linear, logarithmic };
  PlotAxis(Scale scale, double first, double last) : scale_(scale), first_(first), last_(last) {}
  void add_tick(double value, std::string label) { ticks_.push_back({place(value), std::move(label)}); }
  static double step(double most, double ticks);

  Scale scale_;
  double first_, last_;
  std::vector<Tick> ticks_;
};

/// Labels: a time in ps ("50 µs"), a share of 1 ("12 %"), a plain number.
std::string time_label(double picoseconds);
std::string percent_label(double share);
std::string count_label(double count);

/// A share as a coordinate of SVG: "12.34%".
std::string place_text(double share);

}  // namespace icesim
