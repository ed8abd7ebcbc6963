// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/reader.hpp"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace icesim {

/// Keeps the request counts of a TraceInfo. Has room for the rwbs words that traces use, so that one that appears late
/// costs no allocation.
class RequestCounter {
 public:
  explicit RequestCounter(TraceInfo& info);
  RequestCounter(const RequestCounter&) = delete;
  RequestCounter& operator=(const RequestCounter&) = delete;

  /// Counts a record, naming it by its flags.
  void count(const IoRequest& request);
  /// Counts a record that the trace itself calls `word` (up to 16 letters).
  void count(const IoRequest& request, std::string_view word);

 private:
  static constexpr std::size_t usual_words = 64;
  /// The letters of a word, zeros behind them.
  struct Word {
    std::uint64_t first = 0;
    std::uint64_t rest = 0;
  };

  bool add(const IoRequest& request);
  std::uint64_t& counter_of(std::string_view word);

  TraceInfo& info_;
  std::map<std::string, std::uint64_t> spare_;  ///< nodes for the map of words
  std::vector<std::pair<Word, std::uint64_t*>> words_;
  /// Where requests with these flags are counted; null until the first.
  std::array<std::array<std::uint64_t*, 256>, 4> by_flags_{};
};

}  // namespace icesim
