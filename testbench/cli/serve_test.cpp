// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "program.hpp"
#include "testbench/support/rigs/guest_rig.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <thread>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ServeTest : public testing::Test {
 protected:
  Directory directory;
  const std::string socket = directory.path("ufs");

  std::vector<std::string> serve(const std::vector<std::string>& more) const { return command("serve", more); }
  std::vector<std::string> command(const std::string& name, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{name, "--socket", socket, "--set", "flash.capacity=16MiB"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  void expect_user_error(const std::vector<std::string>& arguments, const std::string& why) const {
    const Outcome outcome = icesim(arguments);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, StartsWith("icesim: "));
    EXPECT_THAT(outcome.err, HasSubstr(why));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1);
  }
  /// Runs the program with a guest that connects, says these bytes and goes.
  Outcome with_guest(const std::vector<std::string>& more, const std::vector<std::byte>& words = {}) const {
    return run_with_guest(serve(more), words);
  }
  Outcome run_with_guest(const std::vector<std::string>& arguments, const std::vector<std::byte>& words = {}) const {
    std::thread guest([&] {
      auto connection = cosim::test::connect_to(socket);
      connection.write(words.data(), words.size());
    });
    const Outcome outcome = icesim(arguments);
    guest.join();
    return outcome;
  }
};

TEST_F(ServeTest, RefusesWhatCannotBeServed) {
  expect_user_error({"serve"}, "--socket is missing; see 'icesim serve --help'");
  expect_user_error(serve({"--pci-id", "ufs"}), "'ufs' is no PCI id; 8086:98fa is one");
  expect_user_error(serve({"--set", "keyslots.config_pointer=8"}), "keyslots.config_pointer");
  expect_user_error({"serve", "--socket", "/no/such/place/ufs"}, "/no/such/place/ufs: No such file or directory");
  expect_user_error(serve({"--disk", directory.path(".")}), "a disk image is an ordinary file");
  const std::string large = directory.file("large", std::string((16 << 20) + 1, 'x'));
  expect_user_error(serve({"--disk", large}), "16777217 bytes do not fit into a device of 16777216 bytes");
}

