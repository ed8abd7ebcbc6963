// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/csv_header.hpp"

#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::HasSubstr;

const std::filesystem::path tables = ICESIM_SOURCE_DIR "/testbench/workload/inputs/table";

class CsvHeaderTest : public testing::Test {
 protected:
  std::vector<IoRequest> read(std::string_view text, bool keep_going = false) {
    test::write_file(directory_ / "t", text);
    TraceOptions options;
    options.keep_going = keep_going;
    const auto reader = open_trace(directory_ / "t", options);
    auto requests = test::drain(*reader);
    info_ = reader->info();
    return requests;
  }
  std::string error(std::string_view text) {
    return test::user_error([&] { read(text); });
  }

  test::TemporaryDirectory directory_;
  TraceInfo info_;
};

TEST_F(CsvHeaderTest, TimesAndLatenciesHaveAnyUnit) {
  const std::pair<const char*, std::uint64_t> units[] = {
      {"s", 1'000'000'000'000}, {"ms", 1'000'000'000}, {"us", 1'000'000}, {"ns", 1'000}};
  for (const auto& [time, time_unit] : units) {
    for (const auto& [latency, latency_unit] : units) {
      const auto requests = read("time_" + std::string(time) + ",latency_" + latency +
                                 ",operation,sector,sectors\n1,2.5,R,8,8\n2.25,3,W,16,8\n3,,R,24,8\n");
      ASSERT_EQ(requests.size(), 3u);
      EXPECT_EQ(requests[1].time.n, time_unit * 5 / 4 / 1'000 * 1'000) << time;
      EXPECT_EQ(info_.recorded_latency.read.max().n, latency_unit * 5 / 2 / 1'000 * 1'000) << latency;
      EXPECT_EQ(info_.recorded_latency.read.count(), 1u) << "an empty field says that it is not known";
    }
  }
}

TEST_F(CsvHeaderTest, BlanksCapitalsAndQuotationMarksDoNotMatter) {
  EXPECT_EQ(read("Time_us, Operation ,OFFSET,\tlength\n1, read, 0, 4096\n 2 ,write , 4096,4096 \n").size(), 2u);
  EXPECT_EQ(read("\"time_us\",\"operation\",\"offset\",\"length\"\n\"1\",\"read\",0,4096\n").size(), 1u);
  EXPECT_EQ(read("128000000000000007, web, 2, Write, 4096, 8192, 30\n").size(), 1u);
  EXPECT_EQ(info_.format, "msr");
  EXPECT_EQ(read("\n# notes\n\r\ntime_us,operation,offset,length\n1,read,0,4096\n").size(), 1u);
}

TEST_F(CsvHeaderTest, NamesOfColumnsThatLookLikeOursGetANearMatch) {
  const std::string begin = "time_us,operation,offset,length,";
  const std::pair<const char*, const char*> cases[] = {
      {"key_id", "\"key_id\" is not known; did you mean key?"},
      {"keyid", "did you mean key?"},
      {"keys", "did you mean key?"},
      {"latency", "did you mean latency_s, latency_ms, latency_us or latency_ns?"},
      {"latency (ms)", "\"latency (ms)\" is not known; did you mean latency_s"},
      {"latency_min", "did you mean latency_s"},
      {"procces", "did you mean process?"},
      {"device_id", "did you mean device?"},
      {"devise", "did you mean device?"},
  };
  for (const auto& [column, answer] : cases) {
    const std::string text = begin + column + "\n1,read,0,4096,7\n";
    EXPECT_THAT(error(text), HasSubstr(answer));
    EXPECT_THAT(error(text), HasSubstr("--keep-going passes over it"));
    EXPECT_EQ(read(text, true).size(), 1u) << column;
  }
  for (const char* column : {"note", "queue_depth", "response", "sector_id", "time_start", "cpu", "x", "host"}) {
    EXPECT_EQ(read(begin + column + "\n1,read,0,4096,7\n").size(), 1u) << column;
  }
  EXPECT_EQ(read(begin + "key,key_id\n1,read,0,4096,7,8\n")[0].key, 7u) << "ours is there";
}

