// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/result/study/sweep.hpp"
#include "src/result/compare/flat_json.hpp"
#include "sweep_form.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// A hundred thousand points, each with a score of names and measures.
constexpr std::size_t most_values = 4'000'000;

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  Sweep read(std::string_view json) {
    bool is_sweep = false;
    for (const FlatValue& value : flatten_json(json, file_, most_values)) {
      value_ = &value;
      if (value.names.empty()) continue;
      const std::string& part = value.names.front();
      if (part == "icesim_sweep") {
        is_sweep = value.text == sweep_form;
        if (!is_sweep) fail("'" + value.text + "' is not '" + std::string(sweep_form) + "': another version of icesim has written this");
      }
      if (value.names.size() == 1) read_whole(part);
      if (value.names.size() > 1) read_part(part);
    }
    if (!is_sweep) throw UserError(file_ + ": not the results of a sweep, which 'icesim sweep -o' writes");
    check();
    return std::move(sweep_);
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { throw UserError(file_ + ":" + value_->pointer() + ": " + why); }

  const std::string& text() const {
    if (value_->kind != FlatValue::Kind::text) fail("expected a text");
    return value_->text;
  }
  std::uint64_t number() const {
    if (value_->kind != FlatValue::Kind::number || value_->number >> 64 != 0) fail("expected a whole number");
    return static_cast<std::uint64_t>(value_->number);
  }
  bool flag() const {
    if (value_->kind != FlatValue::Kind::flag) fail("expected true or false");
    return value_->text == "true";
  }

  void read_whole(const std::string& part) {
    if (part == "version") sweep_.version = text();
    if (part == "command") sweep_.command = text();
    if (part == "platform") sweep_.platform = text();
    if (part == "keys") sweep_.keys = text();
    if (part == "shard") sweep_.shard = text();
    if (part == "count") sweep_.count = number();
    if (part == "knee") sweep_.knee = flag();
  }
  void read_part(const std::string& part) {
    const std::size_t depth = value_->names.size();
    if (part == "names" && depth == 2) sweep_.names.push_back(text());
    if (part == "pareto" && depth == 2) sweep_.pareto.push_back(text());
    if (part == "warnings" && depth == 2) sweep_.warnings.push_back(text());
    if (part == "traces") {
      if (depth == 2) sweep_.traces.emplace_back();
      if (depth == 3 && value_->names[2] == "name") sweep_.traces.back().name = text();
      if (depth == 3 && value_->names[2] == "sha256") sweep_.traces.back().sha256 = text();
    }
    if (part == "measures") {
      if (depth == 2) sweep_.measures.emplace_back();
      if (depth == 3 && value_->names[2] == "name") sweep_.measures.back().name = text();
      if (depth == 3 && value_->names[2] == "unit") sweep_.measures.back().unit = text();
      if (depth == 3 && value_->names[2] == "better") sweep_.measures.back().more_is_better = text() == "more";
    }
    if (part == "points") read_point(depth);
  }
  void read_point(std::size_t depth) {
    if (depth == 2) {
      sweep_.points.emplace_back();
      sweep_.points.back().values.resize(sweep_.names.size());
      sweep_.points.back().measures.resize(sweep_.measures.size());
      return;
    }
    SweepPoint& point = sweep_.points.back();
    const std::string& name = value_->names[2];
    if (depth == 3 && name == "number") point.number = number();
    if (depth == 3 && name == "failed") point.failed = number();
    if (depth == 3 && name == "refused") point.refused = text();
    if (depth == 3 && name == "front") point.on_front = flag();
    if (depth == 3 && name == "knee") point.is_knee = flag();
    if (depth != 4) return;
    const std::string& of = value_->names[3];
    if (name == "values") {
      const auto at = std::find(sweep_.names.begin(), sweep_.names.end(), of);
      if (at == sweep_.names.end()) fail("'" + of + "' is not one of /names");
      point.values[static_cast<std::size_t>(at - sweep_.names.begin())] = text();
    }
    if (name == "measures") {
      const auto at = std::find_if(sweep_.measures.begin(), sweep_.measures.end(), [&](const auto& each) { return each.name == of; });
      if (at == sweep_.measures.end()) fail("'" + of + "' is not one of /measures");
      if (value_->kind != FlatValue::Kind::number) fail("expected a whole number");
      point.measures[static_cast<std::size_t>(at - sweep_.measures.begin())] = value_->number;
    }
  }
  void check() const {
    if (!sweep_.pareto.empty() && sweep_.pareto.size() != 2) throw UserError(file_ + ":/pareto: expected two names");
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < sweep_.points.size(); ++i) {
      const std::uint64_t number = sweep_.points[i].number;
      if (number <= last || number > sweep_.count)
        throw UserError(file_ + ":/points/" + std::to_string(i) + "/number: " + std::to_string(number) +
                        " is not above the one before it and at most /count, " + std::to_string(sweep_.count));
      last = number;
    }
  }

  const std::string& file_;
  const FlatValue* value_ = nullptr;
  Sweep sweep_;
};

}  // namespace

Sweep read_sweep(std::string_view json, const std::string& file) { return Reader(file).read(json); }

}  // namespace icesim
