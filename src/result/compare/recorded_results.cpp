// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/compare/recorded_results.hpp"

#include "flat_json.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/decimal_text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace icesim {
namespace {

constexpr std::array<Unit, 6> units{Unit::count,       Unit::cycles, Unit::bytes,
                                    Unit::picoseconds, Unit::hertz,  Unit::picojoules};

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  RecordedResults results;

  void read(const std::vector<FlatValue>& values) {
    check_kind(values);
    for (const FlatValue& value : values) {
      if (value.names.empty()) continue;
      const std::string& part = value.names.front();
      if (part == "icesim") read_text(value, results.version);
      if (part == "command") read_text(value, results.command);
      if (part == "trace") read_trace(value);
      if (part == "config") read_config(value);
      if (part == "statistics") read_statistic(value);
      if (part == "ranges") read_range(value);
      if (part == "sensitivity") read_sensitivity(value);
      if (part == "without_effect" && value.names.size() == 2) read_text(value, results.without_effect.emplace_back());
      if (part == "power_states" && value.names.size() == 2) read_text(value, results.power_states.emplace_back());
      if (part == "warnings" && value.names.size() == 2) read_text(value, results.warnings.emplace_back());
    }
    end_statistic();
  }

 private:
  [[noreturn]] void fail(const std::string& pointer, const std::string& why) const {
    throw UserError(file_ + ":" + pointer + ": " + why);
  }

