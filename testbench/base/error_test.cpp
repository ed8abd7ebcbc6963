// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

TEST(UserErrorTest, IsOneLineWhateverTheInputThatItQuotesHolds) {
  EXPECT_STREQ(UserError("p.json:/a\nb: unknown key").what(), "p.json:/a\\x0ab: unknown key");
  EXPECT_STREQ(UserError("\x1b[31m\x7f").what(), "\\x1b[31m\\x7f");
  EXPECT_STREQ(UserError("gr\u00fcn").what(), "gr\u00fcn") << "what is not ASCII stays";
}

}  // namespace
}  // namespace icesim
