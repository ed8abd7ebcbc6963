// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/packed_text.hpp"

#include "testbench/workload/files.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

TEST(PackedText, ComesBackAndIsSmaller) {
  const test::TemporaryDirectory directory;
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += std::to_string(i % 100) + ",";
  test::write_file(directory / "packed", pack_text(text));
  EXPECT_EQ(read_packed_text(directory / "packed"), text);
  EXPECT_LT(pack_text(text).size(), text.size() / 20);
  EXPECT_EQ(pack_text(text), pack_text(text));
}

TEST(PackedText, MayBePlainAndHasABound) {
  const test::TemporaryDirectory directory;
  test::write_file(directory / "plain", "a,b\n");
  EXPECT_EQ(read_packed_text(directory / "plain"), "a,b\n");
  test::write_file(directory / "bomb", pack_text(std::string(3 << 20, 'x')));
  EXPECT_THROW(read_packed_text(directory / "bomb", 2 << 20), UserError);
  const std::string packed = pack_text("some text");
  test::write_file(directory / "cut", packed.substr(0, packed.size() - 3));
  EXPECT_THROW(read_packed_text(directory / "cut"), UserError);
  EXPECT_THROW(read_packed_text(directory / "none"), UserError);
}

}  // namespace
}  // namespace icesim
