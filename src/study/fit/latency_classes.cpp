// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fit/latency_classes.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/by/request_class.hpp"
#include "icesim/workload/origins/origin_joiner.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>

namespace icesim {
namespace {

/// 0: alone, 1: two outstanding, 2: three and four, 3: five to eight ...
std::uint64_t depth_index(std::uint64_t depth) {
  return depth <= 1 ? 0 : 64 - static_cast<std::uint64_t>(__builtin_clzll(depth - 1));
}

std::string depth_label(std::uint64_t index) {
  if (index < 2) return "depth " + std::to_string(index + 1);
  return "depth " + std::to_string((std::uint64_t{1} << (index - 1)) + 1) + "-" + std::to_string(std::uint64_t{1} << index);
}

/// What is known of the records, in their order.
class Records final : public RequestRecorder {
 public:
  struct Known {
    std::uint64_t latency = 0;  ///< 0: not known
    std::uint16_t kind = 0;     ///< index of a class
  };

  void request_ended(const RequestRecord& request) override {
    if (request.continuation) {
      // How long the whole took says nothing of a piece.
      if (!known_.empty()) known_.back().latency = 0;
      known_.emplace_back();
      return;
    }
    while (!ends_.empty() && ends_.top() <= request.arrival.n) ends_.pop();
    Known each;
    if (const auto recorded = request.origin.recorded; recorded && recorded->n > 0) {
      each.latency = recorded->n;
      const std::uint64_t kind = class_of(RequestBy::operation_and_size, request).number;
      const auto [found, is_new] = numbers_.try_emplace({kind, depth_index(ends_.size() + 1)}, kinds_.size());
      if (is_new) kinds_.push_back(found->first);
      each.kind = static_cast<std::uint16_t>(found->second);
      ends_.push(request.arrival.n + recorded->n);
    }
    known_.push_back(each);
  }

  const std::vector<Known>& known() const { return known_; }
  /// Operation and size, and depth; in the order of first appearance.
  const std::vector<std::pair<std::uint64_t, std::uint64_t>>& kinds() const { return kinds_; }

 private:
  std::priority_queue<std::uint64_t, std::vector<std::uint64_t>, std::greater<>> ends_;  ///< of what is outstanding
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> numbers_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> kinds_;
  std::vector<Known> known_;
};

/// The kinds that are classes, in order; the number of a class by that of its kind.
std::vector<std::uint16_t> choose_classes(const Records& records, std::uint64_t fitted_records, LatencyClasses& all) {
  std::vector<std::uint64_t> counts(records.kinds().size());
  for (std::size_t i = 0; i < std::min<std::uint64_t>(fitted_records, records.known().size()); ++i)
    if (records.known()[i].latency > 0) ++counts[records.known()[i].kind];
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> large;
  for (std::size_t i = 0; i < counts.size(); ++i)
    if (counts[i] >= LatencyClasses::least_requests) large.emplace(records.kinds()[i], i);
  std::vector<std::uint16_t> numbers(counts.size(), LatencyClasses::none);
  for (const auto& [kind, index] : large) {
    numbers[index] = static_cast<std::uint16_t>(all.classes.size());
    const ClassName name{kind.first, 0, {}};
    all.classes.push_back({class_label(RequestBy::operation_and_size, name, "") + ", " + depth_label(kind.second), {}, {}});
  }
  return numbers;
}

}  // namespace

QuantileTimes quantile_times(const Histogram& latency) {
  QuantileTimes times{};
  for (std::size_t i = 0; i < times.size(); ++i) times[i] = latency.percentile(fit_quantiles[i]).n;
  return times;
}

LatencyClasses read_latency_classes(const std::filesystem::path& path, TraceOptions options, KeyOptions keys, const VmRules& vms,
                                    std::uint64_t limit, std::uint64_t tested_percent) {
  Records records;
  {
    OriginJoiner joiner(records);
    options.completed = [&joiner](const TraceCompletion& completion) { joiner.completed(completion); };
    keys.tells_files = true;
    VmTrace trace(path, options, keys, vms);
    joiner.follow(trace);
    IoRequest request;
    for (std::uint64_t number = 1; joiner.next(request); ++number) joiner.request_ended(record_of(request, number));
    joiner.finish();
  }
  LatencyClasses all;
  std::uint64_t count = records.known().size();
  if (limit > 0) count = std::min(count, limit);
  all.fitted_records = count - count * tested_percent / 100;
  const std::vector<std::uint16_t> numbers = choose_classes(records, all.fitted_records, all);
  all.of_record.assign(count, LatencyClasses::none);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto& [latency, kind] = records.known()[i];
    if (latency == 0) {
      ++all.unknown;
    } else if (const std::uint16_t number = numbers[kind]; number == LatencyClasses::none) {
      ++all.left_out;
    } else {
      all.of_record[i] = number;
      const bool is_fitted = all.is_fitted(i + 1);
      (is_fitted ? all.classes[number].fitted : all.classes[number].tested).add(Picoseconds{latency});
      ++(is_fitted ? all.fitted : all.tested);
    }
  }
  if (all.unknown == count) throw UserError(path.string() + ": the trace does not tell when its requests completed, and there is nothing to fit to");
  if (all.classes.empty())
    throw UserError(path.string() + ": no " + std::to_string(LatencyClasses::least_requests) +
                    " requests to fit to are of one operation, size and queue depth");
  return all;
}

}  // namespace icesim
