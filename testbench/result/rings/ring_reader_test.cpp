// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/rings/ring_reader.hpp"

#include "icesim/base/file.hpp"
#include "testbench/result/user_error.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using Verb = RingScenario::Verb;

const std::string examples = ICESIM_SOURCE_DIR "/examples/rings";

std::string refusal(const std::string& json) {
  return test::error_of([&] { read_ring_scenario(json, "s.json"); });
}

/// A whole scenario in which one piece is replaced.
std::string with(const std::string& piece, const std::string& other) {
  std::string text = R"({"users": {"root": {"uid": 0}, "alice": {"uid": 1000, "gid": 7, "groups": [8]}},
    "namespaces": {"box": {"parent": "init", "owner": "alice", "users": ["root"]}, "inner": {"parent": "box", "owner": "root"}},
    "processes": {"sh": {"user": "alice", "namespace": "box", "session": "desk"}, "admin": {"user": "root"}},
    "keys": ["home", "work"],
    "files": {"diary": {"owner": "alice", "group": 9, "mode": "0640", "key": "work"}, "note": {"owner": "root", "mode": "644"}},
    "quota": {"maxkeys": 3, "root_maxbytes": 5},
    "steps": [{"add": "work", "by": "admin", "ring": "process"}, {"use": "diary", "by": "sh"}, {"close": "diary", "by": "sh"},
      {"remove": "work", "by": "admin", "all_users": true}, {"unshare": "new", "by": "sh"}, {"chmod": "note", "by": "admin", "mode": "0600"}, {"kill": "sh"}]})";
  if (piece.empty()) return text;
  const std::size_t at = text.find(piece);
  EXPECT_NE(at, std::string::npos) << piece;
  return text.replace(at, piece.size(), other);
}