TEST_F(ServeTest, ReportsWhenTheGuestIsGone) {
  const Outcome outcome = with_guest({"-o", directory.path("results.json")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("guest (PCI function 8086:98fa, 0 requests)"));
  const auto results = nlohmann::json::parse(read_text_file(directory.path("results.json")));
  EXPECT_EQ(results["statistics"]["driver.requests_completed"]["value"], 0);
  EXPECT_EQ(results["statistics"]["utilisation.link_tx"]["value"], 0);
  EXPECT_EQ(results["config"]["flash"]["capacity"], "16MiB");
  EXPECT_THAT(outcome.out, HasSubstr("busy      ICE 0.0 %, link tx 0.0 %, link rx 0.0 %, flash 0.0 %\n"));
  EXPECT_FALSE(std::filesystem::exists(socket)) << "its socket is taken away";
}

TEST_F(ServeTest, WatchesAsRunDoes) {
  expect_user_error(serve({"--waves-to", "1ms"}), "--waves-to: --waves FILE is missing");
  const std::string requests = directory.path("requests.csv");
  const std::string waves = directory.path("waves.vcd");
  ASSERT_EQ(with_guest({"--requests", requests, "--waves", waves}).exit_code, 0);
  EXPECT_THAT(read_text_file(requests), StartsWith("id,arrived_ps,"));
  EXPECT_THAT(read_text_file(waves), HasSubstr("$enddefinitions"));
}

TEST_F(ServeTest, RefusesFaultsThatCannotHappen) {
  expect_user_error(serve({"--fault", "flood@1"}), "--fault 'flood@1': the kinds of faults are lost-answer");
  expect_user_error(serve({"--fault", "link-loss@1", "--fault", "link-loss@0"}),
                    "--fault 'link-loss@0': '0' is no number");
  expect_user_error(serve({"--fault", "invalid-key@1", "--set", "keyslots.num_keyslots=256"}), "must be less than 256");
}

TEST_F(ServeTest, SaysWhichFaultNeverHappened) {
  const Outcome outcome =
      with_guest({"--fault", "link-loss@write:3", "--fault", "uic-error@1", "-o", directory.path("results.json")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("fault link-loss@write:3 never happened: 0 such requests came\n"
                                     "fault uic-error@1 never happened: 0 such requests came\n"));
  const auto results = nlohmann::json::parse(read_text_file(directory.path("results.json")));
  EXPECT_EQ(results["statistics"]["faults.asked"]["value"], 2);
  EXPECT_EQ(results["statistics"]["faults.happened"]["value"], 0);
}

TEST_F(ServeTest, SaysNothingOfFaultsWhenThereAreNone) {
  const Outcome outcome = with_guest({"-o", directory.path("results.json")});
  EXPECT_THAT(outcome.out, testing::Not(HasSubstr("fault")));
  EXPECT_THAT(read_text_file(directory.path("results.json")), testing::Not(HasSubstr("\"faults.")));
}

TEST_F(ServeTest, AGuestThatMakesNoSenseGetsOneLine) {
  const Outcome outcome = with_guest({}, std::vector<std::byte>(12, std::byte{0xee}));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(outcome.err, "icesim: guest: vhost-user request 4008636142 is of version 2; version 1 is understood\n");
  const Outcome cut = with_guest({}, std::vector<std::byte>(5));
  EXPECT_EQ(cut.exit_code, 2);
  EXPECT_EQ(cut.err, "icesim: guest: the connection ends in the middle of a message\n");
}

TEST_F(ServeTest, AGuestWithAClockOfItsOwnIsToldWhenOursWasOffered) {
  const Outcome outcome = with_guest({"--time-travel", directory.path("time")});
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("start it with time-travel=ext:" + directory.path("time")));
}

TEST_F(ServeTest, ADiskImageIsReadAndWrittenBack) {
  std::string content(3 * 4096 + 5, '\0');
  content[4096] = 'a';
  content.back() = 'z';
  const std::string disk = directory.file("disk", content);
  ASSERT_EQ(with_guest({"--disk", disk}).exit_code, 0);
  EXPECT_EQ(std::filesystem::file_size(disk), 16u << 20);
  const std::string written = read_text_file(disk);
  EXPECT_EQ(written.substr(0, content.size()), content);
  EXPECT_EQ(written.find_first_not_of('\0', content.size()), std::string::npos);
}

TEST_F(ServeTest, ADiskThatIsNotThereIsMade) {
  ASSERT_EQ(with_guest({"--disk", directory.path("new")}).exit_code, 0);
  EXPECT_EQ(std::filesystem::file_size(directory.path("new")), 16u << 20);
}

TEST_F(ServeTest, RecordServesAndLeavesATrace) {
  const std::string trace = directory.path("guest.icetrace");
  const Outcome outcome = run_with_guest(command("record", {trace, "--pci-id", "8086:7e47"}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("guest (PCI function 8086:7e47, 0 requests)"));
  const auto info = nlohmann::json::parse(icesim({"trace", "info", trace, "--json"}).out);
  EXPECT_EQ(info["provenance"], "icesim record, PCI function 8086:7e47, 32 keyslots");
  EXPECT_EQ(info["records"], 0);
  EXPECT_EQ(info["keyslots"]["requests"], 0);
}

TEST_F(ServeTest, RecordLeavesNoTraceOfAGuestThatMakesNoSense) {
  const std::string trace = directory.path("guest.icetrace");
  EXPECT_EQ(run_with_guest(command("record", {trace}), std::vector<std::byte>(12, std::byte{0xee})).exit_code, 2);
  EXPECT_THAT(directory.files(), testing::IsEmpty());
  expect_user_error(command("record", {"/no/such/place/trace"}), "/no/such/place/trace: cannot write: No such file or directory");
}

}  // namespace
}  // namespace icesim::cli
