// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/device_event.hpp"

#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/readers/ftrace_line.hpp"
#include "src/workload/text/line_reader.hpp"
#include "testbench/workload/files.hpp"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>
#include <tuple>

namespace icesim {
namespace {

using ftrace::Step;

TraceInfo read_level(const std::filesystem::path& path, EventLevel level, std::vector<IoRequest>& requests) {
  TraceOptions options;
  options.level = level;
  options.reissue_window = Picoseconds{};
  const auto trace = open_trace(path, options);
  requests = test::drain(*trace);
  return trace->info();
}

TEST(UfshcdCommand, ReadsDevicesOfAllKernelsAndSizesInBlocks) {
  for (const char* device : {"1d84000.ufshc", "0000:00:01.0", "0:0:0:0"}) {
    RequestEvent event;
    ftrace::UfshcdCommand command;
    const std::string text = "send_req: " + std::string(device) +
                             ": tag: 7, DB: 0x80, size: 8192, IS: 0, LBA: 11272, opcode: 0x28 (READ_10), group_id: 0x0";
    ASSERT_TRUE(ftrace::parse_ufshcd_command(text, event, command)) << text;
    ASSERT_TRUE(ftrace::set_ufshcd_command(command, logical_block, event)) << text;
    EXPECT_EQ(command.step, Step::start);
    EXPECT_EQ(event.request.operation, Operation::read);
    EXPECT_EQ(event.request.offset, sector_size * 90'176);
    EXPECT_EQ(event.request.length, Bytes{8192});
    for (std::size_t size = 0; size < text.find("28 (READ"); ++size) {
      EXPECT_FALSE(ftrace::parse_ufshcd_command(text.substr(0, size), event, command) && command.step == Step::start)
          << size;
    }
  }
  RequestEvent event;
  ftrace::UfshcdCommand command;
  ASSERT_TRUE(ftrace::parse_ufshcd_command(
      "complete_rsp: 0:0:0:3: tag: 7, DB: 0x0, size: -1, IS: 0, LBA: 0, opcode: 0x35 (SYNC), group_id: 0x0", event,
      command));
  ASSERT_TRUE(ftrace::set_ufshcd_command(command, logical_block, event));
  EXPECT_EQ(command.step, Step::end);
  EXPECT_EQ(event.device.minor, 3u);
  EXPECT_EQ(event.request.operation, Operation::flush);
  ASSERT_TRUE(ftrace::parse_ufshcd_command("query_send: 0:0:0:0: whatever", event, command));
  EXPECT_EQ(command.step, Step::other);
}

/// The driver's view of a recording is that of the block layer, request by request.
TEST(UfshcdEvents, AreTheRequestsOfTheBlockLayer) {
  for (const char* run : {"k61_ufs_sdb_f2fs_perfile", "k612_ufs_mcq_f2fs_ivino64", "k612_ufs_upiu_mqdeadline",
                          "k61_ufs_fio_qd"}) {
    const auto path = test::recorded(run) / "ftrace.txt.zst";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
    std::vector<IoRequest> requests;
    const TraceInfo block = read_level(path, EventLevel::block, requests);
    for (const EventLevel level : {EventLevel::ufs, EventLevel::upiu}) {
      const bool has_cdbs = std::string_view(run) == "k612_ufs_upiu_mqdeadline";
      if (level == EventLevel::upiu && !has_cdbs) continue;
      const TraceInfo driver = read_level(path, level, requests);
      EXPECT_EQ(driver.requests.read, block.requests.read) << run;
      EXPECT_EQ(driver.requests.write, block.requests.write) << run;
      EXPECT_EQ(driver.requests.flush, block.requests.flush) << run;
      EXPECT_EQ(driver.bytes.read, block.bytes.read) << run;
      EXPECT_EQ(driver.bytes.write, block.bytes.write) << run;
      // Of WRITE SAME ufshcd_command prints neither size nor address.
      const bool hides_discards = level == EventLevel::ufs && has_cdbs;
      EXPECT_EQ(driver.requests.discard + (hides_discards ? driver.other_commands : 0), block.requests.discard) << run;
      if (!hides_discards) {
        EXPECT_EQ(driver.bytes.discard, block.bytes.discard) << run;
      }
      EXPECT_EQ(driver.orphans, 0u);
      EXPECT_EQ(driver.unfinished, 0u);
    }
  }
}

TEST(UfshcdUpiu, CdbsOfARecordingReadAndWriteByteForByte) {
  const auto path = test::recorded("k612_ufs_upiu_mqdeadline") / "ftrace.txt.zst";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  LineReader lines(open_bytes(path));
  std::string_view text;
  std::uint64_t compared = 0;
  while (lines.next(text)) {
    ftrace::Line line;
    cdb::Bytes16 bytes{};
    if (!ftrace::parse_line(text, line) || line.event != "ufshcd_upiu") continue;
    ASSERT_TRUE(ftrace::parse_cdb(line.payload, bytes)) << text;
    cdb::Command command;
    ASSERT_TRUE(cdb::decode(bytes, command)) << text;
    ASSERT_EQ(cdb::encode(command), bytes) << text;
    ++compared;
  }
  EXPECT_EQ(compared, 2u * 3'993);
}

TEST(Cdb, KeepsEveryFieldOfEveryCommand) {
  for (const std::uint8_t opcode : {cdb::read_10, cdb::write_10, cdb::synchronize_cache_10, cdb::read_16, cdb::write_16,
                                    cdb::synchronize_cache_16, cdb::write_same_16}) {
    const bool is_long = opcode >= cdb::read_16;
    const cdb::Command command{opcode, 0x18, is_long ? 0x0102030405060708u : 0x01020304u, is_long ? 0x0a0b0c0du : 0x0a0bu,
                               0x1f, 0x04};
    cdb::Command again;
    ASSERT_TRUE(cdb::decode(cdb::encode(command), again));
    EXPECT_EQ(again.lba, command.lba);
    EXPECT_EQ(again.blocks, command.blocks);
    EXPECT_EQ(again.flags, command.flags);
    EXPECT_EQ(again.group, command.group);
    EXPECT_EQ(again.control, command.control);
  }
  cdb::Command command;
  EXPECT_FALSE(cdb::decode({cdb::unmap}, command));
  const auto bytes = cdb::encode({cdb::write_10, 0x08, 0x2c08, 1, 0, 0});
  EXPECT_EQ(bytes, (cdb::Bytes16{0x2a, 0x08, 0, 0, 0x2c, 0x08, 0, 0, 1}));
}

TEST(QualcommPhone, HasReadableLines) {
  const auto path = test::shared_traces() / "device/qcom_ufs_lines/ufshcd_command_mcq.txt";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  std::vector<IoRequest> requests;
  const TraceInfo info = read_level(path, EventLevel::first, requests);
  EXPECT_EQ(info.requests.total() + info.completions, 27u);
}

TEST(UfshcdEvents, AreOfTheProcessInFrontOfThem) {
  const test::TemporaryDirectory directory;
  test::write_file(
      directory / "t",
      "   Binder:1001_1-246     [001] ..... 1.5: ufshcd_command: send_req: 0:0:0:0: tag: 7, DB: 0x0, size: 4096, "
      "IS: 0, LBA: 5, opcode: 0x28 (READ_10), group_id: 0x0\n");
  const auto trace = open_trace(directory / "t");
  IoRequest request;
  ASSERT_TRUE(trace->next(request));
  EXPECT_EQ(trace->process_name(), "Binder:1001_1");
  EXPECT_EQ(request.process, 246u);
}

/// AOSP's own tool prints `$OPERATION,ADDRESS,SECTORS,START,DURATION` for each pair of events.
TEST(Nexus10, HasWhatAospsToolMadeOfIt) {
  const auto path = test::shared_traces() / "device/nexus10_mmc";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  std::vector<IoRequest> requests;
  const TraceInfo info = read_level(path / "mmc_trace_sample_data", EventLevel::first, requests);
  EXPECT_EQ(info.requests.read, 515u);
  EXPECT_EQ(info.requests.write, 88u);
  EXPECT_EQ(info.requests.discard, 164u);
  EXPECT_EQ(info.completions, 767u);
  EXPECT_EQ(info.orphans, 0u);
  EXPECT_EQ(info.unfinished, 0u);

  using Key = std::tuple<std::string, std::uint64_t, std::uint64_t, std::uint64_t>;
  std::multiset<Key> ours;
  for (const IoRequest& r : requests) {
    constexpr const char* names[] = {"$read", "$write", "$flush", "$discard"};
    ours.emplace(names[static_cast<std::size_t>(r.operation)], r.offset / sector_size, r.length / sector_size,
                 r.time.n / 1'000'000);
  }
  std::multiset<Key> theirs;
  std::uint64_t first = ~std::uint64_t{0};
  std::map<std::string, std::uint64_t> durations;
  const auto microseconds = [](std::string text) {
    text.erase(text.find('.'), 1);
    return std::stoull(text);
  };
  for (const bool find_start : {true, false}) {
    std::istringstream lines(test::read_file(path / "expected_mmc_trace_reduce.txt"));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream fields(line);
      std::string operation, sector, sectors, start, duration;
      std::getline(fields, operation, ',');
      std::getline(fields, sector, ',');
      std::getline(fields, sectors, ',');
      std::getline(fields, start, ',');
      std::getline(fields, duration, ',');
      if (duration.empty()) continue;
      if (find_start) {
        first = std::min<std::uint64_t>(first, microseconds(start));
        continue;
      }
      theirs.emplace(operation, std::stoull(sector, nullptr, 16), std::stoull(sectors, nullptr, 16),
                     microseconds(start) - first);
      durations[operation] += microseconds(duration);
    }
  }
  EXPECT_EQ(ours, theirs);
  EXPECT_EQ(info.recorded_latency.read.sum(), Wide{durations["$read"]} * 1'000'000);
  EXPECT_EQ(info.recorded_latency.write.sum(), Wide{durations["$write"]} * 1'000'000);
  EXPECT_EQ(info.recorded_latency.discard.sum(), Wide{durations["$discard"]} * 1'000'000);
}

}  // namespace
}  // namespace icesim