TEST(RingReader, ReadsEverySection) {
  const RingScenario s = read_ring_scenario(with("", ""), "s.json");
  ASSERT_EQ(s.users.size(), 2U);
  EXPECT_EQ(s.users[0].gid, 0U);
  EXPECT_EQ(s.users[1].uid, 1000U);
  EXPECT_EQ(s.users[1].gid, 7U);
  EXPECT_THAT(s.users[1].groups, testing::ElementsAre(8U));
  ASSERT_EQ(s.namespaces.size(), 4U);
  EXPECT_EQ(s.namespaces[0].root, 0U) << "whose uid is 0";
  EXPECT_EQ(s.namespaces[1].root, 1U) << "the owner";
  EXPECT_THAT(s.namespaces[1].users, testing::ElementsAre(1U, 0U));
  EXPECT_EQ(s.namespaces[2].parent, 1U);
  EXPECT_EQ(s.namespaces[3].name, "new");
  EXPECT_EQ(s.namespaces[3].parent, 1U) << "where the process was";
  EXPECT_THAT(s.namespaces[3].users, testing::ElementsAre(1U));
  EXPECT_EQ(s.processes[0].space, 1U);
  EXPECT_THAT(s.sessions, testing::ElementsAre("desk", "admin"));
  EXPECT_EQ(s.files[0].uid, 1000U);
  EXPECT_EQ(s.files[0].gid, 9U);
  EXPECT_EQ(s.files[0].mode, 0640U);
  EXPECT_EQ(s.files[0].key, 1U);
  EXPECT_EQ(s.files[1].key, RingScenario::none);
  EXPECT_EQ(s.files[1].mode, 0644U);
  EXPECT_EQ(s.quota.maxkeys, 3U);
  EXPECT_EQ(s.quota.maxbytes, 20'000U);
  EXPECT_EQ(s.quota.root_maxbytes, 5U);
  ASSERT_EQ(s.steps.size(), 7U);
  EXPECT_EQ(s.steps[0].verb, Verb::add);
  EXPECT_EQ(s.steps[0].by, 1U);
  EXPECT_EQ(s.steps[0].what, 1U);
  EXPECT_TRUE(s.steps[0].process_ring);
  EXPECT_FALSE(s.steps[0].all_users);
  EXPECT_EQ(s.steps[2].verb, Verb::close);
  EXPECT_TRUE(s.steps[3].all_users);
  EXPECT_EQ(s.steps[4].what, 3U);
  EXPECT_EQ(s.steps[5].mode, 0600U);
  EXPECT_EQ(s.steps[6].verb, Verb::kill);
  EXPECT_EQ(s.steps[6].by, 0U);
}

struct Refused {
  const char* piece;
  const char* other;
  const char* line;
};

TEST(RingReader, SaysWhereSomethingIsWrong) {
  for (const Refused& each : std::vector<Refused>{
           {"\"users\"", "\"user\"", "s.json:/user: unknown key; did you mean users?"},
           {"\"gid\"", "\"gjd\"", "s.json:/users/alice/gjd: unknown key; did you mean "},
           {"{\"uid\": 0}", "{}", "s.json:/users/root/uid: is missing"},
           {"{\"uid\": 0}", "{\"uid\": 1000}", "s.json:/users/alice/uid: root has this one"},
           {"{\"uid\": 0}", "{\"uid\": -1}", "s.json:/users/root/uid: expected a whole number of 0 to 4294967294, found -1"},
           {"{\"uid\": 0}", "{\"uid\": 4294967295}", "s.json:/users/root/uid: expected a whole number of 0 to 4294967294, found 4294967295"},
           {"{\"uid\": 0}", "7", "s.json:/users/root: expected an object, found 7"},
           {"[8]", "8", "s.json:/users/alice/groups: expected an array, found 8"},
           {"\"alice\": {\"uid\"", "\"al ice\": {\"uid\"", "s.json:/users/al ice: a name has 1 to 40 of a-z, A-Z, 0-9, '_', '.' and '-'"},
           {"\"parent\": \"init\"", "\"parent\": \"box\"", "s.json:/namespaces/box/parent: a namespace is not its own parent"},
           {"\"parent\": \"init\"", "\"parent\": \"inner\"", "s.json:/namespaces/box/parent: 'inner' stands behind it; a parent stands before its children"},
           {"\"parent\": \"init\"", "\"parent\": \"innit\"", "s.json:/namespaces/box/parent: there is no namespace 'innit'; did you mean init?"},
           {"\"box\": {\"parent\"", "\"init\": {\"parent\"", "s.json:/namespaces/init: there is one, the initial namespace"},
           {", \"users\": [\"root\"]", "", "s.json:/namespaces/inner/owner: namespace box does not map root"},
           {"{\"user\": \"alice\"", "{\"user\": \"alcie\"", "s.json:/processes/sh/user: there is no user 'alcie'; did you mean alice?"},
           {"\"namespace\": \"box\"", "\"namespace\": \"inner\"", "s.json:/processes/sh/user: namespace inner does not map alice"},
           {"[\"home\", \"work\"]", "[\"work\", \"work\"]", "s.json:/keys/1: 'work' is there already"},
           {"[\"home\", \"work\"]", "[\"work\", 5]", "s.json:/keys/1: expected a string, found 5"},
           {"\"0640\"", "\"0940\"", "s.json:/files/diary/mode: '0940' is no mode; \"0640\" is one"},
           {"\"0640\"", "\"4640\"", "s.json:/files/diary/mode: '4640' is no mode; \"0640\" is one"},
           {"\"0640\"", "416", "s.json:/files/diary/mode: expected a string, found 416"},
           {"\"key\": \"work\"", "\"key\": \"word\"", "s.json:/files/diary/key: there is no key 'word'; did you mean work?"},
           {"\"maxkeys\": 3", "\"maxkeys\": 3.5", "s.json:/quota/maxkeys: expected a whole number of 0 to 2147483647, found 3.5"},
           {"\"add\": \"work\"", "\"ad\": \"work\"", "s.json:/steps/0/ad: unknown key; did you mean add?"},
           {"\"add\": \"work\", ", "", "s.json:/steps/0: a step has one of add, use, close, remove, unshare, chmod, kill"},
           {"\"use\": \"diary\"", "\"use\": \"diary\", \"add\": \"work\"", "s.json:/steps/1: one step is one thing: add or use"},
           {"\"use\": \"diary\", \"by\": \"sh\"", "\"use\": \"diary\"", "s.json:/steps/1/by: is missing"},
           {"\"use\": \"diary\"", "\"use\": \"dairy\"", "s.json:/steps/1/use: there is no file 'dairy'; did you mean diary?"},
           {"\"use\": \"diary\"", "\"use\": \"diary\", \"all_users\": true", "s.json:/steps/1/all_users: has no meaning with use"},
           {"\"ring\": \"process\"", "\"ring\": \"thread\"", "s.json:/steps/0/ring: there is no ring 'thread'; allowed: session, process"},
           {"\"all_users\": true", "\"all_users\": 1", "s.json:/steps/3/all_users: expected true or false, found 1"},
           {"\"unshare\": \"new\"", "\"unshare\": \"box\"", "s.json:/steps/4/unshare: there is a namespace 'box' already"},
           {"{\"kill\": \"sh\"}", "{\"kill\": \"sh\", \"by\": \"admin\"}", "s.json:/steps/6/by: has no meaning with kill"},
           {"{\"kill\": \"sh\"}", "{\"kill\": \"sh\"}, {\"use\": \"note\", \"by\": \"sh\"}", "s.json:/steps/7/by: step 7 has killed sh"},
           {"{\"kill\": \"sh\"}", "{\"kill\": \"sh\"},,", "s.json:8:158: malformed JSON: "},
           {"\"keys\"", "\"users\"", "s.json: key \"users\" is repeated; write it once"}}) {
    EXPECT_THAT(refusal(with(each.piece, each.other)), testing::StartsWith(each.line)) << each.other;
  }
}

TEST(RingReader, RefusesEveryBeginningOfAScenario) {
  for (const auto& entry : std::filesystem::directory_iterator(examples)) {
    const std::string text = read_text_file(entry.path().string());
    EXPECT_EQ(refusal(text), "no error") << entry.path();
    const std::size_t end = text.rfind('}');
    for (std::size_t size = 0; size <= end; ++size) {
      const std::string line = refusal(text.substr(0, size));
      ASSERT_THAT(line, testing::MatchesRegex("s\\.json:[0-9]+:[0-9]+: .*")) << size;
      ASSERT_EQ(line.find('\n'), std::string::npos);
    }
  }
}

/// `count` members or items, made by a function of their number.
template <class Make>
std::string many(std::size_t count, const Make& make) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + make(std::to_string(i));
  return text;
}

