// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/text/glob.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

TEST(Glob, AStarStandsForAnyCharactersAndAQuestionMarkForOne) {
  EXPECT_TRUE(fits_glob("app", "app"));
  EXPECT_FALSE(fits_glob("app", "apps"));
  EXPECT_TRUE(fits_glob("app*", "app"));
  EXPECT_TRUE(fits_glob("*a*b*", "xxaxxbxx"));
  EXPECT_FALSE(fits_glob("*a*b", "xxaxxbxx"));
  EXPECT_TRUE(fits_glob("kworker/?:*", "kworker/0:1H"));
  EXPECT_FALSE(fits_glob("?", ""));
  EXPECT_TRUE(fits_glob("*", ""));
  EXPECT_TRUE(fits_glob("", ""));
  EXPECT_FALSE(fits_glob("", "a"));
}

TEST(Glob, AStarOfTheNameIsACharacterLikeOthers) {
  EXPECT_TRUE(fits_glob("*b", "*ab"));
  EXPECT_TRUE(fits_glob("a?", "a*"));
}

}  // namespace
}  // namespace icesim
