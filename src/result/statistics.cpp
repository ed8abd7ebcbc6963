// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/statistics.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/histogram.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/text_table.hpp"

#include <algorithm>
#include <set>

namespace icesim {
namespace {

class ValueLister final : public Statistics {
 public:
  std::vector<StatisticValue> values;

  void operator()(std::string_view name, const Histogram& times, std::string_view sentence) override {
    enter(name);
    const auto time = [&](std::string_view key, Picoseconds value, std::string_view what) {
      value_of(key, value.n, Unit::picoseconds, std::string(what).append(sentence));
    };
    value_of("count", times.count(), Unit::count, std::string("Number of values: ").append(sentence));
    time("mean", times.mean(), "Mean: ");
    time("p50", times.percentile(500), "Median: ");
    time("p90", times.percentile(900), "90th percentile: ");
    time("p99", times.percentile(990), "99th percentile: ");
    time("p999", times.percentile(999), "99.9th percentile: ");
    time("max", times.max(), "Largest: ");
    time("min", times.min(), "Smallest: ");
    leave();
  }

 protected:
  void value_of(std::string_view name, Wide value, Unit unit, std::string_view sentence) override {
    const std::string path = prefix_ + std::string(name);
    ensure(paths_.insert(path).second, path + ": two statistics share this path");
    values.push_back({path, static_cast<std::uint64_t>(value), unit, std::string(sentence),
                      static_cast<std::uint64_t>(value >> 64)});
  }
  void enter(std::string_view name) override { prefix_.append(name).append("."); }
  void leave() override {
    prefix_.pop_back();
    prefix_.erase(prefix_.rfind('.') + 1);
  }

 private:
  std::string prefix_;
  std::set<std::string> paths_;
};

}  // namespace

std::vector<StatisticValue> list_statistics(const std::function<void(Statistics&)>& describe) {
  ValueLister lister;
  describe(lister);
  return std::move(lister.values);
}

const StatisticValue* find_statistic(const std::vector<StatisticValue>& statistics, std::string_view path) {
  const auto found = std::find_if(statistics.begin(), statistics.end(),
                                  [&](const StatisticValue& candidate) { return candidate.path == path; });
  return found == statistics.end() ? nullptr : &*found;
}

std::string statistics_text(const std::vector<StatisticValue>& statistics) {
  TextTable table("lll");
  for (const StatisticValue& value : statistics) {
    table.row({value.path, std::string(unit_symbol(value.unit)), value.description});
  }
  return table.text();
}

std::string statistics_markdown(const std::vector<StatisticValue>& statistics) {
  std::string text = "| statistic | unit | meaning |\n|---|---|---|\n";
  for (const StatisticValue& value : statistics) {
    text += "| `" + value.path + "` | " + std::string(unit_symbol(value.unit)) + " | " + value.description + " |\n";
  }
  return text;
}

}  // namespace icesim
