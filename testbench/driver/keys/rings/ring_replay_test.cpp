// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/keys/rings/ring_replay.hpp"

#include "testbench/driver/keys/rings/random_scenario.hpp"

namespace icesim {
namespace {

using namespace test;
using Error = RingAnswer::Error;
using State = RingKeyStatus::State;

enum User { root, alice, bob };

/// Processes of root, alice and bob, with a session for each, and a file of alice that all may read; one key.
class RingReplay : public testing::Test {
 protected:
  RingReplay() {
    s_.users = {{"root", 0, 0, {}}, {"alice", 1000, 1000, {}}, {"bob", 1001, 1001, {}}};
    s_.namespaces[0].root = root;
    s_.sessions = {"r", "a", "b"};
    s_.processes = {{"r", root, 0, 0}, {"a", alice, 0, 1}, {"b", bob, 0, 2}};
    s_.keys = {"k"};
    s_.files = {{"f", 1000, 1000, 0644, 0}};
  }
  void step(Verb verb, std::size_t by, std::size_t what = 0, bool all_users = false, std::uint32_t mode = 0) {
    s_.steps.push_back({verb, by, what, mode, all_users, false});
  }
  RingOutcome last() const { return replay_rings(s_).back(); }
  bool reads(std::size_t process, RingLetter model, std::size_t file = 0) const {
    return (last().reads[process * s_.files.size() + file] >> model & 1) != 0;
  }
  RingAnswer answer(RingLetter model) const { return last().answers[model]; }
  RingKeyStatus status(RingLetter model) const { return (*last().statuses)[model]; }

