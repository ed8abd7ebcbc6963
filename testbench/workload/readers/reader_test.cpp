// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/reader.hpp"

#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zstd.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

constexpr std::string_view one_request =
    "# tracer: nop\n             a-1       [000] .....     1.000000: block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\n";

std::string compressed(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

TEST(OpenTrace, RefusesWhatIsNoTrace) {
  const TemporaryDirectory directory;
  const auto message_for = [&](std::string_view content) {
    test::write_file(directory / "t", content);
    return test::user_error([&] { test::read_trace(directory / "t"); });
  };
  EXPECT_THAT(message_for(""), HasSubstr("empty"));
  EXPECT_THAT(message_for(compressed("")), HasSubstr("empty"));
  EXPECT_THAT(message_for("process,device,rw_flag\n1,2,3\n"), HasSubstr("allowed are icetrace, ftrace, systrace"));
  EXPECT_THAT(message_for("# only\n# comments\n"), HasSubstr("not a trace"));
  EXPECT_THAT(message_for("<!DOCTYPE html>\n<html>block_rq_issue</html>"), HasSubstr("no section with ftrace"));
  EXPECT_THAT(message_for("# tracer: nop\n#\n"), HasSubstr("block:block_rq_issue"));
  EXPECT_THAT(test::user_error([&] { open_trace(directory / "missing"); }), HasSubstr("No such file"));
  EXPECT_NE(test::user_error([&] { open_trace(directory.path()); }), "no error");
}

TEST(OpenTrace, RefusesALevelOfEventsThatTheFormatHasNot) {
  const TemporaryDirectory directory;
  const auto message_for = [&](std::string_view content, EventLevel level) {
    test::write_file(directory / "t", content);
    TraceOptions options;
    options.level = level;
    return test::user_error([&] { test::read_trace(directory / "t", options); });
  };
  const std::string name = (directory / "t").string();
  EXPECT_EQ(message_for(one_request, EventLevel::block), "no error");
  EXPECT_EQ(message_for("1000 0 8 8 1\n", EventLevel::block),
            name + ": csv has no events of level \"block\"; it has no levels to choose from");
  constexpr std::string_view blkparse = "  8,0    1        1     0.000000000   697  D   R 8 + 8 [a]\n";
  EXPECT_EQ(message_for(blkparse, EventLevel::block), "no error");
  EXPECT_EQ(message_for(blkparse, EventLevel::ufs),
            name + ": blkparse has no events of level \"ufs\"; allowed are block");
  constexpr std::string_view packet("\x0a\x06\x0a\x04\x12\x02\x08\x01", 8);
  EXPECT_EQ(message_for(packet, EventLevel::mmc),
            name + ": perfetto has no events of level \"mmc\"; allowed are block, ufs");
  TraceOptions options;
  options.level = EventLevel::upiu;
  EXPECT_THAT(test::user_error([&] { open_trace(directory.path(), options); }),
              HasSubstr("has no events of level \"upiu\""));
}

TEST(OpenTrace, QuotesControlCharactersInOneWay) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", std::string(one_request) + "a\tb\x1b[31m\x7f\n");
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "t"); }),
              HasSubstr("t:3: not a line of ftrace: \"a\\x09b\\x1b[31m\\x7f\"; allowed is"));
}

TEST(OpenTrace, KnowsFtraceTextWithoutItsHeader) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", one_request.substr(one_request.find('\n') + 1));
  EXPECT_EQ(test::read_trace(directory / "t").size(), 1u);
}

TEST(OpenTrace, DecompressesZstdWhateverTheName) {
  const TemporaryDirectory directory;
  test::write_file(directory / "trace.txt", compressed(one_request));
  EXPECT_EQ(test::read_trace(directory / "trace.txt").size(), 1u);
}

TEST(OpenTrace, RefusesZstdThatEndsEarly) {
  const TemporaryDirectory directory;
  const std::string whole = compressed(one_request);
  for (std::size_t size = 4; size < whole.size(); ++size) {
    test::write_file(directory / "t", whole.substr(0, size));
    ASSERT_NE(test::user_error([&] { test::read_trace(directory / "t"); }), "no error") << size;
  }
}

struct Recorded {
  const char* run;
  std::uint64_t completions;
  std::map<std::string, std::uint64_t> rwbs;
};

class RecordedTraces : public testing::TestWithParam<Recorded> {};

/// The numbers stand in the manifest of the recordings; fio's own counts and blkparse agree with them.
TEST_P(RecordedTraces, HaveTheCountsOfTheirManifest) {
  const auto path = test::recorded(GetParam().run) / "ftrace.txt.zst";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto reader = open_trace(path);
  const auto requests = test::drain(*reader);
  const TraceInfo& info = reader->info();
  EXPECT_EQ(info.rwbs, GetParam().rwbs);
  std::uint64_t total = 0;
  for (const auto& [word, count] : info.rwbs) total += count;
  EXPECT_EQ(info.records, total);
  EXPECT_EQ(requests.size(), total);
  EXPECT_EQ(info.requests.total(), total);
  EXPECT_EQ(info.completions, GetParam().completions);
  EXPECT_EQ(info.completions, total + info.flush_sequences) << "every request completes once";
  EXPECT_EQ(info.orphans, 0u);
  EXPECT_EQ(info.unfinished, 0u);
  EXPECT_EQ(info.collapsed, 0u);
  EXPECT_EQ(info.backward_steps, 0u);
}

INSTANTIATE_TEST_SUITE_P(
    All, RecordedTraces,
    testing::Values(Recorded{"k61_ufs_sdb_f2fs_perfile",
                             11376,
                             {{"R", 31}, {"RA", 222}, {"W", 338}, {"WS", 6729}, {"WSM", 691}, {"FF", 1754}}},
                    Recorded{"k612_ufs_mcq_f2fs_ivino64",
                             12333,
                             {{"R", 31}, {"RA", 229}, {"W", 273}, {"WS", 9790}, {"WSM", 951}, {"FF", 706}}},
                    Recorded{"k612_ufs_upiu_mqdeadline",
                             4716,
                             {{"R", 34}, {"RA", 217}, {"W", 69}, {"WS", 2388}, {"WSM", 287}, {"FF", 800}, {"DS", 198}}},
                    Recorded{"k61_ufs_fio_qd", 1344, {{"R", 164}, {"WS", 880}, {"DS", 120}, {"FF", 90}}}),
    [](const auto& param_info) { return std::string(param_info.param.run); });

/// Phones issue a request again after ungating clocks; the manifest has the counts without.
TEST(PhoneTraces, CountReissuedRequestsOnce) {
  const auto path = test::shared_traces() / "device/android_systrace_block";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto flutter = open_trace(path / "flutter-wanandroid.excerpt.txt");
  EXPECT_EQ(test::drain(*flutter).size(), 33u);
  EXPECT_EQ(flutter->info().collapsed, 42u - 33u);
  EXPECT_EQ(flutter->info().completions, 33u + 1u);
  EXPECT_EQ(flutter->info().flush_sequences, 1u);
  EXPECT_EQ(flutter->info().unfinished, 0u);
  const auto other = open_trace(path / "wangzherongyao.excerpt.txt");
  EXPECT_EQ(test::drain(*other).size(), 7u);
  EXPECT_EQ(other->info().collapsed, 13u - 7u);
  EXPECT_EQ(other->info().unfinished, 0u);
}

}  // namespace
}  // namespace icesim
