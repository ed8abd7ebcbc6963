// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace icesim {

/// What came of one piece of work.
struct Answer {
  bool refused = false;  ///< a UserError, whose line `text` is
  std::string text;      ///< of any length and any bytes
};

/// Does pieces of work, each in a process of its own and at most `jobs` at a time: SystemC has one kernel per process.
class ForkMap {
 public:
  explicit ForkMap(std::uint64_t jobs) : jobs_(jobs) {}

  /// What a process answers; called in it.
  using Work = std::function<std::string(std::size_t index)>;
  /// Names a piece of work for a bug's message.
  using Name = std::function<std::string(std::size_t index)>;
  /// Hears of each answer as it comes, in whatever order; called here.
  using Heard = std::function<void(std::size_t index, const Answer& answer)>;

  /// Does `count` pieces of work, which are begun in their order. An end of a process that is neither an answer nor a
  /// UserError is a Bug here, and ends the others.
  void run(std::size_t count, const Work& work, const Name& name, const Heard& heard) const;

 private:
  std::uint64_t jobs_;
};

}  // namespace icesim
