// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/near_match.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(NearMatches, FindsATypoBestFirst) {
  EXPECT_THAT(near_matches("importt", {"impart", "import"}), ElementsAre("import", "impart"));
}

TEST(NearMatches, FindsTheSameNameInAnotherGroup) {
  EXPECT_THAT(near_matches("crypto.latency", {"ice.latency", "ice.width"}), ElementsAre("ice.latency"));
}

TEST(NearMatches, FindsABeginning) {
  EXPECT_THAT(near_matches("--vers", {"--help", "--version"}), ElementsAre("--version"));
}

TEST(NearMatches, FindsNothingFarAway) { EXPECT_THAT(near_matches("xyzzy", {"run", "import"}), IsEmpty()); }

TEST(NearMatches, GivesAtMostThree) { EXPECT_EQ(near_matches("a.x", {"b.x", "c.x", "d.x", "e.x"}).size(), 3U); }

TEST(DidYouMean, ReadsAsASentence) {
  EXPECT_EQ(did_you_mean("a.x", {"b.x", "c.x"}), "; did you mean b.x or c.x?");
  EXPECT_EQ(did_you_mean("xyzzy", {"b.x"}), "");
}

}  // namespace
}  // namespace icesim
