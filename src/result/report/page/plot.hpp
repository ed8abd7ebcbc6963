// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "axis.hpp"
#include "markup.hpp"

#include <string>
#include <utility>
#include <vector>

namespace icesim {

/// What a plot is of.
struct PlotTexts {
  std::string name;     ///< for who cannot see it
  std::string x_title;  ///< under the horizontal axis
  std::string y_title;  ///< above the vertical one
};

/// A plot with two axes. It is as wide as the page lets it be, and its texts are as large as those of the page whatever
/// its width is: places are shares of the area, and only curves are stretched.
class Plot {
 public:
  using Point = std::pair<double, double>;

  /// Opens the figure and draws the grid; `height` is in pixels.
  Plot(Markup& page, PlotAxis x, PlotAxis y, const PlotTexts& texts, unsigned height);
  Plot(const Plot&) = delete;
  Plot& operator=(const Plot&) = delete;

  /// A line through the points; `kind` is the class of its style.
  void curve(const std::vector<Point>& points, const std::string& kind);
  /// A line that stays level until the next point.
  void steps(const std::vector<Point>& points, const std::string& kind);
  void dot(Point at, const std::string& kind, const std::string& title);
  /// A line from the bottom to the top at `x`, with a text beside it; the `row`-th from the top.
  void marker(double x, const std::string& kind, const std::string& text, unsigned row = 0);
  /// Everything from 0 to `y`.
  void band(double y, const std::string& text);
  /// A text beside a point, on the side on which there is room.
  void label(Point at, const std::string& text, const std::string& kind);
  /// Closes the figure.
  void close(const std::string& caption = "");

 private:
  std::string x_place(double value) const { return place_text(x_.place(value)); }
  std::string y_place(double value) const { return place_text(1 - y_.place(value)); }
  std::string coordinates(const std::vector<Point>& points) const;
  void grid(const PlotTexts& texts);

  Markup& page_;
  PlotAxis x_, y_;
};

/// A row of a chart of bars.
struct Bar {
  std::string label;
  std::string value;  ///< as it stands behind the bar
  double share = 0;   ///< of the longest that a bar can be
  std::string kind;   ///< class of its style
  std::string title;  ///< shown where it is pointed at; empty: label and value
};

/// Bars below each other, each with its label and its value.
void write_bars(Markup& page, const std::vector<Bar>& bars, const std::string& name);

/// What the classes of curves, dots and bars stand for.
void write_legend(Markup& page, const std::vector<std::pair<std::string, std::string>>& kinds_and_texts);

/// Class of the n-th of several things that are drawn beside each other.
std::string series_kind(std::size_t number);
/// How many there are; more cannot be told apart.
inline constexpr std::size_t most_series = 4;

}  // namespace icesim
