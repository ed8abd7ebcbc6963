// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/parameter_reader.hpp"

#include "icesim/base/error.hpp"
#include "icesim/result/parameter_writer.hpp"
#include "sample_config.hpp"
#include "testbench/result/user_error.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using test::error_of;

using namespace literals;

std::string read_error(std::string_view json) {
  sample::Config config;
  return error_of([&] { read_parameters(json, "p.json", parameters_of(config)); });
}

std::string set_error(std::string_view assignment) {
  sample::Config config;
  return error_of([&] { set_parameter(assignment, parameters_of(config)); });
}

std::string json_of(sample::Config& config) { return parameters_json(list_parameters(parameters_of(config))); }

TEST(ReadParameters, SetsWhatTheTextNamesAndKeepsTheRest) {
  sample::Config config;
  read_parameters(R"({
    "$schema": "icesim.schema.json",
    // a small engine
    "mode": "closed",
    "ice": {"num_keyslots": 4, "wake": "0.25ms", "clock": 200000000, "bypass": true},
    "device": {"flash": {"page": "4KiB"}} /* phone */
  })",
                  "p.json", parameters_of(config));
  EXPECT_EQ(config.mode, sample::Mode::closed);
  EXPECT_EQ(config.ice.num_keyslots, 4U);
  EXPECT_EQ(config.ice.wake, 250_us);
  EXPECT_EQ(config.ice.clock, 200_MHz);
  EXPECT_TRUE(config.ice.bypass);
  EXPECT_EQ(config.device.flash.page, 4_KiB);
  EXPECT_EQ(config.ice.latency, sample::Engine{}.latency);
  EXPECT_EQ(config.device.flash.read, sample::Flash{}.read);
}

TEST(ReadParameters, TakesTheConfigurationOutOfAResultsFile) {
  sample::Config config;
  read_parameters(R"({"icesim": "0.1.0", "config": {"ice": {"num_keyslots": 7}}, "statistics": {}})", "r.json",
                  parameters_of(config));
  EXPECT_EQ(config.ice.num_keyslots, 7U);
  EXPECT_EQ(read_error(R"({"icesim": "0.1.0"})"),
            "p.json:/config: missing; a results file holds the configuration of its run");
  EXPECT_EQ(read_error(R"({"icesim": "0.1.0", "config": {"ice": {"num_keyslots": 0}}})"),
            "p.json:/config/ice/num_keyslots: 0 is outside 1..256");
}

PlatformText find_base(const std::string& base, const std::string& name) {
  if (base == "phone") return {base, R"({"mode": "closed", "ice": {"num_keyslots": 4, "bypass": true}})"};
  if (base == "bad") return {base, R"({"ice": {"num_keyslots": 0}})"};
  if (base == "deep") return {name + "x", R"({"based_on": "deep"})"};
  if (base == "loop") return {base, R"({"based_on": "loop"})"};
  throw UserError(base + ": nowhere");
}

TEST(ReadPlatform, SetsWhatItsBaseSaysBefore) {
  sample::Config config;
  read_platform({"p", R"({"ice": {"num_keyslots": 7}, "based_on": "phone"})"}, parameters_of(config), find_base);
  EXPECT_EQ(config.mode, sample::Mode::closed);
  EXPECT_EQ(config.ice.num_keyslots, 7U);
  EXPECT_TRUE(config.ice.bypass);
  read_platform({"p", R"({"icesim": "0.1.0", "config": {"ice": {"num_keyslots": 9}}})"}, parameters_of(config), find_base);
  EXPECT_EQ(config.ice.num_keyslots, 9U);
}

TEST(ReadPlatform, NamesThePlaceOfABaseThatCannotBe) {
  const auto error = [](const char* base) {
    sample::Config config;
    return error_of([&] {
      read_platform({"p", R"({"based_on": ")" + std::string(base) + R"("})"}, parameters_of(config), find_base);
    });
  };
  EXPECT_EQ(error("none"), "p:/based_on: none: nowhere");
  EXPECT_EQ(error("p"), "p:/based_on: p: nowhere");
  EXPECT_EQ(error("loop"), "loop:/based_on: loop stands on itself");
  EXPECT_EQ(error("bad"), "bad:/ice/num_keyslots: 0 is outside 1..256");
  EXPECT_EQ(error("deep"), "pxxxxxxxxxxxxxxx:/based_on: more than 16 stand on each other");
  EXPECT_EQ(read_error(R"({"based_on": "phone"})"), "p.json:/based_on: unknown key; allowed: mode, ice, device");
}

