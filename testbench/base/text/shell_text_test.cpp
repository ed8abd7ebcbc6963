// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/text/shell_text.hpp"

#include <cstdio>
#include <gtest/gtest.h>
#include <string>

namespace icesim {
namespace {

TEST(ShellText, LeavesWhatMeansNothingToAShell) {
  EXPECT_EQ(shell_text("a-b_c/d.e:f=1,2@3%4+5"), "a-b_c/d.e:f=1,2@3%4+5");
  EXPECT_EQ(shell_text(""), "''");
  EXPECT_EQ(shell_text("a b"), "'a b'");
  EXPECT_EQ(shell_text("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_text("a\n*\xff"), "$'a\\012\\052\\377'");
}

/// What a shell makes of it.
std::string said_by_shell(const std::string& word) {
  FILE* const shell = ::popen(("bash -c \"$(cat <<'END'\nprintf %s " + shell_text(word) + "\nEND\n)\"").c_str(), "r");
  std::string said;
  for (int c = 0; (c = std::fgetc(shell)) != EOF;) said += static_cast<char>(c);
  ::pclose(shell);
  return said;
}

TEST(ShellText, ComesOutOfAShellAsItWas) {
  if (std::system("bash -c true 2>/dev/null") != 0) GTEST_SKIP() << "no bash";
  for (const std::string word : {"~", "a b", "it's", "$HOME `x` \\ \"", "!?*[a]{b,c}", "#", "line\nbreak\t\x01\x7f\xff\xc3", "\xc3\xa4", "a;b&c|d<e>f(g)"})
    EXPECT_EQ(said_by_shell(word), word);
}

}  // namespace
}  // namespace icesim
