// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/schema/named.hpp"

#include "icesim/base/quantity_text.hpp"
#include "icesim/result/compare/tolerances.hpp"
#include "icesim/result/parameter_writer.hpp"
#include "icesim/result/text_table.hpp"
#include "src/result/json_text.hpp"
#include "src/result/parameters_to_json.hpp"

namespace icesim {

bool Named::empty() const { return parameters.empty() && statistics.empty() && registers.empty(); }

Named Named::matching(std::string_view pattern) const {
  Named found;
  for (const ParameterGroup& group : parameters) {
    ParameterGroup some{group.path, group.sentence, {}};
    for (const Parameter& each : group.parameters)
      if (fits(pattern, each.path)) some.parameters.push_back(each);
    if (!some.parameters.empty()) found.parameters.push_back(std::move(some));
  }
  for (const StatisticValue& each : statistics)
    if (fits(pattern, each.path)) found.statistics.push_back(each);
  for (const NamedRegister& each : registers)
    if (fits(pattern, each.name)) found.registers.push_back(each);
  return found;
}

std::vector<std::string> Named::names() const {
  std::vector<std::string> all;
  for (const ParameterGroup& group : parameters)
    for (const Parameter& each : group.parameters) all.push_back(each.path);
  for (const StatisticValue& each : statistics) all.push_back(each.path);
  for (const NamedRegister& each : registers) all.push_back(each.name);
  return all;
}

std::string named_text(const Named& named) {
  std::string text = parameters_text(named.parameters);
  if (!named.statistics.empty()) text += (text.empty() ? "" : "\n") + statistics_text(named.statistics);
  TextTable table("llll");
  for (const NamedRegister& each : named.registers) table.row({each.place, each.name, each.access, each.sentence});
  if (!named.registers.empty()) text += (text.empty() ? "" : "\n") + table.text();
  return text;
}

std::string named_json(const Named& named) {
  using Json = nlohmann::ordered_json;
  Json document = Json::object();
  for (const ParameterGroup& group : named.parameters) {
    for (const Parameter& each : group.parameters) {
      Json entry = parameter_schema(each);
      entry["unit"] = unit_text(each);
      entry["source"] = each.source;
      entry["assumption"] = each.assumption;
      if (!each.moves.empty()) entry["moves"] = each.moves;
      if (!each.idle.empty()) entry["without_effect"] = each.idle;
      document["parameters"][each.path] = std::move(entry);
    }
  }
  for (const StatisticValue& each : named.statistics)
    document["statistics"][each.path] = {{"unit", unit_symbol(each.unit)}, {"description", each.description}};
  for (const NamedRegister& each : named.registers)
    document["registers"][each.name] = {{"place", each.place}, {"access", each.access}, {"description", each.sentence}};
  return dump_json(document);
}

}  // namespace icesim
