// SPDX-License-Identifier: Apache-2.0
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/readers/blkparse_line.hpp"
#include "src/workload/readers/blktrace_reader.hpp"
#include "src/workload/text/line_reader.hpp"
#include "testbench/workload/files.hpp"

#include <algorithm>
#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tuple>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::HasSubstr;

constexpr std::array<const char*, 17> actions{"",  "Q", "M",  "F", "G", "S", "R", "D", "C",
                                              "P", "U", "UT", "I", "X", "B", "A", "?"};
constexpr std::uint16_t split = 13;

/// What both blkparse's text and our reader say of an event: time, CPU, number, pid, device, action, rwbs, sector,
/// sectors.
using Event = std::tuple<std::uint64_t, std::uint32_t, std::uint64_t, std::uint32_t, std::uint32_t, std::string,
                         std::string, std::uint64_t, std::uint64_t>;

std::vector<Event> events_of_blkparse(const std::filesystem::path& path) {
  std::vector<Event> events;
  LineReader lines(open_bytes(path));
  std::string_view text;
  while (lines.next(text)) {
    blkparse::Line line;
    if (!blkparse::parse_line(text, line)) continue;
    events.emplace_back(line.nanoseconds, line.cpu, line.sequence, line.process,
                        line.device.major << 20 | line.device.minor, line.action, line.rwbs,
                        line.sectors > 0 ? line.sector : 0, line.sectors);
  }
  return events;
}

std::vector<Event> events_of_records(const std::filesystem::path& path) {
  std::vector<std::unique_ptr<blktrace::Records>> files;
  for (const auto& file : blktrace::files_of(path).paths)
    files.push_back(std::make_unique<blktrace::Records>(open_bytes(file)));
  blktrace::MergedRecords records(std::move(files));
  std::vector<Event> events;
  std::uint64_t start = 0;
  blktrace::Record record;
  while (records.next(record)) {
    if ((record.categories & blktrace::notify) != 0) continue;
    if (events.empty()) start = record.nanoseconds;
    char word[8];
    // Only of a split does blkparse print other numbers.
    const std::uint64_t sectors = record.action == split ? 0 : record.bytes / 512;
    events.emplace_back(record.nanoseconds - start, record.cpu, record.sequence, record.process, record.device,
                        actions.at(record.action), blktrace::rwbs(record, word), sectors > 0 ? record.sector : 0,
                        sectors);
  }
  return events;
}

void expect_blkparse(const std::filesystem::path& binary, const std::filesystem::path& text, std::uint64_t entries) {
  auto expected = events_of_blkparse(text);
  auto events = events_of_records(binary);
  ASSERT_EQ(expected.size(), entries);
  ASSERT_EQ(events.size(), entries);
  const auto earlier = [](const Event& a, const Event& b) { return std::get<0>(a) < std::get<0>(b); };
  EXPECT_TRUE(std::is_sorted(events.begin(), events.end(), earlier));
  // Of two CPUs' events in the same nanosecond, blkparse prints now this one first, now that one.
  std::sort(expected.begin(), expected.end());
  std::sort(events.begin(), events.end());
  for (std::size_t i = 0; i < entries; ++i) ASSERT_TRUE(events[i] == expected[i]) << "event " << i;
}

struct Run {
  const char* name;
  std::uint64_t entries;
};

class RecordedBlktrace : public testing::TestWithParam<Run> {};

TEST_P(RecordedBlktrace, EqualsBlkparseLineByLine) {
  const auto path = test::recorded(GetParam().name);
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  expect_blkparse(path / "sda.blktrace.0.zst", path / "blkparse.txt.zst", GetParam().entries);
}

