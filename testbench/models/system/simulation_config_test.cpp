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
  set_parameter("block_layer.tag_wake_batch=3", parameters_of(config));
  EXPECT_EQ(config.block_layer.tag_wake_batch, 3u);
  EXPECT_EQ(config.block_layer.tag_wait_queues, 8u);
  set_parameter("block_layer.profile=android", parameters_of(config));
  EXPECT_EQ(config.block_layer.scheduler, Scheduler::none);
  EXPECT_EQ(config.block_layer.tag_wake_batch, 8u);
}

TEST(SystemConfig, ReadsAProfileOfTheBlockLayerBeforeTheRestOfAFile) {
  SystemConfig config;
  read_parameters(R"({"block_layer": {"scheduler": "none", "tag_wake_batch": 2, "profile": "linux-6.12"}})", "x.json",
                  parameters_of(config));
  EXPECT_EQ(config.block_layer.scheduler, Scheduler::none);
  EXPECT_EQ(config.block_layer.tag_wake_batch, 2u);
  EXPECT_EQ(config.block_layer.tag_wait_queues, 8u);
}

}  // namespace
}  // namespace icesim
