// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "testbench/workload/readers/perfetto_traces.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using perfetto::Trace;
using test::PerfettoTrace;
using testing::HasSubstr;
using PerfettoHostile = test::PerfettoTest;

/// A protobuf field of bytes, written by hand.
std::string field(std::uint32_t number, const std::string& bytes) {
  std::string out;
  for (std::uint64_t value : {std::uint64_t{number} << 3 | 2, std::uint64_t{bytes.size()}}) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
  }
  return out + bytes;
}

constexpr std::uint32_t packet = 1;
constexpr std::uint32_t ftrace_events = 1;
constexpr std::uint32_t event = 2;

std::string good() { return PerfettoTrace().issue(1, "R", 8, 8).issue(2, "R", 16, 8).bytes(); }

TEST_F(PerfettoHostile, NamesFileAndPlace) {
  const std::string begin = good();
  for (const auto& [bad, what] :
       {std::pair{std::string(1, '\0'), "no packet begins here"},
        {std::string("\x0c"), "no packet begins here"},
        {std::string("\x0a\x05\x08"), "truncated"},
        {std::string("\x0a"), "truncated"},
        {std::string("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), "truncated"},
        {field(packet, "\x0f"), "a malformed packet"},
        {field(packet, field(ftrace_events, "\x12\x05")), "malformed ftrace events"},
        {field(packet, field(ftrace_events, field(event, "\x12\x7f"))), "a malformed event"},
        {field(packet, field(ftrace_events, field(event, field(45, "\x2a\x7f")))), "a malformed event"},
        {field(packet, field(ftrace_events, field(11, "\x12\x7f"))), "a malformed description"},
        {field(packet, field(50, "no zlib")), "do not decompress"},
        {field(packet, field(133, "no zstd data")), "do not decompress"}}) {
    const std::string message = error(begin + bad);
    EXPECT_EQ(message.find(path_.string() + ": byte " + std::to_string(begin.size())), 0u) << message;
    EXPECT_THAT(message, HasSubstr(what));
  }
}

TEST_F(PerfettoHostile, GivesTheRequestsBeforeABrokenPlaceWhenAsked) {
  TraceOptions keep_going;
  keep_going.keep_going = true;
  EXPECT_EQ(read(good() + std::string("\x0a\x05\x08"), keep_going).size(), 2u);
  EXPECT_EQ(info_.broken_ends, 1u);
}

TEST_F(PerfettoHostile, RefusesWhatIsTooLarge) {
  EXPECT_THAT(error(good() + std::string("\x0a\x80\x80\x80\x20")),
              HasSubstr("a packet of 67108864 bytes; at most 33554432"));
  const std::string large(70'000, 'x');
  EXPECT_THAT(error(good() + field(packet, field(ftrace_events, field(event, field(45, field(6, large)))))),
              HasSubstr("bytes; at most 65536"));
  EXPECT_EQ(read(good() + field(packet, field(ftrace_events, field(4, large)))).size(), 2u)
      << "scheduling events are skipped";
  EXPECT_EQ(read(good() + field(packet, field(7, large))).size(), 2u) << "and so is any other packet";
}

TEST_F(PerfettoHostile, RefusesACompressionBomb) {
  PerfettoTrace zeros;
  zeros.trace.mutable_packet()->Add()->set_compressed_packets(std::string(std::size_t{40} << 20, '\0'));
  const std::string once = test::zlib_compressed(zeros.trace).SerializeAsString();
  ASSERT_LT(once.size(), 100'000u);
  EXPECT_THAT(error(good() + once), HasSubstr("compressed packets of more than 33554432 bytes"));
}

TEST_F(PerfettoHostile, RefusesCompressedPacketsWithinCompressedOnes) {
  const Trace once = test::zlib_compressed(PerfettoTrace().issue(1, "R", 8, 8).trace);
  EXPECT_THAT(error(test::zlib_compressed(once).SerializeAsString()),
              HasSubstr("compressed packets within compressed"));
  EXPECT_THAT(error(test::zstd_compressed(once).SerializeAsString()),
              HasSubstr("compressed packets within compressed"));
}

TEST_F(PerfettoHostile, RefusesCompressedPacketsThatAreCutShort) {
  const Trace whole = PerfettoTrace().issue(1, "R", 8, 8).issue(2, "R", 16, 8).trace;
  for (const bool zstd : {false, true}) {
    const Trace batch = zstd ? test::zstd_compressed(whole) : test::zlib_compressed(whole);
    const std::string& data = zstd ? batch.packet(0).zstd_compressed_packets() : batch.packet(0).compressed_packets();
    for (std::size_t size = 0; size < data.size(); ++size) {
      Trace cut;
      if (zstd)
        cut.add_packet()->set_zstd_compressed_packets(data.substr(0, size));
      else
        cut.add_packet()->set_compressed_packets(data.substr(0, size));
      ASSERT_NE(error(cut.SerializeAsString()), "no error") << size;
    }
  }
}

TEST_F(PerfettoHostile, SkipsFieldsThatItDoesNotKnow) {
  const std::string number("\x78\x96\x01", 3);          // field 15, varint
  const std::string fixed("\x79........\x7d....", 14);  // the same in 64 and 32 bits
  const std::string group("\x7b\x08\x01\x7c", 4);       // and as a group
  const std::string unknown = number + fixed + group + field(15, "text") + field(99, "more");
  const std::string block = std::string("\x08\x80\x10\x10\x08\x18\x08", 7) + field(5, "R") +
                            unknown;  // dev 2048, sector 8, nr_sector 8, rwbs
  const std::string one = std::string("\x08\x07", 2) + unknown + field(45, block) + number;
  const auto requests =
      read(unknown + field(packet, unknown + field(ftrace_events, unknown + field(event, one) + unknown)));
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].offset, sector_size * 8);
}

TEST_F(PerfettoHostile, EitherReadsOrRefusesAnyBytes) {
  PerfettoTrace trace;
  trace.issue(1, "WS", 8, 8).complete(2, "WS", 8, 8).issue(3, "FF", 0, 0);
  trace.event(4).mutable_ufshcd_command()->set_str("send");
  auto& generic = *trace.event(5).mutable_generic();
  generic.set_event_name("f2fs_submit_page_write");
  generic.add_field()->set_name("ino");
  for (const Trace& form : {trace.trace, test::zlib_compressed(trace.trace), test::zstd_compressed(trace.trace)}) {
    const std::string bytes = form.SerializeAsString();
    Random random(9);
    std::size_t refused = 0;
    for (int round = 0; round < 300; ++round) {
      refused += error(test::damaged(bytes, random)) != "no error";
    }
    EXPECT_GT(refused, 0u);
  }
}

}  // namespace
}  // namespace icesim
