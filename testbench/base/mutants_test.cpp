// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace icesim {
namespace {

const std::filesystem::path root = ICESIM_SOURCE_DIR;

struct Mutant {
  std::string title;
  std::string file;
  std::string before;
  std::string after;
};

void append(std::string& text, const std::string& line) { text += (text.empty() ? "" : "\n") + line; }

/// All mutants of testbench/mutation/mutants, in order.
std::vector<Mutant> read_mutants() {
  std::vector<std::filesystem::path> lists;
  for (const auto& entry : std::filesystem::directory_iterator(root / "testbench/mutation/mutants"))
    lists.push_back(entry.path());
  std::sort(lists.begin(), lists.end());
  std::vector<Mutant> mutants;
  for (const auto& list : lists) {
    std::ifstream in(list);
    for (std::string line; std::getline(in, line);) {
      if (line.rfind("mutant: ", 0) == 0) mutants.push_back({line.substr(8), {}, {}, {}});
      if (line.rfind("file: ", 0) == 0) mutants.back().file = line.substr(6);
      if (line.rfind("- ", 0) == 0) append(mutants.back().before, line.substr(2));
      if (line.rfind("+ ", 0) == 0) append(mutants.back().after, line.substr(2));
    }
  }
  return mutants;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Mutants, ApplyToThePresentSources) {
  for (const Mutant& mutant : read_mutants()) {
    SCOPED_TRACE(mutant.title);
    ASSERT_FALSE(mutant.before.empty());
    EXPECT_EQ(occurrences(content_of(root / mutant.file), mutant.before), 1u)
        << "in " << mutant.file << ":\n"
        << mutant.before << "\nIf the source has changed, change the mutant with it.";
    EXPECT_NE(mutant.before, mutant.after);
  }
}

TEST(Mutants, AreManyAndDifferent) {
  const std::vector<Mutant> mutants = read_mutants();
  EXPECT_GE(mutants.size(), 40u);
  std::vector<std::string> titles;
  for (const Mutant& mutant : mutants) titles.push_back(mutant.title);
  std::sort(titles.begin(), titles.end());
  EXPECT_EQ(std::adjacent_find(titles.begin(), titles.end()), titles.end());
}

/// A text as a row of the document shows it.
std::string shown(const std::string& text) {
  std::string line;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part);) {
    const auto begin = part.find_first_not_of(' ');
    if (begin == std::string::npos) continue;
    line += (line.empty() ? "" : " ") + part.substr(begin, part.find_last_not_of(' ') + 1 - begin);
  }
  for (std::size_t at = line.find('|'); at != std::string::npos; at = line.find('|', at + 2)) line.insert(at, "\\");
  return line.empty() ? "nothing" : '`' + line + '`';
}

/// The document has a row for each; testbench/mutation/mutate.py writes it.
TEST(Mutants, StandInTheDocumentAllKilled) {
  const std::string document = content_of(root / "docs/mutation.md");
  if (document.empty()) GTEST_SKIP() << "docs/mutation.md is absent";
  std::size_t number = 0;
  for (const Mutant& mutant : read_mutants()) {
    const std::string row = "| " + std::to_string(++number) + " | " + mutant.title + " | " + mutant.file + ": " +
                            shown(mutant.before) + " becomes " + shown(mutant.after) + " | ";
    EXPECT_EQ(occurrences(document, row), 1u) << "docs/mutation.md has another row than\n" << row;
  }
  EXPECT_EQ(occurrences(document, "SURVIVED"), 0u);
}

}  // namespace
}  // namespace icesim
