// SPDX-License-Identifier: Apache-2.0
#include "testbench/workload/readers/perfetto_traces.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using perfetto::Trace;
using test::PerfettoTrace;
using testing::HasSubstr;
using PerfettoReaderTest = test::PerfettoTest;

TEST_F(PerfettoReaderTest, TakesTimeAddressAndProcessFromTheIssue) {
  PerfettoTrace trace;
  trace.issue(5'000'000'001, "WSM", 100, 16).issue(5'000'000'014, "RA", 8, 8).complete(5'000'000'020, "WSM", 100, 16);
  const auto requests = read(trace.trace);
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].time, Picoseconds{0});
  EXPECT_EQ(requests[0].offset, sector_size * 100);
  EXPECT_EQ(requests[0].length, sector_size * 16);
  EXPECT_EQ(requests[0].operation, Operation::write);
  EXPECT_EQ(requests[0].flags, IoRequest::sync | IoRequest::metadata);
  EXPECT_EQ(requests[0].process, 77u);
  EXPECT_EQ(requests[0].key, no_key);
  EXPECT_EQ(requests[1].time, Picoseconds{13'000});
  EXPECT_EQ(requests[1].operation, Operation::read);
  EXPECT_EQ(requests[1].flags, IoRequest::readahead);
  EXPECT_EQ(info_.format, "perfetto");
  EXPECT_EQ(info_.completions, 1u);
  EXPECT_EQ(info_.unfinished, 1u);
  EXPECT_EQ(info_.rwbs.at("WSM"), 1u);
  EXPECT_EQ(info_.recorded_latency.write.max(), Picoseconds{19'000});
}

TEST_F(PerfettoReaderTest, IsRecognisedByContent) {
  PerfettoTrace trace;
  trace.issue(1, "R", 8, 8);
  for (const Trace& form : {trace.trace, test::zlib_compressed(trace.trace), test::zstd_compressed(trace.trace)}) {
    test::write_file(path_, form.SerializeAsString());
    EXPECT_EQ(open_trace(path_)->info().format, "perfetto");
  }
  Trace one_packet;
  one_packet.add_packet();
  for (int i = 0; i < 1'000; ++i) one_packet.mutable_packet(0)->MergeFrom(trace.trace.packet(0));
  ASSERT_GT(one_packet.ByteSizeLong(), 8192u) << "a packet longer than what is looked at";
  test::write_file(path_, one_packet.SerializeAsString());
  EXPECT_EQ(open_trace(path_)->info().format, "perfetto");
  for (const std::string_view text : {"\n\n\n", "\n# comment\n", "\nprocess,device\n1,2\n", "\n        text\n"}) {
    test::write_file(path_, text);
    EXPECT_NE(test::user_error([&] { open_trace(path_); }).find("not a trace"), std::string::npos) << text;
  }
}

TEST_F(PerfettoReaderTest, ReadsTheDeviceAsUserSpaceNumbersIt) {
  PerfettoTrace trace;
  trace.issue(1, "R", 8, 8, 45'824).issue(2, "R", 16, 8, 0xfe2e).issue(3, "R", 24, 8, makedev(8, 300));
  for (const auto& [device, offset] : {std::pair{"179,0", 8u}, {"254,46", 16u}, {"8,300", 24u}}) {
    TraceOptions chosen;
    chosen.device = device;
    const auto requests = read(trace.trace, chosen);
    ASSERT_EQ(requests.size(), 1u) << device;
    EXPECT_EQ(requests[0].offset, sector_size * offset);
    EXPECT_EQ(info_.other_devices, 2u);
  }
}

TEST_F(PerfettoReaderTest, CountsReissuesFlushesOrphansAndLossesAsFtraceTextDoes) {
  PerfettoTrace trace;
  trace.complete(500, "R", 800, 8)
      .issue(1'000, "W", 100, 8)
      .issue(1'900, "W", 100, 8)
      .complete(2'000, "W", 100, 8)
      .issue(2'100, "FF", 0, 0)
      .issue(2'200, "FF", 18'446'744'073'709'551'615u, 0)
      .complete(2'300, "FF", 18'446'744'073'709'551'615u, 0)
      .issue(2'400, "N", 0, 0)
      .complete(2'500, "WS", 0, 0);
  trace.trace.add_packet()->mutable_ftrace_events()->set_lost_events(1);
  EXPECT_EQ(read(trace.trace).size(), 3u);
  EXPECT_EQ(info_.requests.flush, 2u);
  EXPECT_EQ(info_.collapsed, 1u);
  EXPECT_EQ(info_.orphans, 1u);
  EXPECT_EQ(info_.unfinished, 1u);
  EXPECT_EQ(info_.flush_sequences, 1u);
  EXPECT_EQ(info_.other_commands, 1u);
  EXPECT_EQ(info_.lost_events, 1u);
}

TEST_F(PerfettoReaderTest, MergesCpusByTime) {
  PerfettoTrace trace;
  for (std::uint32_t cpu = 0; cpu < 4; ++cpu) {
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      auto& block = *trace.event(1'000 + i * 4 + cpu, cpu).mutable_block_rq_issue();
      block.set_dev(2'048);
      block.set_sector((i * 4 + cpu) * 8);
      block.set_nr_sector(8);
      block.set_rwbs("R");
    }
  }
  const auto requests = read(trace.trace);
  ASSERT_EQ(requests.size(), 4'000u);
  for (std::uint64_t i = 0; i < requests.size(); ++i) {
    ASSERT_EQ(requests[i].offset, sector_size * (i * 8));
    ASSERT_EQ(requests[i].time, Picoseconds{i * 1'000});
  }
  EXPECT_EQ(info_.backward_steps, 0u);
}

TEST_F(PerfettoReaderTest, KeepsEventsInTheirOrderWhenTimesAreEqual) {
  PerfettoTrace trace;
  for (std::uint64_t i = 0; i < 100; ++i) trace.issue(7, "R", i * 8, 8);
  const auto requests = read(trace.trace);
  ASSERT_EQ(requests.size(), 100u);
  for (std::uint64_t i = 0; i < requests.size(); ++i) ASSERT_EQ(requests[i].offset, sector_size * (i * 8));
}

TEST_F(PerfettoReaderTest, GivesAnEventBeyondTheWindowAllTheSame) {
  PerfettoTrace trace;
  constexpr std::uint64_t count = 70'000;
  for (std::uint64_t i = 0; i < count; ++i) trace.issue(1'000 + i, "R", i * 8, 8);
  trace.issue(500, "W", 0, 8);
  const auto requests = read(trace.trace);
  ASSERT_EQ(requests.size(), count + 1);
  EXPECT_EQ(info_.requests.write, 1u);
  EXPECT_EQ(info_.backward_steps, 1u);
  trace.trace.mutable_packet()->SwapElements(60'000, static_cast<int>(count));
  EXPECT_EQ(read(trace.trace).front().operation, Operation::write) << "within the window it is sorted";
  EXPECT_EQ(info_.backward_steps, 0u);
}

TEST_F(PerfettoReaderTest, ReadsTheCommandsOfTheControllerWhenThereIsNothingElse) {
  PerfettoTrace trace;
  const auto command = [&](std::uint64_t time, std::uint32_t step, std::uint32_t opcode, std::uint64_t lba, int bytes) {
    auto& out = *trace.event(time).mutable_ufshcd_command();
    out.set_str_t(step);
    out.set_opcode(opcode);
    out.set_lba(lba);
    out.set_transfer_len(bytes);
  };
  command(1'000, 0, 0x28, 11'272, 8'192);
  command(1'500, 0, 0x2a, 0, 4'096);
  command(1'600, 0, 0x35, 0, -1);
  command(1'700, 0, 0x42, 512, 1'048'576);
  command(1'750, 0, 0x91, 0, -1);
  command(1'800, 0, 0x88, 0, -1);
  command(1'850, 3, 0, 0, 0);
  command(1'900, 1, 0x28, 11'272, 8'192);
  command(2'000, 1, 0x35, 0, -1);
  const auto requests = read(trace.trace);
  ASSERT_EQ(requests.size(), 5u);
  EXPECT_EQ(requests[0].offset, sector_size * 90'176);
  EXPECT_EQ(requests[0].length, Bytes{8'192});
  EXPECT_EQ(requests[1].operation, Operation::write);
  EXPECT_EQ(requests[2].operation, Operation::flush);
  EXPECT_EQ(requests[3].operation, Operation::discard);
  EXPECT_EQ(requests[3].length, Bytes{1'048'576});
  EXPECT_EQ(requests[4].operation, Operation::flush) << "SYNCHRONIZE CACHE(16)";
  EXPECT_EQ(info_.other_commands, 1u);
  EXPECT_EQ(info_.completions, 2u);
  EXPECT_EQ(info_.orphans, 0u);
  EXPECT_EQ(info_.unfinished, 3u);
  EXPECT_EQ(info_.recorded_latency.read.max(), Picoseconds{900'000});

  trace.issue(3'000, "R", 8, 8);
  EXPECT_EQ(read(trace.trace).size(), 1u) << "requests of the block layer are preferred";
  TraceOptions chosen;
  chosen.level = EventLevel::ufs;
  EXPECT_EQ(read(trace.trace, chosen).size(), 5u);
  chosen.level = EventLevel::block;
  EXPECT_EQ(read(trace.trace, chosen).size(), 1u);
  trace.trace.mutable_packet()->RemoveLast();
  EXPECT_THAT(error(trace.bytes(), chosen), HasSubstr("record the ftrace events block/block_rq_issue"));
}

TEST_F(PerfettoReaderTest, FindsTheRequestsBehindMoreOtherEventsThanTheWindowHolds) {
  PerfettoTrace trace;
  for (std::uint64_t i = 0; i < 70'000; ++i) trace.event(i).mutable_f2fs_unlink_enter()->set_ino(5);
  auto& block = *trace.event(70'000).mutable_block_io_start();
  block.set_rwbs("R");
  block.set_nr_sector(8);
  EXPECT_EQ(read(trace.trace).size(), 1u);
}

TEST_F(PerfettoReaderTest, NamesTheProcessOfARequest) {
  PerfettoTrace trace;
  trace.issue(1, "R", 8, 8).complete(2, "R", 8, 8);
  trace.event(3).mutable_block_rq_issue()->MergeFrom(trace.trace.packet(0).ftrace_events().event(0).block_rq_issue());
  trace.trace.mutable_packet(2)->mutable_ftrace_events()->mutable_event(0)->mutable_block_rq_issue()->set_comm("other");
  test::write_file(path_, trace.bytes());
  const auto reader = open_trace(path_);
  IoRequest request;
  ASSERT_TRUE(reader->next(request));
  EXPECT_EQ(reader->process_name(), "an app");
  ASSERT_TRUE(reader->next(request));
  EXPECT_EQ(reader->process_name(), "other");
}

TEST_F(PerfettoReaderTest, ReadsStepsThatOldKernelsNameInWords) {
  PerfettoTrace trace;
  for (const char* step : {"send", "complete", "query_send", "tm_send"}) {
    auto& command = *trace.event(1'000).mutable_ufshcd_command();
    command.set_str(step);
    command.set_opcode(0x28);
    command.set_transfer_len(4'096);
  }
  EXPECT_EQ(read(trace.trace).size(), 1u);
  EXPECT_EQ(info_.completions, 1u);
  EXPECT_EQ(info_.unfinished, 0u);
}

TEST_F(PerfettoReaderTest, SkipsEventsThatMakeNoSenseOnlyWhenAsked) {
  PerfettoTrace trace;
  trace.issue(1, "R", 8, 8)
      .issue(2, "X", 8, 8)
      .issue(3, "R", 0xffff'ffff'ffff'ffff, 8)
      .issue(4, "", 8, 8)
      .issue(5, "R", 16, 8);
  EXPECT_THAT(error(trace.bytes()), HasSubstr("rwbs"));
  TraceOptions keep_going;
  keep_going.keep_going = true;
  EXPECT_EQ(read(trace.trace, keep_going).size(), 2u);
  EXPECT_EQ(info_.skipped_lines, 3u);
}

TEST_F(PerfettoReaderTest, SaysWhatToRecordWhenThereIsNoRequest) {
  PerfettoTrace trace;
  trace.complete(1, "R", 8, 8);
  const std::string message = error(trace.bytes());
  EXPECT_EQ(message.find(path_.string() + ": "), 0u) << message;
  EXPECT_THAT(message, HasSubstr("no request in this trace; record the ftrace events block/block_rq_issue"));
}

}  // namespace
}  // namespace icesim
