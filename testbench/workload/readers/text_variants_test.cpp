// SPDX-License-Identifier: Apache-2.0
// Texts that went through other tools and systems on their way: perf, atrace, editors, adb.
#include "src/workload/bytes/memory_bytes.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/readers/open_reader.hpp"
#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace icesim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

const std::filesystem::path texts = ICESIM_SOURCE_DIR "/testbench/workload/inputs/text";

/// zlib's wrapping, or gzip's.
std::string deflated(std::string_view text, int window) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}
std::string zlib(std::string_view text) { return deflated(text, 15); }
std::string gzip(std::string_view text) { return deflated(text, 15 + 16); }
std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

struct Read {
  std::vector<IoRequest> requests;
  std::vector<std::string> names;
  TraceInfo info;
};

Read read(const std::string& content, std::size_t piece = 4096) {
  const auto reader = open_reader(decompress(std::make_unique<MemoryBytes>("input", content, piece)), {});
  Read all;
  for (IoRequest request; reader->next(request);) {
    all.requests.push_back(request);
    all.names.emplace_back(reader->process_name());
  }
  all.info = reader->info();
  return all;
}
std::string error(const std::string& content) {
  return test::user_error([&] { read(content); });
}

/// Everything that reads the same, however it is packed and wherever its pieces end.
void expect_same(const std::string& variant, const Read& right, const char* what) {
  for (const std::string& packed : {variant, gzip(variant), zstd(variant)}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{4096}}) {
      const Read got = read(packed, piece);
      EXPECT_TRUE(test::same(got.requests, right.requests)) << what;
      EXPECT_EQ(got.names, right.names) << what;
      EXPECT_EQ(got.info.recorded_latency.all().count(), right.info.recorded_latency.all().count()) << what;
    }
  }
}

constexpr std::string_view ftrace =
    "# tracer: nop\n"
    "             fio-501     [000] d..1.   10.000000: block_rq_issue: 8,0 R 4096 () 4096 + 8 [fio]\n"
    "             fio-502     [001] d..1.   10.000010: block_rq_issue: 8,0 R 131072 () 8192 + 256 [fio]\n"
    "          <idle>-0       [001] d.h1.   10.000200: block_rq_complete: 8,0 R () 8192 + 256 [0]\n";
constexpr std::string_view blkparse =
    "  8,0    1        1     0.000000000   697  D   R 8 + 8 [a]\n"
    "  8,0    1        2     0.000100000     0  C   R 8 + 8 [0]\n";
constexpr std::string_view table = "time_us,operation,offset,length\n1,read,0,4096\n2,write,4096,4096\n";
constexpr std::string_view iolog = "fio version 3 iolog\n71 f add\n100 f read 0 4096\n133 f sync 4096 0\n";

TEST(TextVariants, LineEndsAndByteOrderMarksAreNoPartOfATrace) {
  for (const std::string_view text : {ftrace, blkparse, table, iolog}) {
    const std::string plain(text);
    const Read right = read(plain);
    EXPECT_GT(right.requests.size(), 0u);
    for (const char* end : {"\r\n", "\r\r\n", "\r\r\r\n", "\r"}) {
      const std::string variant = replaced(plain, "\n", end);
      expect_same(variant, right, "line ends");
      expect_same("\xef\xbb\xbf" + variant, right, "both");
    }
    expect_same("\xef\xbb\xbf" + plain, right, "byte order mark");
  }
  EXPECT_THAT(error("\xef\xbb\xbf"), HasSubstr("the file is empty"));
  for (const char* name : {"crlf.txt", "crcrlf.txt"}) {
    EXPECT_EQ(read(test::read_file(texts / name)).info.requests.read, 2u) << name;
  }
}

