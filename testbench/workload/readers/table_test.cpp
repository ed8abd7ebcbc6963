// SPDX-License-Identifier: Apache-2.0
#include "testbench/workload/files.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using testing::ElementsAre;
using testing::HasSubstr;

class TableTest : public testing::Test {
 protected:
  std::vector<IoRequest> read(std::string_view text, const TraceOptions& options = {}) {
    test::write_file(path_, text);
    const auto reader = open_trace(path_, options);
    std::vector<IoRequest> requests;
    names_.clear();
    for (IoRequest request; reader->next(request);) {
      requests.push_back(request);
      names_.emplace_back(reader->process_name());
    }
    info_ = reader->info();
    return requests;
  }
  std::string error(std::string_view text) {
    return test::user_error([&] { read(text); });
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "table";
  TraceInfo info_;
  std::vector<std::string> names_;
};

void expect_request(const IoRequest& request, std::uint64_t nanoseconds, Operation operation, std::uint64_t offset,
                    std::uint64_t length) {
  EXPECT_EQ(request.time, Picoseconds{nanoseconds * 1'000});
  EXPECT_EQ(request.operation, operation);
  EXPECT_EQ(request.offset, Bytes{offset});
  EXPECT_EQ(request.length, Bytes{length});
}

TEST_F(TableTest, ReadsMsrCambridgeWithItsResponseTimes) {
  const auto requests = read(
      "128000000000000007,web,2,Write,4096,8192,30\n"
      "128000000000000017,web,2,Read,16384,512,120\n"
      "128000000000000027,web,3,Read,0,512,1\n");
  ASSERT_EQ(requests.size(), 2u);
  expect_request(requests[0], 0, Operation::write, 4096, 8192);
  expect_request(requests[1], 1'000, Operation::read, 16384, 512);
  EXPECT_EQ(info_.format, "msr");
  EXPECT_EQ(info_.recorded_latency.write.max(), Picoseconds{3'000'000});
  EXPECT_EQ(info_.recorded_latency.read.max(), Picoseconds{12'000'000});
  EXPECT_EQ(info_.other_devices, 1u);
  EXPECT_EQ(info_.unfinished, 0u);
}

TEST_F(TableTest, ReadsSpcWithAndWithoutOptionalFields) {
  const auto requests = read("# a comment\n0,100,8192,w,0.5,Alpha/NT\n1,8,512,W,0.6\n0,200,512,R,0.750001\r\n");
  ASSERT_EQ(requests.size(), 2u);
  expect_request(requests[0], 0, Operation::write, 51'200, 8192);
  expect_request(requests[1], 250'001'000, Operation::read, 102'400, 512);
  EXPECT_EQ(info_.format, "spc");
}

TEST_F(TableTest, ReadsFiuTencentAndMqsim) {
  auto requests = read("100 4892 syslogd 904265560 8 W 6 0 531e7791\n350 4893 cat 16 8 R 6 0 00aa\n");
  ASSERT_EQ(requests.size(), 2u);
  expect_request(requests[1], 250, Operation::read, 8192, 4096);
  EXPECT_EQ(requests[1].process, 4893u);
  EXPECT_THAT(names_, ElementsAre("syslogd", "cat"));
  EXPECT_EQ(info_.format, "fiu");
  requests = read("1538323199,8,16,0,1283\n1538323201,64,8,1,1283\n1538323201,64,8,1,1284\n");
  ASSERT_EQ(requests.size(), 2u);
  expect_request(requests[0], 0, Operation::read, 4096, 8192);
  expect_request(requests[1], 2'000'000'000, Operation::write, 32'768, 4096);
  EXPECT_EQ(info_.format, "tencent");
  requests = read("1000 4 8 16 0\n1500   4 16 8 1\n");
  ASSERT_EQ(requests.size(), 2u);
  expect_request(requests[0], 0, Operation::write, 4096, 8192);
  expect_request(requests[1], 500, Operation::read, 8192, 4096);
  EXPECT_EQ(info_.format, "mqsim");
}

TEST_F(TableTest, ReadsNamedColumnsInAnyOrder) {
  const auto requests = read(
      "operation,sector,note,length,time_us,process,key,latency_us\n"
      "WS,8,x,4096,10.5,app-7,3,100\n"
      "read,16,,512,11,5,0,20.25\n"
      "flush,0,,0,12,5,0,1\n"
      "discard,64,,8192,13,5,0,1\n");
  ASSERT_EQ(requests.size(), 4u);
  expect_request(requests[0], 0, Operation::write, 4096, 4096);
  EXPECT_EQ(requests[0].flags, IoRequest::sync);
  EXPECT_EQ(requests[0].key, 3u);
  EXPECT_EQ(requests[0].process, 7u);
  expect_request(requests[1], 500, Operation::read, 8192, 512);
  expect_request(requests[2], 1'500, Operation::flush, 0, 0);
  expect_request(requests[3], 2'500, Operation::discard, 32'768, 8192);
  EXPECT_EQ(info_.recorded_latency.read.max(), Picoseconds{20'250'000});
}

TEST_F(TableTest, RefusesWrongLinesAndIncompleteHeaders) {
  const std::string header = "time_ns,operation,offset,length\n";
  EXPECT_THAT(error(header), HasSubstr("no request"));
  for (const char* line : {"1,read,0", "1,read,0,512,7", "x,read,0,512", "1,jump,0,512", "1,read,-1,512", "1,read,0,1e3",
                           "1,read,99999999999999999999,512", "1.,read,0,512", "99999999999999999999999,read,0,512"}) {
    EXPECT_THAT(error(header + "1,read,0,512\n" + line + "\n"), HasSubstr(":3: not a line of this table")) << line;
  }
  EXPECT_THAT(error("time_ns,operation,offset\n1,read,0\n"), HasSubstr("not a trace"));
  EXPECT_THAT(error("time_ns,time_us,operation,offset,length\n"), HasSubstr("not a trace"));
  EXPECT_THAT(error(header + "0,read,0,512\n99999999999999999,read,8,512\n"), HasSubstr("more than 200 days"));
}

TEST_F(TableTest, CallsTheDiscardsOfThePixel6aWhatTheyAre) {
  const auto requests = read(
      "proces,device,rw_flag,sector,size,timestamp\n"
      "f2fs_discard-25-9,8388608,R,8,8,1.5\n"
      "AsyncTask,8388608,R,4096,1032,1.6\n"
      "Binder:1-77,8388608,R,8,1024,1.7\n"
      "kworker/u17:0-5,8388608,R,8,1024,1.704\n"
      "kworker/u17:0-5,8388608,W,8,2000,1.8\n");
  ASSERT_EQ(requests.size(), 4u);
  EXPECT_EQ(info_.requests.discard, 2u);
  EXPECT_EQ(info_.relabelled, 2u);
  EXPECT_EQ(info_.collapsed, 1u);
  EXPECT_EQ(requests[2].process, 77u);
  EXPECT_EQ(requests[3].operation, Operation::write);
}

TEST_F(TableTest, NamesProcessesAndTellsApartThoseWithoutANumber) {
  const std::string header = "proces,device,rw_flag,sector,size,timestamp\n";
  const auto requests = read(header +
                             "AsyncTask #1-777,8388608,W,8,8,1\n"
                             "f2fs_ckpt-254:4-687,8388608,W,16,8,2\n"
                             "RenderThread,8388608,W,24,8,3\n"
                             "Jit,8388608,W,32,8,4\n"
                             "RenderThread,8388608,W,40,8,5\n"
                             "a-4294967296,8388608,W,48,8,6\n");
  ASSERT_EQ(requests.size(), 6u);
  EXPECT_THAT(names_,
              ElementsAre("AsyncTask #1", "f2fs_ckpt-254:4", "RenderThread", "Jit", "RenderThread", "a-4294967296"));
  EXPECT_EQ(requests[0].process, 777u);
  EXPECT_EQ(requests[1].process, 687u);
  EXPECT_GE(requests[2].process, 1u << 31);
  EXPECT_NE(requests[2].process, requests[3].process);
  EXPECT_EQ(requests[2].process, requests[4].process);
  EXPECT_GE(requests[5].process, 1u << 31) << "no number of Linux's";
  const auto named =
      read("time_s,operation,sector,sectors,process,comm\n1,W,8,8,5,vold\n2,W,16,8,,init\n3,R,8,8,an app-7,\n");
  ASSERT_EQ(named.size(), 3u);
  EXPECT_THAT(names_, ElementsAre("vold", "init", ""));
  EXPECT_EQ(named[1].process, 0u);
}

TEST_F(TableTest, KeepsEqualRowsUnlessAskedBecauseServersIssueNoRequestAgain) {
  TraceOptions window;
  window.reissue_window = usual_reissue_window;
  const std::string spc = "0,100,8192,W,0.5\n0,100,8192,W,0.501\n";
  EXPECT_EQ(read(spc).size(), 2u);
  EXPECT_EQ(read(spc, window).size(), 1u);
  EXPECT_EQ(info_.collapsed, 1u);
  const std::string msr = "128000000000000007,web,2,Write,4096,8192,30\n128000000000000047,web,2,Write,4096,8192,20\n";
  EXPECT_EQ(read(msr).size(), 2u);
  EXPECT_EQ(read(msr, window).size(), 2u) << "the first is complete";
  EXPECT_EQ(info_.recorded_latency.write.count(), 2u);
  EXPECT_EQ(read("fio version 3 iolog\n71 f add\n100 f read 0 4096\n133 f read 0 4096\n").size(), 2u);
}

/// How many reads and writes are left when an equal one at most `window` after the first that was kept is left out; when
/// that chains, less than `window` after the last.
std::array<std::uint64_t, 2> kept(const std::vector<IoRequest>& requests, Picoseconds window, bool chains) {
  std::map<std::tuple<Operation, std::uint64_t, std::uint64_t>, Picoseconds> first;
  std::array<std::uint64_t, 2> counts{};
  for (const IoRequest& r : requests) {
    if (r.operation != Operation::read && r.operation != Operation::write) continue;
    const auto [known, is_new] = first.emplace(std::tuple(r.operation, r.offset.n, r.length.n), r.time);
    const Picoseconds gap = r.time - known->second;
    const bool again = !is_new && (chains ? gap < window : gap <= window);
    if (!again) ++counts[static_cast<std::size_t>(r.operation)];
    if (!again || chains) known->second = r.time;
  }
  return counts;
}

struct Phone {
  const char* name;
  std::uint64_t requests;
  std::uint64_t reads;
};

TEST(Pixel6a, HasTheCleanedCountsOfTheManifest) {
  const auto path = test::shared_traces() / "device/pixel6a_ufs";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  TraceOptions options;
  options.reissue_window = Picoseconds{5'000'000'000};
  for (const Phone& phone : {Phone{"genshin_impact_exec", 79'679, 71'310}, Phone{"telegram_exec", 209'466, 21'957},
                             Phone{"pubg_exec", 61'094, 46'631}, Phone{"pubg_precond", 42'703, 0}}) {
    const auto file = path / (std::string(phone.name) + ".csv.gz");
    TraceOptions all;
    all.reissue_window = Picoseconds{};
    const auto rows = test::read_trace(file, all);
    // The manifest's counts are of a window that begins anew with each repetition.
    const auto chained = kept(rows, *options.reissue_window, true);
    EXPECT_EQ(chained[0], phone.reads) << phone.name;
    EXPECT_EQ(chained[0] + chained[1], phone.requests) << phone.name;
    const auto trace = open_trace(file, options);
    test::drain(*trace);
    const TraceInfo& info = trace->info();
    const auto expected = kept(rows, *options.reissue_window, false);
    EXPECT_EQ(info.requests.read, expected[0]) << phone.name;
    EXPECT_EQ(info.requests.write, expected[1]) << phone.name;
    EXPECT_EQ(info.skipped_lines, 0u);
  }
}

TEST(Mqsim, HasTheLinesOfTheManifest) {
  const auto path = test::shared_traces() / "formats";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  TraceOptions options;
  options.reissue_window = Picoseconds{};
  // The last line of one has no end, which the manifest's count leaves out.
  for (const auto& [name, lines] : {std::pair{"wsrch", 24'783u}, std::pair{"tpcc", 6'999u}}) {
    const auto trace = open_trace(path / ("mqsim-" + std::string(name) + "-small.trace.zst"), options);
    test::drain(*trace);
    EXPECT_EQ(trace->info().records + trace->info().other_devices, lines);
    EXPECT_EQ(trace->info().format, "mqsim");
  }
}

TEST(FioIolog, HasTheCountsOfFioAndOfTheBlockLayer) {
  const auto path = test::recorded("k61_ufs_fio_qd");
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  TraceOptions options;
  options.reissue_window = Picoseconds{};
  PerOperation requests;
  PerOperation bytes;
  const auto json = nlohmann::json::parse(test::read_file(path / "fio.json"));
  const std::array<const char*, 4> logs{"iolog.randrw", "iolog.seqw", "iolog.syncw", "iolog.trim"};
  for (std::size_t job = 0; job < logs.size(); ++job) {
    const auto trace = open_trace(path / logs[job], options);
    test::drain(*trace);
    const TraceInfo& info = trace->info();
    const auto& counts = json.at("jobs").at(job);
    EXPECT_EQ(info.requests.read, counts.at("read").at("total_ios"));
    EXPECT_EQ(info.requests.write, counts.at("write").at("total_ios"));
    EXPECT_EQ(info.requests.discard, counts.at("trim").at("total_ios"));
    EXPECT_EQ(info.requests.flush, counts.at("sync").at("total_ios"));
    EXPECT_EQ(info.bytes.read, counts.at("read").at("io_bytes"));
    EXPECT_EQ(info.bytes.write, counts.at("write").at("io_bytes"));
    EXPECT_EQ(info.bytes.discard, counts.at("trim").at("io_bytes"));
    for (const Operation operation : {Operation::read, Operation::write, Operation::flush, Operation::discard}) {
      requests[operation] += PerOperation(info.requests)[operation];
      bytes[operation] += PerOperation(info.bytes)[operation];
    }
  }
  const auto block = open_trace(path / "ftrace.txt.zst");
  test::drain(*block);
  EXPECT_EQ(requests.read, block->info().requests.read);
  EXPECT_EQ(requests.write, block->info().requests.write);
  EXPECT_EQ(requests.flush, block->info().requests.flush);
  EXPECT_EQ(requests.discard, block->info().requests.discard);
  EXPECT_EQ(bytes.write, block->info().bytes.write);
}

TEST_F(TableTest, ReadsIologsOfBothVersions) {
  auto requests = read(
      "fio version 2 iolog\n/dev/a add\n/dev/b add\n/dev/a open\n/dev/a read 0 4096\n/dev/a wait 250 0\n"
      "/dev/a write 4096 512\n/dev/b write 0 512\n/dev/a wait 50 0\n/dev/a trim 0 8192\n/dev/a datasync 0 0\n/dev/a close\n");
  ASSERT_EQ(requests.size(), 4u);
  expect_request(requests[0], 0, Operation::read, 0, 4096);
  expect_request(requests[1], 250'000, Operation::write, 4096, 512);
  expect_request(requests[2], 300'000, Operation::discard, 0, 8192);
  expect_request(requests[3], 300'000, Operation::flush, 0, 0);
  EXPECT_EQ(info_.other_devices, 1u);
  requests = read("fio version 3 iolog\n71 f add\n100 f read 0 4096\n133 f sync 4096 0\n");
  ASSERT_EQ(requests.size(), 2u);
  expect_request(requests[1], 33'000, Operation::flush, 0, 0);
  for (const char* line : {"100 f read 0", "f read 0 1", "100 g read 0 4096", "100 f wait 9 0", "100 f jump 0 1", "100 f"}) {
    EXPECT_THAT(error("fio version 3 iolog\n71 f add\n" + std::string(line)), HasSubstr(":3: not a line")) << line;
  }
}

}  // namespace
}  // namespace icesim
