// SPDX-License-Identifier: Apache-2.0
#include "study_runner.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/leftover.hpp"
#include "icesim/base/text/trace_note.hpp"
#include "icesim/result/failures.hpp"
#include "icesim/study/fork_map.hpp"
#include "study_progress.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace icesim::app {

void StudyRunner::declare(CommandLine& line) {
  quiet_ = line.quiet();
  namespace po = boost::program_options;
  line.options().add_options()("jobs,j", po::value(&jobs_text_)->value_name("N"),
                               "Simulations at a time; as many as there are processors unless given.")(
      "store", po::value(&store_path_)->value_name("DIR"),
      "Keeps the results of each point in a file named by all that went in, and does not run it again: a study that was "
      "interrupted goes on where it was.");
  for (const char* each : {"jobs", "store"}) line.changes_no_result(each);
}

void StudyRunner::open() {
  jobs_ = jobs_text_.empty() ? std::max(1U, std::thread::hardware_concurrency()) : number_option("--jobs", jobs_text_, 1, 1024);
  if (store_path_.empty()) return;
  store_.emplace(store_path_);
  say_on_signals("the study is not finished; the points that --store has are not run again");
}

std::vector<std::string> StudyRunner::warnings(bool of_several_traces) const {
  std::set<std::string> all;
  for (const auto& [warning, trace] : warnings_) all.insert(of_several_traces ? note_of_trace(warning, trace) : warning);
  return {all.begin(), all.end()};
}

Ran StudyRunner::read(const std::string& results, const std::string& file) {
  Ran ran;
  ran.results = read_results(results, file);
  Results statistics;
  statistics.statistics = ran.results.statistics;
  ran.failed = failed_requests(statistics);
  const std::string failures = failures_text(statistics);
  for (const std::string& warning : ran.results.warnings) {
    // Shares of stages are other ones at each point.
    const bool is_of_point = warning == failures || warning.find(" is an assumption and stage ") != std::string::npos;
    if (!is_of_point) warnings_.emplace(warning, ran.results.trace.name);
  }
  return ran;
}

void StudyRunner::share(Shard shard) {
  if (!shard.is_whole() && !store_) throw UserError("--shard has no effect: --store names the directory in which shards find each other's points");
  shard_ = shard;
}

bool StudyRunner::take_from_store(const Left& left, const StudyPoint& point, const Heard& heard) {
  const auto found = store_->find(left.point, point);
  if (found) heard(left.index, read(*found, store_->file_of(left.point)));
  return found.has_value();
}

void StudyRunner::simulate_all(const std::vector<Left>& left, const CaseOf& case_of, const NameOf& name, const Heard& heard) {
  StudyProgress progress(left.size(), quiet_ && *quiet_);
  ForkMap(jobs_).run(
      left.size(),
      [&](std::size_t i) {
        const StudyCase the_case = case_of(left[i].index);
        return simulate(the_case, hashes_.trace(the_case.input.path));
      },
      [&](std::size_t i) { return name(left[i].index); },
      [&](std::size_t i, const Answer& answer) {
        progress.one_done();
        if (answer.refused) return heard(left[i].index, {answer.text, {}, 0});
        if (store_) store_->keep(left[i].point, answer.text);
        heard(left[i].index, read(answer.text, "a simulation"));
      });
}

std::vector<StudyRunner::Left> StudyRunner::wait_for_others(std::vector<Left> left, std::chrono::nanoseconds patience, const CaseOf& case_of, const Heard& heard) {
  constexpr std::chrono::milliseconds pause{20};
  std::vector<StudyPoint> points;
  for (const Left& each : left) points.push_back(point_of(case_of(each.index), hashes_));
  auto last = std::chrono::steady_clock::now();
  while (!left.empty() && others_come_) {
    std::size_t still = 0;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (take_from_store(left[i], points[i], heard)) continue;
      std::swap(left[still], left[i]);
      std::swap(points[still++], points[i]);
    }
    if (still < left.size()) last = std::chrono::steady_clock::now();
    left.resize(still);
    points.resize(still);
    others_come_ = std::chrono::steady_clock::now() - last < patience;
    if (!left.empty()) std::this_thread::sleep_for(pause);
  }
  return left;
}

void StudyRunner::run(std::size_t count, const CaseOf& case_of, const NameOf& name, const Heard& heard) {
  std::vector<Left> mine, others;
  for (std::size_t i = 0; i < count; ++i) {
    bool is_case = false;
    try {
      const StudyCase the_case = case_of(i);
      hashes_.trace(the_case.input.path);
      is_case = true;
      Left left{i, ""};
      if (store_) {
        const StudyPoint point = point_of(the_case, hashes_);
        left.point = point.name();
        if (take_from_store(left, point, heard)) continue;
      }
      (shard_.has(i) ? mine : others).push_back(std::move(left));
    } catch (const UserError& error) {
      if (is_case) throw;
      heard(i, {error.what(), {}, 0});
    }
  }
  const auto start = std::chrono::steady_clock::now();
  simulate_all(mine, case_of, name, heard);
  if (others.empty()) return;
  // As many points take others as long; those who begin later get some seconds.
  constexpr std::chrono::nanoseconds least = std::chrono::seconds(3);
  others = wait_for_others(std::move(others), std::max(least, 2 * (std::chrono::steady_clock::now() - start)), case_of, heard);
  if (!others.empty()) simulate_all(others, case_of, name, heard);
}

}  // namespace icesim::app
