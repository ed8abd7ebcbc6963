// SPDX-License-Identifier: Apache-2.0
// Several devices and several recordings in one file, and zone commands.
#include "src/workload/readers/blktrace_record.hpp"
#include "testbench/support/made_traces.hpp"
#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::BlktraceRecord;
using test::TemporaryDirectory;
using testing::HasSubstr;

const std::filesystem::path recordings = ICESIM_SOURCE_DIR "/testbench/workload/inputs/pairing";

TraceInfo info_of(const std::filesystem::path& path, const TraceOptions& options = {}) {
  const auto reader = open_trace(path, options);
  test::drain(*reader);
  return reader->info();
}

TraceInfo info_of_text(const std::string& text, const TraceOptions& options = {}) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", text);
  return info_of(directory / "t", options);
}

TEST(Devices, EachNumbersItsRecordsPerCpu) {
  EXPECT_EQ(info_of(recordings / "two-devices.bin").lost_events, 0u);
  std::string bytes;
  BlktraceRecord record;
  record.action = 7U | 1U << 16;
  record.bytes = 512;
  // Two disks on two CPUs in turns; one record of one of them is missing.
  for (std::uint32_t i = 1; i <= 100; ++i) {
    for (std::uint32_t lane = 0; lane < 4; ++lane) {
      record.sequence = i;
      record.device = (8U << 20) + (lane % 2) * 16;
      record.cpu = lane / 2;
      record.time = i * 1'000 + lane;
      if (i != 50 || lane != 3) bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
    }
  }
  EXPECT_EQ(info_of_text(bytes).lost_events, 1u);
}

TEST(Devices, TheFirstIsNamedWhenItIsNotTheBusiest) {
  const TraceInfo first = info_of(recordings / "loop-first.txt");
  EXPECT_EQ(first.requests.total(), 1u);
  ASSERT_EQ(first.devices.size(), 2u);
  EXPECT_EQ(first.devices[0].requests, 1u);
  EXPECT_EQ(first.devices[1].requests, 50u);
  EXPECT_THAT(first.notes(), testing::Contains("trace: 50 requests of other devices were left out, though the one of "
                                               "the first request, 7,96, is not the one with the most (7,96 has 1, 8,0 "
                                               "has 50); see --device"));
  TraceOptions chosen;
  chosen.device = "7,96";
  EXPECT_THAT(
      info_of(recordings / "loop-first.txt", chosen).notes(),
      testing::Contains("trace: 50 requests of other devices were left out (7,96 has 1, 8,0 has 50); see --device"));
  chosen.device = "8,0";
  EXPECT_EQ(info_of(recordings / "loop-first.txt", chosen).requests.total(), 50u);
  const TraceInfo table =
      info_of_text("operation,sector,sectors,time_ms,device\nR,8,8,0,5\nR,8,8,30,6\nR,8,8,60,6\nW,16,8,61,6\n");
  EXPECT_THAT(table.notes(), testing::Contains(HasSubstr("0,5, is not the one with the most (0,5 has 1, 0,6 has 3)")));
}

TEST(Devices, CompletionsInFrontOfTheFirstRequestAreCountedForItsDeviceOnly) {
  const TraceInfo info = info_of_text(
      "a-1 [000] ..... 1.000000: block_rq_complete: 8,16 R () 8 + 8 [0]\n"
      "a-1 [000] ..... 1.000001: block_rq_complete: 8,0 R () 16 + 8 [0]\n"
      "a-1 [000] ..... 1.000002: block_rq_complete: 8,0 WS () 0 + 0 [0]\n"
      "a-1 [000] ..... 1.500000: block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\n");
  EXPECT_EQ(info.completions, 2u);
  EXPECT_EQ(info.orphans, 1u);
  EXPECT_EQ(info.flush_sequences, 1u);
}

