// SPDX-License-Identifier: Apache-2.0
// In what unit ufshcd_command tells addresses: 512 bytes until Linux 5.13, 4096 bytes since.
#include "testbench/workload/readers/perfetto_traces.hpp"

#include <cstdio>
#include <gmock/gmock.h>

namespace icesim {
namespace {

using testing::Contains;
using testing::HasSubstr;

const std::filesystem::path ufs_inputs = ICESIM_SOURCE_DIR "/testbench/workload/inputs/ufs";

class UfsLbaUnitTest : public testing::Test {
 public:
  struct Command {
    int opcode;
    std::int64_t size;
    std::uint64_t lba;
    std::string_view device = "ab120000.ufshc";
    std::string_view step = "send_req";
    std::string_view tail = " (X), group_id: 0x0";
  };

  UfsLbaUnitTest& command(const Command& command) {
    char text[256];
    std::snprintf(
        text, sizeof text,
        " app-77 [000] d..1. %5u.000000: ufshcd_command: %.*s: %.*s: tag: 1, DB: 0x1, size: %lld, IS: 0, LBA: %llu, "
        "opcode: 0x%x%.*s\n",
        ++seconds_, static_cast<int>(command.step.size()), command.step.data(), static_cast<int>(command.device.size()),
        command.device.data(), static_cast<long long>(command.size), static_cast<unsigned long long>(command.lba),
        command.opcode, static_cast<int>(command.tail.size()), command.tail.data());
    text_ += text;
    auto& event = *perfetto_.event(seconds_ * second).mutable_ufshcd_command();
    event.set_dev_name(std::string(command.device));
    if (command.step == "send_req" || command.step == "complete_rsp")
      event.set_str_t(command.step == "send_req" ? 0 : 1);
    else
      event.set_str(std::string(command.step));
    event.set_opcode(static_cast<std::uint32_t>(command.opcode));
    event.set_lba(command.lba);
    event.set_transfer_len(static_cast<std::int32_t>(command.size));
    return *this;
  }
  UfsLbaUnitTest& block(const std::string& rwbs, std::uint64_t sector, std::uint32_t sectors) {
    text_ += " app-77 [000] d..1. " + std::to_string(++seconds_) + ".000000: block_rq_issue: 8,0 " + rwbs + " " +
             std::to_string(sectors * 512) + " () " + std::to_string(sector) + " + " + std::to_string(sectors) +
             " [app]\n";
    perfetto_.issue(seconds_ * second, rwbs, sector, sectors);
    return *this;
  }
  void clear() {
    text_.clear();
    perfetto_ = {};
  }

  static std::vector<IoRequest> read(const std::filesystem::path& path, TraceInfo& info, LbaUnit given) {
    TraceOptions options;
    options.level = EventLevel::ufs;
    options.ufs_lba_unit = given;
    const auto reader = open_trace(path, options);
    auto requests = test::drain(*reader);
    info = reader->info();
    return requests;
  }
  /// Reads what was made as text, and as Perfetto's protobuf, which must tell the same.
  std::vector<IoRequest> read(LbaUnit given = LbaUnit::automatic) {
    test::write_file(directory_ / "t.txt", "# tracer: nop\n" + text_);
    const auto requests = read(directory_ / "t.txt", info_, given);
    if (!only_text_) {
      test::write_file(directory_ / "t.pftrace", perfetto_.bytes());
      TraceInfo info;
      const auto same = read(directory_ / "t.pftrace", info, given);
      EXPECT_EQ(same.size(), requests.size());
      for (std::size_t i = 0; i < std::min(same.size(), requests.size()); ++i) {
        EXPECT_EQ(same[i].offset, requests[i].offset) << i;
        EXPECT_EQ(same[i].length, requests[i].length) << i;
      }
      EXPECT_EQ(info.ufs_lba_unit, info_.ufs_lba_unit);
      EXPECT_EQ(info.ufs_lba_unit_by, info_.ufs_lba_unit_by);
      EXPECT_EQ(info.other_commands, info_.other_commands);
    }
    return requests;
  }
  std::string error() {
    return test::user_error([&] { read(); });
  }
  void expect_unit(std::string_view unit, std::string_view by) {
    read();
    EXPECT_EQ(info_.ufs_lba_unit, unit);
    EXPECT_EQ(info_.ufs_lba_unit_by, by);
    clear();
  }

  static constexpr std::uint64_t second = 1'000'000'000;

