// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <thread>

namespace icesim::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Escape sequences, C1 controls, a turn of direction, broken UTF-8.
const std::string bad = "a\x1b[31m\xc2\x9b" "b\xe2\x80\xae" "c\xff" "d\xc3";
const std::string good = "a\\x1b[31m\\u{9b}b\\u{202e}c\\xffd\\xc3";

/// Nothing but text, and lines of it.
void expect_harmless(const std::string& text) {
  for (const char c : text) {
    EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= ' ' && static_cast<unsigned char>(c) < 0x7f)) << text;
    if (testing::Test::HasFailure()) return;
  }
}

TEST(ForeignText, ATracesOriginIsEscapedWhereverItGoes) {
  const Directory directory;
  const std::string file = directory.path("t");
  fs::copy_file(ICESIM_SOURCE_DIR "/testbench/cli/files/cases/escape.icetrace", file);
  const Outcome text = icesim({"trace", "info", file});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("\\x1b"));
  expect_harmless(text.out);
  const Outcome json = icesim({"trace", "info", file, "--json"});
  expect_harmless(json.out);
  EXPECT_THAT(nlohmann::json::parse(json.out)["provenance"].get<std::string>(), HasSubstr("\\x1b"));
  const std::string out = directory.path("out");
  ASSERT_EQ(icesim({"import", file, out}).exit_code, 0);
  EXPECT_EQ(nlohmann::json::parse(icesim({"trace", "info", out, "--json"}).out)["provenance"],
            nlohmann::json::parse(json.out)["provenance"]);
  expect_harmless(read_text_file(out).substr(0, read_text_file(out).find('\n', 12)));
}

TEST(ForeignText, NamesOfFilesAreEscaped) {
  const Directory directory;
  const std::string file = directory.path(bad + ".icetrace");
  fs::copy_file(trace, file);
  const std::string platform = directory.file(bad + ".json", "{}");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"run", file, "-s", "replay.limit=5", "-p", platform},
           {"run", file, "-s", "replay.limit=5", "-o", "-"},
           {"slots", file, "-s", "replay.limit=100", "-p", platform},
           {"trace", "info", file},
           {"trace", "info", file, "--json"},
           {"import", file, directory.path(bad + ".out")},
           {"generate", directory.path(bad + ".made"), "--requests", "1"}}) {
    const Outcome outcome = icesim(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    if (words[0] != "slots") {
      EXPECT_THAT(outcome.out, HasSubstr(words.back() == "-" || words.back() == "--json" ? "a\\\\x1b" : good));
    }
    expect_harmless(outcome.out);
  }
}

TEST(ForeignText, NamesOfProcessesAndTheirFilesAreEscaped) {
  const Directory directory;
  const std::string evil = "e\x1b[2J\x9b";
  const std::string file = directory.file(
      "t", "a-1 [000] ..... 1.000000: f2fs_dataread_start: entry_name /" + evil + "/x, offset 0, bytes 4096, cmdline a, pid 1, "
           "i_size 4096, ino 30\na-1 [000] ..... 1.000000: f2fs_submit_page_write: dev = (8,0), ino = 30, page_index = 0x0, "
           "oldaddr = 0x0, newaddr = 0x64, rw = WRITE(), type = HOT_DATA\n" + evil +
           "-1 [000] ..... 1.000000: block_rq_issue: 8,0 W 4096 () 800 + 8 [" + evil + "]\n");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"run", file, "--by", "process,name,file,policy"},
           {"run", file, "--by", "process,name,file,policy", "-o", "-"},
           {"run", file, "--requests", "-"},
           {"run", file, "--where", "process=" + evil},
           {"run", file, "--where", "process=e\x1b[2Jx"},
           {"explain", file, "1"},
           {"trace", "info", file, "--by", "file,process"},
           {"trace", "info", file, "--by", "file,process", "--json"},
           {"trace", "text", file}}) {
    const Outcome outcome = icesim(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("\\x1b[2J")) << words[0] << words.back();
    expect_harmless(outcome.out);
  }
}

