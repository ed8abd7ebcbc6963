// SPDX-License-Identifier: Apache-2.0
#include "scenario.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/near_match.hpp"
#include "icesim/result/parameter_reader.hpp"
#include "models/ice/aes_xts_engines.hpp"
#include "platforms.hpp"
#include "system_lists.hpp"

#include <algorithm>
#include <tuple>

namespace icesim::app {
namespace {

constexpr const char* default_platform = "phone-ufs31";

/// Whether BlockLayerConfig::set_profile() sets the parameter.
bool is_of_profile(std::string_view path) {
  for (const std::string_view each : {"block_layer.scheduler", "block_layer.sleepers_plug", "block_layer.tag_wait_queues",
                                      "block_layer.tag_wake_batch", "block_layer.keyslot_waiter", "block_layer.flush",
                                      "block_layer.retries", "block_layer.timeout", "block_layer.completion",
                                      "block_layer.interrupt", "block_layer.throttle.on"})
    if (path == each) return true;
  return false;
}

/// "keyslots.num_keyslots" of "keyslots.num_keyslots=8".
std::string_view path_of(std::string_view setting) { return setting.substr(0, setting.find('=')); }

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
  platform_ = default_platform;
  line.input("platform,p", platform_, "NAME|FILE",
             "Built-in platform ('icesim platforms'), JSON file, which may stand on another by \"based_on\", or results file of "
             "an earlier run; phone-ufs31 unless given.",
             [](const std::string& name) { return find_platform(name) == nullptr; });
  line.options().add_options()("engine", po::value(&engine_)->value_name("NAME"),
                               "Published AES engine ('icesim describe engines') instead of the platform's (ice.*).")(
      "set,s", po::value(&settings_)->value_name("PATH=VALUE"),
      "Sets one parameter ('icesim describe parameters'); may be repeated.")(
      "fail-on", po::value(&fail_on_)->value_name("WHAT"), "errors: ends with exit code 3 when a request failed.");
  line.values("platform", platform_names);
  line.values("engine", [] {
    std::vector<std::string> names;
    for (const AesXtsEngine& engine : aes_xts_engines()) names.emplace_back(engine.name);
    return names;
  });
  line.values("set", [] { return setting_words(system_parameters()); });
  line.values("fail-on", [] { return std::vector<std::string>{"errors"}; });
}

void Scenario::declare(CommandLine& line) {
  namespace po = boost::program_options;
  declare_system(line);
  replays_ = true;
  line.options().add_options()("mode", po::value(&mode_)->value_name("MODE"),
                               "When requests are issued: open, closed or asap (replay.mode).")(
      "queue-depth", po::value(&queue_depth_)->value_name("N"),
      "Requests outstanding in mode asap (replay.queue_depth).")(
      "time-scale", po::value(&time_scale_)->value_name("PERCENT"),
      "Recorded times in percent; 50 is twice as fast (replay.time_scale).");
  line.values("mode", [] { return choice_words(system_parameters(), "replay.mode"); });
  trace_.declare(line);
  keys_.declare(line);
  vms_.declare(line);
}

SystemConfig Scenario::config() const {
  const SystemConfig config = any_config();
  check_effect(config);
  return config;
}

SystemConfig Scenario::any_config() const {
  SystemConfig config;
  const DescribeParameters parameters = parameters_of(config);
  load_platform(platform_, parameters);
  if (!engine_.empty()) engine_named(engine_).configure(config.ice);
  if (!mode_.empty()) set_parameter("--mode", "replay.mode", mode_, parameters);
  if (!queue_depth_.empty()) set_parameter("--queue-depth", "replay.queue_depth", queue_depth_, parameters);
  if (!time_scale_.empty()) set_parameter("--time-scale", "replay.time_scale", time_scale_, parameters);
  for (const std::string& setting : settings_) set_parameter(setting, parameters);
  if (const std::string program = failing_program(); !program.empty())
    set_parameter("--fault", "crypto.failing_program", program, parameters);
  if (!fail_on_.empty()) word_index("--fail-on", fail_on_, {"errors"});
  return config;
}

PlatformRanges Scenario::ranges() const {
  SystemConfig config;
  return load_platform(platform_, parameters_of(config));
}

void Scenario::choose(const std::string& what, const std::string& value) {
  if (what == "platform") {
    platform_ = value;
  } else if (what == "engine") {
    engine_ = value;
  } else if (what == "keys") {
    keys_.choose(value);
  } else {
    // What a profile sets can be set again behind it.
    settings_.insert(what == "block_layer.profile" ? settings_.begin() : settings_.end(), what + "=" + value);
  }
}

std::string Scenario::setter_of(std::string_view path) const {
  for (const std::string& setting : settings_) {
    if (path_of(setting) == path) return "--set " + std::string(path);
  }
  const bool by_option = (path == "replay.mode" && !mode_.empty()) ||
                         (path == "replay.queue_depth" && !queue_depth_.empty()) ||
                         (path == "replay.time_scale" && !time_scale_.empty());
  if (!by_option) return "";
  std::string option = "--" + std::string(path.substr(path.find('.') + 1));
  std::replace(option.begin(), option.end(), '_', '-');
  return option;
}

void Scenario::check_effect(const SystemConfig& config) const {
  const auto refuse = [](const std::string& setter, const std::string& why) {
    if (!setter.empty()) throw UserError(setter + " has no effect: " + why);
  };
  // Of two ways to say the same only one can hold.
  for (const auto& [option, path, value] :
       {std::tuple("--mode", "replay.mode", &mode_), std::tuple("--queue-depth", "replay.queue_depth", &queue_depth_),
        std::tuple("--time-scale", "replay.time_scale", &time_scale_)}) {
    if (!value->empty() && setter_of(path).front() == '-' && setter_of(path) == "--set " + std::string(path))
      throw UserError(std::string(option) + " has no effect: --set " + path + " sets the same");
  }
  if (!vms_.given()) refuse(setter_of("keyslots.hypervisor"), "only virtual machines ask a hypervisor, and no --vm names one");
  if (!config.crypto.has_keyslots() && replays_) refuse(setter_of("keyslots.num_keyslots"), "with this crypto.path there are no keyslots");
  if (config.keys.life == KeyLifeRule::trace && keys_.options().mode != KeyMode::recorded) {
    refuse("--set keys.life=trace", "the trace tells of the keys that it has, and --keys " +
                                        std::string(key_mode_name(keys_.options().mode)) + " gives others");
  }
  if (config.replay.mode == ReplayMode::asap && trace_.caps_idle()) refuse("--idle-cap", "--mode asap does not look at recorded times");
  const KeyPathConfig& crypto = config.crypto;
  if (!failing_program().empty()) refuse(setter_of("crypto.failing_program"), "--fault sets the same");
  if (!crypto.has_keyslots()) {
    refuse(failing_program().empty() ? setter_of("crypto.failing_program") : "--fault",
           crypto.encrypts() ? "with crypto.path=prdt no key is programmed" : "with crypto.path=none no key is programmed");
  }
  bool after_profile = true;
  for (auto setting = settings_.rbegin(); setting != settings_.rend(); ++setting) {
    const std::string_view path = path_of(*setting);
    if (!after_profile && is_of_profile(path)) refuse("--set " + std::string(path), "block_layer.profile, which sets it, comes after it");
    if (path == "block_layer.profile") after_profile = false;
  }
  SystemConfig described = config;
  for (const ParameterGroup& group : list_parameters(parameters_of(described)))
    for (const Parameter& each : group.parameters)
      if (!each.idle.empty()) refuse(setter_of(each.path), each.idle);
}

void Scenario::refuse_settings(const std::function<bool(std::string_view path)>& has_no_effect,
                               std::string_view why) const {
  for (const std::string& setting : settings_) {
    if (has_no_effect(path_of(setting)))
      throw UserError("--set " + std::string(path_of(setting)) + " has no effect: " + std::string(why));
  }
}

int Scenario::exit_code(std::uint64_t failed) const {
  constexpr int requests_failed = 3;
  return fail_on_.empty() || failed == 0 ? 0 : requests_failed;
}

std::string Scenario::platform() const {
  std::string text = platform_;
  if (!engine_.empty()) text += ", engine " + engine_;
  if (!mode_.empty()) text += ", replay.mode=" + mode_;
  if (!queue_depth_.empty()) text += ", replay.queue_depth=" + queue_depth_;
  if (!time_scale_.empty()) text += ", replay.time_scale=" + time_scale_;
  text += faults_named();
  for (const std::string& setting : settings_) text += ", " + setting;
  return text;
}

}  // namespace icesim::app
