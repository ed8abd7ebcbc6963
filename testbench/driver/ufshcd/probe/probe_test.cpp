// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/probe_rig.hpp"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <zstd.h>

namespace icesim {
namespace {

using namespace literals;
using test::ProbeRig;

using Lines = std::vector<std::string>;

std::size_t position(const Lines& lines, const std::string& line, std::size_t from = 0) {
  const auto begin = lines.begin() + static_cast<std::ptrdiff_t>(std::min(from, lines.size()));
  return static_cast<std::size_t>(std::find(begin, lines.end(), line) - lines.begin());
}
Lines starting_with(const Lines& lines, const std::string& prefix) {
  Lines found;
  for (const std::string& line : lines) {
    if (line.rfind(prefix, 0) == 0) found.push_back(line);
  }
  return found;
}

TEST(Probe, EndsAndTellsWhatItFound) {
  ProbeRig rig;
  rig.run();
  const ProbeResult& result = rig.probe.result();
  ASSERT_TRUE(result.ready);
  EXPECT_EQ(result.num_tags, (ProbeRig::cap & 0x1f) + 1 - 1) << "all but the reserved one";
  EXPECT_EQ(result.crypto.keyslots, (ProbeRig::ccap >> 8 & 0xff) + 1);
  EXPECT_EQ(result.crypto.config_offset(), (ProbeRig::ccap >> 24) * 0x100);
  EXPECT_EQ(result.blocks, ProbeRig::blocks);
  EXPECT_EQ(result.duration, rig.host.now());
}

TEST(Probe, UsesNoMoreTagsThanTheDeviceQueues) {
  ProbeRig shared;
  shared.queue_depth = 16;
  shared.run();
  EXPECT_EQ(shared.probe.result().num_tags, 16u);
  ProbeRig unit;
  unit.unit_queue_depth = 8;
  unit.run();
  EXPECT_EQ(unit.probe.result().num_tags, 8u);
}

TEST(Probe, ClearsAllKeyslotsBeforeItEnablesControllerAndCryptoInOneWrite) {
  ProbeRig rig;
  rig.run();
  const std::size_t enable = position(rig.events, "W HCE 00000003");
  ASSERT_LT(enable, rig.events.size());
  EXPECT_EQ(starting_with(rig.events, "W HCE").size(), 1u);
  Lines cleared;
  for (std::size_t keyslot = 0; keyslot < 4; ++keyslot) {
    const std::string entry = "W CRYPTOCFG[" + std::to_string(keyslot) + "].dw";
    cleared.push_back(entry + "16 00000000");
    for (int word = 0; word < 16; ++word) cleared.push_back(entry + std::to_string(word) + " 00000000");
    cleared.push_back(entry + "17 00000000");
    cleared.push_back(entry + "16 00000000");
  }
  EXPECT_EQ(starting_with(rig.events, "W CRYPTOCFG"), cleared);
  const auto last = std::find_if(rig.events.rbegin(), rig.events.rend(),
                                 [](const std::string& line) { return line.rfind("W CRYPTOCFG", 0) == 0; });
  EXPECT_LT(static_cast<std::size_t>(rig.events.rend() - last), enable);
}

/// Keys are in their keyslots by then.
TEST(Probe, RestartsFromTheEnablingOnAndFindsNothingOutAgain) {
  ProbeRig rig;
  rig.queue_depth = 16;
  rig.run();
  const ProbeResult before = rig.probe.result();
  const Lines first = rig.events;
  rig.events.clear();
  rig.enable_reads = 1;
  rig.host.queue(0, rig.probe.restart());
  EXPECT_FALSE(rig.probe.result().ready);
  rig.host.run();
  const ProbeResult& after = rig.probe.result();
  EXPECT_TRUE(after.ready && after.num_tags == before.num_tags && after.duration == before.duration);
  EXPECT_EQ(rig.events.front(), "W HCE 00000003");
  for (const char* const asked : {"R CAP", "R CCAP", "R VER", "W CRYPTOCFG", "QUERY READ_DESC idn=0 ", "SCSI"})
    EXPECT_TRUE(starting_with(rig.events, asked).empty()) << asked;
  EXPECT_EQ(starting_with(rig.events, "UIC 02"), starting_with(first, "UIC 02")) << "the gear is set again";
  EXPECT_LT(position(rig.events, "UIC 16 attr=0"), position(rig.events, "NOP OUT tag=31"));
}

TEST(Probe, LeavesCryptoAloneWithoutIt) {
  ProbeConfig config;
  config.crypto = false;
  ProbeRig rig(config);
  rig.run();
  EXPECT_TRUE(rig.probe.result().ready);
  EXPECT_EQ(starting_with(rig.events, "W HCE"), Lines{"W HCE 00000001"});
  EXPECT_TRUE(starting_with(rig.events, "W CRYPTOCFG").empty());
  EXPECT_TRUE(starting_with(rig.events, "R CCAP").empty());
}

TEST(Probe, PollsTheEnableBitEveryMillisecondAfterOneOfPause) {
  ProbeRig rig;
  rig.enable_reads = 45;
  rig.run();
  ASSERT_TRUE(rig.probe.result().ready);
  std::vector<Picoseconds> reads;
  Picoseconds written{};
  for (const auto& access : rig.host.accesses) {
    if (access.offset != static_cast<std::uint32_t>(Reg::HCE)) continue;
    if (access.is_write) {
      written = access.at;
    } else if (written.n != 0) {
      reads.push_back(access.at);
    }
  }
  ASSERT_EQ(reads.size(), 46u);
  EXPECT_GE(reads[0], written + 1_ms) << "an immediate read returns the stale 1 [ufshci-enable]";
  for (std::size_t i = 1; i < reads.size(); ++i) EXPECT_GE(reads[i] - reads[i - 1], 1_ms);
}

TEST(Probe, SetsRegistersInOrder) {
  ProbeRig rig;
  rig.run();
  const std::string list = "W UTRLBA 10000000";
  // [cosim-probe]
  const Lines wanted{"R CAP",
                     "R CCAP",
                     "R CRYPTOCAP0",
                     "R VER",
                     "R IS",
                     "W IE 00000000",
                     "W CRYPTOCFG[0].dw16 00000000",
                     "W CRYPTOCFG[3].dw16 00000000",
                     "R HCE",
                     "W HCE 00000003",
                     "R HCE",
                     "W IE 00000470",
                     "R HCS",
                     "W UCMDARG1 155e0000",
                     "W UCMDARG2 00000000",
                     "W UCMDARG3 00000000",
                     "W UICCMD 00000001",
                     "R HCS",
                     "W UICCMD 00000016",
                     "R HCS",
                     "R UECPA",
                     "W IE 00071ef5",
                     "W UTRIACR 00000000",
                     list,
                     "W UTRLBAU 00000000",
                     "W UTMRLBA 10000400",
                     "W UTMRLBAU 00000000",
                     "R HCS",
                     "W UTMRLRSR 00000001",
                     "W UTRLRSR 00000001",
                     "W UTRLDBR 80000000"};
  std::size_t at = 0;
  for (const std::string& line : wanted) {
    at = position(rig.events, line, at);
    ASSERT_LT(at, rig.events.size()) << line << " comes too early or not at all";
    ++at;
  }
  for (const char* once : {"W UTRLBA", "W UTMRLBA", "W UTRLRSR", "W UTMRLRSR", "W UTRIACR"})
    EXPECT_EQ(starting_with(rig.events, std::string(once) + " ").size(), 1u) << once;
}

TEST(Probe, SendsEveryCommandUnderTag31AndNopOutFirst) {
  ProbeRig rig;
  rig.run();
  ASSERT_FALSE(rig.controller.commands.empty());
  EXPECT_EQ(transaction_of(rig.controller.commands[0].upiu), Transaction::nop_out);
  for (const auto& command : rig.controller.commands) {
    EXPECT_EQ(command.tag, Tag{31});
    EXPECT_EQ(tag_of(command.upiu), Tag{31});
    EXPECT_FALSE(command.utrd.crypto_enable);
  }
}

TEST(Probe, AsksForDeviceInitUntilTheDeviceHasClearedIt) {
  ProbeRig rig;
  rig.device_init_reads = 5;
  rig.run();
  ASSERT_TRUE(rig.probe.result().ready);
  const Lines queries = starting_with(rig.events, "QUERY");
  EXPECT_EQ(std::count(queries.begin(), queries.end(), "QUERY READ_FLAG idn=0x1 idx=0"), 6);
  EXPECT_EQ(queries[0], "QUERY SET_FLAG idn=0x1 idx=0");
  EXPECT_EQ(position(queries, "QUERY READ_DESC idn=0x7 idx=0"), 7u) << "nothing else before";
}

TEST(Probe, WaitsForEachUicCommandBeforeTheNext) {
  ProbeRig rig;
  rig.run();
  Picoseconds ended{};
  for (const auto& access : rig.host.accesses) {
    if (access.is_write && access.offset == static_cast<std::uint32_t>(Reg::UICCMD)) {
      EXPECT_GE(access.at, ended);
      ended = access.at + 10_us;
    }
  }
  const Lines commands = starting_with(rig.events, "UIC");
  EXPECT_EQ(commands.back(), "UIC 02 attr=0x1571 val=0x11") << "the power mode change ends it";
}

TEST(Probe, SetsGearLanesAndSeriesAsConfigured) {
  ProbeConfig config;
  config.gear = 3;
  config.lanes = 1;
  config.rate_b = false;
  ProbeRig rig(config);
  rig.run();
  const Lines sets = starting_with(rig.events, "UIC 02");
  for (const char* set : {"attr=0x1583 val=0x3", "attr=0x1568 val=0x3", "attr=0x1580 val=0x1", "attr=0x1560 val=0x1",
                          "attr=0x156a val=0x1"})
    EXPECT_EQ(std::count(sets.begin(), sets.end(), std::string("UIC 02 ") + set), 1) << set;
}

std::string decompressed(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string packed{std::istreambuf_iterator<char>(file), {}};
  std::string text(std::size_t{16} << 20, '\0');
  ZSTD_DStream* stream = ZSTD_createDStream();
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  ZSTD_outBuffer out{text.data(), text.size(), 0};
  while (in.pos < in.size && !ZSTD_isError(ZSTD_decompressStream(stream, &out, &in))) {
  }
  ZSTD_freeDStream(stream);
  text.resize(out.pos);
  return text;
}

/// The log's lines, spelled as ProbeRig spells its own.
Lines recorded_by_linux(const std::string& text) {
  static constexpr std::array<std::pair<const char*, const char*>, 5> opcodes{{{"DME_GET", "01"},
                                                                               {"DME_SET", "02"},
                                                                               {"DME_PEER_GET", "03"},
                                                                               {"DME_PEER_SET", "04"},
                                                                               {"DME_LINK_STARTUP", "16"}}};
  Lines lines;
  std::istringstream log(text);
  for (std::string line; std::getline(log, line);) {
    const std::size_t bracket = line.find(']');
    if (bracket == std::string::npos) continue;
    std::istringstream words(line.substr(bracket + 1));
    Lines word{std::istream_iterator<std::string>(words), {}};
    if (word.empty()) continue;
    if (word[0] == "R" && word.size() == 4) {
      lines.push_back("R " + word[1]);
    } else if (word[0] == "W" && word.size() == 4) {
      const std::string& value = word[3];
      lines.push_back("W " + word[1] + " " + value.substr(value.size() - 8));
    } else if (word[0] == "UIC") {
      const auto found =
          std::find_if(opcodes.begin(), opcodes.end(), [&](const auto& o) { return o.first == word[1]; });
      if (found == opcodes.end()) continue;
      lines.push_back(std::string("UIC ") + found->second + " " + word[2] +
                      (word[1] == "DME_SET" ? " " + word[4] : ""));
    } else if (word[0] == "NOP") {
      lines.push_back("NOP OUT " + word[2]);
    } else if (word[0] == "QUERY") {
      lines.push_back("QUERY " + word[1] + " " + word[2] + " " + word[3]);
    } else if (word[0] == "SCSI") {
      lines.push_back("SCSI " + word[1] + " " + word[2] + " " + word[3]);
    }
  }
  return lines;
}

/// What may differ: where the lists lie, the interrupt that reports the power mode change (Linux sees UCCS with it),
/// and the tag of SCSI commands, for which Linux takes one of the block layer's.
std::string comparable(const std::string& line) {
  for (const char* name : {"W UTRLBA", "W UTRLBAU", "W UTMRLBA", "W UTMRLBAU", "W IS", "W UTRLDBR"}) {
    if (line.rfind(std::string(name) + " ", 0) == 0) return name;
  }
  return line;
}

TEST(Probe, DoesNothingThatLinuxDoesNotDoInThisOrder) {
  const std::string path = ICESIM_SOURCE_DIR "/../shared/vectors/linux/linux612_probe.log.zst";
  if (!std::ifstream(path)) GTEST_SKIP() << path << " is absent";
  const Lines linux_lines = recorded_by_linux(decompressed(path));
  ASSERT_GT(linux_lines.size(), 500u);
  ProbeRig rig;
  rig.run();
  std::size_t at = 0;
  for (std::size_t i = 0; i < rig.events.size(); ++i) {
    const std::string wanted = comparable(rig.events[i]);
    const std::size_t before = at;
    while (at < linux_lines.size() && comparable(linux_lines[at]) != wanted) ++at;
    ASSERT_LT(at, linux_lines.size()) << "event " << i << ", " << wanted << ", does not follow in the log after line "
                                      << before << ", " << linux_lines[before == 0 ? 0 : before - 1];
    ++at;
  }
}

}  // namespace
}  // namespace icesim
