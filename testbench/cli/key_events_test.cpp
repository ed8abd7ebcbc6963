// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/native/native_writer.hpp"
#include "program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

/// Traces that tell what becomes of keys.
namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;
using Kind = KeyEvent::Kind;

class KeyEventsTest : public testing::Test {
 protected:
  KeyEventsTest() {
    NativeWriter writer(trace, "test");
    const auto write = [&](std::uint64_t time, std::uint16_t keyslot) {
      IoRequest request;
      request.time = Picoseconds{time};
      request.length = logical_block;
      request.key = 7;
      request.set_keyslot(keyslot);
      writer.write(request);
    };
    const std::uint64_t ms = 1'000'000'000;
    writer.key_event({Picoseconds{0}, Kind::birth, 7});
    write(0, 0);
    write(1 * ms, 0);
    writer.key_event({Picoseconds{2 * ms}, Kind::suspend});
    writer.key_event({Picoseconds{3 * ms}, Kind::resume});
    writer.key_event({Picoseconds{4 * ms}, Kind::eviction, 7});
    writer.key_event({Picoseconds{5 * ms}, Kind::birth, 7});
    write(5 * ms, 1);
    write(6 * ms, 0);  // which is not where it came to be
    writer.finish();
  }
  Json results(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"-o", "-"});
    return Json::parse(icesim(arguments).out)["statistics"];
  }

  Directory directory_;
  const std::string trace = directory_.path("keys.icetrace");
  const std::string bundled = ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace";
};

TEST_F(KeyEventsTest, AreCountedByTraceInfo) {
  EXPECT_THAT(icesim({"trace", "info", trace}).out,
              HasSubstr("\nlives     2 births and 1 evictions of keys, 1 suspends and 1 resumes of the controller\n"));
  const Json counts = Json::parse(icesim({"trace", "info", trace, "--json"}).out)["key_events"];
  EXPECT_EQ(counts, (Json{{"births", 2}, {"evictions", 1}, {"suspends", 1}, {"resumes", 1}}));
  EXPECT_THAT(icesim({"trace", "info", bundled}).out, Not(HasSubstr("lives ")));
}

TEST_F(KeyEventsTest, AreKeptByImportUnlessTheKeysAreOthers) {
  const std::string copy = directory_.path("copy.icetrace");
  EXPECT_THAT(icesim({"import", trace, copy}).out, HasSubstr("5 events of keys are kept\n"));
  EXPECT_THAT(icesim({"trace", "info", copy}).out, HasSubstr("2 births"));
  EXPECT_THAT(icesim({"import", trace, copy, "--keys", "single"}).out,
              HasSubstr("5 events of keys were left out, since the keys are others\n"));
  EXPECT_THAT(icesim({"trace", "info", copy}).out, Not(HasSubstr("lives ")));
  EXPECT_THAT(icesim({"import", bundled, copy}).out, Not(HasSubstr("events of keys")));
}

TEST_F(KeyEventsTest, DecideInARunWhenAskedTo) {
  const Json forever = results({"run", trace});
  EXPECT_EQ(forever["keyslots.programs"]["value"], 1);
  EXPECT_FALSE(forever.contains("keyslots.as_recorded"));
  const Json told = results({"run", trace, "--set", "keys.life=trace"});
  EXPECT_EQ(told["keyslots.programs"]["value"], 2);
  EXPECT_EQ(told["keyslots.cleared"]["value"], 1);
  EXPECT_EQ(told["keyslots.recorded"]["value"], 4);
  EXPECT_EQ(told["keyslots.as_recorded"]["value"], 3);
  const std::string screen = icesim({"run", trace, "--set", "keys.life=trace"}).out;
  EXPECT_THAT(screen, HasSubstr("\n          3 of 4 requests had the keyslot that they had when recorded\n"));
  EXPECT_THAT(screen, Not(HasSubstr("keys lived for ever")));
}

TEST_F(KeyEventsTest, AreMissedWhereThereAreNone) {
  const std::string warning = "keys.life=trace, and the trace tells of no key's end: keys lived for ever\n";
  const std::vector<std::string> life{"--set", "keys.life=trace", "--set", "replay.limit=50"};
  for (const char* command : {"run", "slots"}) {
    std::vector<std::string> arguments{command, bundled};
    arguments.insert(arguments.end(), life.begin(), life.end());
    EXPECT_THAT(icesim(arguments).out, HasSubstr(warning)) << command;
  }
  const Outcome others = icesim({"run", trace, "--set", "keys.life=trace", "--keys", "single"});
  EXPECT_EQ(others.exit_code, 2);
  EXPECT_EQ(others.err,
            "icesim: --set keys.life=trace has no effect: the trace tells of the keys that it has, and --keys single gives "
            "others\n");
}

}  // namespace
}  // namespace icesim::cli
