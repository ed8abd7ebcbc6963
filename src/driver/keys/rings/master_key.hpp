// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_answer.hpp"

#include <algorithm>
#include <utility>

namespace icesim {

/// A key in a ring as fscrypt keeps it: present, gone, or gone but for the files that were open when it was removed.
class MasterKey {
 public:
  bool is_present() const { return present_; }
  bool is_absent() const { return !present_ && unlocked_.empty(); }
  /// Whether a file of this key can be opened.
  bool opens(std::size_t file) const {
    return present_ || std::find(unlocked_.begin(), unlocked_.end(), file) != unlocked_.end();
  }
  void add() {
    present_ = true;
    unlocked_.clear();
  }
  /// Removes the key, or tries again to lock its files; those that are open now stay unlocked.
  RingAnswer remove(std::vector<std::size_t> open_files) {
    if (is_absent()) return {RingAnswer::Error::no_key};
    present_ = false;
    unlocked_ = std::move(open_files);
    RingAnswer answer;
    answer.files_busy = !unlocked_.empty();
    return answer;
  }
  RingKeyStatus::State state() const {
    using State = RingKeyStatus::State;
    return present_ ? State::present : unlocked_.empty() ? State::absent : State::incompletely_removed;
  }

 private:
  bool present_ = false;
  std::vector<std::size_t> unlocked_;  ///< files that have it although it was removed
};

}  // namespace icesim
