// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/report/recorded_study.hpp"

#include "icesim/base/error.hpp"
#include "src/result/compare/flat_json.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace icesim {
namespace {

using Kind = FlatValue::Kind;

constexpr std::uint64_t most_keyslots = 256;  // CCAP.CFGC [ufshci-crypto]

bool has(const std::vector<FlatValue>& values, std::string_view name, Kind kind) {
  return std::any_of(values.begin(), values.end(),
                     [&](const FlatValue& value) { return value.kind == kind && value.is_at({name}); });
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  RecordedStudy read(const std::vector<FlatValue>& values) {
    for (const FlatValue& value : values) {
      if (value.is_at({"references"})) study_.references = number(value);
      if (value.is_at({"keys"})) study_.keys = number(value);
      if (value.is_at({"recommended"}) && value.text != "null") study_.recommended = number(value);
      if (value.is_at({"reason"})) study_.reason = text(value);
      if (value.is_at({"metric", "name"})) study_.metric = text(value);
      if (value.is_at({"metric", "requests"})) study_.metric += " of " + text(value) + " requests";
      if (value.is_at({"metric", "unit"})) study_.metric_unit = text(value);
      if (value.is_at({"metric", "within_ppm"})) study_.within_ppm = number(value);
      if (value.is_at({"sensitivity"})) study_.has_sensitivity = value.kind == Kind::object;
      if (value.is_at({"sensitivity", "ends"})) study_.ends = number(value);
      if (value.names.size() >= 3 && value.names[0] == "sensitivity" && value.names[1] == "moved") read_moved(value);
      if (value.names.size() != 2 && value.names.size() != 3) continue;
      if (value.names[0] == "misses") read_misses(value);
      if (value.names[0] == "simulated") read_point(value);
      if (value.names[0] == "power_states") study_.power_states.push_back(text(value));
      if (value.names[0] == "warnings") study_.warnings.push_back(text(value));
    }
    check();
    return std::move(study_);
  }

 private:
  [[noreturn]] void fail(const std::string& pointer, const std::string& why) const {
    throw UserError(file_ + ":" + pointer + ": " + why);
  }

  std::uint64_t number(const FlatValue& value) const {
    if (value.kind != Kind::number || value.number >> 64 != 0) fail(value.pointer(), "expected a whole number");
    return static_cast<std::uint64_t>(value.number);
  }
  std::string text(const FlatValue& value) const {
    if (value.kind != Kind::text) fail(value.pointer(), "expected a text");
    return value.text;
  }
  /// A share of 1, in parts per million.
  std::uint64_t share(const FlatValue& value) const {
    double share = -1;
    const auto [end, error] = std::from_chars(value.text.data(), value.text.data() + value.text.size(), share);
    if ((value.kind != Kind::number && value.kind != Kind::other) || error != std::errc() ||
        end != value.text.data() + value.text.size() || !(share >= 0 && share <= 1))
      fail(value.pointer(), "expected a number from 0 to 1");
    return static_cast<std::uint64_t>(std::llround(share * 1e6));
  }

  void read_misses(const FlatValue& value) {
    if (value.names[1] != std::to_string(study_.misses.size() + 1))
      fail(value.pointer(), "expected keyslots 1, 2, 3, ... in their order");
    study_.misses.push_back(number(value));
  }
  void read_point(const FlatValue& value) {
    if (value.names.size() == 2) {
      if (value.kind != Kind::object) fail(value.pointer(), "expected a simulation");
      study_.points.emplace_back();
      return;
    }
    if (study_.points.empty()) return;
    RecordedStudy::Point& point = study_.points.back();
    if (value.names[2] == "keyslots") point.keyslots = number(value);
    if (value.names[2] == "miss_rate") point.miss_ppm = share(value);
    if (value.names[2] == "waits") point.waits = number(value);
    if (value.names[2] == "mean_ps") point.mean = Picoseconds{number(value)};
    if (value.names[2] == "p99_ps") point.p99 = Picoseconds{number(value)};
    if (value.names[2] == "failed") point.failed = number(value);
    if (value.names[2] == "value" && value.kind == Kind::number) point.value = number(value);
  }
  void read_moved(const FlatValue& value) {
    if (value.names.size() == 3) study_.moved.emplace_back();
    if (value.names.size() != 4 || study_.moved.empty()) return;
    RecordedStudy::Moved& moved = study_.moved.back();
    const std::string& name = value.names[3];
    if (name == "assumption") moved.assumption = text(value);
    if (name == "base") moved.base = text(value);
    if (name == "value") moved.value = text(value);
    if (name == "recommended" && value.text != "null") moved.recommended = number(value);
    if (name == "from" && value.text != "null") moved.from = text(value);
  }
  void check() {
    if (study_.points.empty()) fail("/simulated", "there is no simulation");
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < study_.points.size(); ++i) {
      if (study_.points[i].keyslots <= last || study_.points[i].keyslots > most_keyslots)
        fail("/simulated/" + std::to_string(i),
             "expected ascending keyslots, from 1 to " + std::to_string(most_keyslots));
      last = study_.points[i].keyslots;
    }
    std::uint64_t before = study_.references;
    for (std::size_t i = 0; i < study_.misses.size(); ++i) {
      if (study_.misses[i] > before) fail("/misses/" + std::to_string(i + 1), "more misses than with fewer keyslots");
      before = study_.misses[i];
    }
  }

  const std::string& file_;
  RecordedStudy study_;
};

bool is_study(const std::vector<FlatValue>& values) {
  return has(values, "misses", Kind::object) && has(values, "simulated", Kind::array);
}

}  // namespace

std::variant<RecordedResults, RecordedStudy, Fit> read_run_or_study(std::string_view json, const std::string& file) {
  const std::vector<FlatValue> values = flatten_json(json, file);
  if (has(values, "icesim", Kind::text) && has(values, "statistics", Kind::object)) return read_results(values, file);
  if (has(values, "icesim_fit", Kind::text)) return read_fit(json, file);
  if (is_study(values)) return Reader(file).read(values);
  throw UserError(file +
                  ": these are no results that a report shows; 'icesim run TRACE -o FILE' and 'icesim slots TRACE -o "
                  "FILE' write some, and 'icesim fit TRACE --json FILE'");
}

}  // namespace icesim
