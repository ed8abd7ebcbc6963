// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/support/recorded_answers.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace icesim::test {

/// Expects that `replay` answers as Linux did in each of the file's lines, which are more than `lines`. Skips when the
/// file, relative to the sources, is absent.
template <class Replay>
void expect_linux_answers(const char* file, std::uint64_t lines, Replay&& replay) {
  const std::filesystem::path path = std::filesystem::path(ICESIM_SOURCE_DIR) / file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "recorded answers absent: " << path;
  const ReplayResult result = replay(RecordedAnswers::file(path.string()));
  EXPECT_GT(result.lines, lines);
  EXPECT_EQ(result.differences, 0u) << "the first in line " << result.first;
}

/// What `replay` says of a text that is no recording.
template <class Replay>
std::string refusal_of(const std::string& text, Replay&& replay) {
  try {
    replay(RecordedAnswers::of(text));
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace icesim::test
