// SPDX-License-Identifier: Apache-2.0
// Traces as the program's users give them: by name, on the standard input, and what is none.
#include "program.hpp"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Json = nlohmann::ordered_json;

const std::string inputs = ICESIM_SOURCE_DIR "/testbench/workload/inputs/";

Json info(std::vector<std::string> options, const std::string& input = "/dev/null") {
  options.insert(options.begin(), {"trace", "info", "--json"});
  const Outcome outcome = icesim(options, input);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return Json::parse(outcome.out);
}

TEST(Formats, SayInWhatUnitAddressesAre) {
  const std::string old = inputs + "ufs/sectors_flush.txt";
  for (const Json& json : {info({old}), info({"-"}, old)}) {
    EXPECT_EQ(json["requests"], Json::parse(R"({"read": 0, "write": 5, "flush": 1, "discard": 0})"));
    EXPECT_EQ(json["sequential"], 4);
    EXPECT_EQ(json["end_offset"], 2'097'192'960);
    EXPECT_EQ(json["ufs_lba_unit"], "sector");
    EXPECT_EQ(json["ufs_lba_unit_by"], "the names of its steps show");
  }
  const Json blocks = info({old, "--ufs-lba-unit", "block"});
  EXPECT_EQ(blocks["sequential"], 0);
  EXPECT_EQ(blocks["end_offset"], 16'777'486'336);
  EXPECT_EQ(blocks["ufs_lba_unit_by"], "--ufs-lba-unit says");
  const Outcome wrong = icesim({"trace", "info", old, "--ufs-lba-unit", "page"});
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("is not one of auto"));
}

TEST(Formats, SayWhatTheyAssume) {
  const Directory directory;
  const std::string path = directory.file("t.txt",
                                          " a-7 [000] d..1. 1.000000: ufshcd_command: send_req: ab120000.ufshc: tag: "
                                          "1, DB: 0x1, size: 4096, IS: 0, LBA: 800, "
                                          "opcode: 0x2a (WRITE_10), group_id: 0x0\n");
  const std::string assumed = "assumed to be blocks of 4096 bytes, since nothing tells; --ufs-lba-unit";
  EXPECT_THAT(icesim({"run", path, "--keys", "single"}).out, HasSubstr("ufs-lba-unit"));
  EXPECT_THAT(icesim({"import", path, directory.path("t.icetrace")}).out, HasSubstr(assumed));
  const Outcome json = icesim({"run", path, "--keys", "single", "-o", "-"});
  EXPECT_THAT(json.out, HasSubstr(assumed));
  EXPECT_EQ(info({path})["ufs_lba_unit_by"], "");
  EXPECT_THAT(icesim({"trace", "info", path}).out, HasSubstr("blocks of 4096 bytes: assumed; see --ufs-lba-unit"));
}

TEST(Formats, ThatAreNoneAreRefusedInOneLine) {
  std::size_t files = 0;
  for (const auto& file : std::filesystem::directory_iterator(inputs + "foreign")) {
    ++files;
    for (const Outcome& outcome :
         {icesim({"trace", "info", file.path().string()}), icesim({"run", "-"}, file.path().string())}) {
      EXPECT_EQ(outcome.exit_code, 2) << file.path();
      EXPECT_THAT(outcome.out, IsEmpty()) << file.path();
      EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
      EXPECT_THAT(outcome.err, Not(HasSubstr("not a trace that icesim knows"))) << "it says what it is";
    }
  }
  EXPECT_EQ(files, 16u);
}

TEST(Formats, ThatAreOddAreReadFromTheStandardInputToo) {
  EXPECT_EQ(info({"-"}, inputs + "text/perf_script.txt")["requests"]["write"], 1);
  EXPECT_EQ(info({"-"}, inputs + "text/atrace.txt")["other_devices"], 50);
  EXPECT_EQ(info({"-"}, inputs + "text/vendor_rwbs.txt")["unknown_flags"], 1);
  EXPECT_EQ(info({"-"}, inputs + "table/bom.csv")["requests"]["write"], 1);
  EXPECT_EQ(info({"-"}, inputs + "ufs/sectors_flush.pftrace")["requests"]["flush"], 1);
}

/// Whoever meets a broken place is told how to get what comes before it.
TEST(Formats, TellHowToReadWhatComesBeforeABrokenPlace) {
  const Directory directory;
  const std::string whole = "time_us,operation,offset,length\n1,read,0,4096\n2,rea";
  EXPECT_THAT(icesim({"trace", "info", directory.file("t.csv", whole)}).err,
              HasSubstr("--keep-going skips and counts"));
  std::string record(48, '\0');
  record.replace(0, 4, "\x07\x74\x61\x65");
  record[24 + 1] = 0x10;                                // 4096 bytes
  record.replace(28, 4, {'\x07', '\0', '\x41', '\0'});  // an issue that is a read
  const std::string cut = directory.file("cut", record + record + record.substr(0, 40));
  EXPECT_THAT(icesim({"trace", "info", cut}).err, HasSubstr("it is truncated; --keep-going takes what comes before"));
  EXPECT_EQ(icesim({"trace", "info", cut, "--keep-going"}).exit_code, 0);
}

}  // namespace
}  // namespace icesim::cli
