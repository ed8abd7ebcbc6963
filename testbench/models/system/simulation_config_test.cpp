// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/stages.hpp"
#include "icesim/result/parameter_reader.hpp"
#include "icesim/result/parameters.hpp"
#include "models/system/simulation.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace icesim {
namespace {

TEST(SystemConfig, NamesAStageWhereAnAssumptionMovesOne) {
  SystemConfig config;
  int assumptions = 0;
  for (const ParameterGroup& group : list_parameters(parameters_of(config))) {
    for (const Parameter& parameter : group.parameters) {
      if (parameter.moves.empty()) continue;
      ++assumptions;
      EXPECT_TRUE(std::any_of(stages.begin(), stages.end(), [&](const StageName& s) { return s.name == parameter.moves; }))
          << parameter.path << " moves " << parameter.moves;
    }
  }
  EXPECT_GT(assumptions, 10);
}

TEST(SystemConfig, TakesSingleParametersOnTopOfAProfileOfTheBlockLayer) {
  SystemConfig config;
  set_parameter("block_layer.tag_wake_batch=5", parameters_of(config));
  set_parameter("block_layer.profile=simple", parameters_of(config));
  EXPECT_EQ(config.block_layer.tag_wake_batch, 5u) << "it had this profile";
  set_parameter("block_layer.profile=linux-6.12", parameters_of(config));
  EXPECT_EQ(config.block_layer.scheduler, Scheduler::mq_deadline);
  EXPECT_EQ(config.block_layer.sleepers_plug, SleepersPlug::kblockd);
  EXPECT_EQ(config.block_layer.tag_wait_queues, 8u);
  EXPECT_EQ(config.block_layer.tag_wake_batch, 8u);
  EXPECT_EQ(config.block_layer.completion, Completion::softirq);
  EXPECT_EQ(config.block_layer.interrupt, InterruptHandling::hard);
  set_parameter("block_layer.tag_wake_batch=3", parameters_of(config));
  EXPECT_EQ(config.block_layer.tag_wake_batch, 3u);
  EXPECT_EQ(config.block_layer.tag_wait_queues, 8u);
  set_parameter("block_layer.profile=android", parameters_of(config));
  EXPECT_EQ(config.block_layer.scheduler, Scheduler::none);
  EXPECT_EQ(config.block_layer.tag_wake_batch, 8u);
  EXPECT_EQ(config.block_layer.completion, Completion::softirq);
  set_parameter("block_layer.profile=linux-7", parameters_of(config));
  EXPECT_EQ(config.block_layer.scheduler, Scheduler::mq_deadline);
  EXPECT_EQ(config.block_layer.completion, Completion::softirq);
  EXPECT_EQ(config.block_layer.interrupt, InterruptHandling::threaded);
  set_parameter("block_layer.interrupt=limited", parameters_of(config));
  set_parameter("block_layer.completion=submitter", parameters_of(config));
  EXPECT_EQ(config.block_layer.interrupt, InterruptHandling::limited);
  EXPECT_EQ(config.block_layer.completion, Completion::submitter);
  set_parameter("block_layer.profile=simple", parameters_of(config));
  EXPECT_EQ(config.block_layer.completion, Completion::handler);
  EXPECT_EQ(config.block_layer.interrupt, InterruptHandling::hard);
}

/// What linux-7 is, and no more: the profile before it, and the interrupt's thread.
TEST(SystemConfig, HasAProfileForLinux7ThatIsAsLinux612ButForTheInterrupt) {
  SystemConfig before, now;
  set_parameter("block_layer.profile=linux-6.12", parameters_of(before));
  set_parameter("block_layer.profile=linux-7", parameters_of(now));
  std::vector<std::string> differ;
  const auto a = list_parameters(parameters_of(before)), b = list_parameters(parameters_of(now));
  for (std::size_t group = 0; group < a.size(); ++group) {
    for (std::size_t i = 0; i < a[group].parameters.size(); ++i)
      if (value_text(a[group].parameters[i]) != value_text(b[group].parameters[i])) differ.push_back(a[group].parameters[i].path);
  }
  EXPECT_EQ(differ, (std::vector<std::string>{"block_layer.profile", "block_layer.interrupt"}));
}

TEST(SystemConfig, ReadsAProfileOfTheBlockLayerBeforeTheRestOfAFile) {
  SystemConfig config;
  read_parameters(R"({"block_layer": {"scheduler": "none", "tag_wake_batch": 2, "profile": "linux-6.12"}})", "x.json",
                  parameters_of(config));
  EXPECT_EQ(config.block_layer.scheduler, Scheduler::none);
  EXPECT_EQ(config.block_layer.tag_wake_batch, 2u);
  EXPECT_EQ(config.block_layer.tag_wait_queues, 8u);
}

TEST(SystemConfigCheck, RefusesBackgroundWorkThatWouldTakeMinutes) {
  SystemConfig config;
  config.flash.capacity = Bytes{std::uint64_t{4} << 40};
  config.flash.precondition.pattern = FlashPattern::random;
  config.device.background.background_ops = BackgroundOps::always;
  config.device.background.background_superblocks = 16;
  try {
    config.check();
    FAIL();
  } catch (const UserError& error) {
    const std::string line = error.what();
    EXPECT_EQ(line.find("device.background_superblocks: 16 on each die "), 0u) << line;
    EXPECT_NE(line.find("flash.precondition.pattern=random"), std::string::npos) << line;
  }
  config.device.background.background_superblocks = 1;
  EXPECT_NO_THROW(config.check());
  config.flash.wear.bad_ppm_per_thousand_erases = 1'000'000;
  config.flash.wear.delivered_erases = 1000;
  EXPECT_THROW(config.check(), UserError) << "nothing is won";
}

}  // namespace
}  // namespace icesim
