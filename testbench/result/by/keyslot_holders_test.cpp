// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/by/keyslot_holders.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace icesim {
namespace {

class KeyslotHoldersTest : public testing::Test, public RequestRecorder {
 protected:
  void request_ended(const RequestRecord& request) override { holder_ = request.keyslot_holder; }
  std::uint64_t holder(std::uint64_t id, std::uint32_t key, std::uint64_t keyslot, bool waited = true) {
    RequestRecord request;
    request.id = id;
    request.key = key;
    request.has_keyslot = true;
    request.keyslot = Keyslot{keyslot};
    if (waited) request.timeline.mark(Stage::keyslot_wait, Picoseconds{10});
    holders_.request_ended(request);
    return holder_;
  }

 private:
  std::uint64_t holder_ = 0;
  KeyslotHolders holders_{*this};
};

TEST_F(KeyslotHoldersTest, TheLastRequestWithAnotherKeyHeldIt) {
  EXPECT_EQ(holder(1, 5, 3), 0U) << "nothing tells";
  EXPECT_EQ(holder(2, 5, 3), 0U);
  EXPECT_EQ(holder(3, 6, 3), 2U);
  EXPECT_EQ(holder(4, 6, 3), 2U) << "it shared the keyslot with the one before it, and waited with it";
  EXPECT_EQ(holder(5, 7, 2), 0U);
  EXPECT_EQ(holder(6, 7, 3), 4U);
}

TEST_F(KeyslotHoldersTest, WhoDidNotWaitWaitedForNobody) {
  holder(1, 5, 3);
  EXPECT_EQ(holder(2, 6, 3, false), 0U);
  EXPECT_EQ(holder(3, 7, 3), 2U);
}

}  // namespace
}  // namespace icesim