  test::TemporaryDirectory directory_;
  std::string text_;
  test::PerfettoTrace perfetto_;
  bool only_text_ = false;
  unsigned seconds_ = 0;
  TraceInfo info_;
};

constexpr std::uint64_t none = ~std::uint64_t{0};

TEST_F(UfsLbaUnitTest, OfOldKernelsIsTheSector) {
  for (const char* name : {"sectors.txt", "sectors.pftrace", "sectors_flush.txt", "sectors_flush.pftrace"}) {
    const auto reader = open_trace(ufs_inputs / name);
    const auto requests = test::drain(*reader);
    const TraceInfo& info = reader->info();
    const std::uint64_t writes = std::string_view(name).find("pftrace") == std::string_view::npos ? 5 : 4;
    EXPECT_EQ(info.requests.write, writes) << name;
    EXPECT_EQ(info.end_offset, sector_size * (4'096'000 + 16 * writes)) << name;
    for (std::size_t i = 1; i < writes; ++i)
      EXPECT_EQ(requests[i].offset, requests[i - 1].offset + requests[i - 1].length);
    EXPECT_EQ(info.requests.flush, std::string_view(name).find("flush") == std::string_view::npos ? 0u : 1u) << name;
    EXPECT_EQ(info.completions, requests.size()) << name;
    EXPECT_EQ(info.unfinished + info.orphans + info.other_commands, 0u) << name;
    EXPECT_EQ(info.ufs_lba_unit, "sector") << name;
    EXPECT_THAT(info.notes(), Contains(HasSubstr("sectors of 512 bytes"))) << name;
  }
}

TEST_F(UfsLbaUnitTest, IsProvenByWhatOneCommandShows) {
  command({0x28, 4096, 800, "ab120000.ufshc", "send"});
  expect_unit("sector", "the names of its steps show");
  command({0x28, 4096, 800, "0:0:0:0"});
  expect_unit("block", "fields of newer kernels show");
  command({0x28, 4096, 801});
  expect_unit("block", "addresses that are no multiples of eight show");
  command({0x28, 4096, 800}).command({0x35, -1, none});
  expect_unit("sector", "commands without an address show");
  command({0x28, 4096, 800}).command({0x12, -1, 0});
  expect_unit("block", "commands without an address show");
  // Linux 5.14 to 5.16 made blocks of it all the same.
  command({0x28, 4096, 800}).command({0x35, -1, none / 8});
  expect_unit("block", "commands without an address show");
  only_text_ = true;
  command({0x28, 4096, 800, "ab120000.ufshc", "send_req", " (READ_10), group_id: 0x0, hwq_id: 3"});
  expect_unit("block", "fields of newer kernels show");
}

TEST_F(UfsLbaUnitTest, IsProvenByTheBlockLayersViewOfTheSameRequest) {
  block("W", 800, 8).command({0x2a, 4096, 800});
  expect_unit("sector", "block events show");
  block("W", 6400, 8).command({0x2a, 4096, 800});
  expect_unit("block", "block events show");
  // The first fits nothing, the second both, the third a read.
  block("W", 0, 8)
      .block("R", 640, 8)
      .block("W", 640, 8)
      .command({0x2a, 4096, 16})
      .command({0x2a, 4096, 0})
      .command({0x28, 4096, 640});
  expect_unit("sector", "block events show");
  // The command comes first where the recording begins in between.
  command({0x2a, 8192, 8}).block("RA", 512, 16).command({0x28, 8192, 64});
  expect_unit("block", "block events show");
}

TEST_F(UfsLbaUnitTest, IsLikelyThatOfRequestsThatContinueEachOther) {
  for (std::uint64_t i = 0; i < 4; ++i) command({0x2a, 8192, 4096 + 16 * i}).command({0x28, 4096, 80'000 + 80 * i});
  expect_unit("sector", "requests that continue each other show");
  for (std::uint64_t i = 0; i < 4; ++i) command({0x2a, 65'536, 4096 + 16 * i}).command({0x28, 4096, 80'000 + 80 * i});
  expect_unit("block", "requests that continue each other show");
  // Reads and writes continue their own kind.
  command({0x2a, 8192, 4096}).command({0x28, 8192, 4112}).command({0x2a, 32'768, 4120}).command({0x2a, 32'768, 4128});
  expect_unit("block", "requests that continue each other show");
}

TEST_F(UfsLbaUnitTest, IsLikelyTheSectorWhereManyShortOnesBeginAtMultiplesOfEight) {
  for (std::uint64_t i = 0; i < 31; ++i) command({0x2a, 4096, 16 * (i * i + 7)});
  expect_unit("block", "");
  for (std::uint64_t i = 0; i < 32; ++i) command({0x2a, 4096, 16 * (i * i + 7)});
  expect_unit("sector", "addresses that are all multiples of eight show");
  for (std::uint64_t i = 0; i < 32; ++i) command({0x2a, 32'768, 16 * (i * i + 7)});
  expect_unit("block", "");
}

TEST_F(UfsLbaUnitTest, IsSaidWhenItIsAssumedAndCanBeGiven) {
  command({0x28, 4096, 800}).command({0x42, 8192, 16});
  EXPECT_EQ(read()[0].offset, logical_block * 800);
  EXPECT_EQ(info_.ufs_lba_unit, "block");
  EXPECT_THAT(info_.notes(),
              Contains(HasSubstr("assumed to be blocks of 4096 bytes, since nothing tells; --ufs-lba-unit")));
  const auto requests = read(LbaUnit::sector);
  EXPECT_EQ(requests[0].offset, sector_size * 800);
  EXPECT_EQ(requests[1].offset, logical_block * 16) << "UNMAP is in blocks everywhere";
  EXPECT_EQ(info_.ufs_lba_unit_by, "--ufs-lba-unit says");
  clear();
  command({0x28, 4096, 800, "ab120000.ufshc", "send"});
  EXPECT_EQ(read(LbaUnit::block)[0].offset, logical_block * 800) << "what is given overrules what shows";
}

TEST_F(UfsLbaUnitTest, IsFoundOutBehindMuchElseOfTheText) {
  only_text_ = true;
  command({0x28, 4096, 800});
  for (int i = 0; i < 20'000; ++i)
    text_ += " app-77 [000] d..1.     2.000000: sched_switch: prev_comm=a ==> next_comm=b\n";
  ASSERT_GT(text_.size(), 1'000'000u) << "more than a buffer";
  command({0x35, -1, none});
  const auto requests = read();
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].offset, sector_size * 800);
  EXPECT_EQ(requests[0].process, 77u);
}

/// Nothing tells before 4 MiB are read; what is told later must not be overheard.
TEST_F(UfsLbaUnitTest, RefusesATraceThatContradictsWhatWasAssumed) {
  only_text_ = true;
  command({0x28, 4096, 800});
  for (int i = 0; i < 80'000; ++i)
    text_ += " app-77 [000] d..1.     2.000000: sched_switch: prev_comm=a ==> next_comm=b\n";
  command({0x35, -1, none});
  EXPECT_THAT(error(), HasSubstr("t.txt:80003: this ufshcd_command counts addresses in another unit"));
  EXPECT_EQ(read(LbaUnit::sector).size(), 2u);
}

TEST_F(UfsLbaUnitTest, ReadsSixteenByteCommandsWithSizeAndAddress) {
  const auto reader = open_trace(ufs_inputs / "read16_write16.txt");
  test::drain(*reader);
  EXPECT_EQ(reader->info().requests.write, 2u);
  EXPECT_EQ(reader->info().requests.read, 2u) << "a READ(16) and a READ(10)";
  EXPECT_EQ(reader->info().bytes.write + reader->info().bytes.read, 1032u * 1024);
  EXPECT_EQ(reader->info().unfinished + reader->info().orphans, 0u);
  command({0x88, 4096, 5}).command({0x88, -1, 0}).command({0x8a, -1, 0}).command({0x93, -1, 0});
  const auto requests = read();
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].offset, logical_block * 5);
  EXPECT_EQ(info_.other_commands, 3u);
}

TEST_F(UfsLbaUnitTest, CountsWhatOldKernelsDoNotTell) {
  const auto old = [&](int opcode) { command({opcode, -1, none, "ab120000.ufshc", "send", ""}); };
  for (const int opcode : {0x35, 0x91, 0x42, 0x88, 0x12, 0x2a}) old(opcode);
  command({0x2a, 4096, none, "ab120000.ufshc", "send", ""});
  EXPECT_EQ(read().size(), 2u);
  EXPECT_EQ(info_.requests.flush, 2u);
  EXPECT_EQ(info_.other_commands, 5u);
  command({0x28, 4096, std::uint64_t{1} << 50, "ab120000.ufshc", "send", ""});
  EXPECT_THAT(error(), HasSubstr("malformed ufshcd_command"));
}

TEST_F(UfsLbaUnitTest, IsRefusedForFormatsWithoutSuchEvents) {
  test::write_file(directory_ / "t", "  8,0    1        1     0.000000000   697  D   R 8 + 8 [a]\n");
  EXPECT_THAT(test::user_error([&] {
                TraceOptions options;
                options.ufs_lba_unit = LbaUnit::sector;
                open_trace(directory_ / "t", options);
              }),
              HasSubstr("blkparse has no ufshcd_command events, of which --ufs-lba-unit tells"));
}

}  // namespace
}  // namespace icesim