TEST(RingReader, HasItsLimits) {
  const auto users = [](std::size_t n) { return many(n, [](const std::string& i) { return "\"u" + i + "\":{\"uid\":" + i + "}"; }); };
  const auto keys = [](std::size_t n) { return many(n, [](const std::string& i) { return "\"k" + i + "\""; }); };
  EXPECT_EQ(refusal("{\"users\":{" + users(64) + "},\"steps\":[]}"), "no error");
  EXPECT_EQ(refusal("{\"users\":{" + users(65) + "},\"steps\":[]}"), "s.json:/users: more than 64");
  EXPECT_EQ(refusal("{\"keys\":[" + keys(64) + "],\"steps\":[]}"), "no error");
  EXPECT_EQ(refusal("{\"keys\":[" + keys(65) + "],\"steps\":[]}"), "s.json:/keys: more than 64");
  const std::string one = "{\"users\":{\"u\":{\"uid\":1}},\"keys\":[\"k\"],\"processes\":{\"p\":{\"user\":\"u\"}},\"steps\":[";
  const auto adds = [](std::size_t n) { return many(n, [](const std::string&) { return std::string("{\"add\":\"k\",\"by\":\"p\"}"); }); };
  EXPECT_EQ(refusal(one + adds(10'000) + "]}"), "no error");
  EXPECT_EQ(refusal(one + adds(10'001) + "]}"), "s.json:/steps: more than 10000");
  const auto deeper = [](std::size_t n) { return many(n, [](const std::string& i) { return "{\"unshare\":\"n" + i + "\",\"by\":\"p\"}"; }); };
  EXPECT_EQ(refusal(one + deeper(33) + "]}"), "no error");
  EXPECT_EQ(refusal(one + deeper(34) + "]}"), "s.json:/steps/33/unshare: more than 33 namespaces below each other");
  const std::string wide = many(60, [](const std::string& i) { return "\"p" + i + "\":{\"user\":\"u\"}"; });
  const std::string files = many(60, [](const std::string& i) { return "\"f" + i + "\":{\"owner\":\"u\",\"mode\":\"644\"}"; });
  const auto cells = [&](std::size_t steps) {
    return "{\"users\":{\"u\":{\"uid\":1}},\"files\":{" + files + "},\"processes\":{" + wide + "},\"steps\":[" +
           many(steps, [](const std::string&) { return std::string("{\"use\":\"f0\",\"by\":\"p0\"}"); }) + "]}";
  };
  EXPECT_EQ(refusal(cells(55)), "no error");
  EXPECT_EQ(refusal(cells(56)), "s.json:/steps: times processes and files these are more than 200000");
  EXPECT_THAT(refusal(std::string(100'000, '[')), testing::StartsWith("s.json:1:1000"));
}

}  // namespace
}  // namespace icesim
