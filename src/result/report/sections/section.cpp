// SPDX-License-Identifier: Apache-2.0
#include "section.hpp"

#include "icesim/base/stages.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>
#include <array>

namespace icesim::report {
namespace {

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string kind_of_stage(std::string_view name) {
  static constexpr std::array<std::string_view, 9> keys{"keyslot_wait", "keyslot_lock", "hypervisor", "keyslot_program",
                                                        "firmware",     "drain",        "key_power",  "blocked",
                                                        "descriptors"};
  static constexpr std::array<std::string_view, 6> wire{"fetch", "command", "transfer", "crypto", "memory", "response"};
  static constexpr std::array<std::string_view, 2> device{"device", "flash"};
  return is_one_of(keys, name) ? "keys" : is_one_of(wire, name) ? "wire" : is_one_of(device, name) ? "device" : "host";
}

/// A number and its unit stay on one line, and microseconds have their own letter here.
std::string kept_together(std::string text) {
  constexpr const char* no_break_space = "\u00a0";
  const std::size_t at = text.rfind(' ');
  if (at == std::string::npos) return text;
  if (text.compare(at, std::string::npos, " us") == 0) text.replace(at + 1, 1, "µ");
  return text.replace(at, 1, no_break_space);
}

}  // namespace

Wide value_of(const RecordedResults& results, std::string_view path) {
  const StatisticValue* const found = find_statistic(results.statistics, path);
  return found == nullptr ? 0 : found->whole();
}

std::uint64_t small_value_of(const RecordedResults& results, std::string_view path) {
  const Wide value = value_of(results, path);
  return value >> 64 != 0 ? ~std::uint64_t{0} : static_cast<std::uint64_t>(value);
}

bool has_statistic(const RecordedResults& results, std::string_view path) {
  return find_statistic(results.statistics, path) != nullptr;
}

std::vector<StageSum> stages_of(const RecordedResults& results) {
  std::vector<StageSum> found;
  for (const StageName& stage : stages) {
    const std::string name(stage.name);
    if (const Wide total = value_of(results, "stages." + name); total != 0)
      found.push_back({name, std::string(stage.sentence), kind_of_stage(name), total});
  }
  return found;
}

Wide sum_of(const std::vector<StageSum>& stages) {
  Wide sum = 0;
  for (const StageSum& stage : stages) sum += stage.total;
  return sum;
}

Wide key_time(const std::vector<StageSum>& stages) {
  Wide sum = 0;
  for (const StageSum& stage : stages)
    if (stage.kind == "keys") sum += stage.total;
  return sum;
}

std::uint64_t encrypted_requests(const RecordedResults& results) {
  if (const std::uint64_t references = small_value_of(results, "keys.references"); references > 0) return references;
  const Wide seen = value_of(results, "keyslots.hits") + value_of(results, "keyslots.programs");
  return seen >> 64 != 0 ? 0 : static_cast<std::uint64_t>(seen);
}

std::uint64_t ppm(Wide part, Wide whole) {
  if (whole == 0) return 0;
  // A part is not larger than the whole unless somebody wrote the file by hand.
  return static_cast<std::uint64_t>(
      std::min<Wide>((std::min(part, whole * 1000) * 1'000'000 + whole / 2) / whole, 1'000'000'000));
}

std::string share_text(std::uint64_t ppm) {
  return kept_together(ppm == 0 || ppm >= 10'000 ? percent_text(ppm)
                                                 : fixed_text(ppm, 10'000, ppm < 1000 ? 4 : 3) + " %");
}

std::string time_text(Picoseconds time) { return time.n == 0 ? "0" : kept_together(precise_text(time)); }

std::string time_text(Wide picoseconds) {
  if (picoseconds >> 64 == 0) return time_text(Picoseconds{static_cast<std::uint64_t>(picoseconds)});
  TimeSum sum;
  sum.n = picoseconds;
  return kept_together(rounded_text(sum));
}

std::string base_name(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

}  // namespace icesim::report
