// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace icesim {

/// In which order the firmware takes what waits for it.
enum class TaskOrdering : std::uint8_t { arrival, attributes };
inline constexpr std::array<Choice, 2> task_orderings{{
    {"arrival", "in the order of their arrival"},
    {"attributes", "HEAD OF QUEUE first, the newest of them before the others; then those with command priority; ORDERED behind "
                   "all that came before it, and what came behind it after its end"},
}};

/// What waits for the firmware, where task attributes and command priority count.
class TaskOrder {
 public:
  struct Task {
    std::uint32_t index = 0;  ///< of a command: its place in the pool; of another request: where it is parked
    bool is_command = true;
    bool head_of_queue = false;
    bool priority = false;
    std::uint64_t sequence = 0;
    Picoseconds arrived{};
    Picoseconds latency{};
  };

  void add(const Task& task) { tasks_.push_back(task); }
  /// Takes the next one; `held(task)` says whether it must wait for others. False when there is none that need not.
  template <class Held>
  bool next(Task& task, Held held) {
    std::size_t best = tasks_.size();
    for (std::size_t i = 0; i < tasks_.size(); ++i) {
      const bool newer_head = best < tasks_.size() && tasks_[i].head_of_queue;
      if (best < tasks_.size() && rank(tasks_[i]) >= rank(tasks_[best]) && !newer_head) continue;
      if (tasks_[i].head_of_queue || !held(tasks_[i])) best = i;
    }
    if (best == tasks_.size()) return false;
    task = tasks_[best];
    tasks_.erase(tasks_.begin() + static_cast<std::ptrdiff_t>(best));
    return true;
  }
  /// Those that wait, in order of arrival.
  std::vector<Task>& tasks() { return tasks_; }

 private:
  static int rank(const Task& task) { return task.head_of_queue ? 0 : task.priority ? 1 : 2; }

  std::vector<Task> tasks_;
};

}  // namespace icesim