TEST(ReadParameters, NamesThePlaceOfAValueOutOfRange) {
  EXPECT_EQ(read_error(R"({"ice": {"num_keyslots": 300}})"), "p.json:/ice/num_keyslots: 300 is outside 1..256");
  EXPECT_EQ(read_error(R"({"ice": {"num_keyslots": -3}})"), "p.json:/ice/num_keyslots: -3 is outside 1..256");
  EXPECT_EQ(read_error(R"({"ice": {"wake": "5ms"}})"), "p.json:/ice/wake: 5ms is outside 1us..1ms");
  EXPECT_EQ(read_error(R"({"ice": {"wake": 5}})"), "p.json:/ice/wake: 5ps is outside 1us..1ms");
}

TEST(ReadParameters, AcceptsBothEndsOfARange) {
  for (const char* value : {"1", "256"}) {
    EXPECT_EQ(read_error(std::string(R"({"ice": {"num_keyslots": )") + value + "}}"), "no error");
  }
  for (const char* value : {"0", "257"}) {
    EXPECT_NE(read_error(std::string(R"({"ice": {"num_keyslots": )") + value + "}}"), "no error");
  }
}

TEST(ReadParameters, RefusesAWrongType) {
  EXPECT_EQ(read_error(R"({"ice": {"num_keyslots": 1.5}})"), "p.json:/ice/num_keyslots: 1.5 is not an integer");
  EXPECT_EQ(read_error(R"({"ice": {"num_keyslots": "32"}})"),
            "p.json:/ice/num_keyslots: expected an integer, found string");
  EXPECT_EQ(read_error(R"({"ice": {"wake": true}})"),
            "p.json:/ice/wake: expected an integer or a string with a unit, found boolean");
  EXPECT_EQ(read_error(R"({"ice": {"wake": "soon"}})"),
            "p.json:/ice/wake: 'soon' is not a time; write a number with ps, ns, us, ms or s");
  EXPECT_EQ(read_error(R"({"ice": {"bypass": 1}})"), "p.json:/ice/bypass: expected true or false, found number");
  EXPECT_EQ(read_error(R"({"ice": 3})"), "p.json:/ice: expected an object, found number");
  EXPECT_EQ(read_error(R"({"mode": "shut"})"), "p.json:/mode: 'shut' is not one of open, closed");
  EXPECT_EQ(read_error("[]"), "p.json:/: expected an object, found array");
  EXPECT_NE(read_error(R"({"ice": {"num_keyslots": null}})"), "no error");
  EXPECT_NE(read_error(R"({"device": {"flash": {"seed": 18446744073709551616}}})"), "no error");
}

TEST(ReadParameters, RefusesAnUnknownKeyAndSaysWhatIsNear) {
  EXPECT_EQ(read_error(R"({"ice": {"num_keyslot": 3}})"),
            "p.json:/ice/num_keyslot: unknown key; did you mean num_keyslots?");
  EXPECT_EQ(read_error(R"({"network": 3})"), "p.json:/network: unknown key; allowed: mode, ice, device");
  EXPECT_EQ(read_error(R"({"device": {"flash": {"$schema": ""}}})"),
            "p.json:/device/flash/$schema: unknown key; allowed: page, read, seed");
}

TEST(ReadParameters, RefusesARepeatedKey) {
  EXPECT_EQ(read_error(R"({"ice": {"latency": 1, "latency": 2}})"),
            "p.json: key \"latency\" is repeated; write it once");
  EXPECT_EQ(read_error(R"({"ice": {"latency": 1}, "device": {"flash": {}}})"), "no error");
}

TEST(ReadParameters, NamesLineAndColumnOfMalformedJson) {
  EXPECT_EQ(read_error("{\n  \"ice\": {,}\n}").rfind("p.json:2:11: malformed JSON: ", 0), 0U)
      << read_error("{\n  \"ice\": {,}\n}");
  EXPECT_EQ(read_error("").rfind("p.json:1:1: malformed JSON: ", 0), 0U);
  EXPECT_EQ(read_error("{\"ice\": {}").rfind("p.json:1:11: malformed JSON: ", 0), 0U);
  EXPECT_EQ(read_error(std::string("{\n}\0", 4)), "p.json:2:2: malformed JSON: a NUL byte");
  EXPECT_EQ(read_error(std::string("{\"ice\": {}}\0 garbage {{", 23)), "p.json:1:12: malformed JSON: a NUL byte");
  EXPECT_EQ(read_error("{} garbage").rfind("p.json:1:4: malformed JSON: ", 0), 0U);
  EXPECT_EQ(read_error("{} {}").rfind("p.json:1:4: malformed JSON: ", 0), 0U);
  EXPECT_EQ(read_error("{\n  \"ice\": 1e999\n}"), "p.json:2:10: malformed JSON: number overflow parsing '1e999'");
}

