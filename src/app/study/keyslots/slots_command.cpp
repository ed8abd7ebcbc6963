// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/result/power_states.hpp"
#include "icesim/study/axis.hpp"
#include "icesim/workload/miss_curve.hpp"
#include "alternatives_study.hpp"
#include "keyslot_study.hpp"
#include "partition_study.hpp"
#include "src/app/report_output.hpp"
#include "src/app/version.hpp"

#include <algorithm>
#include <set>

namespace icesim::app {
namespace {

/// What --counts, --metric, --of and --within say.
class QuestionOptions {
 public:
  void declare(CommandLine& line) {
    namespace po = boost::program_options;
    line.options().add_options()("counts", po::value(&counts_)->value_name("LIST"),
                                 "Numbers of keyslots to try, as 8,12,16 or 1..64:x2; unless given 1, 2, 4, ... 64, 256, and those "
                                 "between that decide.")(
        "metric", po::value(&metric_)->value_name("WHAT"),
        "By what they are compared: mean (default), p99 or p999 of the latency, key-cost, throughput or misses.")(
        "of", po::value(&requests_)->value_name("WHICH"), "Whose latency that is: of encrypted requests (default), read, write or all.")(
        "within", po::value(&within_)->value_name("PERCENT"), "How far from the best is as good: 1% unless given.")(
        "sensitivity", po::bool_switch(&sensitivity_),
        "Moves every assumption to both ends of its range, and says which of them would need other numbers of keyslots.");
  }
  bool any(const CommandLine& line) const {
    return line.given("counts") || line.given("metric") || line.given("of") || line.given("within") || sensitivity_;
  }
  KeyslotQuestion question() const {
    KeyslotQuestion question;
    KeyslotMetric& metric = question.metric;
    const std::vector<std::string> metrics{"mean", "p99", "p999", "key-cost", "throughput", "misses"};
    const std::vector<std::string> requests{"encrypted", "read", "write", "all"};
    if (!metric_.empty()) metric.name = metrics[word_index("--metric", metric_, metrics)];
    if (!requests_.empty()) metric.requests = requests[word_index("--of", requests_, requests)];
    if (!requests_.empty() && !metric.is_latency()) throw UserError("--of has no effect: --metric " + metric.name + " is no latency");
    if (!within_.empty()) metric.within_ppm = share(within_);
    if (!counts_.empty()) question.counts = counts();
    if (sensitivity_ && !counts_.empty()) throw UserError("--sensitivity tries its own numbers of keyslots; --counts has no effect");
    question.sensitivity = sensitivity_;
    question.spread = counts_.empty();
    return question;
  }

 private:
  /// "1%" or "0.25%".
  static std::uint64_t share(const std::string& text) {
    const std::string_view number = std::string_view(text).substr(0, text.size() - (text.back() == '%' ? 1 : 0));
    try {
      // Four decimals: a time of so many microseconds in picoseconds, a hundred times as fine.
      const std::uint64_t ppm = parse_quantity(std::string(number) + "us", Unit::picoseconds) / 100;
      if (ppm <= 1'000'000) return ppm;
    } catch (const UserError&) {
    }
    throw UserError("--within: '" + text + "' is not a share from 0% to 100%");
  }
  std::vector<std::uint64_t> counts() const {
    SystemConfig config;
    std::set<std::uint64_t> all;
    try {
      for (const std::string& value : read_axis("keyslots.num_keyslots=" + counts_, list_parameters(parameters_of(config))).values)
        all.insert(parse_quantity(value, Unit::count));
    } catch (const UserError& error) {
      throw UserError("--counts " + counts_ + ": " + error.what());
    }
    if (*all.begin() < 1 || *all.rbegin() > MissCurve::most_keyslots)
      throw UserError("--counts " + counts_ + ": not all are 1 to " + std::to_string(MissCurve::most_keyslots));
    return {all.begin(), all.end()};
  }