/// The same requests at the same distances: ftrace notes a request some microseconds later, blkparse says exactly the
/// same.
TEST_P(RecordedBlktrace, BringsTheRequestsOfBlkparseAndFtrace) {
  const auto path = test::recorded(GetParam().name);
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const auto binary = open_trace(path);
  const auto requests = test::drain(*binary);
  const auto text = open_trace(path / "blkparse.txt.zst");
  EXPECT_TRUE(test::same(requests, test::drain(*text)));
  const auto ftrace = open_trace(path / "ftrace.txt.zst");
  const auto traced = test::drain(*ftrace);
  EXPECT_EQ(binary->info().format, "blktrace");
  EXPECT_EQ(text->info().format, "blkparse");
  EXPECT_EQ(binary->info().requests.total(), ftrace->info().requests.total());
  EXPECT_EQ(binary->info().bytes.read, ftrace->info().bytes.read);
  EXPECT_EQ(binary->info().bytes.write, ftrace->info().bytes.write);
  EXPECT_EQ(binary->info().bytes.discard, ftrace->info().bytes.discard);
  for (const TraceInfo* info : {&binary->info(), &text->info()}) {
    EXPECT_EQ(info->completions, ftrace->info().completions);
    EXPECT_EQ(info->flush_sequences, ftrace->info().flush_sequences);
    EXPECT_EQ(info->orphans, 0u);
    EXPECT_EQ(info->unfinished, 0u);
    EXPECT_EQ(info->lost_events, 0u);
    EXPECT_EQ(info->recorded_latency.write.count(), info->requests.write);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RecordedBlktrace,
                         testing::Values(Run{"k61_ufs_sdb_f2fs_perfile", 44'030},
                                         Run{"k612_ufs_mcq_f2fs_ivino64", 59'704},
                                         Run{"k612_ufs_upiu_mqdeadline", 23'380}, Run{"k61_ufs_fio_qd", 6'346}),
                         [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(BlkparseDump, EqualsBlkparseLineByLine) {
  const auto path = test::shared_traces() / "blktrace/nvme_readahead";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  expect_blkparse(path / "sample.blktrace.0", path / "expected_blkparse_stdin.txt.gz", 6741);
  const auto trace = open_trace(path / "sample.blktrace.0");
  for (const IoRequest& request : test::drain(*trace)) ASSERT_EQ(request.length, logical_block);
  EXPECT_EQ(trace->info().rwbs, (std::map<std::string, std::uint64_t>{{"RA", 963}}));
  EXPECT_EQ(trace->info().recorded_latency.read.count(), 963u);
}

/// Builds records of either version and endianness.
class Recording {
 public:
  Recording(unsigned version, bool big_endian) : version_(version), big_endian_(big_endian) {}

  Recording& record(std::uint64_t time, std::uint32_t cpu, std::uint32_t sequence, std::uint32_t action,
                    std::uint64_t sector, std::uint32_t bytes, std::string_view data = {}) {
    put<std::uint32_t>(0x65617400 | version_);
    put<std::uint32_t>(sequence);
    put<std::uint64_t>(time);
    put<std::uint64_t>(sector);
    put<std::uint32_t>(bytes);
    if (version_ == 7) put<std::uint32_t>(action);
    put<std::uint32_t>(77);
    if (version_ == 8) put<std::uint64_t>(action);
    put<std::uint32_t>(8 << 20 | 16);
    put<std::uint32_t>(cpu);
    put<std::uint16_t>(0);
    put<std::uint16_t>(static_cast<std::uint16_t>(data.size()));
    if (version_ == 8) text_.append(12, '\0');
    text_.append(data);
    return *this;
  }
  const std::string& str() const { return text_; }

 private:
  template <class Number>
  void put(Number value) {
    for (std::size_t i = 0; i < sizeof value; ++i) {
      const std::size_t byte = big_endian_ ? sizeof value - 1 - i : i;
      text_.push_back(static_cast<char>(value >> (8 * byte)));
    }
  }

  unsigned version_;
  bool big_endian_;
  std::string text_;
};

constexpr std::uint32_t issue_write = 7 | 2 << 16;
constexpr std::uint32_t issue_read = 7 | 1 << 16;
constexpr std::uint32_t complete_write = 8 | 2 << 16;
constexpr std::uint32_t process_note = 1024u << 16;

std::string sample(unsigned version, bool big_endian) {
  return Recording(version, big_endian)
      .record(5, 0, 0, process_note, 0, 0, std::string_view("fio\0\0\0\0\0\0\0\0\0\0\0\0\0", 16))
      .record(1'000, 0, 1, issue_write, 800, 4096)
      .record(3'000, 0, 2, complete_write, 800, 4096)
      .record(4'000, 0, 4, issue_read, 16, 512)
      .str();
}

TEST(Blktrace, ReadsBothVersionsInBothByteOrders) {
  const TemporaryDirectory directory;
  for (const unsigned version : {7u, 8u}) {
    for (const bool big_endian : {false, true}) {
      test::write_file(directory / "dump", sample(version, big_endian));
      const auto trace = open_trace(directory / "dump");
      const auto requests = test::drain(*trace);
      ASSERT_EQ(requests.size(), 2u);
      EXPECT_EQ(requests[0].operation, Operation::write);
      EXPECT_EQ(requests[0].offset, sector_size * 800);
      EXPECT_EQ(requests[0].length, Bytes{4096});
      EXPECT_EQ(requests[0].process, 77u);
      EXPECT_EQ(trace->process_name(), "fio");
      EXPECT_EQ(requests[1].time, Picoseconds{3'000'000});
      EXPECT_EQ(requests[1].length, Bytes{512});
      EXPECT_EQ(trace->info().unfinished, 1u);
      EXPECT_EQ(trace->info().lost_events, 1u) << "number 3 is missing";
      EXPECT_EQ(trace->info().recorded_latency.write.max(), Picoseconds{2'000'000});
      TraceOptions options;
      options.device = "8,16";
      EXPECT_EQ(test::read_trace(directory / "dump", options).size(), 2u);
    }
  }
}

TEST(Blktrace, MergesTheFilesOfAllCpusByTime) {
  const TemporaryDirectory directory;
  test::write_file(
      directory / "sdx.blktrace.0",
      Recording(7, false).record(10, 0, 1, issue_write, 0, 512).record(30, 0, 2, issue_write, 2, 512).str());
  test::write_file(
      directory / "sdx.blktrace.1",
      Recording(7, false).record(20, 1, 1, issue_write, 1, 512).record(30, 1, 2, issue_write, 3, 512).str());
  test::write_file(directory / "sdx.blktrace.10", Recording(7, false).record(5, 10, 1, issue_write, 9, 512).str());
  for (const auto& path : {directory.path(), directory / "sdx.blktrace.0", directory / "sdx.blktrace.1"}) {
    std::vector<std::uint64_t> sectors;
    for (const IoRequest& request : test::read_trace(path)) sectors.push_back(request.offset / sector_size);
    EXPECT_THAT(sectors, testing::ElementsAre(9, 0, 1, 2, 3)) << path;
  }
  test::write_file(directory / "sdy.blktrace.0", "");
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory.path()); }), HasSubstr("several recordings"));
  const TemporaryDirectory empty;
  EXPECT_THAT(test::user_error([&] { test::read_trace(empty.path()); }), HasSubstr("without files NAME.blktrace.N"));
}

TEST(Blktrace, NoticesACutAtEveryByte) {
  const TemporaryDirectory directory;
  const std::string whole = sample(7, false);
  const std::string without_last = whole.substr(0, whole.size() - 48);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    test::write_file(directory / "dump", whole.substr(0, size));
    const std::string message = test::user_error([&] { test::read_trace(directory / "dump"); });
    const bool between = size == 48 + 16 || (size > 48 + 16 && (size - 48 - 16) % 48 == 0);
    EXPECT_EQ(message == "no error", between && size > 48 + 16) << size << message;
    if (size <= without_last.size()) continue;
    TraceOptions options;
    options.keep_going = true;
    const auto partial = open_trace(directory / "dump", options);
    EXPECT_EQ(test::drain(*partial).size(), 1u);
    EXPECT_EQ(partial->info().broken_ends, 1u);
  }
}

TEST(Blktrace, ReadsEventsWithTheNumberOfACgroup) {
  const TemporaryDirectory directory;
  test::write_file(directory / "dump",
                   Recording(7, false).record(1, 0, 1, issue_read | blktrace::has_cgroup, 0, 512, "cgroup 1").str());
  EXPECT_EQ(test::read_trace(directory / "dump").size(), 1u);
}

TEST(Blktrace, CountsScsiCommandsAsOthers) {
  const TemporaryDirectory directory;
  test::write_file(
      directory / "dump",
      Recording(7, false).record(1, 0, 1, issue_read | 512u << 16, 0, 96).record(2, 0, 2, issue_read, 0, 512).str());
  const auto trace = open_trace(directory / "dump");
  EXPECT_EQ(test::drain(*trace).size(), 1u);
  EXPECT_EQ(trace->info().other_commands, 1u);
}

TEST(BlkparseText, RefusesWhatIsNoEventAndPassesOverTheTotals) {
  const TemporaryDirectory directory;
  const std::string issue = "  8,0    1        6     0.018801310    55  D  WS 4010752 + 128 [kworker/1:1H]\n";
  const std::string end = "CPU0 (sda):\n Reads Queued:         174,    13024KiB\n";
  test::write_file(directory / "t", "Input file sda.blktrace.0 added\n" + issue + end);
  EXPECT_EQ(test::read_trace(directory / "t").size(), 1u);
  test::write_file(directory / "t", issue + issue.substr(0, 30) + "\n" + issue);
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "t"); }), HasSubstr(":2: not a line of blkparse"));
  TraceOptions options;
  options.keep_going = true;
  options.reissue_window = Picoseconds{};
  const auto partial = open_trace(directory / "t", options);
  EXPECT_EQ(test::drain(*partial).size(), 2u);
  EXPECT_EQ(partial->info().skipped_lines, 1u);
}

}  // namespace
}  // namespace icesim
