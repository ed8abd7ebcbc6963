// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/study/sweep.hpp"

namespace icesim {
namespace {

std::string cell(const std::string& raw) {
  const std::string text = printable_text(raw);
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string sweep_csv(const Sweep& sweep) {
  std::string text = "number";
  for (const std::string& name : sweep.names) text += "," + cell(name);
  for (const Sweep::Measured& measure : sweep.measures) text += "," + cell(measure.name + (measure.unit == "count" ? "" : " " + measure.unit));
  text += ",failed_requests,refused";
  if (!sweep.pareto.empty()) text += ",front,knee";
  text += "\n";
  for (const SweepPoint& point : sweep.points) {
    text += std::to_string(point.number);
    for (const std::string& value : point.values) text += "," + cell(value);
    for (std::size_t i = 0; i < sweep.measures.size(); ++i) {
      text += ",";
      if (point.refused.empty() && point.measures[i]) text += decimal_text(*point.measures[i]);
    }
    text += "," + (point.refused.empty() ? std::to_string(point.failed) : "") + "," + cell(point.refused);
    if (!sweep.pareto.empty()) text += std::string(point.on_front ? ",1" : ",0") + (point.is_knee ? ",1" : ",0");
    text += "\n";
  }
  return text;
}

}  // namespace icesim
