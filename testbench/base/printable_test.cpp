// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

TEST(PrintableText, LeavesWhatCanBeShown) {
  for (const std::string text : {"", "plain text, /a/b-c.d", "back\\slash", "\xc3\xa4\xc3\xb6 \xe2\x82\xac \xe6\xbc\xa2 \xf0\x9f\x93\xb1"})
    EXPECT_EQ(printable_text(text), text);
}

TEST(PrintableText, EscapesControlCharacters) {
  EXPECT_EQ(printable_text("a\x1b[31mb\n\t\r\x7f"), "a\\x1b[31mb\\x0a\\x09\\x0d\\x7f");
  EXPECT_EQ(printable_text(std::string("\0", 1)), "\\x00");
  // CSI as one character beyond ASCII, and as a bare byte.
  EXPECT_EQ(printable_text("\xc2\x9b" "31m"), "\\u{9b}31m");
  EXPECT_EQ(printable_text("\x9b" "31m"), "\\x9b31m");
}

TEST(PrintableText, EscapesWhatTurnsOrHidesText) {
  EXPECT_EQ(printable_text("a\xe2\x80\xae" "b\xe2\x81\xa6"), "a\\u{202e}b\\u{2066}");
  EXPECT_EQ(printable_text("\xe2\x80\x8b\xef\xbb\xbf\xd8\x9c"), "\\u{200b}\\u{feff}\\u{61c}");
  EXPECT_EQ(printable_text("\xe2\x80\xa8\xe2\x80\xa9"), "\\u{2028}\\u{2029}");
  EXPECT_EQ(printable_text("\xf3\xa0\x81\x81"), "\\u{e0041}");
}

TEST(PrintableText, EscapesBrokenUtf8ByteByByte) {
  EXPECT_EQ(printable_text("\xff\xfe"), "\\xff\\xfe");
  EXPECT_EQ(printable_text("\xc3"), "\\xc3");
  EXPECT_EQ(printable_text("\xe2\x82" "a"), "\\xe2\\x82a");
  EXPECT_EQ(printable_text("\xc0\xaf"), "\\xc0\\xaf") << "longer than need be";
  EXPECT_EQ(printable_text("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
  EXPECT_EQ(printable_text("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "half of a pair";
  EXPECT_EQ(printable_text("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "beyond the last";
}

TEST(PrintableText, ErrorsPassThroughIt) {
  EXPECT_STREQ(UserError("a\x1b\xc2\x9b\xff" "b").what(), "a\\x1b\\u{9b}\\xff" "b");
}

RC_GTEST_PROP(PrintableText, IsHarmlessAndHoldsStill, (const std::string& text)) {
  const std::string once = printable_text(text);
  RC_ASSERT(printable_text(once) == once);
  for (const char c : once) RC_ASSERT(static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
}

}  // namespace
}  // namespace icesim