TEST(SetParameter, SetsExactlyOneParameter) {
  sample::Config config;
  set_parameter("device.flash.page=8KiB", parameters_of(config));
  EXPECT_EQ(config.device.flash.page, 8_KiB);
  set_parameter("device.flash.page=16KiB", parameters_of(config));
  sample::Config untouched;
  EXPECT_EQ(json_of(config), json_of(untouched));
  set_parameter("mode=closed", parameters_of(config));
  EXPECT_EQ(config.mode, sample::Mode::closed);
  set_parameter("ice.bypass=true", parameters_of(config));
  EXPECT_TRUE(config.ice.bypass);
  set_parameter("ice.latency=9", parameters_of(config));
  EXPECT_EQ(config.ice.latency, 9_cycles);
}

TEST(SetParameter, SaysWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(set_error("ice.num_keyslots=300"), "--set ice.num_keyslots=300: 300 is outside 1..256");
  EXPECT_EQ(set_error("ice.num_keyslots=a"), "--set ice.num_keyslots=a: 'a' is not a count; write a plain integer");
  EXPECT_EQ(set_error("ice.bypass=yes"), "--set ice.bypass=yes: 'yes' is not true or false");
  EXPECT_EQ(set_error("ice.num_keyslots"), "--set ice.num_keyslots: expected path.name=value");
  EXPECT_EQ(set_error("=3"), "--set =3: expected path.name=value");
  EXPECT_EQ(set_error("mode="), "--set mode=: '' is not one of open, closed");
}

TEST(SetParameter, NamesNearMatchesOfAnUnknownPath) {
  EXPECT_EQ(set_error("ice.num_keyslot=3"),
            "--set ice.num_keyslot=3: ice.num_keyslot is not a parameter; did you mean ice.num_keyslots? "
            "'icesim describe parameters' lists all");
  EXPECT_NE(set_error("num_keyslots=3").find("did you mean ice.num_keyslots?"), std::string::npos);
  EXPECT_EQ(set_error("xyzzy=3"), "--set xyzzy=3: xyzzy is not a parameter; 'icesim describe parameters' lists all");
  EXPECT_EQ(set_error("device.flash=3"),
            "--set device.flash=3: device.flash is a group; its parameters are device.flash.page, device.flash.read, "
            "device.flash.seed");
}

RC_GTEST_PROP(ReadParameters, ReadsBackExactlyWhatWasWritten, ()) {
  sample::Config written;
  written.mode = *rc::gen::element(sample::Mode::open, sample::Mode::closed);
  written.ice.num_keyslots = *rc::gen::inRange<std::uint64_t>(1, 257);
  written.ice.wake = Picoseconds{*rc::gen::inRange<std::uint64_t>((1_us).n, (1_ms).n + 1)};
  written.ice.clock = Hertz{*rc::gen::inRange<std::uint64_t>((1_MHz).n, (2000_MHz).n + 1)};
  written.ice.bypass = *rc::gen::arbitrary<bool>();
  written.device.flash.page = Bytes{*rc::gen::inRange<std::uint64_t>(512, (1_MiB).n + 1)};
  written.device.flash.seed = *rc::gen::arbitrary<std::uint64_t>();
  sample::Config read;
  read_parameters(json_of(written), "p.json", parameters_of(read));
  RC_ASSERT(json_of(read) == json_of(written));
  RC_ASSERT(read.ice.wake == written.ice.wake);
  RC_ASSERT(read.device.flash.seed == written.device.flash.seed);
}

/// A parameter of which only multiples of a step are allowed.
struct Stepped {
  Bytes page = 16_KiB;
  void describe(Fields& f) { f("page", page, {4_KiB, 64_KiB, 4_KiB}, fact("Page size.", "[nand-conzone]")); }
};

TEST(Steps, OnlyMultiplesAreAllowed) {
  Stepped config;
  set_parameter("page=12KiB", parameters_of(config));
  EXPECT_EQ(config.page, 12_KiB);
  const auto error = [&](const std::string& text) {
    return error_of([&] { set_parameter("page=" + text, parameters_of(config)); });
  };
  EXPECT_EQ(error("12289"), "--set page=12289: 12289B is outside 4KiB..64KiB, multiples of 4KiB");
  EXPECT_EQ(error("68KiB"), "--set page=68KiB: 68KiB is outside 4KiB..64KiB, multiples of 4KiB");
  EXPECT_EQ(error_of([&] { read_parameters(R"({"page": 5000})", "p.json", parameters_of(config)); }),
            "p.json:/page: 5000B is outside 4KiB..64KiB, multiples of 4KiB");
  EXPECT_EQ(config.page, 12_KiB);
  EXPECT_NE(parameters_schema(list_parameters(parameters_of(config))).find("\"multipleOf\": 4096"), std::string::npos);
}

}  // namespace
}  // namespace icesim
