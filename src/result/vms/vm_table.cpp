// SPDX-License-Identifier: Apache-2.0
#include "src/result/vms/vm_table.hpp"

#include "icesim/result/decimal_text.hpp"
#include "icesim/result/text_table.hpp"

#include <string_view>

namespace icesim {
namespace {

constexpr std::string_view group = "keyslots.vm.";

}  // namespace

std::vector<std::string> vm_names(const std::vector<StatisticValue>& statistics) {
  constexpr std::string_view first = ".first";
  std::vector<std::string> names;
  for (const StatisticValue& each : statistics) {
    const std::string_view path = each.path;
    if (path.substr(0, group.size()) != group || path.size() < group.size() + first.size()) continue;
    const std::string_view name = path.substr(group.size(), path.size() - group.size() - first.size());
    if (path.substr(path.size() - first.size()) == first && name.find('.') == std::string_view::npos) names.emplace_back(name);
  }
  return names;
}

std::string vm_table(const Results& results) {
  const std::vector<std::string> names = vm_names(results.statistics);
  if (names.empty()) return "";
  TextTable table("lrrrrrrrr");
  table.row({"machine", "keyslots", "requests", "hits", "programs", "waits", "mean us", "p99 us", "keys us"});
  for (const std::string& name : names) {
    const auto value = [&](const char* what) { return results.value(std::string(group) + name + "." + what); };
    const std::uint64_t requests = value("requests"), first = value("first"), keyslots = value("keyslots");
    std::vector<std::string> cells{"  " + name,
                                   keyslots == 0 ? "-" : std::to_string(first) + ".." + std::to_string(first + keyslots - 1),
                                   grouped_text(requests), grouped_text(value("hits")), grouped_text(value("programs")),
                                   grouped_text(value("waits"))};
    if (requests > 0) {
      cells.push_back(precise_microseconds_text(Picoseconds{value("latency.all.mean")}));
      cells.push_back(precise_microseconds_text(Picoseconds{value("latency.all.p99")}));
      const StatisticValue* keys = results.find(std::string(group) + name + ".key_time");
      cells.push_back(microseconds_text(keys == nullptr ? Picoseconds{} : Picoseconds{static_cast<std::uint64_t>(keys->whole() / requests)}));
    }
    table.row(std::move(cells));
  }
  return table.text();
}

}  // namespace icesim
