// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/schema/schemas.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/compare/comparison_writers.hpp"
#include "icesim/result/parameter_writer.hpp"
#include "icesim/result/trace_report.hpp"
#include "schema_parts.hpp"
#include "src/result/by/groups_to_json.hpp"

namespace icesim {
namespace {

using namespace schema;

std::string results_schema(const std::vector<ParameterGroup>& platform) {
  Json config = Json::parse(parameters_schema(platform));
  config.erase("$schema");
  const Json statistic = object({{"value", number}, {"unit", {{"enum", {"ps", "B", "Hz", "cycles", "count", "pJ", ""}}}}, {"description", text}},
                                {"description"});
  const Json stage = object({{"name", text}, {"total_ps", number}, {"share_ppm", number}});
  const Json range = object({{"range", {{"type", "array"}, {"minItems", 2}, {"maxItems", 2}}}, {"source", text}});
  const Json trace = object({{"name", text}, {"format", text}, {"requests", number}, {"keys", text}, {"sha256", sha256},
                             {"files", array_of(object({{"name", text}, {"sha256", sha256}}))}}, {"keys", "sha256", "files"});
  return document("icesim results",
                  "What 'icesim run -o' writes; as a platform it is the same system again.",
                  object({{"icesim", text},
                          {"command", text},
                          {"trace", trace},
                          {"config", config},
                          {"without_effect", array_of(text)},
                          {"ranges", map_of(range)},
                          {"statistics", map_of(statistic)},
                          {"stages", array_of(stage)},
                          {"sensitivity", run_sensitivity_schema()},
                          {"by", groups_schema()},
                          {"power_states", array_of(text)},
                          {"warnings", array_of(text)}},
                         {"command", "without_effect", "ranges", "sensitivity", "by", "power_states"}));
}

std::string golden_schema() {
  const Json trace = object({{"name", text}, {"sha256", sha256}, {"results_sha256", sha256}, {"requests_sha256", sha256}});
  const Json accepted = object({{"version", text}, {"reason", text}});
  return document("icesim golden", "golden.json of a directory that 'icesim golden' keeps: the results of which traces, and why they were renewed.",
                  object({{"icesim_golden", text},
                          {"version", text},
                          {"platform", text},
                          {"traces", array_of(trace)},
                          {"accepted", array_of(accepted)}}));
}

std::string names_schema() {
  const Json parameter = object({{"unit", text}, {"source", text}, {"assumption", flag}, {"moves", text}, {"without_effect", text}}, {"moves", "without_effect"});
  const Json statistic = closed({{"unit", text}, {"description", text}});
  const Json named_register = closed({{"place", text}, {"access", text}, {"description", text}});
  return document("icesim describe --json", "What goes by a name: parameters with a schema of their values, statistics, registers and their fields.",
                  closed({{"parameters", map_of(parameter)}, {"statistics", map_of(statistic)}, {"registers", map_of(named_register)}},
                         {"parameters", "statistics", "registers"}));
}

}  // namespace

std::string schema_text(std::string_view name, const std::vector<ParameterGroup>& platform) {
  if (name == "platform") return parameters_schema(platform);
  if (name == "results") return results_schema(platform);
  if (name == "slots") return slots_schema();
  if (name == "partitions") return partitions_schema();
  if (name == "sweep") return sweep_schema();
  if (name == "alternatives") return alternatives_schema();
  if (name == "fit") return fit_schema();
  if (name == "comparison") return comparison_schema();
  if (name == "golden") return golden_schema();
  if (name == "trace") return trace_report_schema();
  if (name == "rings-scenario") return ring_scenario_schema();
  if (name == "rings") return rings_schema();
  if (name == "names") return names_schema();
  throw Bug("a name without a schema");
}

}  // namespace icesim
