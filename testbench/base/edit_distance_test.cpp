// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/edit_distance.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

TEST(EditDistance, CountsLettersChangedPutInAndLeftOut) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("key", "key"), 0u);
  EXPECT_EQ(edit_distance("", "key"), 3u);
  EXPECT_EQ(edit_distance("keys", "key"), 1u);
  EXPECT_EQ(edit_distance("ky", "key"), 1u);
  EXPECT_EQ(edit_distance("kez", "key"), 1u);
  EXPECT_EQ(edit_distance("lenght", "length"), 2u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace icesim
