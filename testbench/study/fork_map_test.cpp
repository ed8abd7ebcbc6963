// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fork_map.hpp"

#include "icesim/base/error.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <unistd.h>

namespace icesim {
namespace {

std::string name_of(std::size_t index) { return "work " + std::to_string(index); }

std::map<std::size_t, Answer> answers(std::size_t count, std::uint64_t jobs, const ForkMap::Work& work) {
  std::map<std::size_t, Answer> all;
  ForkMap(jobs).run(count, work, name_of, [&](std::size_t index, const Answer& answer) { all[index] = answer; });
  return all;
}

std::string bug(const ForkMap::Work& work) {
  try {
    answers(3, 2, work);
  } catch (const Bug& error) {
    return error.what();
  }
  return "";
}

TEST(ForkMap, HearsEveryAnswerOnce) {
  for (const std::uint64_t jobs : {1U, 2U, 5U, 100U}) {
    const auto all = answers(7, jobs, [](std::size_t index) { return std::to_string(index * index); });
    ASSERT_EQ(all.size(), 7U);
    for (const auto& [index, answer] : all) {
      EXPECT_FALSE(answer.refused);
      EXPECT_EQ(answer.text, std::to_string(index * index));
    }
  }
}

TEST(ForkMap, AnswersMayBeLongerThanAPipe) {
  const auto all = answers(4, 4, [](std::size_t index) { return std::string(index * 3'000'000, 'a') + '\0'; });
  for (const auto& [index, answer] : all) EXPECT_EQ(answer.text.size(), index * 3'000'000 + 1);
}

TEST(ForkMap, EachIsInAProcessOfItsOwn) {
  const auto all = answers(3, 1, [](std::size_t) { return std::to_string(::getpid()); });
  EXPECT_NE(all.at(0).text, all.at(1).text);
  EXPECT_NE(all.at(0).text, std::to_string(::getpid()));
}

TEST(ForkMap, TheUsersFaultIsAnAnswer) {
  const auto all = answers(2, 2, [](std::size_t index) -> std::string {
    if (index == 1) throw UserError("cannot be");
    return "can";
  });
  EXPECT_FALSE(all.at(0).refused);
  EXPECT_TRUE(all.at(1).refused);
  EXPECT_EQ(all.at(1).text, "cannot be");
}

TEST(ForkMap, AnyOtherEndIsABugOfOurs) {
  EXPECT_EQ(bug([](std::size_t index) -> std::string {
              if (index == 2) throw Bug("it broke");
              return "";
            }),
            "work 2: it broke");
  EXPECT_EQ(bug([](std::size_t index) -> std::string {
              if (index == 1) std::raise(SIGKILL);
              return "";
            }),
            "work 1: a simulation ended early");
  EXPECT_EQ(bug([](std::size_t index) -> std::string {
              if (index == 0) ::_exit(0);
              return "";
            }),
            "work 0: a simulation ended early");
}

}  // namespace
}  // namespace icesim
