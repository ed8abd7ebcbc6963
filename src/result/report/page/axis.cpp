// SPDX-License-Identifier: Apache-2.0
#include "axis.hpp"

#include "icesim/result/decimal_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace icesim {
namespace {

/// Up to three decimals, without zeros at the end.
std::string short_number(double value) {
  constexpr double no_decimals = 1e12, largest = 1.8e19;
  if (value >= no_decimals) return grouped_text(static_cast<std::uint64_t>(std::min(value, largest)));
  std::string text = fixed_text(static_cast<std::uint64_t>(std::llround(value * 1000)), 1000, 3);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  const std::size_t point = std::min(text.find('.'), text.size());
  return grouped_text(std::stoull(text.substr(0, point))) + text.substr(point);
}

}  // namespace

double PlotAxis::step(double most, double ticks) {
  const double rough = most / ticks;
  double step = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {2.0, 2.5, 2.0}) {
    if (step >= rough * 0.999) break;
    step *= factor;
  }
  return step;
}

PlotAxis PlotAxis::linear(double most, const Label& label, double ticks) {
  const double between = step(std::max(most, 1e-12), ticks);
  return exact(between * std::ceil(most / between - 1e-9), label, ticks);
}

PlotAxis PlotAxis::exact(double most, const Label& label, double ticks) {
  PlotAxis axis(Scale::linear, 0, std::max(most, 1e-12));
  const double between = step(axis.last_, ticks);
  for (int i = 0; i * between <= axis.last_ * (1 + 1e-9); ++i) axis.add_tick(i * between, label(i * between));
  return axis;
}

PlotAxis PlotAxis::doubling(double least, double most, const Label& label) {
  PlotAxis axis(Scale::logarithmic, least, std::max(most, 2 * least));
  for (double value = least; value <= axis.last_ * (1 + 1e-9); value *= 2) axis.add_tick(value, label(value));
  return axis;
}

PlotAxis PlotAxis::decades(double least, double most, const Label& label) {
  // Thirds of a decade are close enough to the ends.
  static constexpr std::array<double, 3> firsts{1, 2, 5};
  const auto around = [](double value, bool above) {
    const double decade = std::pow(10, std::floor(std::log10(value) + 1e-9));
    double found = above ? 10 * decade : decade;
    for (const double first : firsts) {
      if (above && first * decade >= value * 0.9999) return first * decade;
      if (!above && first * decade <= value * 1.0001) found = first * decade;
    }
    return found;
  };
  PlotAxis axis(Scale::logarithmic, around(least, false), around(std::max(most, least * 1.01), true));
  // Where that makes few enough to be read on a phone, those between have labels, too; else the ends have.
  const bool all = axis.last_ / axis.first_ < 110;
  for (double decade = std::pow(10, std::floor(std::log10(axis.first_) + 1e-9)); decade <= axis.last_ * 1.0001;
       decade *= 10) {
    for (const double first : firsts) {
      const double value = first * decade;
      const bool is_end = std::abs(value / axis.first_ - 1) < 1e-4 || std::abs(value / axis.last_ - 1) < 1e-4;
      if (value < axis.first_ * 0.9999 || value > axis.last_ * 1.0001 || (first > 1 && !all && !is_end)) continue;
      axis.add_tick(value, label(value));
    }
  }
  return axis;
}

PlotAxis PlotAxis::tail(double population) {
  PlotAxis axis(Scale::logarithmic, 1, 1 / std::max(population, 10.0));
  static constexpr std::array<std::pair<double, const char*>, 9> ticks{{{1, "0 %"},
                                                                        {0.5, "50 %"},
                                                                        {0.1, "90 %"},
                                                                        {0.01, "99 %"},
                                                                        {0.001, "99.9 %"},
                                                                        {1e-4, "99.99 %"},
                                                                        {1e-5, "99.999 %"},
                                                                        {1e-6, "99.9999 %"},
                                                                        {1e-7, "99.99999 %"}}};
  for (const auto& [above, label] : ticks)
    if (above >= axis.last_ * 0.9999) axis.add_tick(above, label);
  return axis;
}

double PlotAxis::place(double value) const {
  double share = 0;
  if (scale_ == Scale::linear) {
    share = (value - first_) / (last_ - first_);
  } else if (value > 0) {
    share = std::log(value / first_) / std::log(last_ / first_);
  }
  return std::clamp(share, 0.0, 1.0);
}

std::string time_label(double picoseconds) {
  static constexpr std::array<std::pair<const char*, double>, 4> scales{
      {{" s", 1e12}, {" ms", 1e9}, {" µs", 1e6}, {" ns", 1e3}}};
  if (picoseconds == 0) return "0";
  for (const auto& [symbol, factor] : scales)
    if (picoseconds >= factor * 0.9999) return short_number(picoseconds / factor) + symbol;
  return short_number(picoseconds) + " ps";
}

std::string percent_label(double share) { return short_number(share * 100) + " %"; }
std::string count_label(double count) { return short_number(count); }

std::string place_text(double share) {
  std::string text = fixed_text(static_cast<std::uint64_t>(std::llround(std::max(share, 0.0) * 100'000)), 1000, 3);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + "%";
}

}  // namespace icesim
