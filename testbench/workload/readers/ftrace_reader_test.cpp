// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "testbench/workload/files.hpp"

#include <algorithm>
#include <cstdio>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

/// Builds the text of a trace, line by line.
class Text {
 public:
  Text& line(std::string_view text) {
    text_.append(text).append("\n");
    return *this;
  }
  Text& event(std::uint64_t microseconds, std::string_view event) {
    char prefix[64];
    std::snprintf(prefix, sizeof prefix,
                  "          app: 1-77      [000] d..1. %5u.%06u: ", static_cast<unsigned>(microseconds / 1'000'000),
                  static_cast<unsigned>(microseconds % 1'000'000));
    return line(prefix + std::string(event));
  }
  Text& issue(std::uint64_t at, std::string_view what, std::string_view device = "8,0") {
    return event(at, "block_rq_issue: " + std::string(device) + " " + std::string(what) + " [app: 1]");
  }
  Text& complete(std::uint64_t at, std::string_view what, std::string_view device = "8,0") {
    return event(at, "block_rq_complete: " + std::string(device) + " " + std::string(what) + " [0]");
  }
  const std::string& str() const { return text_; }

 private:
  std::string text_ = "# tracer: nop\n#\n";
};

class FtraceReaderTest : public testing::Test {
 protected:
  std::vector<IoRequest> read(const Text& text, const TraceOptions& options = {}) { return read(text.str(), options); }
  std::vector<IoRequest> read(const std::string& text, const TraceOptions& options = {}) {
    test::write_file(path_, text);
    const auto reader = open_trace(path_, options);
    const auto requests = test::drain(*reader);
    info_ = reader->info();
    return requests;
  }
  std::string error(const std::string& text, const TraceOptions& options = {}) {
    return test::user_error([&] { read(text, options); });
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "ftrace.txt";
  TraceInfo info_;
};

TEST_F(FtraceReaderTest, TakesTimeAddressAndProcessFromTheIssue) {
  const auto requests =
      read(Text().issue(5'000'001, "WSM 8192 () 100 + 16").issue(5'000'014, "RA 4096 () 8 + 8 be,0,4"));
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].time, Picoseconds{0});
  EXPECT_EQ(requests[0].offset, sector_size * 100);
  EXPECT_EQ(requests[0].length, sector_size * 16);
  EXPECT_EQ(requests[0].operation, Operation::write);
  EXPECT_EQ(requests[0].flags, IoRequest::sync | IoRequest::metadata);
  EXPECT_EQ(requests[0].process, 77u);
  EXPECT_EQ(requests[0].key, no_key);
  EXPECT_EQ(requests[1].time, Picoseconds{13 * 1'000'000});
  EXPECT_EQ(requests[1].operation, Operation::read);
  EXPECT_EQ(requests[1].flags, IoRequest::readahead);
  EXPECT_EQ(info_.span, requests[1].time);
  EXPECT_EQ(info_.end_offset, sector_size * 116);
  EXPECT_EQ(info_.bytes.write, 8192u);
}

TEST_F(FtraceReaderTest, TakesFlushesOfAllKernels) {
  const auto requests = read(Text()
                                 .issue(1, "FF 0 () 0 + 0")
                                 .issue(2, "FF 0 () 18446744073709551615 + 0")
                                 .issue(3, "FWS 0 () 18446744073709551615 + 0")
                                 .complete(4, "FF () 18446744073709551615 + 0")
                                 .complete(5, "FF () 18446744073709551615 + 0")
                                 .complete(6, "FWS () 18446744073709551615 + 0")
                                 .complete(7, "WS () 0 + 0"));
  ASSERT_EQ(requests.size(), 3u);
  for (const IoRequest& request : requests) {
    EXPECT_EQ(request.operation, Operation::flush);
    EXPECT_EQ(request.length, Bytes{0});
    EXPECT_EQ(request.offset, Bytes{0});
  }
  EXPECT_EQ(info_.requests.flush, 3u);
  EXPECT_EQ(info_.rwbs.at("FF"), 2u);
  EXPECT_EQ(info_.rwbs.at("FWS"), 1u);
  EXPECT_EQ(info_.completions, 4u);
  EXPECT_EQ(info_.flush_sequences, 1u);
  EXPECT_EQ(info_.orphans, 0u);
  EXPECT_EQ(info_.unfinished, 0u);
}

