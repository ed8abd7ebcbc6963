// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/shard.hpp"

#include "icesim/base/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace icesim {
namespace {

using Variables = std::map<std::string, std::string>;

Shard shard(const std::string& text, const Variables& variables = {}) {
  return read_shard(text, [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

std::string text(const std::string& text, const Variables& variables = {}) {
  try {
    return shard(text, variables).text();
  } catch (const UserError& error) {
    return error.what();
  }
}

/// A task of `--array=FIRST-LAST:STEP`.
Variables task(int id, int first, int last, int step = 1) {
  return {{"SLURM_ARRAY_TASK_ID", std::to_string(id)},
          {"SLURM_ARRAY_TASK_MIN", std::to_string(first)},
          {"SLURM_ARRAY_TASK_MAX", std::to_string(last)},
          {"SLURM_ARRAY_TASK_STEP", std::to_string(step)},
          {"SLURM_ARRAY_TASK_COUNT", std::to_string((last - first) / step + 1)}};
}

TEST(Shard, EveryPointIsOfExactlyOne) {
  for (std::uint64_t count : {1U, 2U, 3U, 7U}) {
    for (std::uint64_t point = 0; point < 20; ++point) {
      std::uint64_t of = 0;
      for (std::uint64_t index = 1; index <= count; ++index) of += Shard{index, count}.has(point) ? 1U : 0U;
      EXPECT_EQ(of, 1U);
    }
  }
  EXPECT_TRUE(Shard{}.is_whole());
}

TEST(Shard, IsSaid) {
  EXPECT_EQ(text("2/8"), "2/8");
  EXPECT_EQ(text("0/8"), "there is no shard 0 of 8; the first is 1");
  EXPECT_EQ(text("9/8"), "there is no shard 9 of 8; the first is 1");
  EXPECT_EQ(text("1/0"), "0 shards are not 1 to 1000000");
  EXPECT_EQ(text("half"), "'half' is not I/N, auto or auto/N");
}

TEST(Shard, IsThatOfATaskOfSlurm) {
  EXPECT_EQ(text("auto", task(0, 0, 7)), "1/8");
  EXPECT_EQ(text("auto", task(7, 0, 7)), "8/8");
  EXPECT_EQ(text("auto", task(8, 1, 8)), "8/8");
  EXPECT_EQ(text("auto", task(6, 2, 10, 4)), "2/3");
  Variables odd = task(5, 1, 9);
  odd["SLURM_ARRAY_TASK_COUNT"] = "3";
  EXPECT_THAT(text("auto", odd), testing::StartsWith("the numbers of this array of Slurm do not follow each other"));
}

TEST(Shard, OfATaskThatIsSubmittedAloneIsWhatItWas) {
  EXPECT_EQ(text("auto/8", task(3, 0, 7)), text("auto/8", task(3, 3, 3)));
  EXPECT_EQ(text("auto", task(3, 3, 3)), "1/1") << "without a count it is the whole, which is right, too";
}

TEST(Shard, IsThatOfAProcessOfOpenMpi) {
  EXPECT_EQ(text("auto", {{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}}), "3/4");
  Variables both = task(1, 0, 1);
  both.insert({{"OMPI_COMM_WORLD_RANK", "2"}, {"OMPI_COMM_WORLD_SIZE", "4"}});
  EXPECT_EQ(text("auto", both), "7/8");
  EXPECT_THAT(text("auto", {{"OMPI_COMM_WORLD_RANK", "4"}, {"OMPI_COMM_WORLD_SIZE", "4"}}), testing::HasSubstr("is not below"));
}

TEST(Shard, IsThatOfAJobOfGnuParallel) {
  EXPECT_THAT(text("auto", {{"PARALLEL_SEQ", "3"}}), testing::StartsWith("GNU parallel does not tell how many"));
  for (const char* sequence : {"1", "2", "3", "4"}) EXPECT_EQ(shard("auto/4", {{"PARALLEL_SEQ", sequence}}).count, 4U);
  EXPECT_EQ(text("auto/4", {{"PARALLEL_SEQ", "4"}}), "1/4");
  EXPECT_EQ(text("auto/4", {{"PARALLEL_SEQ", "1"}}), "2/4");
}

TEST(Shard, WithoutASchedulerIsRefused) {
  EXPECT_THAT(text("auto"), testing::HasSubstr("runs this; say I/N"));
  EXPECT_THAT(text("auto/4"), testing::HasSubstr("says which shard this is; say I/N"));
  EXPECT_THAT(text("auto", {{"SLURM_ARRAY_TASK_ID", "x"}}), testing::StartsWith("SLURM_ARRAY_TASK_ID: 'x' is not a count"));
}

}  // namespace
}  // namespace icesim
