// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/key_tagging.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

IoRequest request_of(std::uint64_t inode, std::uint32_t policy, std::uint64_t index) {
  IoRequest request;
  request.inode = inode;
  request.policy = policy;
  request.dun = Dun{index};
  request.flags = IoRequest::has_dun | IoRequest::sync;
  return request;
}

IoRequest tagged(KeyTagger& tagger, IoRequest request) {
  tagger.tag(request);
  return request;
}

TEST(KeyTagger, NumbersFilesInOrderOfFirstAppearance) {
  KeyTagger tagger(KeyMode::per_file);
  EXPECT_EQ(tagged(tagger, request_of(400, 1, 0)).key, 1u);
  EXPECT_EQ(tagged(tagger, request_of(std::uint64_t{1} << 40, 1, 0)).key, 2u);
  EXPECT_EQ(tagged(tagger, request_of(400, 1, 0)).key, 1u);
  EXPECT_EQ(tagged(tagger, request_of(0, 0, 0)).key, no_key);
  EXPECT_EQ(tagger.keys(), 2u);
}

TEST(KeyTagger, GivesFilesOfOnePolicyOneKey) {
  KeyTagger tagger(KeyMode::per_policy);
  EXPECT_EQ(tagged(tagger, request_of(400, 3, 0)).key, 1u);
  EXPECT_EQ(tagged(tagger, request_of(401, 3, 0)).key, 1u);
  EXPECT_EQ(tagged(tagger, request_of(402, 1, 0)).key, 2u);
  EXPECT_EQ(tagged(tagger, request_of(403, 0, 0)).key, no_key) << "outside every encrypted directory";
}

TEST(KeyTagger, RewritesTheDunForTheMode) {
  KeyTagger policy(KeyMode::per_policy);
  KeyTagger file(KeyMode::per_file);
  const IoRequest recorded = request_of(400, 3, 17);
  const IoRequest wide = tagged(policy, recorded);
  EXPECT_EQ(wide.dun, Dun{(std::uint64_t{400} << 32) | 17});
  EXPECT_EQ(tagged(policy, wide).dun, wide.dun);
  EXPECT_EQ(tagged(file, wide).dun, recorded.dun);
}

TEST(KeyTagger, LeavesADunOffWhereNothingIsEncrypted) {
  KeyTagger none(KeyMode::none);
  const IoRequest plain = tagged(none, request_of(400, 3, 17));
  EXPECT_EQ(plain.key, no_key);
  EXPECT_EQ(plain.flags, IoRequest::sync);
  EXPECT_EQ(plain.dun, Dun{0});
  EXPECT_EQ(plain.inode, 400u) << "the owner stays known";
}

}  // namespace
}  // namespace icesim
