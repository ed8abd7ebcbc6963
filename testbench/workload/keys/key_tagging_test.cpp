// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/keys/key_tagging.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using DunForm = KeyTagger::DunForm;

IoRequest request_of(std::uint64_t inode, std::uint64_t index) {
  IoRequest request;
  request.inode = inode;
  request.dun = Dun{index};
  request.flags = IoRequest::has_dun | IoRequest::sync;
  return request;
}

IoRequest tagged(KeyTagger& tagger, IoRequest request, std::uint64_t owner, DunForm form = DunForm::page) {
  tagger.tag(request, owner, form);
  return request;
}

TEST(KeyTagger, NumbersOwnersInOrderOfFirstAppearance) {
  KeyTagger tagger;
  EXPECT_EQ(tagged(tagger, request_of(400, 0), 400).key, 1u);
  EXPECT_EQ(tagged(tagger, request_of(7, 0), std::uint64_t{1} << 40).key, 2u);
  EXPECT_EQ(tagged(tagger, request_of(401, 0), 400).key, 1u);
  EXPECT_EQ(tagger.keys(), 2u);
}

TEST(KeyTagger, RewritesARecordedDunInEitherForm) {
  KeyTagger tagger;
  const IoRequest recorded = request_of(400, 17);
  const IoRequest wide = tagged(tagger, recorded, 3, DunForm::inode_and_page);
  EXPECT_EQ(wide.dun, Dun{(std::uint64_t{400} << 32) | 17});
  EXPECT_EQ(tagged(tagger, wide, 3, DunForm::inode_and_page).dun, wide.dun);
  EXPECT_EQ(tagged(tagger, wide, 3, DunForm::page).dun, recorded.dun);
}

TEST(KeyTagger, LeavesTheDunToTheDriverWhenItComesFromTheAddress) {
  KeyTagger tagger;
  const IoRequest request = tagged(tagger, request_of(400, 17), 3, DunForm::from_address);
  EXPECT_EQ(request.key, 1u);
  EXPECT_EQ(request.flags, IoRequest::sync);
  EXPECT_EQ(request.dun, Dun{0});
}

TEST(KeyTagger, TakesKeyAndDunAway) {
  KeyTagger tagger;
  IoRequest request = tagged(tagger, request_of(400, 17), 3);
  KeyTagger::untag(request);
  EXPECT_EQ(request.key, no_key);
  EXPECT_EQ(request.flags, IoRequest::sync);
  EXPECT_EQ(request.dun, Dun{0});
  EXPECT_EQ(request.inode, 400u) << "the owner stays known";
}

TEST(KeyTagger, ForgetsTheKeyslotOfTheKeyThatWasRecorded) {
  KeyTagger tagger;
  IoRequest request = request_of(400, 17);
  request.keyslot = 5;
  IoRequest plain = request;
  KeyTagger::untag(plain);
  EXPECT_EQ(plain.keyslot, unknown_keyslot);
  EXPECT_EQ(tagged(tagger, request, 3).keyslot, unknown_keyslot);
}

TEST(KeyTagger, CountsKeysThatATraceHas) {
  KeyTagger tagger;
  IoRequest request;
  for (const KeyId key : {5u, 0u, 9u, 5u}) {
    request.key = key;
    tagger.note(request);
  }
  EXPECT_EQ(tagger.keys(), 2u);
}

}  // namespace
}  // namespace icesim
