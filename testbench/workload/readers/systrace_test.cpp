// SPDX-License-Identifier: Apache-2.0
#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

TEST(Systrace, TakesOnlySectionsOfFtrace) {
  const TemporaryDirectory directory;
  const std::string line = "           <...>-517   [001] d..2    14.534913: block_rq_issue: 8,0 R 4096 () 8 + 8 [x]\n";
  const std::string open = "<script class=\"trace-data\" type=\"application/text\">\n";
  const std::string close = "\n  </script>\n";
  const std::string page = "<!DOCTYPE html>\n<html><script>var a = '# tracer: nop'; block_rq_issue </script>\n" +
                           std::string(600'000, ' ') + open + "{\"processes\": \"block_rq_issue\"}" + close + open +
                           "# tracer: nop\n" + line + close + open + "PID TID\n" + close + "</html>\n";
  test::write_file(directory / "page.html", page);
  const auto trace = open_trace(directory / "page.html");
  EXPECT_EQ(test::drain(*trace).size(), 1u);
  EXPECT_EQ(trace->info().format, "systrace");
  test::write_file(directory / "page.html", page.substr(0, page.find("517") + 80));
  EXPECT_NE(test::user_error([&] { test::read_trace(directory / "page.html"); }), "no error");
  test::write_file(directory / "page.html", "<html></html>");
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "page.html"); }),
              HasSubstr("no section with ftrace"));
}

/// The pages of Android 4.1 and 4.2 hold their trace in a string of JavaScript.
TEST(Systrace, ReadsTheStringOfOldPages) {
  const TemporaryDirectory directory;
  const std::string line = R"(   a\"b\\c<x>-517   [001] d..2    14.534913: block_rq_issue: 8,0 R 4096 () 8 + 8 [x]\n\)";
  std::string page =
      "<!DOCTYPE HTML>\n<html><script>var linuxPerfData;</script>\n<script>\n  var linuxPerfData = \"\\\n";
  page += "# tracer: nop\\n\\\n";
  for (int i = 0; i < 5'000; ++i) page += line + "\n";
  const std::size_t in_the_string = page.size() - 2;
  test::write_file(directory / "page.html", page + "\";\n</script></html>\n");
  const auto trace = open_trace(directory / "page.html");
  EXPECT_EQ(test::drain(*trace).size(), 5'000u);
  EXPECT_EQ(trace->info().format, "systrace");
  for (const std::size_t cut : {in_the_string, in_the_string - 1}) {
    test::write_file(directory / "page.html", page.substr(0, cut));
    EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "page.html"); }), HasSubstr("is truncated"));
  }
}

}  // namespace
}  // namespace icesim
