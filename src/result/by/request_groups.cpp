// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/request_groups.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace icesim {

void FewTimes::add(Picoseconds time) {
  if (many_) return many_->add(time);
  values_.push_back(time);
  if (values_.size() < few) return;
  many_ = std::make_unique<Histogram>(histogram());
  values_ = {};
}

Histogram FewTimes::histogram() const {
  if (many_) return *many_;
  Histogram all;
  for (const Picoseconds value : values_) all.add(value);
  return all;
}

void FewTimes::merge(const FewTimes& other) {
  for (const Picoseconds value : other.values_) add(value);
  if (!other.many_) return;
  if (!many_) many_ = std::make_unique<Histogram>(histogram());
  values_ = {};
  many_->merge(*other.many_);
}

GroupLatency FewTimes::latency() const {
  constexpr std::uint64_t p99 = 990;
  const Histogram all = histogram();
  TimeSum sum;
  sum.n = all.sum();
  return {all.count(), sum, all.mean(), all.percentile(p99)};
}

void RequestGroupSums::add(const RequestRecord& request, bool simulated) {
  ++requests_;
  bytes_ += request.length.n;
  if (request.origin.recorded) recorded_.add(*request.origin.recorded);
  if (!simulated) return;
  // How long it took to fail says nothing about how long it takes.
  if (request.failed) {
    ++failed_;
    return;
  }
  simulated_.add(request.timeline.latency());
  for (std::size_t s = 0; s < stage_count; ++s) stages_[s] += request.timeline.spent(static_cast<Stage>(s));
  if (!request.origin.recorded) return;
  ++compared_requests_;
  compared_ += request.timeline.latency().n;
  compared_with_ += request.origin.recorded->n;
}

void RequestGroupSums::merge(const RequestGroupSums& other) {
  requests_ += other.requests_;
  failed_ += other.failed_;
  bytes_ += other.bytes_;
  simulated_.merge(other.simulated_);
  recorded_.merge(other.recorded_);
  compared_requests_ += other.compared_requests_;
  compared_ += other.compared_;
  compared_with_ += other.compared_with_;
  for (std::size_t s = 0; s < stage_count; ++s) stages_[s] += other.stages_[s];
}

RequestGroup RequestGroupSums::group() const {
  RequestGroup group;
  group.requests = requests_;
  group.failed = failed_;
  group.bytes = bytes_;
  group.simulated = simulated_.latency();
  group.recorded = recorded_.latency();
  group.compared = compared_requests_;
  group.compared_simulated.n = compared_;
  group.compared_recorded.n = compared_with_;
  group.stages = stages_;
  return group;
}

/// All classes of one kind.
class RequestGroups::Classes {
 public:
  explicit Classes(RequestBy by) : by_(by) {}

  void add(const RequestRecord& request, bool simulated) {
    const ClassName name = class_of(by_, request);
    auto found = known_.find(name);
    if (found == known_.end()) {
      if (classes_.size() == most_classes) return beyond_.add(request, simulated);
      Class& fresh = classes_.emplace_back();
      fresh.text = name.text;
      fresh.name = {name.number, name.vm, fresh.text};
      found = known_.emplace(fresh.name, &fresh).first;
    }
    Class& mine = *found->second;
    if (mine.path.empty() && !request.origin.path.empty() && by_ == RequestBy::file) mine.path = request.origin.path;
    mine.sums.add(request, simulated);
  }

  GroupTable table(std::size_t top) const;

 private:
  struct Class {
    ClassName name;
    std::string text;
    std::string path;
    RequestGroupSums sums;
  };
  struct Hash {
    std::size_t operator()(const ClassName& name) const {
      return std::hash<std::string_view>()(name.text) * 31 + name.number * 0x9e3779b97f4a7c15 + name.vm;
    }
  };

  RequestBy by_;
  std::deque<Class> classes_;
  std::unordered_map<ClassName, Class*, Hash> known_;
  RequestGroupSums beyond_;
};

GroupTable RequestGroups::Classes::table(std::size_t top) const {
  std::vector<std::pair<RequestGroup, const Class*>> all;
  all.reserve(classes_.size());
  for (const Class& each : classes_) {
    RequestGroup group = each.sums.group();
    group.label = class_label(by_, each.name, each.path);
    group.number = each.name.number;
    group.vm = each.name.vm;
    group.text = by_ == RequestBy::file ? each.path : each.text;
    all.emplace_back(std::move(group), &each);
  }
  const bool own = has_own_order(by_);
  std::sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
    const RequestGroup &x = a.first, &y = b.first;
    if (!own && x.simulated.sum != y.simulated.sum) return x.simulated.sum.n > y.simulated.sum.n;
    if (!own && x.bytes != y.bytes) return x.bytes > y.bytes;
    if (!own && x.requests != y.requests) return x.requests > y.requests;
    return std::tie(x.vm, x.number, x.text) < std::tie(y.vm, y.number, y.text);
  });
  GroupTable table;
  table.by = request_by.at(static_cast<std::size_t>(by_)).name;
  // A line for the others would be as long as the one that it replaces.
  table.shown = own || all.size() <= top + 1 ? all.size() : top;
  RequestGroupSums others, sum;
  others.merge(beyond_);
  sum.merge(beyond_);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i >= table.shown) others.merge(all[i].second->sums);
    sum.merge(all[i].second->sums);
  }
  table.others = others.group();
  table.beyond = beyond_.group();
  table.all = sum.group();
  for (auto& [group, sums] : all) table.rows.push_back(std::move(group));
  return table;
}

RequestGroups::RequestGroups(std::vector<RequestBy> by, RequestFilter filter, bool simulated)
    : filter_(std::move(filter)), simulated_(simulated) {
  for (const RequestBy each : by) by_.push_back(std::make_unique<Classes>(each));
}

RequestGroups::~RequestGroups() = default;

void RequestGroups::request_ended(const RequestRecord& request) {
  ++heard_;
  if (filter_.any() && !filter_.covers(request)) {
    constexpr std::size_t most_names = 1000;
    const std::string_view name = request.origin.process_name;
    if (matched_ == 0 && !name.empty() && met_.size() < most_names && met_.find(name) == met_.end()) met_.emplace(name);
    return;
  }
  ++matched_;
  for (const auto& classes : by_) classes->add(request, simulated_);
}

std::vector<GroupTable> RequestGroups::tables(std::size_t top) const {
  std::vector<GroupTable> all;
  for (const auto& classes : by_) all.push_back(classes->table(top));
  return all;
}

}  // namespace icesim