TEST_F(CsvHeaderTest, SaysWhatATableLacks) {
  EXPECT_THAT(
      error("time,operation,offset,length\n"),
      HasSubstr("it lacks a column time_s, time_ms, time_us or time_ns; column \"time\" is not known; did you mean"));
  EXPECT_THAT(error("time_us,operation,offset,lenght\n"),
              HasSubstr("column \"lenght\" is not known; did you mean length"));
  EXPECT_THAT(
      error("time_us,operation\n"),
      HasSubstr("it lacks a column offset (bytes) or sector (512 bytes); length (bytes) or sectors (512 bytes)"));
  EXPECT_THAT(error("time_us,operation,offset,sector,length\n"), HasSubstr("it has two columns of offset"));
  EXPECT_THAT(error("time_us,operation,offset,length,key,key\n"), HasSubstr("it has two columns of key"));
}

TEST_F(CsvHeaderTest, AWordOfRwbsMayStandBehindAddressAndLength) {
  const auto requests = read("offset,time_us,length,operation\n4096,1,512,WSM\n8192,2,1024,R\n");
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].offset, Bytes{4096});
  EXPECT_EQ(requests[0].length, Bytes{512});
  EXPECT_EQ(requests[0].flags, IoRequest::sync | IoRequest::metadata);
  EXPECT_EQ(requests[1].length, Bytes{1024});
}

TEST_F(CsvHeaderTest, NumbersThatMustBeWholeHaveNoFractions) {
  const std::string header = "time_us,operation,offset,length\n";
  EXPECT_EQ(read(header + "1.5,read,0.0,4096.00\n").size(), 1u) << "zeros of programs that know no whole numbers";
  for (const char* line :
       {"1,read,0.5,4096", "1,read,0,4096.5", "1,readahead,0,4096", "1,RANDOM,0,4096", "1,RX,0,4096"}) {
    EXPECT_THAT(error(header + "1,read,0,512\n" + line + "\n"), HasSubstr(":3: not a line of this table")) << line;
  }
  // MQSim's, MSR's, FIU's and Tencent's times count whole units.
  for (const char* line :
       {"1000 4 8 16 0\n1500.5 4 16 8 1\n", "128000000000000007,web,2,Write,0,512,30\n1.5,web,2,Read,0,512,1\n",
        "100 4892 syslogd 8 8 W 6 0 53\n350.25 4893 cat 16 8 R 6 0 00\n",
        "1538323199,8,16,0,1283\n1538323200.5,64,8,1,1283\n"}) {
    EXPECT_THAT(error(line), HasSubstr(":2: not a line of this table")) << line;
    EXPECT_THAT(error(line), HasSubstr("whole n")) << line;
  }
}

TEST_F(CsvHeaderTest, TablesOfOthersWithNamesInFrontAreRead) {
  struct Table {
    const char* file;
    std::uint64_t reads;
    std::uint64_t writes;
    std::uint64_t bytes;
    std::uint64_t others;
  };
  for (const Table& table : {Table{"alibaba_named.csv", 2, 2, 45'056, 1}, Table{"systor_named.csv", 2, 1, 20'480, 0},
                             Table{"msr_capitals.csv", 1, 1, 32'768, 0}, Table{"tencent.csv", 1, 0, 65'536, 2},
                             Table{"bom.csv", 1, 1, 8'192, 0}, Table{"blanks.csv", 1, 0, 4'096, 0}}) {
    const auto trace = open_trace(tables / table.file);
    test::drain(*trace);
    EXPECT_EQ(trace->info().requests.read, table.reads) << table.file;
    EXPECT_EQ(trace->info().requests.write, table.writes) << table.file;
    EXPECT_EQ(trace->info().bytes.read + trace->info().bytes.write, table.bytes) << table.file;
    EXPECT_EQ(trace->info().other_devices, table.others) << table.file;
  }
}

}  // namespace
}  // namespace icesim
