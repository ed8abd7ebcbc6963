// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/near_match.hpp"
#include "icesim/result/parameter_reader.hpp"
#include "models/ice/aes_xts_engines.hpp"
#include "platforms.hpp"

namespace icesim::app {
namespace {

constexpr const char* default_platform = "phone-ufs31";

const AesXtsEngine& engine_named(const std::string& name) {
  if (const AesXtsEngine* engine = find_aes_xts_engine(name)) return *engine;
  std::vector<std::string> names;
  for (const AesXtsEngine& engine : aes_xts_engines()) names.emplace_back(engine.name);
  throw UserError("--engine " + name + ": no such engine" + did_you_mean(name, names) +
                  "; 'icesim describe engines' lists all");
}

}  // namespace

void Scenario::declare_system(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()("platform,p",
                               po::value(&platform_)->default_value(default_platform)->value_name("NAME|FILE"),
                               "Built-in platform ('icesim platforms'), JSON file, or results file of an earlier run.")(
      "engine", po::value(&engine_)->value_name("NAME"),
      "Published AES engine ('icesim describe engines') instead of the platform's (ice.*).")(
      "set,s", po::value(&settings_)->value_name("PATH=VALUE"),
      "Sets one parameter ('icesim describe parameters'); may be repeated.");
}

void Scenario::declare(CommandLine& line) {
  namespace po = boost::program_options;
  declare_system(line);
  line.options().add_options()("mode", po::value(&mode_)->value_name("MODE"),
                               "When requests are issued: open, closed or asap (replay.mode).")(
      "queue-depth", po::value(&queue_depth_)->value_name("N"),
      "Requests outstanding in mode asap (replay.queue_depth).")(
      "time-scale", po::value(&time_scale_)->value_name("PERCENT"),
      "Recorded times in percent; 50 is twice as fast (replay.time_scale).");
  trace_.declare(line);
  keys_.declare(line);
}

SystemConfig Scenario::config() const {
  SystemConfig config;
  const DescribeParameters parameters = parameters_of(config);
  load_platform(platform_, parameters);
  if (!engine_.empty()) engine_named(engine_).configure(config.ice);
  if (!mode_.empty()) set_parameter("--mode", "replay.mode", mode_, parameters);
  if (!queue_depth_.empty()) set_parameter("--queue-depth", "replay.queue_depth", queue_depth_, parameters);
  if (!time_scale_.empty()) set_parameter("--time-scale", "replay.time_scale", time_scale_, parameters);
  for (const std::string& setting : settings_) set_parameter(setting, parameters);
  return config;
}

std::string Scenario::platform() const {
  std::string text = platform_;
  if (!engine_.empty()) text += ", engine " + engine_;
  if (!settings_.empty())
    text += ", " + std::to_string(settings_.size()) + (settings_.size() == 1 ? " setting" : " settings");
  return text;
}

}  // namespace icesim::app