TEST(ForeignText, ErrorsThatQuoteAreOneHarmlessLine) {
  const Directory directory;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {bad},
           {"--" + bad},
           {"run", bad},
           {"run", trace, "-p", bad},
           {"run", trace, "-p", "./" + bad},
           {"run", trace, "-s", bad + "=1"},
           {"run", trace, "-s", "seed=" + bad},
           {"run", trace, "-o", bad + "/x"},
           {"run", trace, "--keys", bad},
           {"run", trace, "--" + bad},
           {"run", trace, bad},
           {"trace", bad},
           {"trace", "info", directory.file("x", bad)},
           {"trace", "info", directory.file("y.csv", bad + ",time\n1,2\n")},
           {"import", trace, directory.path("o"), "--provenance", bad},
           {"import", trace, directory.path("o"), "--inodes", directory.file("s", bad), "--keys", "per-file"},
           {"run", trace, "-p", directory.file("p", "{\"" + bad + "\": 1}")},
           {"run", trace, "-p", directory.file("q", "{\"seed\": \"\\u001b[31m\\u009b\\u202e\"}")},
           {"describe", bad},
           {"platforms", bad},
           {"rings", directory.file("r", "{\"users\": {\"" + bad + "\": 1}, \"steps\": []}")},
           {"rings", directory.file("k", "{\"keys\": [\"\\u001b[31m\\u009b\\u202e\"], \"steps\": []}")},
           {"serve", "--socket", directory.path("so"), "--fault", bad}}) {
    const Outcome outcome = icesim(words);
    EXPECT_EQ(outcome.exit_code, 2) << testing::PrintToString(words);
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    expect_harmless(outcome.err);
  }
}

class PlatformFile : public testing::Test {
 protected:
  void expect_refused(const std::string& platform, const std::string& why) {
    const Outcome outcome = icesim({"run", trace, "-s", "replay.limit=1", "-p", platform});
    EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(why));
  }
  Directory directory_;
};

TEST_F(PlatformFile, ThatGoesOnBehindItsEndIsRefused) {
  const auto with = [&](const std::string& tail) { return directory_.file("p.json", "{\"seed\":2}" + tail); };
  for (const std::string& tail : {std::string("\0", 1), std::string("\0 this is garbage {{{", 21), std::string("\n\0", 2), std::string("\0{}", 3)})
    expect_refused(with(tail), "a NUL byte");
  for (const std::string tail : {" garbage", "}", "{}", ",", "\xff"}) expect_refused(with(tail), "p.json:1:1");
  EXPECT_EQ(icesim({"run", trace, "-s", "replay.limit=1", "-p", with("\n// a comment\n")}).exit_code, 0);
}

TEST_F(PlatformFile, WithANameThatCannotBeIsRefused) {
  expect_refused(std::string(300, 'x'), "File name too long");
  expect_refused(std::string(5000, 'x'), "File name too long");
  expect_refused("./" + std::string(5000, 'x'), "File name too long");
  const fs::path before = fs::current_path();
  fs::current_path(directory_.path(""));
  fs::create_symlink("loop", "loop");
  expect_refused("loop", "loop: cannot read: Too many levels of symbolic links");
  expect_refused("./loop", "Too many levels of symbolic links");
  fs::create_symlink("nowhere", "dangling");
  expect_refused("dangling", "--platform dangling: no such platform or file");
  fs::current_path(before);
  expect_refused(directory_.path(""), "Is a directory");
}

TEST_F(PlatformFile, WithoutAnEndIsRefused) {
  expect_refused("/dev/zero", "/dev/zero: cannot read: it has more than 16 MiB");
  const std::string pipe = directory_.path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::thread writer([&] { EXPECT_NE(std::system(("yes > " + pipe + " 2> /dev/null").c_str()), 0); });
  expect_refused(pipe, pipe + ": cannot read: it has more than 16 MiB");
  writer.join();
}

TEST(SideFiles, WithoutAnEndAreRefused) {
  const Directory directory;
  const std::string text = directory.file("t.txt", "     app-1     [000] ....     1.000000: block_rq_issue: 8,0 W 4096 () 0 + 8 [app]\n");
  for (const std::string option : {"/dev/zero", "/dev/urandom"}) {
    const Outcome side = icesim({"run", text, "--keys", "per-file", "--inodes", option});
    EXPECT_EQ(side.exit_code, 2) << side.err;
    EXPECT_EQ(std::count(side.err.begin(), side.err.end(), '\n'), 1) << side.err;
    const Outcome input = icesim({"trace", "info", option});
    EXPECT_EQ(input.exit_code, 2) << input.err;
    EXPECT_EQ(std::count(input.err.begin(), input.err.end(), '\n'), 1) << input.err;
  }
}

}  // namespace
}  // namespace icesim::cli
