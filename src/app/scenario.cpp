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
  if (config.keys.replacement != ReplacementPolicy::pinned)
    refuse(setter_of("keys.pinned"), "only keys.replacement=pinned lets keys stay");
  if (!vms_.given()) refuse(setter_of("keyslots.hypervisor"), "only virtual machines ask a hypervisor, and no --vm names one");
  if (!config.crypto.has_keyslots()) {
    const char* const none = "with this crypto.path there are no keyslots";
    refuse(setter_of("keyslots.partition"), none);
    if (replays_) refuse(setter_of("keyslots.num_keyslots"), none);
  }
  if (config.keys.life != KeyLifeRule::lru) refuse(setter_of("keys.open_keys"), "only keys.life=lru looks at it");
  if (config.keys.life != KeyLifeRule::idle) refuse(setter_of("keys.idle_time"), "only keys.life=idle looks at it");
  if (config.keys.life == KeyLifeRule::trace && keys_.options().mode != KeyMode::recorded) {
    refuse("--set keys.life=trace", "the trace tells of the keys that it has, and --keys " +
                                        std::string(key_mode_name(keys_.options().mode)) + " gives others");
  }
  if (config.replay.mode != ReplayMode::asap)
    refuse(setter_of("replay.queue_depth"), "only --mode asap keeps a number of requests outstanding");
  if (config.replay.mode == ReplayMode::asap) {
    refuse(setter_of("replay.time_scale"), "--mode asap does not look at recorded times");
    if (trace_.caps_idle()) refuse("--idle-cap", "--mode asap does not look at recorded times");
  }
  if (config.crypto.engine_stays_slow()) {
    for (const char* path : {"clocks.ice", "clocks.ice_low_gears"})
      refuse(setter_of(path), "with crypto.registers.boost=false the engine stays at clocks.ice_low");
  }
  const bool low = config.engine_is_slow();
  if (low) refuse(setter_of("power.scaling.engine"), "the engine's clock is clocks.ice_low all the time");
  if (low || !config.power.scaling.clocks()) refuse(setter_of(low ? "clocks.ice" : "clocks.ice_low"), std::string("the link's gear is ") +
                                                               (low ? "not " : "") + "above clocks.ice_low_gears");
  const bool allocated = config.ice.engines == Engines::allocated;
  if (allocated) refuse(setter_of("ice.cores"), "with ice.engines=allocated ice.allocator says how many there are");
  for (const char* path : {"to_host_alone", "to_device_alone", "to_host_both", "to_device_both"})
    if (!allocated) refuse(setter_of(std::string("ice.allocator.") + path), "only ice.engines=allocated looks at it");
  check_effect(config.link);
  const KeyPathConfig& crypto = config.crypto;
  if (!failing_program().empty()) refuse(setter_of("crypto.failing_program"), "--fault sets the same");
  if (!crypto.has_keyslots()) {
    refuse(failing_program().empty() ? setter_of("crypto.failing_program") : "--fault",
           crypto.encrypts() ? "with crypto.path=prdt no key is programmed" : "with crypto.path=none no key is programmed");
  }
  if (crypto.prdt_format() == PrdtFormat::standard)
    refuse(setter_of("crypto.entry_write"), "only crypto.path=prdt and drained write more into the PRDT");
  if (crypto.path != KeyPathKind::prdt)
    refuse(setter_of("crypto.entry_wipe"), "only crypto.path=prdt has keys in the PRDT");
  if (crypto.path != KeyPathKind::hwkm_v2)
    refuse(setter_of("crypto.key_operations"), "only with crypto.path=hwkm-v2 user space asks the secure world for wrapped keys");
  if (!crypto.operates_on_keys())
    refuse(setter_of("crypto.operation_pause"), "crypto.key_operations is false");
  if (crypto.restore != KeyRestore::idle)
    refuse(setter_of("crypto.restore_idle"), "only crypto.restore=idle looks at it");
  if (!crypto.has_keyslots()) refuse(setter_of("crypto.restore"), "no keyslots have keys with this crypto.path");
  if (!crypto.encrypts()) refuse(setter_of("crypto.dun_bits"), "with crypto.path=none nothing is encrypted");
  if (crypto.path != KeyPathKind::pfk)
    refuse(setter_of("crypto.retry"), "only crypto.path=pfk tries requests again that find no keyslot");
  if (crypto.path != KeyPathKind::drained)
    refuse(setter_of("crypto.drain_poll"), "only crypto.path=drained drains the controller");
  for (const std::string& setting : settings_) {
    const std::string path(path_of(setting));
    if (path.rfind("host.idle.", 0) == 0 && path != "host.idle.governor" && !config.host.idle.on())
      refuse("--set " + path, "host.idle.governor is off");
    if (path.rfind("crypto.registers.", 0) == 0 && crypto.path != KeyPathKind::registers)
      refuse("--set " + path, "only with crypto.path=registers keys are written into registers");
    if (path.rfind("crypto.registers.", 0) == 0 && path != "crypto.registers.variant" && crypto.variant() != RegistersVariant::mediatek)
      refuse("--set " + path, "only crypto.registers.variant=mediatek looks at it");
    if (path.rfind("crypto.call.", 0) == 0 && !crypto.calls_secure_world())
      refuse("--set " + path, "only crypto.path=firmware, hwkm-v2, drained and pfk call the secure world");
  }
  if (!crypto.enters_secure_world()) {
    for (const char* path : {"crypto.call.yields", "crypto.call.leave"})
      refuse(setter_of(path), "with crypto.path=drained no core works in the secure world");
  }
  if (!crypto.call.yields) refuse(setter_of("crypto.call.leave"), "with crypto.call.yields=false interrupts wait");
  if (crypto.call.spread == Spread::fixed)
    refuse(setter_of("crypto.call.longest"), "with crypto.call.spread=fixed each call takes crypto.call.time");
  if (crypto.call.spread != Spread::two_point)
    refuse(setter_of("crypto.call.tail_ppm"), "only crypto.call.spread=two-point has a tail of its own");
  if (crypto.path != KeyPathKind::hwkm_v1)
    refuse(setter_of("crypto.derivation"), "only crypto.path=hwkm-v1 waits for it by itself");
  for (const char* path : {"device.map_page", "device.map_replacement", "device.map_prefetch"})
    if (!config.device.map.on()) refuse(setter_of(path), "device.map_cache is 0");
  if (!config.controller.auto_hibern8) refuse(setter_of("power.auto_hibern8"), "controller.auto_hibern8 is false");
  if (!config.device.ahead.on()) refuse(setter_of("device.read_ahead_streams"), "device.read_ahead is 0");
  if (config.host.idle.governor == IdleGovernor::ideal) refuse(setter_of("host.idle.tick"), "only host.idle.governor=menu looks at it");
  check_effect(config.block_layer, config.power.holds());
  check_effect(config.power);
}