TEST(TextVariants, LinesKeepTheirNumbers) {
  EXPECT_THAT(error("\xef\xbb\xbf" + std::string(ftrace) + "garbage\n"), HasSubstr("input:5: not a line of ftrace"));
  EXPECT_THAT(error("capturing trace... done\nTRACE:\n" + std::string(ftrace) + "garbage\n"),
              HasSubstr("input:7: not a line"));
  EXPECT_THAT(error(replaced(std::string(table) + "x\n", "\n", "\r")), HasSubstr("input:4: not a line of this table"));
  EXPECT_THAT(error(std::string(ftrace) + "garbage\n"), HasSubstr("--keep-going"));
}

TEST(TextVariants, PerfScriptIsFtraceText) {
  for (const char* name : {"perf_script.txt", "perf_script_dash.txt"}) {
    const Read got = read(test::read_file(texts / name));
    EXPECT_EQ(got.info.requests.write, 1u) << name;
    EXPECT_EQ(got.info.requests.read, 1u) << name;
    EXPECT_EQ(got.info.recorded_latency.write.max(), Picoseconds{2'000'000'000}) << name;
    EXPECT_EQ(got.info.recorded_latency.read.max(), Picoseconds{200'000'000}) << name;
    EXPECT_EQ(got.requests[0].process, 9587u) << name;
    EXPECT_THAT(got.names, ElementsAre("dmcrypt_write", "dmcrypt_write")) << name;
  }
  // With threads, a head and stacks; without CPUs, with nanoseconds; with numbers of samples; of the driver's events.
  const Read threads = read(
      "# ========\n# captured on: today\n# ========\n#\n"
      "my app: (x) 2  256/257  [001]   7.000001: block:block_rq_issue: 8,0 W 4096 () 64 + 8 [my app: (x) 2]\n"
      "\tffffffff81234567 blk_mq_start_request+0x10 ([kernel.kallsyms])\n"
      "        ffffffff81234568 [unknown] ([kernel.kallsyms])\n\n"
      "swapper     0/0  [001]   7.000101: block:block_rq_complete: 8,0 W () 64 + 8 [0]\n");
  ASSERT_EQ(threads.requests.size(), 1u);
  EXPECT_EQ(threads.requests[0].process, 257u);
  EXPECT_THAT(threads.names, ElementsAre("my app: (x) 2"));
  EXPECT_EQ(threads.info.recorded_latency.write.max(), Picoseconds{100'000'000});
  const Read other = read(
      "fio 501 10.000000001: block:block_rq_issue: 8,0 R 4096 () 8 + 8 be,0,4 [fio]\n"
      "swapper 0 10.000000301: block:block_rq_complete: 8,0 R () 8 + 8 be,0,4 [0]\n");
  EXPECT_EQ(other.info.recorded_latency.read.max(), Picoseconds{300'000});
  EXPECT_EQ(
      read("fio 501 [003] 10.000000:          1 block:block_rq_issue: 8,0 R 4096 () 8 + 8 [fio]\n").requests.size(),
      1u);
  const Read driver = read(
      "kworker/0:1H 91 [000] 1.000000: ufs:ufshcd_command: send_req: 0:0:0:0: tag: 7, DB: 0x0, size: 4096, IS: 0, LBA: "
      "5, "
      "opcode: 0x28 (READ_10), group_id: 0x0, hwq_id: 1\n");
  EXPECT_EQ(driver.requests.at(0).offset, logical_block * 5);
}

TEST(TextVariants, WhatAtraceAndShellsPrintBeforeATraceIsPassedOver) {
  const Read right = read(std::string(ftrace));
  const std::string text(ftrace);
  for (const char* heading :
       {"capturing trace... done\nTRACE:\n", "capturing trace...\ncapturing trace... done\nTRACE:\n",
        "error opening /sys/kernel/tracing/x: No such file (2)\ncapturing trace... done\nTRACE:\n",
        "$ cat /sys/kernel/tracing/trace\n",
        "* daemon not running; starting now at tcp:5037\n* daemon started successfully\n"}) {
    expect_same(heading + text, right, heading);
    expect_same(replaced(heading + text, "\n", "\r\n"), right, heading);
  }
  const std::string untitled = text.substr(text.find('\n') + 1);
  expect_same("capturing trace... done\nTRACE:\n" + untitled, right, "without a title");
  expect_same("capturing trace... done\nTRACE:\n" + zlib(text), right, "atrace -z");
  const Read whole = read(test::read_file(texts / "atrace.txt"));
  EXPECT_EQ(whole.info.requests.total() + whole.info.other_devices + whole.info.collapsed, 51u);
  // A word in the middle of a trace is no heading.
  EXPECT_THAT(error(text + "TRACE:\n" + text), HasSubstr("input:5: not a line of ftrace"));
  const std::string packed = "capturing trace... done\nTRACE:\n" + zlib(text);
  EXPECT_THAT(error(packed.substr(0, packed.size() - 9)), HasSubstr("truncated"));
}

TEST(TextVariants, NotesBeforeBlkparsesTextArePassedOver) {
  const Read right = read(std::string(blkparse));
  for (const char* notes :
       {"# blkparse -i sda\n", "# a\n#\n\n# b\n", "\n  \n", "# a\nInput file sda.blktrace.0 added\n"}) {
    expect_same(notes + std::string(blkparse), right, notes);
  }
  EXPECT_EQ(read("# a\n" + std::string(blkparse)).info.format, "blkparse");
  EXPECT_THAT(error("# only\n# comments\n"), HasSubstr("not a trace"));
}

TEST(TextVariants, PagesOfOtherSystracesAreRead) {
  const Read right = read(std::string(ftrace));
  const std::string text(ftrace);
  for (const char* page :
       {"<!DOCTYPE html>\n<html>", "<!doctype HTML>\n<HTML>", "<HTML>", "<!-- saved -->\n<html>", "\n<html>"}) {
    for (const char* tag : {"<script class=\"trace-data\" type=\"application/text\">", "<script class='trace-data'>",
                            "<script type=\"application/text\" class=\"trace-data\">", "<script id=\"trace-data\">"}) {
      const std::string before = std::string(page) + "<script>var a = '# tracer: nop';</script>\n";
      expect_same(before + tag + "\n" + text + "</script></html>\n", right, tag);
    }
  }
  const std::string open = "<html><script class=\"trace-data\">\n";
  expect_same(open + "{\"a\": 1}\n</script>" + open.substr(6) + text.substr(text.find('\n') + 1) + "</script></html>",
              right, "without a title");
  expect_same(open + "capturing trace... done\nTRACE:\n" + text + "</script></html>", right, "with atrace's heading");
  EXPECT_THAT(error("<html><script class=\"viewer\">" + text + "</script></html>"),
              HasSubstr("no section with ftrace text"));
}

TEST(TextVariants, CountsLettersOfVendors) {
  const Read got = read(test::read_file(texts / "vendor_rwbs.txt"));
  EXPECT_EQ(got.info.requests.read, 1u);
  EXPECT_EQ(got.info.requests.write, 1u);
  EXPECT_EQ(got.info.unknown_flags, 1u);
  EXPECT_EQ(got.info.recorded_latency.read.max(), Picoseconds{310'000'000});
  EXPECT_EQ(got.requests[0].flags, IoRequest::sync);
  EXPECT_EQ(got.info.rwbs.at("RCVHS"), 1u);
  EXPECT_THAT(got.info.notes(), Contains(HasSubstr("1 request has rwbs letters that are not known")));
  // Long words that begin alike are told apart.
  const Read words = read(replaced(std::string(blkparse), "D   R", "D   RCVHSXYZQ") +
                          "  8,0    1        3     0.000200000   697  D   RCVHSXYZW 16 + 8 [a]\n");
  EXPECT_EQ(words.info.unknown_flags, 2u);
  EXPECT_EQ(words.info.rwbs.at("RCVHSXYZQ"), 1u);
  EXPECT_EQ(words.info.rwbs.at("RCVHSXYZW"), 1u);
  EXPECT_THAT(error(replaced(std::string(ftrace), "8,0 R 4096", "8,0 RABCDEFGHIJKLMNOP 4096")), HasSubstr("malformed"));
}

}  // namespace
}  // namespace icesim
