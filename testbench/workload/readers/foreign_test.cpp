// SPDX-License-Identifier: Apache-2.0
// Files that are no traces of ours: each is known for what it is, and the answer says how to make one of it.
#include "src/workload/readers/foreign.hpp"

#include "src/workload/bytes/memory_bytes.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/readers/open_reader.hpp"
#include "testbench/workload/files.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::filesystem::path all_inputs = ICESIM_SOURCE_DIR "/testbench/workload/inputs";

std::string answer(const std::string& content) {
  return test::user_error([&] {
    const auto reader = open_reader(decompress(std::make_unique<MemoryBytes>("input", content)), {});
    test::drain(*reader);
  });
}

struct Foreign {
  const char* file;
  const char* what;
  const char* way_out;
};

class ForeignFiles : public testing::TestWithParam<Foreign> {};

TEST_P(ForeignFiles, AreRefusedInOneLineThatSaysWhatTheyAreAndWhatMakesThemReadable) {
  const std::string whole = test::read_file(all_inputs / "foreign" / GetParam().file);
  ASSERT_FALSE(whole.empty());
  const std::string line = answer(whole);
  EXPECT_EQ(line.find("input: "), 0u) << line;
  EXPECT_THAT(line, HasSubstr(GetParam().what));
  EXPECT_THAT(line, HasSubstr(GetParam().way_out));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  // Cut anywhere, it is still refused in one line; so is what other compressors make of it.
  for (std::size_t size = 1; size < whole.size(); size += 1 + size / 16) {
    EXPECT_EQ(answer(whole.substr(0, size)).find("input: "), 0u) << size;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, ForeignFiles,
    testing::Values(
        Foreign{"trace.dat", "is trace-cmd's trace.dat", "trace-cmd report -i FILE > trace.txt"},
        Foreign{"perf.data", "is perf.data", "perf script -i FILE > trace.txt"},
        Foreign{"bugreport.zip", "is a zip archive", "unzip FILE"},
        Foreign{"t.txt.xz", "is compressed by xz", "xz -dk FILE"},
        Foreign{"t.txt.bz2", "is compressed by bzip2", "bzip2 -dk FILE"},
        Foreign{"chrome.json", "is JSON of Chrome's trace viewer", "trace-cmd record -e block:block_rq_issue"},
        Foreign{"systrace.json", "is JSON with ftrace text in it", "jq -r"},
        Foreign{"biosnoop.txt", "is biosnoop's table", "time_s,operation,sector,length,latency_ms,process"},
        Foreign{"bpftrace-bio.txt", "is bpftrace's output", "trace-cmd record -e block:block_rq_issue"},
        Foreign{"iostat.txt", "is sysstat's output", "trace-cmd record -e block:block_rq_issue"},
        Foreign{"utf16.txt", "is text in UTF-16", "iconv -f UTF-16 -t UTF-8 FILE"},
        Foreign{"disksim.trace", "its five columns are not MQSim's", "time_ms,device,sector,sectors,operation"},
        Foreign{"disksim_seconds.trace", "these have fractions", "time_s when they are seconds"},
        Foreign{"io_traces.csv", "like Alibaba's", "sed '1i device,operation,offset,length,time_us' FILE"},
        Foreign{"systor.csv", "is the table of SYSTOR '17", "time_s,latency_s,operation,device,offset,length"},
        Foreign{"semi.csv", "is a table separated by semicolons", "sed 's/,/./g; s/;/,/g' FILE"}),
    [](const auto& param_info) {
      std::string name = param_info.param.file;
      std::replace_if(
          name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });

TEST(Foreign, KnowsOthersOfEachKind) {
  using namespace std::string_literals;
  const std::pair<std::string, const char*> cases[] = {
      {"2ELIFREP\0\0\0"s, "perf script"},
      {"PK\x05\x06\0\0"s, "empty zip archive"},
      {"\x04\x22\x4d\x18\x64"s, "lz4 -dk FILE"},
      {"\x5d\0\0\x80\0\xff"s, "xz --format=lzma"},
      {"\x1f\x9d\x90 x"s, "gzip -dk FILE"},
      {"7z\xbc\xaf\x27\x1c\0\x04"s, "7z x FILE"},
      {"Rar!\x1a\x07\x01\0"s, "unrar x FILE"},
      {"trace.txt" + std::string(248, '\0') + "ustar\0"s + "00", "tar -xf FILE"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n", "git lfs pull"},
      {"version https://git-lfs.github.com/spec/v1\r\noid sha256:00\r\nsize 12\r\n", "git lfs pull"},
      {"/annex/objects/SHA256E-s12--00.txt\n", "git annex get FILE"},
      {"SQLite format 3\0\x10\0"s, "is an SQLite database"},
      {"\x7f"
       "ELF\x02\x01"s,
       "is a program"},
      {"\xfe\xff\0#\0 \0t"s, "UTF-16"},
      {"#\0 \0t\0r\0a\0c\0e\0r\0"s, "UTF-16LE"},
      {"\0#\0 \0t\0r\0a\0c\0e\0r"s, "UTF-16BE"},
      {"\xff\xfe\0\0#\0\0\0"s, "UTF-32"},
      {" \n[ {\"name\": \"x\", \"ph\": \"X\"} ]", "is JSON of Chrome's trace viewer"},
      {"{\"fio version\" : \"fio-3.33\"}", "--write_iolog"},
      {"{\"configuration\": {}}", "is JSON, which is no trace"},
      {"{\"text\": \"# tracer: nop\\n a-1 [000] ..... 1.000000: block_rq_issue: 8,0 R 4096 () 8 + 8 [a]\"}", "jq -r"},
      {"\xef\xbb\xbf{\"traceEvents\":[]}", "is JSON of Chrome's trace viewer"},
      {"TIME(s)     COMM           PID     DISK    T SECTOR     BYTES   QUE(ms) LAT(ms)\n", "$(NF-4)"},
      {"Attaching 1 probe...\n\n@usecs:\n[16, 32) 2 |@@|\n", "is bpftrace's output"},
      {"TIME(ms)     DISK          COMM           PID    LAT(ms)\n611 nvme0n1 bash 4179 10\n", "names no addresses"},
      {"\nLinux 5.10.0 (box) \t11/29/2026 \t_aarch64_\t(4 CPU)\n\nDevice tps\n", "is sysstat's output"},
      {"Device            r/s     rkB/s\nsda 1 2\n", "is sysstat's output"},
      {"procs -----------memory---------- ---swap-- -----io----\n", "is vmstat's output"},
      {"packet {\n  ftrace_events {\n", "protoc --encode=perfetto.protos.Trace"},
      {"time_us\toperation\toffset\tlength\n1\tread\t0\t4096\n", "separated by tabs"},
      {"128166372003061629;usr;0;Read;7014609920;24576;41286\n", "separated by semicolons"},
      {"time_us|operation|offset|length\n", "separated by bars"},
      {"0.5 0 8 8 1\n", "not MQSim's"},
      {"1.25\t3\t8\t8\t0\r\n", "not MQSim's"},
      {"1.25 3 8 8\n", "not a trace"},
      {"3,W,0,4096,1577808144360767\r\n", "like Alibaba's"},
  };
  for (const auto& [content, what] : cases) {
    const std::string line = answer(content);
    EXPECT_EQ(line.find("input: "), 0u) << line;
    EXPECT_THAT(line, HasSubstr(what));
    EXPECT_THAT(line, Not(HasSubstr("\n")));
  }
}

/// DiskSim's first time may be a whole number.
TEST(Foreign, IsSeenInALaterLineToo) {
  const std::string line = answer("0 0 18720176 16 0\n0.551706 0 20941264 16 0\n");
  EXPECT_EQ(line.find("input:2: not a line of this table (mqsim)"), 0u) << line;
  EXPECT_THAT(line, HasSubstr("as DiskSim's milliseconds have"));
}

/// A user may say what a text is, but not of what is certainly none.
TEST(Foreign, IsAskedForMagicOnlyWhenTheFormatIsGiven) {
  const auto as = [](const std::string& content, const char* format) {
    TraceOptions options;
    options.format = format;
    return test::user_error([&] { open_reader(decompress(std::make_unique<MemoryBytes>("input", content)), options); });
  };
  EXPECT_EQ(as("{\"a\": 1}\n", "ftrace"), "no error");
  EXPECT_THAT(as("PERFILE2\n", "ftrace"), HasSubstr("is perf.data"));
}

/// The command that the answer gives makes a table of it which is read right.
TEST(Foreign, TheWayOutOfBiosnoopAndDiskSimWorks) {
  const test::TemporaryDirectory directory;
  const auto follow = [&](const char* file, std::string_view last) {
    const std::string line = answer(test::read_file(all_inputs / "foreign" / file));
    const std::size_t begin = line.find("(echo");
    if (begin == std::string::npos) throw std::runtime_error(line);
    std::string command = line.substr(begin, line.find(last, begin) + last.size() - begin);
    command.replace(command.find("FILE"), 4, (all_inputs / "foreign" / file).string());
    EXPECT_EQ(std::system(("cd " + directory.path().string() + " && " + command).c_str()), 0) << command;
    const auto trace = open_trace(directory / "t.csv");
    auto requests = test::drain(*trace);
    return std::pair{requests, trace->info()};
  };
  const auto [snooped, info] = follow("biosnoop.txt", "> t.csv");
  ASSERT_EQ(snooped.size(), 2u);
  EXPECT_EQ(snooped[0].offset, sector_size * 13'092'560);
  EXPECT_EQ(snooped[0].length, Bytes{4096});
  EXPECT_EQ(info.recorded_latency.write.max(), Picoseconds{740'000'000});
  EXPECT_EQ(snooped[1].process, 231u);
  EXPECT_EQ(snooped[1].time, Picoseconds{308'000'000}) << "0.178 ms later, and 0.13 ms faster";
  const auto [simulated, disksim] = follow("disksim.trace", "> t.csv");
  ASSERT_EQ(simulated.size(), 5u);
  EXPECT_EQ(disksim.other_devices, 1u);
  EXPECT_EQ(simulated[1].time, Picoseconds{551'706'000});
  EXPECT_EQ(simulated[0].operation, Operation::write);
  EXPECT_EQ(simulated[3].operation, Operation::read);
}

}  // namespace
}  // namespace icesim
