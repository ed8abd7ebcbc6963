// SPDX-License-Identifier: Apache-2.0
// Perfetto's own tests as oracles: the traces are theirs, in protobuf's text format, and so are the expected results.
#include "icesim/base/file.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/readers/perfetto_events.hpp"
#include "testbench/workload/readers/perfetto_traces.hpp"

#include <bitset>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

namespace icesim {
namespace {

using perfetto::FtraceEvent;
using perfetto::Trace;

const std::filesystem::path cases = test::shared_traces() / "formats/perfetto_ufs";

/// What stands between the first `begin` behind `from` and `end`.
std::string between(const std::string& text, const std::string& from, const std::string& begin,
                    const std::string& end) {
  const std::size_t start = text.find(begin, text.find(from));
  EXPECT_NE(start, std::string::npos) << from;
  if (start == std::string::npos) return {};
  return text.substr(start + begin.size(), text.find(end, start + begin.size()) - start - begin.size());
}

/// The lines of a test's expected result, without its head and blanks.
std::vector<std::string> expected_of(const std::string& file, const std::string& name) {
  std::istringstream text(between(read_text_file((cases / file).string()), name, "Csv(\"\"\"", "\"\"\""));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    line.erase(0, line.find_first_not_of(' '));
    if (!line.empty()) lines.push_back(line);
  }
  if (!lines.empty()) lines.erase(lines.begin());
  return lines;
}

std::string text_of(const std::string& file) { return read_text_file((cases / file).string()); }
std::string text_within(const std::string& file, const std::string& name) {
  return between(text_of(file), name, "TextProto(r\"\"\"", "\"\"\"");
}

/// The trace as it is, in other orders, and compressed: all of them hold the same events.
std::vector<Trace> forms_of(const std::string& text) {
  const Trace plain = test::perfetto_from_text(text);
  Trace reversed;
  for (int i = plain.packet_size(); i-- > 0;) *reversed.add_packet() = plain.packet(i);
  Trace one_batch_per_packet;
  for (const auto& packet : reversed.packet()) {
    Trace single;
    *single.add_packet() = packet;
    one_batch_per_packet.MergeFrom(test::zlib_compressed(single));
  }
  return {plain, reversed, test::zlib_compressed(plain), test::zstd_compressed(reversed), one_batch_per_packet};
}

class PerfettoOracle : public test::PerfettoTest {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(cases)) GTEST_SKIP() << cases << " is absent";
  }
  std::vector<FtraceEvent> events_of(const Trace& trace) {
    test::write_file(path_, trace.SerializeAsString());
    PerfettoEvents events(open_bytes(path_), [](std::string_view) { return true; });
    std::vector<FtraceEvent> all;
    while (const FtraceEvent* event = events.next()) all.push_back(*event);
    return all;
  }
};

TEST_F(PerfettoOracle, UfshcdCommandTellsHowManyAreOutstanding) {
  for (const Trace& trace : forms_of(text_of("parser_ufs_ufshcd_command.textproto"))) {
    std::vector<std::string> counts;
    for (const FtraceEvent& event : events_of(trace)) {
      const std::bitset<32> doorbell(event.ufshcd_command().doorbell());
      counts.push_back(std::to_string(event.timestamp()) + "," + std::to_string(doorbell.count()) + ".000000");
    }
    EXPECT_EQ(counts, expected_of("parser_ufs_tests.py", "test_ufshcd_command(self)"));
  }
}

TEST_F(PerfettoOracle, UfshcdCommandsEndWithTheSameTag) {
  for (const Trace& trace : forms_of(text_of("parser_ufs_ufshcd_command_tag.textproto"))) {
    std::map<std::uint32_t, std::uint64_t> sent;
    std::vector<std::string> slices;
    for (const FtraceEvent& event : events_of(trace)) {
      const auto& command = event.ufshcd_command();
      if (command.str_t() == 0) {
        sent[command.tag()] = event.timestamp();
        continue;
      }
      const std::uint64_t begin = sent.at(command.tag());
      const std::string name = command.opcode() == 0x28 ? "READ (10)" : "WRITE (10) (GID=0x16)";
      EXPECT_EQ(command.group_id(), command.opcode() == 0x28 ? 0u : 0x16u);
      slices.push_back(std::to_string(begin) + "," + std::to_string(event.timestamp() - begin) + ",\"" + name + "\"");
    }
    EXPECT_EQ(slices, expected_of("parser_ufs_tests.py", "test_ufshcd_command_tag"));
  }
}

TEST_F(PerfettoOracle, BlockIoIsARequestAndItsLatency) {
  for (const Trace& trace : forms_of(text_within("parser_ftrace_block_io_tests.py", "test_block_io_slice"))) {
    const auto requests = read(trace);
    ASSERT_EQ(requests.size(), 1u);
    EXPECT_EQ(requests[0].operation, Operation::read);
    EXPECT_EQ(requests[0].flags, IoRequest::readahead);
    EXPECT_EQ(requests[0].length, Bytes{28'672});
    EXPECT_EQ(requests[0].process, 31'918u);
    EXPECT_EQ(info_.completions, 1u);
    EXPECT_EQ(info_.unfinished, 0u);
    const auto events = events_of(trace);
    const std::string slice = "\"block_io\"," + std::to_string(events[0].timestamp()) + "," +
                              std::to_string(info_.recorded_latency.read.max().n / 1'000) + "," +
                              std::to_string(events[0].block_io_start().dev()) + "," +
                              std::to_string(requests[0].offset.n / sector_size.n);
    EXPECT_EQ(std::vector<std::string>{slice}, expected_of("parser_ftrace_block_io_tests.py", "test_block_io_slice"));
  }
}

TEST_F(PerfettoOracle, TracesWithoutRequestsAreRefused) {
  for (const char* file : {"parser_fs_f2fs_iostat.textproto", "parser_fs_f2fs_iostat_latency.textproto"}) {
    for (const Trace& trace : forms_of(text_of(file))) {
      EXPECT_NE(error(trace.SerializeAsString()).find("no request in this trace; record"), std::string::npos);
    }
  }
  for (const Trace& trace : forms_of(text_within("parser_android_fs_tests.py", "test_android_fs_dataread"))) {
    EXPECT_NE(error(trace.SerializeAsString()).find("no request in this trace; record"), std::string::npos);
    ASSERT_EQ(events_of(trace).size(), 1u);
    EXPECT_EQ(events_of(trace)[0].android_fs_dataread_start().ino(), 836u);
    EXPECT_EQ(events_of(trace)[0].android_fs_dataread_start().pathbuf(), "/system/bin/cmd");
  }
}

/// A cut between packets leaves a shorter trace; every other one is told, with its place.
TEST_F(PerfettoOracle, EveryCutIsAShorterTraceOrAnError) {
  for (const Trace& trace : forms_of(text_within("parser_ftrace_block_io_tests.py", "test_block_io_slice"))) {
    const std::string bytes = trace.SerializeAsString();
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      const std::string message = error(bytes.substr(0, size));
      if (message == "no error") {
        ASSERT_EQ(bytes[size], '\n') << "a packet begins here";
        continue;
      }
      ASSERT_EQ(message.find(path_.string() + ": byte "), 0u) << message;
      ASSERT_EQ(message.find('\n'), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace icesim
