// SPDX-License-Identifier: Apache-2.0
#include "study_progress.hpp"

#include <cstdio>
#include <string>
#include <unistd.h>

namespace icesim::app {
namespace {

/// "40 s", "12 min", "3 h".
std::string duration_text(std::uint64_t seconds) {
  if (seconds < 100) return std::to_string(seconds) + " s";
  if (seconds < 100 * 60) return std::to_string((seconds + 30) / 60) + " min";
  return std::to_string((seconds + 1800) / 3600) + " h";
}

}  // namespace

StudyProgress::StudyProgress(std::uint64_t total, bool quiet)
    : total_(total), shows_(!quiet && total > 1 && ::isatty(STDERR_FILENO) != 0) {
  if (shows_) show();
}

StudyProgress::~StudyProgress() {
  if (shows_) std::fputs("\r\033[K", stderr);
}

void StudyProgress::one_done() {
  ++done_;
  if (shows_) show();
}

void StudyProgress::show() const {
  std::string left;
  if (done_ > 0) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start_);
    const auto rest = static_cast<std::uint64_t>(elapsed.count()) * (total_ - done_) / done_;
    left = ", " + duration_text(rest / 1000) + " left";
  }
  std::fprintf(stderr, "\r\033[Ksimulating: %llu of %llu points%s", static_cast<unsigned long long>(done_),
               static_cast<unsigned long long>(total_), left.c_str());
}

}  // namespace icesim::app