  std::string counts_, metric_, requests_, within_;
  bool sensitivity_ = false;
};

void check(const SystemConfig& config) {
  require_whole(config);
  if (config.crypto.path == KeyPathKind::prdt)
    throw UserError("slots: crypto.path=prdt has no keyslots; keys go with the PRDT, and any number of them is as good");
}

}  // namespace

int slots_command(const Arguments& arguments) {
  CommandLine line({"slots", "TRACE...",
                    "Finds the smallest number of keyslots that is as good as the best: replays traces with 1, 2, 4, ... 64 and "
                    "256\nkeyslots (all that UFSHCI allows) and with what lies between, beside the misses of an ideal LRU keyslot "
                    "file.",
                    "icesim slots traces/k61-f2fs-key-per-file.icetrace -j 8 -o slots.json"});
  Scenario scenario;
  scenario.declare(line);
  StudyRunner runner;
  runner.declare(line);
  ReportOutput output;
  QuestionOptions options;
  options.declare(line);
  PartitionStudy partitions;
  partitions.declare(line);
  AlternativesStudy alternatives;
  alternatives.declare(line);
  output.declare(line, "Writes the table as JSON, with the whole miss curve; '-' is the standard output, without the table.");
  if (!line.parse(arguments)) return 0;
  const std::vector<std::string>& paths = line.operands();
  for (const std::string& path : paths) runner.hashes().trace(path);
  if (partitions.wanted()) {
    scenario.refuse_settings([](std::string_view set) { return set == "keyslots.partition"; }, "--partition tries its own partitions");
    if (options.any(line)) throw UserError("--partition compares partitions; --counts, --metric, --of, --within and --sensitivity have no effect");
    if (paths.size() > 1) throw UserError("--partition goes with one trace");
  } else {
    scenario.refuse_settings([](std::string_view set) { return set == "keyslots.num_keyslots"; }, "slots tries its own numbers of keyslots");
  }
  const StudyOrigin origin{version_text(), line.command()};
  KeyslotQuestion question = options.question();
  if (alternatives.wanted()) {
    if (partitions.wanted()) throw UserError("--over has no effect: --partition compares partitions");
    if (question.sensitivity) throw UserError("--sensitivity has no effect: --over compares systems");
    if (paths.size() > 1) throw UserError("--over goes with one trace");
    question.spread = false;
    runner.open();
    output.open(false);
    KeyslotAlternatives compared = alternatives.run(scenario, line, question, runner);
    compared.origin = origin;
    if (output.wanted()) output.write(keyslot_alternatives_json(compared));
    output.commit();
    output.print(keyslot_alternatives_text(compared), "platform  " + printable_text(scenario.platform()) + "\n\n");
    std::uint64_t failed = 0;
    for (const KeyslotAlternative& each : compared.rows) failed += each.point.failed;
    return scenario.exit_code(failed);
  }
  StudyCase first = study_case(scenario, paths[0]);
  if (partitions.wanted()) first.config.keyslots.partition = {};
  check(first.config);
  partitions.check(first.input.vms, first.config);
  runner.open();
  output.open(false);

  KeyslotStudy study(question, runner);
  for (const std::string& path : paths) study.add(study_case(scenario, path), scenario.trace_options().progress);
  const std::string states = power_states_text(study.first().power_states);
  const std::string heading = "platform  " + printable_text(scenario.platform()) + "\n" + (states.empty() ? "" : "power     " + states + "\n");
  std::uint64_t failed = 0;
  if (partitions.wanted()) {
    PartitionSweep compared = partitions.run(first, runner);
    compared.origin = origin;
    compared.trace = study.first().trace;
    compared.sha256 = study.first().sha256;
    compared.power_states = study.first().power_states;
    compared.warnings = study.first().warnings;
    if (output.wanted()) output.write(partition_sweep_json(compared));
    output.commit();
    output.print(partition_sweep_text(compared), heading + study.first().keys_text + "\n");
    for (const PartitionPoint& point : compared.points) failed += point.failed;
    return scenario.exit_code(failed);
  }
  KeyslotSizing sizing = study.run();
  sizing.origin = origin;
  if (output.wanted()) output.write(keyslot_sizing_json(sizing));
  output.commit();
  output.print(keyslot_sizing_text(sizing), heading);
  for (const KeyslotSweep& sweep : sizing.traces)
    for (const KeyslotPoint& point : sweep.points) failed += point.failed;
  return scenario.exit_code(failed);
}

}  // namespace icesim::app
