// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "models/ice/aes_xts_engines.hpp"
#include "testbench/ranges/range_case.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/random_config.hpp"

#include <algorithm>
#include <filesystem>

namespace icesim {
namespace {

namespace fs = std::filesystem;
using test::check_cases;
using test::Pattern;
using test::RangeCase;

constexpr std::size_t patterns = 3;

/// The names of all platforms, in order.
std::vector<std::string> platforms() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(fs::path(ICESIM_SOURCE_DIR) / "models/platforms"))
    names.push_back(entry.path().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// The file of a platform, or of the one that it stands on.
PlatformText platform_text(const std::string& base, const std::string& file) {
  const std::string path = (fs::path(file).parent_path() / (base + ".json")).string();
  return {path, read_text_file(path)};
}

/// A platform with an engine, 0 being its own, in a mode of replay.
SystemConfig scenario(std::size_t platform, std::size_t engine, std::size_t mode) {
  SystemConfig config;
  const std::vector<std::string> files = platforms();
  const std::string& file = files[platform % files.size()];
  read_platform({file, read_text_file(file)}, parameters_of(config), platform_text);
  const auto& engines = aes_xts_engines();
  if (engine % (engines.size() + 1) > 0) engines[engine % (engines.size() + 1) - 1].configure(config.ice);
  config.replay.mode = static_cast<ReplayMode>(mode % replay_modes.size());
  config.payload = Payload::verify;
  return config;
}

/// The same on a device so small that it is collected, every other time.
SystemConfig small_scenario(std::size_t number) {
  SystemConfig config = scenario(number, number / 3, number / 7);
  if (number % 2 == 0) config.flash = test::small_flash();
  return config;
}

std::vector<Parameter> parameters() {
  SystemConfig config;
  std::vector<Parameter> list;
  for (const ParameterGroup& group : list_parameters(parameters_of(config)))
    list.insert(list.end(), group.parameters.begin(), group.parameters.end());
  return list;
}

/// The same with another value of one parameter, in the spelling of the command line.
SystemConfig with(SystemConfig config, Parameter parameter, std::uint64_t value) {
  parameter.set_value(value);
  set_parameter("test", parameter.path, value_text(parameter), parameters_of(config));
  return config;
}

/// One end of four under sanitizers, where values at random are tried besides.
TEST(Ranges, EveryParameterRunsAtBothEnds) {
  std::size_t number = 0;
  for (const Parameter& parameter : parameters()) {
    for (const std::uint64_t value : {parameter.range.min, parameter.range.max}) {
      if (test::few_cases() && number % 4 != 0) {
        ++number;
        continue;
      }
      RangeCase c;
      c.base = small_scenario(number);
      c.config = with(c.base, parameter, value);
      c.pattern = static_cast<Pattern>(number % patterns);
      c.seed = ++number;
      EXPECT_EQ(c.fault(), "") << parameter.path << " = " << value;
    }
  }
}

TEST(Ranges, EveryEnginePlatformAndModeRuns) {
  for (std::size_t engine = 0; engine <= aes_xts_engines().size(); ++engine) {
    for (std::size_t mode = 0; mode < replay_modes.size(); ++mode) {
      RangeCase c;
      c.base = c.config = scenario(engine + mode, engine, mode);
      c.pattern = static_cast<Pattern>((engine + 2 * mode) % patterns);
      c.seed = 1 + engine * replay_modes.size() + mode;
      EXPECT_EQ(c.fault(), "") << "engine " << engine << ", mode " << mode;
    }
  }
}

/// What is drawn for every case beside the configuration.
void draw_stimuli(RangeCase& c) {
  c.pattern = static_cast<Pattern>(*rc::gen::inRange<int>(0, patterns).as("pattern"));
  c.seed = *rc::gen::noShrink(rc::gen::arbitrary<std::uint64_t>()).as("seed");
  c.requests = *rc::gen::inRange<std::size_t>(1, 61).as("requests");
}

TEST(Ranges, EveryParameterRunsWithAnyValue) {
  const std::vector<Parameter> all = parameters();
  check_cases(60, [&all] {
    RangeCase c;
    c.base = small_scenario(*rc::gen::inRange<std::size_t>(0, 1000).as("scenario"));
    const Parameter& parameter = all[*rc::gen::inRange<std::size_t>(0, all.size()).as("parameter")];
    c.config = with(c.base, parameter, *test::any_in(parameter.range, parameter.value).as(parameter.path));
    draw_stimuli(c);
    const std::string fault = c.fault();
    if (!fault.empty()) RC_FAIL(fault);
  });
}

TEST(Ranges, AllParametersRunWithAnyValues) {
  check_cases(60, [] {
    RangeCase c;
    c.base.payload = Payload::verify;
    c.config = test::any_config(c.base);
    const std::size_t engine = *rc::gen::inRange<std::size_t>(0, 3 * aes_xts_engines().size()).as("engine");
    if (engine > 0 && engine <= aes_xts_engines().size()) aes_xts_engines()[engine - 1].configure(c.config.ice);
    draw_stimuli(c);
    const std::string fault = c.fault();
    if (!fault.empty()) RC_FAIL(fault);
  });
}

/// Whatever else is set, what is said to be without effect has none.
TEST(Ranges, WhatIsWithoutEffectHasNone) {
  const std::vector<Parameter> all = parameters();
  check_cases(200, [&all] {
    RangeCase c;
    c.base = small_scenario(*rc::gen::inRange<std::size_t>(0, 1000).as("scenario"));
    const Parameter& moved = all[*rc::gen::inRange<std::size_t>(0, all.size()).as("moved")];
    c.base = with(c.base, moved, *test::any_in(moved.range, moved.value).as(moved.path));
    std::vector<Parameter> idle;
    for (const ParameterGroup& group : list_parameters(parameters_of(c.base)))
      for (const Parameter& each : group.parameters)
        if (!each.idle.empty() && each.path != "keyslots.partition") idle.push_back(each);  // the requests here follow that
    const Parameter& parameter = idle[*rc::gen::inRange<std::size_t>(0, idle.size()).as("parameter")];
    c.config = with(c.base, parameter, *test::any_in(parameter.range, parameter.value).as(parameter.path));
    draw_stimuli(c);
    const std::string effect = c.effect();
    if (!effect.empty()) RC_FAIL(parameter.path + " has an effect, though " + parameter.idle + ": " + effect);
  });
}

}  // namespace
}  // namespace icesim