TEST_F(FtraceReaderTest, PairsCompletionsAlsoWhenPartialOrMissing) {
  read(Text()
           .complete(1, "R () 800 + 8")
           .issue(2, "W 16384 () 100 + 32")
           .issue(3, "W 4096 () 400 + 8")
           .complete(4, "W () 100 + 8")
           .complete(5, "W () 108 + 24")
           .complete(6, "W () 108 + 24"));
  EXPECT_EQ(info_.completions, 4u);
  EXPECT_EQ(info_.orphans, 2u);
  EXPECT_EQ(info_.unfinished, 1u);
}

TEST_F(FtraceReaderTest, CollapsesARequestThatIsIssuedAgain) {
  const Text text = Text()
                        .issue(1'000, "W 4096 () 100 + 8")
                        .issue(1'900, "W 4096 () 100 + 8")
                        .issue(2'000, "W 4096 () 200 + 8")
                        .complete(2'500, "W () 100 + 8")
                        .issue(2'600, "W 4096 () 100 + 8")
                        .issue(12'001, "W 4096 () 200 + 8");
  EXPECT_EQ(read(text).size(), 4u) << "an overwrite after completion, or much later, is a request of its own";
  EXPECT_EQ(info_.collapsed, 1u);
  TraceOptions all;
  all.reissue_window = Picoseconds{0};
  EXPECT_EQ(read(text, all).size(), 5u);
  EXPECT_EQ(info_.collapsed, 0u);
}

TEST_F(FtraceReaderTest, ReadsOneDeviceAndCountsTheOthers) {
  const Text text = Text()
                        .issue(1, "R 4096 () 8 + 8")
                        .issue(2, "R 4096 () 16 + 8", "254,3")
                        .issue(3, "R 4096 () 24 + 8", "254,3")
                        .complete(4, "R () 16 + 8", "254,3");
  EXPECT_EQ(read(text).size(), 1u);
  EXPECT_EQ(info_.other_devices, 2u);
  EXPECT_EQ(info_.completions, 0u);
  TraceOptions chosen;
  chosen.device = "254,3";
  const auto requests = read(text, chosen);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].time, Picoseconds{0});
  EXPECT_EQ(info_.other_devices, 1u);
  chosen.device = "8,1";
  EXPECT_THAT(error(text.str(), chosen), HasSubstr("no request"));
  chosen.device = "sda";
  EXPECT_THAT(error(text.str(), chosen), HasSubstr("MAJOR,MINOR"));
}

TEST_F(FtraceReaderTest, CountsWhatItLeavesOut) {
  read(Text()
           .issue(1, "R 4096 () 8 + 8")
           .issue(2, "N 36 (12 00 00 00 24 00) 0 + 0")
           .issue(3, "R 36 (12 00 00 00 24 00) 0 + 0")
           .issue(3, "WZS 4096 () 8 + 8")
           .line("CPU:1 [LOST 123 EVENTS]")
           .event(4, "ufshcd_command: send_req: 1d84000.ufshc: tag: 7, DB: 0x0"));
  EXPECT_EQ(info_.records, 1u);
  EXPECT_EQ(info_.other_commands, 3u);
  EXPECT_EQ(info_.lost_events, 123u);
}

TEST_F(FtraceReaderTest, KeepsTimeFromGoingBackwards) {
  const auto requests =
      read(Text().issue(10, "R 4096 () 8 + 8").issue(30, "R 4096 () 16 + 8").issue(20, "R 4096 () 24 + 8"));
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_EQ(requests[2].time, requests[1].time);
  EXPECT_EQ(info_.backward_steps, 1u);
}

TEST_F(FtraceReaderTest, NamesTheMalformedLine) {
  Text text;
  while (std::count(text.str().begin(), text.str().end(), '\n') < 16) text.issue(1, "R 4096 () 8 + 8");
  for (const char* bad : {"garbage", "app-77 [000] d..1. 1.000000: block_rq_issue: 8,0 R 4096 () 8 +",
                          "app-77 [000] d..1. 1.000000: block_rq_issue: 8,0 X 4096 () 8 + 8 [a]",
                          "app-77 [000] d..1. 1.000000: block_rq_complete: 8,0 R () 8 + 8 [", "app-77 [000] d..1. 1.00",
                          "app-77 [000] d..1. 1.000000: block_rq_issue: "}) {
    const std::string message = error(Text(text).line(bad).issue(2, "R 4096 () 8 + 8").str());
    EXPECT_EQ(message.find(path_.string() + ":17: "), 0u) << message;
    EXPECT_THAT(message, HasSubstr("allowed"));
    EXPECT_EQ(message.find('\n'), std::string::npos);
  }
}

TEST_F(FtraceReaderTest, RefusesALastLineCutShort) {
  const std::string text = Text().issue(1, "R 4096 () 8 + 8").issue(2, "R 4096 () 16 + 8").str();
  EXPECT_EQ(read(text.substr(0, text.size() - 1)).size(), 2u) << "only the newline is missing";
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  for (std::size_t size = text.find_first_not_of(' ', last) + 1; size + 1 < text.size(); ++size) {
    ASSERT_NE(error(text.substr(0, size)), "no error") << text.substr(last, size - last);
  }
}

TEST_F(FtraceReaderTest, EitherReadsOrRefusesAnyText) {
  const std::string text = Text()
                               .issue(1, "WS 4096 () 8 + 8 be,0,4")
                               .complete(2, "WS () 8 + 8 be,0,4")
                               .line("CPU:1 [LOST 123 EVENTS]")
                               .issue(3, "FF 0 () 0 + 0")
                               .str();
  Random random(9);
  std::size_t refused = 0;
  for (int round = 0; round < 500; ++round) {
    refused += error(test::damaged(text, random)) != "no error";
  }
  EXPECT_GT(refused, 0u);
}

TEST_F(FtraceReaderTest, ReadsLinesAcrossBufferBorders) {
  Text text;
  constexpr std::uint64_t count = 30'000;
  for (std::uint64_t i = 0; i < count; ++i) {
    text.issue(i, "R 4096 () " + std::to_string(i * 8) + " + 8").complete(i, "R () " + std::to_string(i * 8) + " + 8");
  }
  const auto requests = read(text);
  ASSERT_EQ(requests.size(), count);
  for (std::uint64_t i = 0; i < count; ++i) ASSERT_EQ(requests[i].offset, sector_size * (i * 8));
}

TEST_F(FtraceReaderTest, ReadsATraceWithoutCompletionsInConstantMemory) {
  Text text;
  constexpr std::uint64_t count = 10'000;
  for (std::uint64_t i = 0; i < count; ++i) text.issue(i * 100, "R 4096 () " + std::to_string(i % 7 * 8) + " + 8");
  TraceOptions all;
  all.reissue_window = Picoseconds{0};
  EXPECT_EQ(read(text, all).size(), count);
  EXPECT_EQ(info_.unfinished, count);
}

TEST_F(FtraceReaderTest, ReadsCarriageReturns) {
  EXPECT_EQ(read("# tracer: nop\r\n a-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\r\n").size(), 1u);
}

TEST_F(FtraceReaderTest, RefusesAnEndlessLine) {
  EXPECT_THAT(error("# tracer: nop\n" + std::string(300'000, 'x')), HasSubstr(":2: the line is longer"));
}

}  // namespace
}  // namespace icesim
