// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/text/agreeing_text.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

TEST(AgreeingText, ChoosesTheFormThatGoesWithTheNumber) {
  EXPECT_EQ(agreeing_text(1, "request{|s} {has|have} no completion"), "1 request has no completion");
  EXPECT_EQ(agreeing_text(0, "request{|s} {has|have} no completion"), "0 requests have no completion");
  EXPECT_EQ(agreeing_text(20, "request{|s} {has|have} no completion"), "20 requests have no completion");
}

TEST(AgreeingText, LeavesASentenceWithoutFormsAlone) { EXPECT_EQ(agreeing_text(1, "left"), "1 left"); }

}  // namespace
}  // namespace icesim
