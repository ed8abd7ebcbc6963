// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/errors/task_abort.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

using Next = TaskAbort::Next;

TEST(TaskAbort, AbortsWhatTheDeviceHasAndClearsItThen) {
  TaskAbort abort;
  EXPECT_EQ(abort.begin(), Next::query);
  EXPECT_EQ(abort.answered(TaskResponse::succeeded), Next::abort);
  EXPECT_EQ(abort.answered(TaskResponse::complete), Next::clear);
}

TEST(TaskAbort, LooksWhetherWhatTheDeviceHasNotIsUnderWay) {
  TaskAbort abort;
  abort.begin();
  EXPECT_EQ(abort.answered(TaskResponse::complete), Next::look);
  EXPECT_EQ(TaskAbort::looked(false), Next::ended);
  EXPECT_EQ(TaskAbort::looked(true), Next::pause);
  EXPECT_EQ(abort.paused(), Next::query);
  EXPECT_EQ(abort.answered(TaskResponse::succeeded), Next::abort) << "it has come to the device meanwhile";
}

TEST(TaskAbort, AsksAHundredTimes) {
  TaskAbort abort;
  abort.begin();
  for (std::uint32_t asked = 1; asked < TaskAbort::most_queries; ++asked) {
    EXPECT_EQ(abort.answered(TaskResponse::complete), Next::look);
    EXPECT_EQ(abort.paused(), Next::query) << asked;
  }
  EXPECT_EQ(abort.answered(TaskResponse::complete), Next::look);
  EXPECT_EQ(abort.paused(), Next::fails);
  EXPECT_EQ(abort.begin(), Next::query) << "the next command counts anew";
  EXPECT_EQ(abort.answered(TaskResponse::complete), Next::look);
  EXPECT_EQ(abort.paused(), Next::query);
}

TEST(TaskAbort, FailsWithAnyOtherAnswerAndWithNone) {
  for (const std::optional<TaskResponse> other :
       {std::optional(TaskResponse::failed), std::optional(TaskResponse::not_supported), std::optional(TaskResponse::bad_lun),
        std::optional<TaskResponse>()}) {
    TaskAbort abort;
    abort.begin();
    EXPECT_EQ(abort.answered(other), Next::fails);
    abort.begin();
    abort.answered(TaskResponse::succeeded);
    EXPECT_EQ(abort.answered(other), Next::fails);
    EXPECT_EQ(abort.begin(), Next::query);
    EXPECT_EQ(abort.answered(TaskResponse::complete), Next::look) << "asked again, not aborted";
  }
  TaskAbort abort;
  abort.begin();
  abort.answered(TaskResponse::succeeded);
  EXPECT_EQ(abort.answered(TaskResponse::succeeded), Next::fails);
}

}  // namespace
}  // namespace icesim
