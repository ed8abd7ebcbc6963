// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "testbench/cli/program.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using Json = nlohmann::json;

std::string example(const std::string& name) { return ICESIM_SOURCE_DIR "/examples/rings/" + name + ".json"; }

Json played(const std::string& file) {
  const Outcome outcome = icesim({"rings", file, "-o", "-"});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  return Json::parse(outcome.out);
}

/// "B D" of the models under which a process reads a file after a step.
std::string readers(const Json& document, std::size_t step, const std::string& process, const std::string& file) {
  std::string letters;
  for (const Json& each : document["steps"][step - 1]["reads"])
    if (each["process"] == process && each["file"] == file)
      for (const Json& model : each["models"]) letters += (letters.empty() ? "" : " ") + model.get<std::string>();
  return letters;
}

/// "ok EACCES ..." of the five models.
std::string answers(const Json& document, std::size_t step) {
  std::string text;
  for (const std::string model : {"A", "B", "C", "D", "E"})
    text += (text.empty() ? "" : " ") + document["steps"][step - 1]["models"][model]["answer"].get<std::string>();
  return text;
}

std::string state(const Json& document, std::size_t step, const std::string& model) {
  return document["steps"][step - 1]["models"][model]["key"]["state"];
}

TEST(RingExamples, TwoUsersClaimAKey) {
  const Json all = played(example("two-users"));
  ASSERT_EQ(all["steps"].size(), 20U);
  EXPECT_EQ(answers(all, 1), "ENOKEY ENOKEY ENOKEY ENOKEY ENOKEY");
  EXPECT_EQ(answers(all, 2), "EACCES ok EACCES ok ok");
  EXPECT_EQ(readers(all, 2, "bob-sh", "plan"), "B D") << "who has no claim, but permission, reads; a session has its own ring";
  EXPECT_EQ(readers(all, 2, "bob-sh", "diary"), "") << "Unix permissions hold";
  EXPECT_EQ(answers(all, 3), "EACCES ENOKEY EACCES ok ENOKEY") << "without a claim there is nothing to remove; the engine asks nobody";
  EXPECT_TRUE(all["steps"][5]["models"]["B"]["other_users"]);
  EXPECT_EQ(state(all, 6, "B"), "present");
  EXPECT_EQ(readers(all, 6, "alice-sh", "plan"), "B") << "her claim is gone, bob's is there";
  EXPECT_TRUE(all["steps"][8]["models"]["B"]["files_busy"]);
  EXPECT_EQ(state(all, 9, "B"), "incompletely removed");
  EXPECT_EQ(answers(all, 10), "ENOKEY ok ENOKEY ENOKEY ENOKEY") << "the file that is open can be opened";
  EXPECT_EQ(answers(all, 11), "ENOKEY ENOKEY ENOKEY ENOKEY ENOKEY") << "the other cannot";
  EXPECT_EQ(answers(all, 14), "EACCES ok EACCES ENOKEY ENOKEY");
  EXPECT_EQ(state(all, 14, "B"), "absent") << "nobody has a file open any more";
  EXPECT_EQ(all["steps"][16]["models"]["B"]["key"]["user_count"], 2);
  EXPECT_EQ(answers(all, 18), "EACCES EACCES EACCES ok ok");
  EXPECT_EQ(answers(all, 19), "ok ok ok ENOKEY ok") << "she is in a session of her own";
  EXPECT_EQ(answers(all, 20), "ENOKEY ENOKEY ENOKEY ENOKEY ENOKEY");
}

TEST(RingExamples, ContainersHaveTheirOwnKeys) {
  const Json all = played(example("containers"));
  EXPECT_EQ(answers(all, 1), "ok ok ok ok ok");
  EXPECT_EQ(readers(all, 1, "web-app", "library"), "A B C D") << "a key of the host serves below";
  EXPECT_EQ(answers(all, 2), "EACCES ok EACCES ok ok") << "only the container's root adds";
  EXPECT_EQ(answers(all, 3), "EACCES ok ok ok ok");
  EXPECT_EQ(readers(all, 3, "web-app", "pages"), "B C D E");
  EXPECT_EQ(readers(all, 3, "host", "pages"), "B D") << "a container's key does not serve its parent";
  EXPECT_EQ(readers(all, 3, "mail-init", "pages"), "B D") << "nor a sibling";
  EXPECT_EQ(readers(all, 3, "host", "orders"), "B D") << "root may read any file";
  EXPECT_EQ(readers(all, 3, "mail-init", "orders"), "") << "but not that of a namespace which does not map its owner";
  EXPECT_EQ(readers(all, 4, "web-app", "pages"), "B C D E") << "a namespace below finds it, too";
  EXPECT_EQ(answers(all, 6), "EACCES ENOKEY ENOKEY ok ENOKEY") << "nor does a container remove the host's";
  EXPECT_EQ(readers(all, 7, "web-app", "pages"), "B C E") << "it has the file open, or its claim";
  EXPECT_EQ(state(all, 10, "C"), "absent");
}

TEST(RingExamples, SessionsEndWithTheirProcesses) {
  const Json all = played(example("sessions"));
  EXPECT_EQ(readers(all, 1, "editor", "letter"), "B D E");
  EXPECT_EQ(readers(all, 1, "intruder", "letter"), "B D") << "what a ring of a session would deny";
  EXPECT_EQ(answers(all, 2), "EACCES EDQUOT EACCES ok ok");
  EXPECT_EQ(answers(all, 5), "EPERM EPERM EPERM EPERM EPERM");
  EXPECT_EQ(readers(all, 6, "intruder", "ledger"), "D");
  EXPECT_EQ(readers(all, 8, "cron", "letter"), "B D") << "the session is gone, its key with it; a claim stays";
  EXPECT_EQ(answers(all, 9), "EACCES ok EACCES ok ok");
}

