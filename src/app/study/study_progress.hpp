// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>

namespace icesim::app {

/// Tells on the terminal of the errors how many points are simulated, and how long the others will take; nothing where
/// that is no terminal. The line is cleared at the end.
class StudyProgress {
 public:
  /// `total` points have to be simulated.
  StudyProgress(std::uint64_t total, bool quiet);
  ~StudyProgress();
  StudyProgress(const StudyProgress&) = delete;
  StudyProgress& operator=(const StudyProgress&) = delete;

  /// One more is done.
  void one_done();

 private:
  void show() const;

  std::uint64_t total_;
  std::uint64_t done_ = 0;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  bool shows_;
};

}  // namespace icesim::app