  RingScenario s_;
};

TEST_F(RingReplay, UseIsNotCheckedAgainstClaims) {
  step(Verb::add, alice);
  EXPECT_TRUE(reads(bob, B));
  EXPECT_TRUE(reads(bob, D));
  EXPECT_FALSE(reads(bob, A)) << "only root adds";
  EXPECT_FALSE(reads(bob, C)) << "likewise";
  EXPECT_FALSE(reads(bob, E)) << "another session";
  EXPECT_TRUE(reads(alice, E));
}

TEST_F(RingReplay, AKeyIsThereUntilItsLastClaimGoes) {
  step(Verb::add, alice);
  step(Verb::add, bob);
  step(Verb::add, bob);
  EXPECT_EQ(status(B).user_count, 2U);
  step(Verb::remove, root);
  EXPECT_EQ(answer(B).error, Error::no_key) << "root has no claim";
  step(Verb::remove, bob);
  EXPECT_TRUE(answer(B).other_users);
  EXPECT_EQ(status(B).state, State::present);
  EXPECT_FALSE(status(B).added_by_self);
  EXPECT_TRUE(reads(bob, B));
  step(Verb::remove, alice);
  EXPECT_EQ(status(B).state, State::absent);
  EXPECT_FALSE(reads(alice, B));
}

TEST_F(RingReplay, FilesThatAreOpenKeepAKeyUntilARemovalFindsThemClosed) {
  s_.files.push_back({"g", 1000, 1000, 0644, 0});
  step(Verb::add, alice);
  step(Verb::use, bob, 0);
  step(Verb::remove, alice);
  EXPECT_TRUE(answer(B).files_busy);
  EXPECT_EQ(status(B).state, State::incompletely_removed);
  EXPECT_TRUE(reads(bob, B));
  EXPECT_TRUE(reads(alice, B)) << "opens it anew";
  EXPECT_FALSE(reads(bob, B, 1)) << "was not open";
  EXPECT_FALSE(reads(bob, D)) << "what the engine has cleared is gone";
  step(Verb::close, bob, 0);
  EXPECT_EQ(status(B).state, State::incompletely_removed);
  step(Verb::remove, bob);
  EXPECT_EQ(answer(B).error, Error::none) << "anybody may try again";
  EXPECT_EQ(status(B).state, State::absent);
  EXPECT_FALSE(reads(bob, B));
}

TEST_F(RingReplay, AddingAKeyThatWasIncompletelyRemovedMakesItPresent) {
  step(Verb::add, alice);
  step(Verb::use, bob);
  step(Verb::remove, alice);
  step(Verb::add, bob);
  EXPECT_EQ(status(B).state, State::present);
  EXPECT_EQ(status(B).user_count, 1U);
}

TEST_F(RingReplay, OnlyTheInitialRootRemovesForAllUsers) {
  step(Verb::add, alice);
  step(Verb::add, bob);
  step(Verb::remove, bob, 0, true);
  EXPECT_EQ(answer(B).error, Error::access);
  step(Verb::remove, root, 0, true);
  EXPECT_EQ(answer(B).error, Error::none);
  EXPECT_EQ(status(B).state, State::absent);
}

TEST_F(RingReplay, AClaimIsChargedToItsUser) {
  // "00112233445566778899aabbccddeeff.uid.1000", its end, and 64 bytes.
  s_.keys = {"k", "l"};
  s_.quota.maxbytes = 41 + 1 + 64;
  step(Verb::add, alice, 0);
  EXPECT_EQ(answer(B).error, Error::none);
  step(Verb::add, alice, 1);
  EXPECT_EQ(answer(B).error, Error::quota);
  step(Verb::add, bob, 1);
  EXPECT_EQ(answer(B).error, Error::none) << "each has a quota";
  step(Verb::remove, alice, 0);
  step(Verb::add, alice, 1);
  EXPECT_EQ(answer(B).error, Error::none) << "a claim that goes is given back";
  s_.quota.maxbytes = 41 + 64;
  s_.steps.resize(1);
  EXPECT_EQ(answer(B).error, Error::quota);
  s_.quota = {};
  s_.quota.maxkeys = 0;
  EXPECT_EQ(answer(B).error, Error::quota);
  s_.steps[0].by = root;
  EXPECT_EQ(answer(B).error, Error::none) << "root's is another";
}

TEST_F(RingReplay, TheNearestRingThatHasTheKeyServes) {
  s_.namespaces.push_back({"box", 0, root, alice, {alice, bob}});
  s_.namespaces.push_back({"inner", 1, alice, alice, {alice}});
  s_.namespaces.push_back({"beside", 0, root, bob, {bob}});
  s_.processes = {{"r", root, 0, 0}, {"a", alice, 1, 1}, {"i", alice, 2, 1}, {"b", bob, 3, 2}};
  step(Verb::add, 1);
  EXPECT_TRUE(reads(1, C));
  EXPECT_TRUE(reads(2, C)) << "below";
  EXPECT_FALSE(reads(0, C)) << "above";
  EXPECT_FALSE(reads(3, C)) << "beside";
  step(Verb::add, 2);
  step(Verb::remove, 1);
  EXPECT_FALSE(reads(1, C));
  EXPECT_TRUE(reads(2, C)) << "has one of its own";
  step(Verb::remove, 1);
  EXPECT_EQ(answer(C).error, Error::no_key);
  step(Verb::remove, 1, 0, true);
  EXPECT_EQ(answer(C).error, Error::none);
  EXPECT_FALSE(reads(2, C)) << "removed with those above";
  step(Verb::remove, 3);
  EXPECT_EQ(answer(C).error, Error::no_key) << "others are not seen";
}

TEST_F(RingReplay, WhoUnsharesHasARingOfHisOwnAndSeesThoseAbove) {
  s_.namespaces.push_back({"box", 0, alice, alice, {alice}});
  step(Verb::add, alice);
  EXPECT_EQ(answer(C).error, Error::access);
  step(Verb::unshare, alice, 1);
  step(Verb::add, alice);
  EXPECT_EQ(answer(C).error, Error::none);
  EXPECT_TRUE(reads(alice, C));
  EXPECT_FALSE(reads(bob, C));
  EXPECT_EQ(answer(A).error, Error::access) << "root inside is nobody outside";
}

TEST_F(RingReplay, ARingOfASessionServesItsProcessesAndOneOfAProcessNobodyElse) {
  s_.processes.push_back({"a2", alice, 0, 1});
  step(Verb::add, alice);
  EXPECT_TRUE(reads(3, E));
  EXPECT_EQ(status(E).state, State::present);
  step(Verb::kill, alice);
  EXPECT_TRUE(reads(3, E)) << "the session goes on";
  EXPECT_FALSE(reads(alice, E));
  step(Verb::remove, 3);
  EXPECT_FALSE(reads(3, E));
  s_.steps.resize(1);
  s_.steps[0].process_ring = true;
  EXPECT_TRUE(reads(alice, E));
  EXPECT_FALSE(reads(3, E));
}

TEST_F(RingReplay, ADescriptorStaysWhatItIsWhenTheModeChanges) {
  step(Verb::add, root);
  step(Verb::use, bob);
  step(Verb::chmod, bob, 0, false, 0600);
  EXPECT_EQ(answer(B).error, Error::permission);
  step(Verb::chmod, alice, 0, false, 0600);
  EXPECT_TRUE(reads(bob, B));
  step(Verb::close, bob);
  EXPECT_FALSE(reads(bob, B));
  step(Verb::close, bob);
  EXPECT_EQ(answer(B).error, Error::not_open);
  step(Verb::use, bob);
  EXPECT_EQ(answer(B).error, Error::access);
}

}  // namespace
}  // namespace icesim