void Scenario::check_effect(const BlockLayerConfig& blocks, bool has_worker) const {
  const bool scheduled = blocks.scheduler != Scheduler::none;
  const bool kblockd = blocks.queues() || blocks.throttle.on || has_worker;
  bool after_profile = true;
  for (auto setting = settings_.rbegin(); setting != settings_.rend(); ++setting) {
    const std::string path(path_of(*setting));
    const auto refuse_if = [&path](bool is, const char* why) {
      if (is) throw UserError("--set " + path + " has no effect: " + why);
    };
    const bool of_deadline = path.rfind("block_layer.deadline.", 0) == 0;
    refuse_if((of_deadline || path == "block_layer.scheduler_tags") && !scheduled,
              "block_layer.scheduler is none");
    refuse_if(path == "block_layer.tag_wake_batch" && scheduled, "with mq-deadline each freed tag wakes one");
    refuse_if(path.rfind("block_layer.throttle.", 0) == 0 && path != "block_layer.throttle.on" && !blocks.throttle.on,
              "block_layer.throttle.on is false");
    refuse_if(path == "block_layer.fua" && blocks.flush != Flushing::linux, "block_layer.flush is per-request");
    refuse_if(path == "block_layer.kblockd_core" && !kblockd, "kblockd has nothing to do");
    refuse_if(path == "host.costs.softirq_share" && blocks.completion == Completion::handler,
              "block_layer.completion is handler");
    refuse_if(path == "host.costs.ipi" && blocks.completion != Completion::submitter,
              "only block_layer.completion=submitter interrupts other cores");
    refuse_if(path == "host.costs.interrupt_limit" && blocks.interrupt != InterruptHandling::limited,
              "block_layer.interrupt is not limited");
    refuse_if(!after_profile && is_of_profile(path), "block_layer.profile, which sets it, comes after it");
    if (path == "block_layer.profile") after_profile = false;
  }
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
