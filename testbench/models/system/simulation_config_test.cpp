// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/stages.hpp"
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

}  // namespace
}  // namespace icesim
