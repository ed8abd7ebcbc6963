// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace icesim::cli {
namespace {

using testing::Contains;
using testing::Not;

/// What one shell offers behind the beginning of a command line.
class Completion : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (std::system(("command -v " + GetParam() + " > /dev/null").c_str()) != 0) GTEST_SKIP() << GetParam() << " is not installed";
    directory_.file("script", icesim({"describe", "completion", GetParam()}).out);
    directory_.file("first.icetrace", "");
  }
  std::vector<std::string> offered(const std::string& line) {
    const std::string ask = "cd " + directory_.path("") + " && " + GetParam() + (GetParam() == "fish" ? " --no-config " : " ") +
                            ICESIM_SOURCE_DIR "/testbench/cli/describe/ask." + GetParam() + " ./script '" + line + "' > out 2> err";
    EXPECT_EQ(std::system(ask.c_str()), 0);
    EXPECT_EQ(read_text_file(directory_.path("err")), "");
    std::istringstream lines(read_text_file(directory_.path("out")));
    std::vector<std::string> words;
    for (std::string word; std::getline(lines, word);) words.push_back(word);
    return words;
  }

 private:
  const Directory directory_;
};

TEST_P(Completion, OfCommands) {
  EXPECT_THAT(offered("icesim sl"), Contains("slots"));
  EXPECT_THAT(offered("icesim "), testing::AllOf(Contains("run"), Contains("help"), Contains("version")));
}

TEST_P(Completion, OfOptions) {
  EXPECT_THAT(offered("icesim run --mo"), Contains("--mode"));
  EXPECT_THAT(offered("icesim platforms --"), testing::AllOf(Contains("--help"), Not(Contains("--mode"))));
}

TEST_P(Completion, OfValues) {
  EXPECT_THAT(offered("icesim run --mode "), testing::UnorderedElementsAre("open", "closed", "asap"));
  EXPECT_THAT(offered("icesim run -p phone-ten"), Contains("phone-tensor"));
  EXPECT_THAT(offered("icesim slots --set keyslots.num"), Contains("keyslots.num_keyslots="));
  EXPECT_THAT(offered("icesim generate --lengths t"), Contains("two"));
}

TEST_P(Completion, OfOperands) {
  EXPECT_THAT(offered("icesim describe reg"), Contains("registers"));
  EXPECT_THAT(offered("icesim describe completion f"), Contains("fish"));
  EXPECT_THAT(offered("icesim run fir"), Contains("first.icetrace"));
  EXPECT_THAT(offered("icesim run first.icetrace --mode asap -o fir"), Contains("first.icetrace"));
}

INSTANTIATE_TEST_SUITE_P(Shells, Completion, testing::Values("bash", "zsh", "fish"), [](const auto& shell) { return shell.param; });

TEST(BashCompletion, GoesOnBehindTheEqualsSignThatEndsAWord) {
  const Directory directory;
  directory.file("script", icesim({"describe", "completion", "bash"}).out);
  const std::string ask = "cd " + directory.path("") +
                          " && bash -c 'source ./script; COMP_LINE=\"icesim run -s crypto.path=hw\" COMP_POINT=28; _icesim; echo ${COMPREPLY[@]}' > out";
  EXPECT_EQ(std::system(ask.c_str()), 0);
  EXPECT_EQ(read_text_file(directory.path("out")), "hwkm-v1 hwkm-v2\n");
}

}  // namespace
}  // namespace icesim::cli
