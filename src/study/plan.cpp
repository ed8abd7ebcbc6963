// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/plan.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <sstream>

namespace icesim {
namespace {

UserError too_many() { return UserError("more than " + std::to_string(most_points) + " points"); }

using Point = std::vector<std::string>;

/// The place of a name, which is new there when it was not in use.
std::size_t place_of(const std::string& name, Plan& plan) {
  const auto found = std::find(plan.names.begin(), plan.names.end(), name);
  if (found != plan.names.end()) return static_cast<std::size_t>(found - plan.names.begin());
  plan.names.push_back(name);
  return plan.names.size() - 1;
}

/// The point of a line; empty when it has none.
Point read_point(const std::string& line, Plan& plan, const std::vector<ParameterGroup>& parameters) {
  std::istringstream words(line.substr(0, line.find('#')));
  Point point;
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size())
      throw UserError("'" + word + "' is not path=value");
    const std::string name = word.substr(0, equals);
    if (!is_named_axis(name)) parameter_named(name, parameters);
    const std::size_t place = place_of(name, plan);
    point.resize(std::max(point.size(), place + 1));
    if (!point[place].empty()) throw UserError(name + " is there twice");
    point[place] = word.substr(equals + 1);
  }
  return point;
}

}  // namespace

Plan cross_product(const std::vector<Axis>& axes) {
  Plan plan;
  plan.points.emplace_back();
  for (const Axis& axis : axes) {
    if (std::find(plan.names.begin(), plan.names.end(), axis.name) != plan.names.end())
      throw UserError(axis.name + " is varied twice; write all values in one list");
    plan.names.push_back(axis.name);
    if (plan.points.size() * axis.values.size() > most_points) throw too_many();
    std::vector<Point> longer;
    for (const Point& point : plan.points) {
      for (const std::string& value : axis.values) {
        longer.push_back(point);
        longer.back().push_back(value);
      }
    }
    plan.points = std::move(longer);
  }
  return plan;
}

Plan read_points(std::string_view text, const std::string& file, const std::vector<ParameterGroup>& parameters) {
  Plan plan;
  std::istringstream lines{std::string(text)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    try {
      Point point = read_point(line, plan, parameters);
      if (point.empty()) continue;
      if (plan.points.size() == most_points) throw too_many();
      plan.points.push_back(std::move(point));
    } catch (const UserError& error) {
      throw UserError(file + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  if (plan.points.empty()) throw UserError(file + ": has no point; a line is one: path=value path=value");
  for (Point& point : plan.points) point.resize(plan.names.size());
  return plan;
}

}  // namespace icesim
