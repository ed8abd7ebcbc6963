// SPDX-License-Identifier: Apache-2.0
// Requests put back, repeated, lost and out of order, as each format tells of them.
#include "testbench/workload/readers/perfetto_traces.hpp"
#include "testbench/support/made_traces.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::ElementsAre;

const std::filesystem::path inputs = ICESIM_SOURCE_DIR "/testbench/workload/inputs/pairing";

struct Read {
  std::vector<IoRequest> requests;
  TraceInfo info;
  std::vector<std::uint64_t> latencies;  ///< in microseconds
};

Read read(const std::filesystem::path& path, TraceOptions options = {}) {
  Read all;
  options.completed = [&](const TraceCompletion& c) {
    if (c.kind != TraceCompletion::Kind::left) all.latencies.push_back(c.latency.n / 1'000'000);
  };
  const auto reader = open_trace(path, options);
  all.requests = test::drain(*reader);
  all.info = reader->info();
  return all;
}

Read read_text(const std::string& text, const TraceOptions& options = {}) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", text);
  return read(directory / "t", options);
}

TraceOptions level(EventLevel wanted) {
  TraceOptions options;
  options.level = wanted;
  return options;
}

TEST(Requeue, IsOneRequestInEveryFormat) {
  for (const char* name : {"requeue.blktrace.0", "requeue-blkparse.txt"}) {
    const Read ten = read(inputs / name);
    EXPECT_EQ(ten.info.requests.read, 10u) << name;
    EXPECT_EQ(ten.info.bytes.read, 160u * 1024) << name;
    EXPECT_EQ(ten.info.requeued, 10u);
    EXPECT_EQ(ten.info.unfinished, 0u);
    EXPECT_EQ(ten.latencies, std::vector<std::uint64_t>(10, 31'300)) << name;
  }
  EXPECT_THAT(read(inputs / "requeue.txt").latencies, ElementsAre(31'300));
  const std::string page = "<!DOCTYPE html>\n<html><script class=\"trace-data\" type=\"application/text\">\n" +
                           test::read_file(inputs / "requeue.txt") + "  </script>\n</html>\n";
  EXPECT_THAT(read_text(page).latencies, ElementsAre(31'300));
  test::PerfettoTrace trace;
  trace.issue(1'000'000, "WS", 800, 32);
  auto& requeue = *trace.event(1'020'000).mutable_block_rq_requeue();
  requeue.set_dev(makedev(8, 0));
  requeue.set_rwbs("WS");
  requeue.set_sector(800);
  requeue.set_nr_sector(32);
  trace.issue(32'000'000, "WS", 800, 32).complete(32'300'000, "WS", 800, 32);
  const Read perfetto = read_text(trace.bytes());
  EXPECT_EQ(perfetto.info.requests.write, 1u);
  EXPECT_EQ(perfetto.info.requeued, 1u);
  EXPECT_THAT(perfetto.latencies, ElementsAre(31'300));
}

TEST(Requeue, OfWhatIsLeftOfARequest) {
  const Read text = read_text(
      "  8,0    0        1     0.000000000     9  D   W 800 + 32 [a]\n"
      "  8,0    0        2     0.000100000     0  C   W 800 + 8 [0]\n"
      "  8,0    0        3     0.000110000     9  R   W 808 + 24 [0]\n"
      "  8,0    0        4     5.000000000     9  D   W 808 + 24 [a]\n"
      "  8,0    0        5     5.000300000     0  C   W 808 + 24 [0]\n");
  EXPECT_EQ(text.info.requests.write, 1u);
  EXPECT_EQ(text.info.bytes.write, 16'384u);
  EXPECT_THAT(text.latencies, ElementsAre(5'000'300));
}

TEST(Completion, IsOfEqualStartAndLength) {
  for (const char* name : {"one-start-cr.txt", "one-start-crcr.txt"}) {
    const Read two = read(inputs / name);
    EXPECT_THAT(two.latencies, ElementsAre(190, 900)) << name;
    EXPECT_EQ(two.info.unfinished, 0u) << name;
  }
  EXPECT_THAT(read_text("  8,0    0        1     0.000000000     9  D   W 800 + 8 [a]\n"
                        "  8,0    0        2     0.000010000     9  D   W 800 + 256 [a]\n"
                        "  8,0    0        3     0.000200000     0  C   W 800 + 256 [0]\n"
                        "  8,0    0        4     0.000900000     0  C   W 800 + 8 [0]\n")
                  .latencies,
              ElementsAre(190, 900));
  test::PerfettoTrace trace;
  trace.issue(1'000'000, "R", 800, 8).issue(1'010'000, "R", 800, 256);
  trace.complete(1'200'000, "R", 800, 256).complete(1'900'000, "R", 800, 8);
  EXPECT_THAT(read_text(trace.bytes()).latencies, ElementsAre(190, 900));
  EXPECT_THAT(read_text("a-1 [000] ..... 1.000000: mmc_blk_rw_start: cmd=25,addr=0x00000320,size=0x00000008\n"
                        "a-1 [000] ..... 1.000010: mmc_blk_rw_start: cmd=25,addr=0x00000320,size=0x00000100\n"
                        "a-1 [000] ..... 1.000200: mmc_blk_rw_end: cmd=25,addr=0x00000320,size=0x00000100\n"
                        "a-1 [000] ..... 1.000900: mmc_blk_rw_end: cmd=25,addr=0x00000320,size=0x00000008\n")
                  .latencies,
              ElementsAre(190, 900));
}

TEST(Completion, LostOnesShiftNoOther) {
  const Read lost = read(inputs / "lost.txt");
  EXPECT_THAT(lost.latencies, ElementsAre(200, 200, 200));
  EXPECT_EQ(lost.info.unfinished, 1u);
  const Read mispair = read(inputs / "mispair.txt");
  EXPECT_THAT(mispair.latencies, ElementsAre(200));
  EXPECT_EQ(mispair.info.orphans, 1u);
  EXPECT_EQ(mispair.info.unfinished, 1u);
  EXPECT_EQ(mispair.requests.size(), 2u);
}

TEST(Completion, OutOfOrderKeepsItsLatency) {
  const Read order = read(inputs / "order.txt");
  EXPECT_THAT(order.latencies, ElementsAre(300, 300));
  EXPECT_EQ(order.info.unordered_completions, 1u);
  const Read blkparse = read_text(
      "  8,0    0        1     0.000000000     9  D   R 800 + 8 [a]\n"
      "  8,0    1        1     0.000500000     9  D   R 900 + 8 [a]\n"
      "  8,0    0        2     0.000300000     0  C   R 800 + 8 [0]\n"
      "  8,0    1        2     0.000800000     0  C   R 900 + 8 [0]\n");
  EXPECT_THAT(blkparse.latencies, ElementsAre(300, 300));
  EXPECT_EQ(blkparse.info.unordered_completions, 1u);
}

TEST(DeviceEvents, PairByTag) {
  const Read race = read(inputs / "ufs-race.txt", level(EventLevel::ufs));
  EXPECT_EQ(race.requests.size(), 3u);
  EXPECT_THAT(race.latencies, ElementsAre(500, 500));
  EXPECT_EQ(race.info.early_completions, 1u);
  EXPECT_EQ(race.info.orphans, 0u);
  EXPECT_EQ(race.info.unfinished, 0u);
  std::string upiu;
  test::PerfettoTrace trace;
  const auto add = [&](const char* time, std::uint64_t nanoseconds, bool sends, unsigned tag) {
    char text[400];
    std::snprintf(
        text, sizeof text,
        "a-1 [000] ..... %s: ufshcd_upiu: %s: 0:0:0:0: HDR:01 40 00 %02x 00 00 00 00 00 00 00 00, CDB:28 00 00 "
        "00 00 64 00 00 01 00 00 00 00 00 00 00\n",
        time, sends ? "send_req" : "complete_rsp", tag);
    upiu += text;
    auto& command = *trace.event(nanoseconds).mutable_ufshcd_command();
    command.set_opcode(0x28);
    command.set_lba(100);
    command.set_transfer_len(4096);
    command.set_tag(tag);
    command.set_str_t(sends ? 0 : 1);
  };
  // Two equal reads at once; the first completion is lost, and the second command ends first.
  add("1.000000", 1'000'000'000, true, 1);
  add("1.000010", 1'000'010'000, true, 2);
  add("1.000020", 1'000'020'000, true, 3);
  add("1.000210", 1'000'210'000, false, 2);
  add("1.000920", 1'000'920'000, false, 3);
  for (const std::string& text : {upiu, trace.bytes()}) {
    const Read all = read_text(text);
    EXPECT_EQ(all.requests.size(), 3u);
    EXPECT_THAT(all.latencies, ElementsAre(200, 900));
    EXPECT_EQ(all.info.unfinished, 1u);
  }
}

TEST(IssuedAgain, IsKeptWithoutCompletionsAndCounted) {
  const Read only = read(inputs / "issue-only.txt");
  EXPECT_EQ(only.info.requests.write, 20u);
  EXPECT_EQ(only.info.repeated, 19u);
  EXPECT_THAT(only.info.notes(), testing::Contains(testing::HasSubstr("19 requests equal one just before")));
  TraceOptions asked;
  asked.reissue_window = usual_reissue_window;
  EXPECT_EQ(read(inputs / "issue-only.txt", asked).info.requests.write, 7u);
  std::string blkparse;
  test::PerfettoTrace trace;
  std::string binary;
  test::BlktraceRecord record;
  for (unsigned i = 0; i < 20; ++i) {
    char text[120];
    std::snprintf(text, sizeof text, "  8,0    0 %8u     0.%09u     9  D  WS 800 + 8 [a]\n", i + 1, i * 4'000'000);
    blkparse += text;
    trace.issue(i * 4'000'000, "WS", 800, 8);
    record.sequence = i + 1;
    record.time = 1 + i * 4'000'000;
    record.sector = 800;
    record.bytes = 4096;
    record.action = 7U | 2U << 16;
    binary.append(reinterpret_cast<const char*>(&record), sizeof record);
  }
  for (const std::string& text : {blkparse, trace.bytes(), binary}) {
    const Read kept = read_text(text);
    EXPECT_EQ(kept.info.requests.write, 20u) << kept.info.format;
    EXPECT_EQ(kept.info.repeated, 19u) << kept.info.format;
  }
  // With a completion later on, the repetitions in front of it are the same request.
  const std::string completed = "  8,0    0       21     0.080000000     9  C  WS 800 + 8 [0]\n";
  EXPECT_EQ(read_text(blkparse + completed).info.requests.write, 7u);
  record.action = 8U | 2U << 16;
  record.time = 90'000'000;
  EXPECT_EQ(read_text(binary + std::string(reinterpret_cast<const char*>(&record), sizeof record)).requests.size(), 7u);
  EXPECT_EQ(read_text(trace.complete(90'000'000, "WS", 800, 8).bytes()).requests.size(), 7u);
  const std::string ftrace =
      "           <...>-0     [000] ..... 30.090000: block_rq_complete: 8,0 WS () 640000 + 16 [0]\n";
  EXPECT_EQ(read_text(test::read_file(inputs / "issue-only.txt") + ftrace).requests.size(), 7u);
}

TEST(IssuedAgain, TheEndOfTheWindowIsInIt) {
  const Read edge = read(inputs / "reissue-edge.csv");
  EXPECT_EQ(edge.info.requests.read, 4u);
  EXPECT_EQ(edge.info.collapsed, 2u);
  EXPECT_EQ(edge.info.repeated, 0u);
  const std::string named = "operation,sector,sectors,time_ms\nR,8,8,0\nR,8,8,10\nR,8,8,21\n";
  EXPECT_EQ(read_text(named).info.repeated, 1u) << "a table without latencies says it, too";
  EXPECT_EQ(read_text(named).requests.size(), 3u);
  TraceOptions asked;
  asked.reissue_window = usual_reissue_window;
  EXPECT_EQ(read_text(named, asked).requests.size(), 2u);
  const std::string iolog = "fio version 3 iolog\n0 /f add\n0 /f open\n1 /f read 0 4096\n2 /f read 0 4096\n";
  EXPECT_EQ(read_text(iolog).info.repeated, 0u) << "above the kernel nothing is issued again";
}

TEST(IdleCap, LeavesLatenciesAlone) {
  TraceOptions options;
  options.idle_cap = Picoseconds{1'000'000'000'000};
  const Read capped = read(inputs / "idle-cap.txt", options);
  EXPECT_THAT(capped.latencies, ElementsAre(200, 6'000'000));
  EXPECT_EQ(capped.info.span, options.idle_cap);
  EXPECT_EQ(capped.info.capped_gaps, 1u);
}

}  // namespace
}  // namespace icesim