  void check_kind(const std::vector<FlatValue>& values) const {
    const auto has = [&](std::initializer_list<std::string_view> path, FlatValue::Kind kind) {
      return std::any_of(values.begin(), values.end(),
                         [&](const FlatValue& value) { return value.kind == kind && value.is_at(path); });
    };
    if (has({"icesim"}, FlatValue::Kind::text) && has({"statistics"}, FlatValue::Kind::object)) return;
    const bool slots = has({"simulated"}, FlatValue::Kind::array);
    throw UserError(
        file_ + ": " +
        (slots ? "this is what 'icesim slots' writes, which cannot be compared" : "these are no results of a run") +
        "; 'icesim run TRACE -o FILE' and 'icesim golden' write what can");
  }
  void read_text(const FlatValue& value, std::string& into) const {
    if (value.kind != FlatValue::Kind::text) fail(value.pointer(), "expected a text");
    into = value.text;
  }
  Wide number(const FlatValue& value) const {
    if (value.kind != FlatValue::Kind::number)
      fail(value.pointer(), "expected a whole number from 0 to " + decimal_text(flat_number_end - 1) +
                                (value.text.empty() ? "" : ", not " + value.text));
    return value.number;
  }
  std::uint64_t small_number(const FlatValue& value) const {
    if (number(value) >> 64 != 0) fail(value.pointer(), "out of range");
    return static_cast<std::uint64_t>(value.number);
  }
  void read_trace(const FlatValue& value) {
    if (value.is_at({"trace", "name"})) read_text(value, results.trace.name);
    if (value.is_at({"trace", "format"})) read_text(value, results.trace.format);
    if (value.is_at({"trace", "keys"})) read_text(value, results.trace.keys);
    if (value.is_at({"trace", "sha256"})) read_text(value, results.trace.sha256);
    if (value.names.size() == 3 && value.names[1] == "files") results.trace.files.emplace_back();
    if (value.names.size() == 4 && value.names[1] == "files" && !results.trace.files.empty()) {
      if (value.names[3] == "name") read_text(value, results.trace.files.back().name);
      if (value.names[3] == "sha256") read_text(value, results.trace.files.back().sha256);
    }
    if (value.is_at({"trace", "requests"})) results.trace.requests = small_number(value);
  }
  void read_config(const FlatValue& value) {
    if (value.kind == FlatValue::Kind::object) return;
    if (value.kind == FlatValue::Kind::array || value.kind == FlatValue::Kind::other)
      fail(value.pointer(), "expected a whole number, a text, true or false");
    std::string path;
    for (std::size_t i = 1; i < value.names.size(); ++i) path += (i == 1 ? "" : ".") + value.names[i];
    results.config.push_back({std::move(path), value.text});
  }
  /// /ranges/PATH/range/0, /ranges/PATH/range/1, /ranges/PATH/source.
  void read_range(const FlatValue& value) {
    const std::vector<std::string>& names = value.names;
    if (names.size() == 2) results.ranges.emplace_back().path = names[1];
    if (names.size() == 3 && names[2] == "source") read_text(value, results.ranges.back().source);
    if (names.size() == 4 && names[2] == "range") (names[3] == "0" ? results.ranges.back().low : results.ranges.back().high) = value.text;
  }
  /// /sensitivity/metrics/N/value, /sensitivity/moved/N/assumption, /sensitivity/moved/N/at_low/N ...
  void read_sensitivity(const FlatValue& value) {
    RecordedSensitivity& study = results.sensitivity;
    const std::vector<std::string>& names = value.names;
    if (value.is_at({"sensitivity", "still"})) study.still = small_number(value);
    if (names.size() < 3) return;
    if (names[1] == "moved" && names.size() == 3) study.moved.emplace_back();
    if (names.size() < 4) return;
    if (names[1] == "metrics" && names[3] == "name") read_text(value, study.metrics.emplace_back());
    if (names[1] == "metrics" && names[3] == "requests") read_text(value, study.requests);
    if (names[1] == "metrics" && names[3] == "value") study.values.push_back(number(value));
    if (names[1] == "moved") read_moved(value, study.moved.back());
  }
  void read_moved(const FlatValue& value, RecordedSensitivity::Moved& moved) {
    const std::string& name = value.names[3];
    for (const auto& [text, into] : {std::pair("assumption", &moved.assumption), std::pair("base", &moved.base),
                                     std::pair("low", &moved.low), std::pair("high", &moved.high)})
      if (name == text) read_text(value, *into);
    if (value.names.size() != 5) return;
    if (name == "at_low") moved.at_low.push_back(number(value));
    if (name == "at_high") moved.at_high.push_back(number(value));
  }
  void read_statistic(const FlatValue& value) {
    if (value.names.size() == 2) {
      end_statistic();
      if (value.kind != FlatValue::Kind::object) fail(value.pointer(), "expected value, unit and description");
      pointer_ = value.pointer();
      results.statistics.emplace_back().path = value.names[1];
    }
    if (value.names.size() != 3) return;
    StatisticValue& statistic = results.statistics.back();
    if (value.names[2] == "value") {
      value_ = number(value);
      statistic.value = static_cast<std::uint64_t>(value.number);
      statistic.beyond = static_cast<std::uint64_t>(value.number >> 64);
    }
    if (value.names[2] == "description") read_text(value, statistic.description);
    if (value.names[2] == "unit") {
      std::string symbol;
      read_text(value, symbol);
      const auto unit =
          std::find_if(units.begin(), units.end(), [&](Unit each) { return unit_symbol(each) == symbol; });
      if (unit == units.end()) fail(value.pointer(), "'" + symbol + "' is not one of count, cycles, B, ps, Hz, pJ");
      statistic.unit = *unit;
      has_unit_ = true;
    }
  }
  void end_statistic() {
    if (!results.statistics.empty() && !value_) fail(pointer_, "value is missing");
    if (!results.statistics.empty() && !has_unit_) fail(pointer_, "unit is missing");
    value_.reset();
    has_unit_ = false;
  }

  const std::string& file_;
  std::string pointer_;
  std::optional<Wide> value_;
  bool has_unit_ = false;
};

}  // namespace

std::string_view RecordedResults::setting(std::string_view path) const {
  const auto found = std::find_if(config.begin(), config.end(), [&](const Setting& each) { return each.path == path; });
  return found == config.end() ? std::string_view() : found->value;
}

bool RecordedResults::uses(std::string_view path) const {
  return std::find(without_effect.begin(), without_effect.end(), path) == without_effect.end();
}

RecordedResults read_results(std::string_view json, const std::string& file) {
  return read_results(flatten_json(json, file), file);
}

RecordedResults read_results(const std::vector<FlatValue>& values, const std::string& file) {
  Reader reader(file);
  reader.read(values);
  return std::move(reader.results);
}

std::vector<Setting> settings_of(const std::vector<ParameterGroup>& groups) {
  std::vector<Setting> settings;
  for (const ParameterGroup& group : groups)
    for (const Parameter& parameter : group.parameters) settings.push_back({parameter.path, value_text(parameter)});
  return settings;
}

}  // namespace icesim
