// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/keyslot_partition.hpp"

#include "icesim/base/error.hpp"

#include <gtest/gtest.h>
#include <regex>

namespace icesim {
namespace {

std::string refusal(std::string_view text) {
  try {
    KeyslotPartition::of(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(KeyslotPartition, ReadsTheKeyslotsOfEachMachine) {
  const KeyslotPartition partition = KeyslotPartition::of("host:16,android:32");
  ASSERT_EQ(partition.parts().size(), 2u);
  EXPECT_EQ(partition.parts()[0].name, "host");
  EXPECT_EQ(partition.parts()[0].keyslots, 16u);
  EXPECT_EQ(partition.parts()[1].name, "android");
  EXPECT_EQ(partition.parts()[1].keyslots, 32u);
  EXPECT_EQ(partition.keyslots(), 48u);
  EXPECT_FALSE(partition.shared());
  EXPECT_EQ(partition.text(), "host:16,android:32");
  EXPECT_EQ(KeyslotPartition::of("a-1_b:256").keyslots(), 256u);
}

TEST(KeyslotPartition, IsSharedUnlessItSaysOtherwise) {
  EXPECT_TRUE(KeyslotPartition{}.shared());
  EXPECT_TRUE(KeyslotPartition::of("shared").shared());
  EXPECT_EQ(KeyslotPartition{}.text(), "shared");
  EXPECT_EQ(KeyslotPartition{}.keyslots(), 0u);
}

TEST(KeyslotPartition, RefusesWhatItCannotBeInOneLine) {
  EXPECT_EQ(refusal("host"), "'host' is not NAME:KEYSLOTS; allowed: shared, or NAME:KEYSLOTS,NAME:KEYSLOTS...");
  EXPECT_EQ(refusal("host:16,"), "'' is not NAME:KEYSLOTS; allowed: shared, or NAME:KEYSLOTS,NAME:KEYSLOTS...");
  EXPECT_EQ(refusal("host:0"), "'0' keyslots of host are not a number of 1..256");
  EXPECT_EQ(refusal("host:257"), "'257' keyslots of host are not a number of 1..256");
  EXPECT_EQ(refusal("host:+4"), "'+4' keyslots of host are not a number of 1..256");
  EXPECT_EQ(refusal("host:"), "'' keyslots of host are not a number of 1..256");
  EXPECT_EQ(refusal("a:1,a:2"), "the virtual machine a is named twice");
  EXPECT_EQ(refusal("a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1,i:1"), "9 virtual machines are named; at most 8 can be");
  EXPECT_EQ(refusal("a:200,b:57"), "257 keyslots are more than the 256 that a file can have");
  for (const char* name : {"Host:1", ":1", "1a:1", "shared:1", "a.b:1", "abcdefghijklmnop:1"})
    EXPECT_NE(refusal(name).find("cannot be the name of a virtual machine"), std::string::npos) << name;
}

TEST(KeyslotPartition, HasExamplesOfAllItMayBe) {
  const TextForm form = KeyslotPartition::form();
  const std::regex pattern{std::string(form.pattern)};
  for (std::size_t i = 0; i < form.count; ++i) {
    const std::string example(form.examples[i]);
    EXPECT_NO_THROW(form.check(example)) << example;
    EXPECT_EQ(KeyslotPartition::of(example).text(), example);
    EXPECT_TRUE(std::regex_match(example, pattern)) << example;
  }
  EXPECT_EQ(form.examples[0], KeyslotPartition{}.text()) << "the default is the first";
  EXPECT_THROW(form.check("host"), UserError);
  EXPECT_FALSE(std::regex_match("host", pattern));
}

}  // namespace
}  // namespace icesim
