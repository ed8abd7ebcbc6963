// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/histogram.hpp"
#include "icesim/base/recorder.hpp"
#include "icesim/base/units.hpp"
#include "icesim/base/wide.hpp"
#include "icesim/result/by/group_table.hpp"
#include "icesim/result/by/request_class.hpp"
#include "icesim/result/by/request_filter.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace icesim {

/// Times of one class: their values while they are few, a Histogram once they are many, which says the same of them.
class FewTimes {
 public:
  void add(Picoseconds time);
  void merge(const FewTimes& other);
  /// Of all values.
  GroupLatency latency() const;

 private:
  /// 16 KiB, two powers of two of a Histogram.
  static constexpr std::size_t few = 2'048;

  Histogram histogram() const;

  std::vector<Picoseconds> values_;
  std::unique_ptr<Histogram> many_;
};

/// What all requests of a class have.
class RequestGroupSums {
 public:
  /// `simulated`: it has been, so that its timeline says something.
  void add(const RequestRecord& request, bool simulated);
  void merge(const RequestGroupSums& other);
  RequestGroup group() const;

 private:
  std::uint64_t requests_ = 0;
  std::uint64_t failed_ = 0;
  Wide bytes_ = 0;
  FewTimes simulated_;
  FewTimes recorded_;
  Wide compared_ = 0;        ///< simulated latencies of those whose recorded one is known
  Wide compared_with_ = 0;   ///< the recorded ones
  std::uint64_t compared_requests_ = 0;
  std::array<TimeSum, stage_count> stages_{};
};

/// Sums up requests by who asked and for what.
///
/// Memory: about 1.3 KB for a class and 16 bytes for a request, until a class has 2048; from then on what a Histogram takes
/// (50 KB). At most `most_classes` are told apart; what comes beyond is summed up as one, and its requests counted.
class RequestGroups final : public RequestRecorder {
 public:
  static constexpr std::size_t most_classes = 65'536;

  /// `simulated`: the requests have been.
  RequestGroups(std::vector<RequestBy> by, RequestFilter filter, bool simulated = true);
  ~RequestGroups() override;

  void request_ended(const RequestRecord& request) override;
  /// In the order of RequestBy that was asked for. `top`: how many classes a table for people lists by name.
  std::vector<GroupTable> tables(std::size_t top) const;
  /// Requests that passed the filter, and all.
  std::uint64_t matched() const { return matched_; }
  std::uint64_t heard() const { return heard_; }
  const RequestFilter& filter() const { return filter_; }
  /// Names that a process of the filter may have meant, when nothing matched: "; did you mean ...?", or nothing.
  std::string hint() const { return filter_.hint({met_.begin(), met_.end()}); }

 private:
  class Classes;

  RequestFilter filter_;
  bool simulated_;
  std::vector<std::unique_ptr<Classes>> by_;
  std::uint64_t matched_ = 0;
  std::uint64_t heard_ = 0;
  std::set<std::string, std::less<>> met_;  ///< names of processes, while nothing matches
};

}  // namespace icesim