TEST(Recordings, OneBehindTheTotalsOfAnotherIsReadOn) {
  const std::string first =
      "  8,0    1        6     5.018801310    55  D  WS 800 + 8 [a]\n"
      "  8,0    1        7     5.518801310    55  D  WS 900 + 8 [a]\n";
  const std::string totals =
      "CPU0 (sda):\n Reads Queued:         174,    13024KiB\nTotal (sda):\n Writes: 8\n\n"
      "Throughput (R/W): 0KiB/s / 0KiB/s\nEvents (sda): 2 entries\n";
  const std::string second =
      "  8,0    1        1     0.000000000    55  D  WS 800 + 8 [a]\n"
      "  8,0    1        2     0.000200000    55  C  WS 800 + 8 [0]\n"
      "  8,0    1        3     0.001000000    55  D   R 100 + 8 [a]\n"
      "  8,0    1        4     0.001300000    55  C   R 100 + 8 [0]\n";
  const TemporaryDirectory directory;
  test::write_file(directory / "t", first + totals + second + totals);
  const auto reader = open_trace(directory / "t");
  const auto requests = test::drain(*reader);
  ASSERT_EQ(requests.size(), 4u);
  EXPECT_EQ(requests[2].time, Picoseconds{500'000'000'000}) << "it goes on where the first ends";
  EXPECT_EQ(requests[3].time, Picoseconds{501'000'000'000});
  EXPECT_EQ(reader->info().further_recordings, 1u);
  EXPECT_EQ(reader->info().unfinished, 2u);
  EXPECT_EQ(reader->info().recorded_latency.write.max(), Picoseconds{200'000'000});
  EXPECT_EQ(reader->info().recorded_latency.read.max(), Picoseconds{300'000'000});
  EXPECT_EQ(reader->info().backward_steps, 0u);
  EXPECT_THAT(reader->info().notes(), testing::Contains(HasSubstr("1 recording stands behind the first")));
  // Without totals between them, the times tell.
  EXPECT_EQ(info_of_text(first + second).further_recordings, 1u);
}

TEST(Recordings, OneBehindAnotherIsReadOnInOtherFormats) {
  const std::string line = "a-1 [000] ..... 900.000000: block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\n";
  const std::string booted =
      "# tracer: nop\na-1 [000] ..... 3.000000: block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\n"
      "a-1 [000] ..... 3.000300: block_rq_complete: 8,0 R () 8 + 8 [0]\n";
  const TraceInfo ftrace = info_of_text(line + booted);
  EXPECT_EQ(ftrace.further_recordings, 1u);
  EXPECT_EQ(ftrace.requests.read, 2u);
  EXPECT_EQ(ftrace.recorded_latency.read.max(), Picoseconds{300'000'000});
  std::string bytes;
  BlktraceRecord record;
  record.bytes = 512;
  for (int recording = 0; recording < 2; ++recording) {
    for (std::uint32_t i = 1; i <= 3; ++i) {
      record.action = 7U | 1U << 16;
      record.sequence = 2 * i;
      record.sector = i;
      record.time = 1 + i * 1'000'000'000;
      bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
      record.action = 8U | 1U << 16;
      ++record.sequence;
      record.time += 400'000;
      bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
    }
  }
  const TraceInfo blktrace = info_of_text(bytes);
  EXPECT_EQ(blktrace.further_recordings, 1u);
  EXPECT_EQ(blktrace.recorded_latency.read.count(), 6u);
  EXPECT_EQ(blktrace.recorded_latency.read.max(), Picoseconds{400'000'000});
  EXPECT_EQ(blktrace.span, Picoseconds{4'000'000'000'000});
}

TEST(ZoneCommands, AreWhatBlkparseCallsThem) {
  const std::pair<std::uint64_t, const char*> words[] = {
      {blktrace::zone_append, "ZA"}, {blktrace::zone_reset, "ZR"}, {blktrace::zone_reset_all, "ZRA"},
      {blktrace::zone_finish, "ZF"}, {blktrace::zone_open, "ZO"},  {blktrace::zone_close, "ZC"},
      {blktrace::write_zeroes, "WZ"}};
  for (const auto& [category, word] : words) {
    blktrace::Record record;
    record.bytes = 4096;
    record.categories = category | blktrace::write | blktrace::sync;
    char letters[8];
    EXPECT_EQ(blktrace::rwbs(record, letters), std::string(word) + "S");
    record.categories |= blktrace::flush | blktrace::fua | blktrace::ahead | blktrace::metadata;
    EXPECT_LE(blktrace::rwbs(record, letters).size(), sizeof letters);
    // A record of version 8 and blkparse's line of it: both are other commands.
    std::string bytes(128, '\0');
    const auto put = [&](std::size_t at, auto value) { std::memcpy(bytes.data() + at, &value, sizeof value); };
    for (const std::size_t at : {0u, 64u}) {
      put(at, std::uint32_t{0x65617408});
      put(at + 4, static_cast<std::uint32_t>(1 + at / 64));
      put(at + 16, std::uint64_t{800});
      put(at + 24, std::uint32_t{4096});
      put(at + 32, std::uint64_t{7} | (at == 0 ? std::uint64_t{blktrace::write} : category | blktrace::write) << 16);
      put(at + 40, std::uint32_t{8 << 20});
    }
    const std::string text =
        "  8,0    0        1     0.000000000     0  D   W 800 + 8 [a]\n"
        "  8,0    0        2     0.000000000     0  D  " +
        std::string(word) + " 800 + 8 [a]\n";
    for (const TraceInfo& info : {info_of_text(bytes), info_of_text(text)}) {
      EXPECT_EQ(info.requests.total(), 1u) << word << info.format;
      EXPECT_EQ(info.requests.write, 1u);
      EXPECT_EQ(info.other_commands, 1u) << word << info.format;
    }
  }
}

}  // namespace
}  // namespace icesim