TEST(RingExamples, ClaimsAreCharged) {
  const Json all = played(example("quota"));
  std::string claims;
  for (const Json& step : all["steps"]) claims += step["models"]["B"]["answer"].get<std::string>() + " ";
  EXPECT_EQ(claims, "ok ok EDQUOT ok EDQUOT ok ok ok ok ok ");
  EXPECT_TRUE(all["steps"][6]["models"]["B"]["files_busy"]);
  EXPECT_EQ(answers(all, 3), "EACCES EDQUOT EACCES ok ok") << "the others charge nothing";
}

TEST(Rings, EachExampleIsAsItsSchemaSaysAndSoIsWhatIsWritten) {
  if (!has_schema_checker()) GTEST_SKIP() << "python3-jsonschema is not installed";
  const Directory directory;
  const std::string scenario = directory.file("scenario.schema", icesim({"describe", "schema", "rings-scenario"}).out);
  const std::string rings = directory.file("rings.schema", icesim({"describe", "schema", "rings"}).out);
  std::size_t examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(ICESIM_SOURCE_DIR "/examples/rings")) {
    // Comments are ours.
    const Json plain = Json::parse(read_text_file(entry.path().string()), nullptr, true, true);
    EXPECT_TRUE(schema_accepts(scenario, directory.file("plain.json", plain.dump()))) << entry.path();
    Json odd = plain;
    odd["steps"][0]["user"] = "x";
    EXPECT_FALSE(schema_accepts(scenario, directory.file("odd.json", odd.dump()))) << entry.path();
    EXPECT_FALSE(schema_accepts(rings, directory.file("plain.json", plain.dump())));
    EXPECT_TRUE(schema_accepts(rings, directory.file("played.json", icesim({"rings", entry.path().string(), "-o", "-"}).out)));
    ++examples;
  }
  EXPECT_EQ(examples, 4U);
}

TEST(Rings, TheTableHasARowForEachReaderAndNamesWhereModelsDiffer) {
  const Outcome outcome = icesim({"rings", example("containers")});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::StartsWith("scenario  containers.json: 4 users, 4 namespaces, 4 processes, 3 files, 2 keys\n"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("\n   3  web-init adds web +EACCES +present +present +present +present\n"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("\n        web-app reads pages +- +reads +reads +reads +reads +\\*\n"));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("\n  B and D +[0-9]+ steps  first in 6: "));
  EXPECT_THAT(outcome.out, testing::ContainsRegex("\n   4  web-app unshares into sandbox +ok +ok +ok +ok +ok\n   5")) << "which changes nothing";
  EXPECT_THAT(outcome.out, testing::ContainsRegex("\n        web-app reads pages +- +- +- +- +-\n")) << "the one who is killed";
  const Outcome whole = icesim({"rings", example("containers"), "--all"});
  EXPECT_THAT(whole.out, testing::ContainsRegex("\n   4  web-app unshares into sandbox +ok +ok +ok +ok +ok\n        host reads library"));
  const Outcome quiet = icesim({"rings", "-", "-o", "/dev/null"}, example("containers"));
  EXPECT_EQ(quiet.out.substr(quiet.out.find(':')), outcome.out.substr(outcome.out.find(':'))) << "the standard input does as well";
}

TEST(Rings, WhatIsWrongIsOneLine) {
  const Directory directory;
  const auto refused = [](const std::string& file, const std::string& why) { expect_refused({"rings", file}, file + why); };
  refused(directory.file("a.json", "{\"steps\": [{\"usse\": \"x\"}]}"), ":/steps/0/usse: unknown key; did you mean use?");
  refused(directory.file("b.json", "{\"steps\""), ":1:9: malformed JSON: syntax error while parsing object separator - unexpected end of input; expected ':'");
  refused(directory.file("c.json", "[]"), ":/: expected an object, found array");
  refused("/dev/zero", ": cannot read: it has more than 16 MiB");
  refused(directory.path("none.json"), ": cannot read: No such file or directory");
  expect_refused({"rings"}, "FILE is missing; see 'icesim rings --help'");
}

/// Blocks of the document that begin with a command hold what it prints.
TEST(Rings, TheDocumentShowsWhatIsPrinted) {
  std::istringstream lines(read_text_file(ICESIM_SOURCE_DIR "/docs/rings.md"));
  std::size_t blocks = 0;
  std::string shown, command;
  const auto check = [&] {
    if (command.empty()) return;
    std::istringstream words(command);
    std::vector<std::string> arguments;
    for (std::string word; words >> word;) arguments.push_back(word.rfind("examples/", 0) == 0 ? ICESIM_SOURCE_DIR "/" + word : word);
    EXPECT_EQ(shown, icesim(arguments).out) << command;
    command.clear();
    ++blocks;
  };
  for (std::string line; std::getline(lines, line);) {
    const bool in_block = line.rfind("    ", 0) == 0 || (line.empty() && !command.empty());
    if (line.rfind("    $ icesim ", 0) == 0) {
      command = line.substr(13);
      shown.clear();
    } else if (in_block && !command.empty()) {
      shown += line.empty() ? "\n" : line.substr(4) + "\n";
    } else if (!command.empty()) {
      while (shown.size() > 1 && shown.compare(shown.size() - 2, 2, "\n\n") == 0) shown.pop_back();
      check();
    }
  }
  check();
  EXPECT_EQ(blocks, 1U);
}

}  // namespace
}  // namespace icesim::cli
