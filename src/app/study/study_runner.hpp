// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/study/result_store.hpp"
#include "icesim/study/shard.hpp"
#include "src/app/command_line.hpp"
#include "study_case.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace icesim::app {

/// What came of a point: results, or why it cannot be.
struct Ran {
  std::string refused;  ///< a line; empty: it was simulated
  RecordedResults results;
  std::uint64_t failed = 0;  ///< requests
};

/// Runs the points of a study, each in a process of its own; those that the store has are not run again.
class StudyRunner {
 public:
  /// Declares --jobs and --store.
  void declare(CommandLine& line);
  /// Checks them, and makes the store's directory. Throws UserError.
  void open();

  /// Others run the points of the other shards into the same store: these are waited for, and those that do not come are run
  /// here in the end. Throws UserError where there is no store.
  void share(Shard shard);

  /// The case of a point; may throw UserError, which refuses the point.
  using CaseOf = std::function<StudyCase(std::size_t index)>;
  using NameOf = std::function<std::string(std::size_t index)>;
  using Heard = std::function<void(std::size_t index, const Ran& ran)>;
  /// Runs `count` points. `name` names one in a bug's message; `heard` hears of each, in whatever order.
  void run(std::size_t count, const CaseOf& case_of, const NameOf& name, const Heard& heard);

  FileHashes& hashes() { return hashes_; }
  /// What was left out, merged or guessed in any of the simulations, each once and in alphabetical order; of several traces
  /// with their names.
  std::vector<std::string> warnings(bool of_several_traces) const;

 private:
  /// A point that has to be simulated.
  struct Left {
    std::size_t index;
    std::string point;  ///< its name, where there is a store
  };
  Ran read(const std::string& results, const std::string& file);
  bool take_from_store(const Left& left, const StudyPoint& point, const Heard& heard);
  void simulate_all(const std::vector<Left>& left, const CaseOf& case_of, const NameOf& name, const Heard& heard);
  std::vector<Left> wait_for_others(std::vector<Left> left, std::chrono::nanoseconds patience, const CaseOf& case_of, const Heard& heard);

  std::shared_ptr<const bool> quiet_;
  std::string jobs_text_;
  std::string store_path_;
  std::uint64_t jobs_ = 1;
  std::optional<ResultStore> store_;
  Shard shard_;
  bool others_come_ = true;  ///< none has kept this one waiting for longer than its patience
  FileHashes hashes_;
  std::set<std::pair<std::string, std::string>> warnings_;  ///< and the name of their trace
};

}  // namespace icesim::app
