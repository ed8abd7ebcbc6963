// SPDX-License-Identifier: Apache-2.0
#include "src/result/report/page/markup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using testing::HasSubstr;

TEST(Markup, NestsElementsAndClosesWhatIsOpen) {
  Markup page;
  page.open("html").open("p", {{"class", "a"}}).text("x").close().empty("rect", {{"width", "1"}});
  EXPECT_EQ(page.finish(), "<!DOCTYPE html>\n<html>\n<p class=\"a\">x</p>\n<rect width=\"1\"/></html>\n");
}

TEST(Markup, NoTextBecomesMarkup) {
  Markup page;
  page.element("p", "<script>alert('1')</script> & \"more\"", {{"title", "\"><b onclick='x'>"}});
  const std::string text = page.finish();
  EXPECT_THAT(text, HasSubstr("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;</p>"));
  EXPECT_THAT(text, HasSubstr("title=\"&quot;&gt;&lt;b onclick=&#39;x&#39;&gt;\""));
}

TEST(Markup, WhatIsNotPrintableIsEscaped) {
  EXPECT_EQ(html_text("a\x1b[31m\n\xff\xe2\x80\xae"), "a\\x1b[31m\\x0a\\xff\\u{202e}");
  EXPECT_EQ(html_text("größer, 20 µs"), "größer, 20 µs");
}

TEST(Markup, ATextComesBackWhenItIsRead) {
  rc::check([](const std::string& bytes) {
    const std::string text = html_text(bytes);
    RC_ASSERT(text.find_first_of("<>\"'\n") == std::string::npos);
    for (std::size_t at = 0; (at = text.find('&', at)) != std::string::npos; ++at) {
      const std::string entity = text.substr(at, text.find(';', at) - at + 1);
      RC_ASSERT(entity == "&amp;" || entity == "&lt;" || entity == "&gt;" || entity == "&quot;" || entity == "&#39;");
    }
  });
}

}  // namespace
}  // namespace icesim
