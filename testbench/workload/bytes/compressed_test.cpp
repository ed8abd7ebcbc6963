// SPDX-License-Identifier: Apache-2.0
#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

std::string line(int second) {
  return "             a-1       [000] .....     " + std::to_string(second) +
         ".000000: block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\n";
}

/// One member of a gzip file.
std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Gzip, IsDecompressedWhateverTheNameAndInAllItsMembers) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", gzip(line(1)) + gzip(line(2) + line(3)));
  EXPECT_EQ(test::read_trace(directory / "t").size(), 3u);
}

TEST(Gzip, ThatEndsEarlyIsRefusedAtEveryByte) {
  const TemporaryDirectory directory;
  const std::string whole = gzip(line(1));
  for (std::size_t size = 3; size < whole.size(); ++size) {
    test::write_file(directory / "t", whole.substr(0, size));
    ASSERT_THAT(test::user_error([&] { test::read_trace(directory / "t"); }), HasSubstr("truncated")) << size;
  }
  std::string broken = whole;
  broken[20] = static_cast<char>(broken[20] ^ 0xff);
  test::write_file(directory / "t", broken);
  EXPECT_NE(test::user_error([&] { test::read_trace(directory / "t"); }), "no error");
}

TEST(KeepGoing, TakesWhatComesBeforeTheEndOfBrokenGzip) {
  const TemporaryDirectory directory;
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += line(i);
  const std::string whole = gzip(text);
  test::write_file(directory / "t", whole.substr(0, whole.size() / 2));
  TraceOptions options;
  options.keep_going = true;
  const auto trace = open_trace(directory / "t", options);
  EXPECT_GT(test::drain(*trace).size(), 100u);
  EXPECT_EQ(trace->info().broken_ends, 1u);
}

TEST(KeepGoing, SkipsAndCountsLinesThatMakeNoSense) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", line(1) + "nonsense\n" + line(2).substr(0, 80) + "\n" + line(3));
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "t"); }), HasSubstr(":2: "));
  TraceOptions options;
  options.keep_going = true;
  const auto trace = open_trace(directory / "t", options);
  EXPECT_EQ(test::drain(*trace).size(), 2u);
  EXPECT_EQ(trace->info().skipped_lines, 2u);
  EXPECT_THAT(trace->info().notes(), testing::Contains(HasSubstr("2 lines")));
  test::write_file(directory / "t", line(1).substr(0, 80) + "\nnonsense\n");
  EXPECT_NE(test::user_error([&] { test::read_trace(directory / "t", options); }), "no error") << "nothing is left";
}

TEST(IdleCap, ShortensLongPausesOnly) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", line(1) + line(2) + line(100) + line(102) + line(103));
  TraceOptions options;
  options.idle_cap = Picoseconds{2'000'000'000'000};
  const auto trace = open_trace(directory / "t", options);
  std::vector<std::uint64_t> seconds;
  for (const IoRequest& request : test::drain(*trace)) seconds.push_back(request.time.n / 1'000'000'000'000);
  EXPECT_THAT(seconds, testing::ElementsAre(0, 1, 3, 5, 6));
  EXPECT_EQ(trace->info().capped_gaps, 1u);
  EXPECT_EQ(trace->info().capped_time, Picoseconds{96'000'000'000'000});
}

TEST(Progress, TellsBytesReadOfBytesThereAre) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", line(1));
  std::uint64_t read = 0;
  std::uint64_t size = 0;
  TraceOptions options;
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    read = done;
    size = total;
  };
  test::read_trace(directory / "t", options);
  EXPECT_EQ(read, line(1).size());
  EXPECT_EQ(size, line(1).size());
}

TEST(Progress, OfATraceThatIsClosedEarlyEnds) {
  const TemporaryDirectory directory;
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += line(1);
  test::write_file(directory / "t", lines);
  std::vector<std::uint64_t> told;
  TraceOptions options;
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    told.push_back(done);
    EXPECT_EQ(total, lines.size());
  };
  IoRequest request;
  {
    const auto trace = open_trace(directory / "t", options);
    EXPECT_TRUE(trace->next(request));
    EXPECT_LT(told.back(), lines.size());
  }
  EXPECT_EQ(told.back(), lines.size());
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
}

TEST(Progress, OfSeveralFilesIsThatOfTheirSum) {
  const TemporaryDirectory directory;
  std::string record("\x07\x74\x61\x65", 4);
  record.resize(48, '\0');
  record[24] = 8;  // bytes
  record[25] = 2;
  record[28] = 7;  // issue, read
  record[30] = 1;
  for (const char* name : {"a.blktrace.0", "a.blktrace.1"}) test::write_file(directory / name, record + record);
  for (const auto& path : {directory / "a.blktrace.0", directory.path()}) {
    std::uint64_t last = 0;
    TraceOptions options;
    options.reissue_window = Picoseconds{};
    options.progress = [&](std::uint64_t done, std::uint64_t total) {
      last = done;
      EXPECT_LE(done, total);
    };
    EXPECT_EQ(test::read_trace(path, options).size(), 4u);
    EXPECT_EQ(last, 4 * record.size());
  }
}

TEST(Formats, CanBeNamedInsteadOfFoundOut) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", line(1));
  TraceOptions options;
  options.format = "ftrace";
  EXPECT_EQ(test::read_trace(directory / "t", options).size(), 1u);
  options.format = "blkparse";
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "t", options); }), HasSubstr("no request in this trace"));
  options.format = "strace";
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "t", options); }), HasSubstr("allowed are icetrace"));
}

}  // namespace
}  // namespace icesim
