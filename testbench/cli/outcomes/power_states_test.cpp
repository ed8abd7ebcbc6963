// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Words = std::vector<std::string>;

/// Without line breaks and what stands before a line's words.
std::string in_one_line(const std::string& text) {
  std::string line;
  for (const char each : text)
    if (each != '\n' && (each != ' ' || line.empty() || line.back() != ' ')) line += each;
    else if (line.empty() || line.back() != ' ') line += ' ';
  return line;
}

struct State {
  Words settings;
  std::string said;
};

const std::vector<State> states{
    {{"power.gating.delay=5ms"}, "clocks go off after 5ms without work, and a miss behind that wakes the controller"},
    {{"power.suspend.after=2s"}, "the host is suspended after 2s"},
    {{"controller.auto_hibern8=true"}, "the controller lets the link hibernate after 150ms without work"},
    {{"power.scaling.polling_ms=60"}, "the link's gear follows the load, looked at every 60 ms"},
    {{"host.idle.governor=menu"}, "idle cores sleep (governor menu), and a miss may wake one more often"}};

Words with(Words words, const Words& settings) {
  words.insert(words.end(), {"-s", "replay.limit=50"});
  for (const std::string& each : settings) words.insert(words.end(), {"-s", each});
  return words;
}

TEST(PowerStates, AreToldByTheScreenTheJsonAndTheReportEachForItself) {
  const std::string dir = testing::TempDir() + "power_states/";
  std::filesystem::create_directories(dir);
  for (const State& state : states) {
    const std::string sentence = state.said + ". Without it another number of keyslots may be the best.";
    const Outcome run = icesim(with({"run", trace, "-o", dir + "run.json"}, state.settings));
    EXPECT_THAT(in_one_line(run.out), HasSubstr("power " + sentence));
    EXPECT_THAT(nlohmann::json::parse(read_text_file(dir + "run.json"))["power_states"], ElementsAre(state.said));
    const Outcome slots = icesim(with({"slots", trace, "--counts", "1,2", "-o", dir + "slots.json"}, state.settings));
    EXPECT_THAT(slots.out, HasSubstr("power     " + sentence + "\n"));
    EXPECT_THAT(nlohmann::json::parse(read_text_file(dir + "slots.json"))["power_states"], ElementsAre(state.said));
    for (const char* file : {"run.json", "slots.json"}) {
      const std::string page = icesim({"report", dir + file, "-o", "-"}).out;
      std::string said = sentence;
      if (const std::size_t quote = said.find('\''); quote != std::string::npos) said.replace(quote, 1, "&#39;");
      EXPECT_THAT(page, HasSubstr("Power states: " + said)) << file;
    }
  }
}

TEST(PowerStates, ThatAreOffAreNotTold) {
  const Outcome run = icesim(with({"run", trace}, {})), slots = icesim(with({"slots", trace, "--counts", "1,2", "-o", "-"}, {}));
  EXPECT_THAT(run.out, Not(HasSubstr("\npower ")));
  EXPECT_THAT(slots.out, Not(HasSubstr("power_states")));
  const Outcome none = icesim(with({"run", trace}, {"controller.auto_hibern8=true", "power.auto_hibern8=0ps"}));
  EXPECT_EQ(none.exit_code, 0) << none.err;
  EXPECT_THAT(none.out, Not(HasSubstr("\npower "))) << "the driver asks for none";
}

TEST(PowerStates, TellOfTheClockThatGoesWithTheGear) {
  const Outcome run = icesim(with({"run", trace}, {"power.scaling.polling_ms=60", "power.scaling.engine=true", "clocks.ice_low=100MHz"}));
  EXPECT_THAT(in_one_line(run.out), HasSubstr("looked at every 60 ms; with it the engine's clock goes down to 100MHz. Without them "));
}

TEST(PowerStates, LoseTheKeysOfASuspendedHost) {
  const Outcome run = icesim(with({"run", trace}, {"power.gating.delay=5ms", "power.suspend.after=2s", "power.suspend.keys=lost"}));
  EXPECT_THAT(in_one_line(run.out), HasSubstr("the host is suspended after 2s; its keys are lost while it is: more keyslots are more to put back. "
                                              "Without them another number of keyslots may be the best. clocks off "));
}

TEST(PowerStates, AreToldOfEachAlternativeAndOfPartitions) {
  const Outcome over = icesim(with({"slots", trace, "--counts", "1,2", "--over", "power.gating.delay=0ps,5ms"}, {}));
  EXPECT_THAT(over.out, HasSubstr("\npower.gating.delay=5ms: clocks go off after 5ms without work, "));
  EXPECT_THAT(over.out, Not(HasSubstr("power.gating.delay=0ps: ")));
  const nlohmann::json json = nlohmann::json::parse(icesim(with({"slots", trace, "--counts", "1,2", "--over", "power.gating.delay=0ps,5ms", "-o", "-"}, {})).out);
  EXPECT_FALSE(json["alternatives"][0].contains("power_states"));
  EXPECT_EQ(json["alternatives"][1]["power_states"].size(), 1U);
}

}  // namespace
}  // namespace icesim::cli
