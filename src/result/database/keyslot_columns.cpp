// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/database/keyslot_columns.hpp"

#include <array>

namespace icesim {
namespace {

struct KeyslotColumn {
  std::string_view name;
  std::string_view sentence;
  RequestCell (*of)(const KeyslotEvent& event);
};

constexpr std::array<KeyslotColumn, 6> all{{
    {"at_ps", "When it happened, since the simulation began", [](const KeyslotEvent& e) { return RequestCell{e.at.n}; }},
    {"keyslot", "Number of the keyslot", [](const KeyslotEvent& e) { return RequestCell{e.keyslot.n}; }},
    {"what",
     "programmed: a key was written for a request, which holds the keyslot from then on; hit: a request holds it whose key was there; "
     "released: it holds it no longer; evicted: the key gave way to another one, or its life was over",
     [](const KeyslotEvent& e) { return RequestCell{std::string(keyslot_event_names[static_cast<std::size_t>(e.kind)])}; }},
    {"key", "Number of the key, never the key itself", [](const KeyslotEvent& e) { return RequestCell{std::uint64_t{e.key}}; }},
    {"request", "Id of the request, of those that were merged the first; empty: a key's life was over",
     [](const KeyslotEvent& e) { return e.request == 0 ? RequestCell{} : RequestCell{e.request}; }},
    {"vm", "Number of the virtual machine whose key it is", [](const KeyslotEvent& e) { return RequestCell{std::uint64_t{e.vm}}; }},
}};

}  // namespace

std::vector<RequestColumn> keyslot_columns() {
  std::vector<RequestColumn> columns;
  for (const KeyslotColumn& each : all) columns.push_back({std::string(each.name), std::string(each.sentence)});
  return columns;
}

RequestCell keyslot_cell(std::size_t column, const KeyslotEvent& event) { return all[column].of(event); }

}  // namespace icesim
