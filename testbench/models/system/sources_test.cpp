// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/parameters.hpp"
#include "icesim/workload/generator.hpp"
#include "models/ice/aes_xts_engines.hpp"
#include "models/system/system_config.hpp"
#include "testbench/support/source_files.hpp"

#include <algorithm>
#include <cctype>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {
namespace {

namespace fs = std::filesystem;

const fs::path top = ICESIM_SOURCE_DIR;

/// The entries of docs/sources.md by their names, and their texts.
const std::map<std::string, std::string>& entries() {
  static const std::map<std::string, std::string> all = [] {
    std::map<std::string, std::string> found;
    std::istringstream lines(read_text_file((top / "docs/sources.md").string()));
    std::string* entry = nullptr;
    for (std::string line; std::getline(lines, line);) {
      if (line.rfind("### ", 0) == 0) {
        entry = &found[line.substr(4)];
        EXPECT_TRUE(entry->empty()) << line << " is there twice";
      } else if (line.rfind("#", 0) == 0) {
        entry = nullptr;
      } else if (entry != nullptr) {
        *entry += line + "\n";
      }
    }
    return found;
  }();
  return all;
}

bool is_name(std::string_view text) {
  return text.find('-') != std::string_view::npos && text.back() != '-' &&
         std::islower(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-'; });
}

/// What stands in square brackets and looks like the name of an entry.
std::vector<std::string> cited_in(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t open = text.find('['); open != std::string_view::npos; open = text.find('[', open + 1)) {
    const std::size_t close = text.find_first_of("[]", open + 1);
    if (close == std::string_view::npos) break;
    const std::string_view inside = text.substr(open + 1, close - open - 1);
    if (text[close] == ']' && !inside.empty() && is_name(inside)) names.emplace_back(inside);
  }
  return names;
}

/// True when at least one entry is cited, and nothing that is none.
bool cites_entries(std::string_view text) {
  const std::vector<std::string> names = cited_in(text);
  return !names.empty() &&
         std::all_of(names.begin(), names.end(), [](const std::string& name) { return entries().count(name) > 0; });
}

/// Entries that say that there is no source.
bool has_no_source(const std::string& entry) { return entries().at(entry).find("\nSource: none") != std::string::npos; }

/// Documents, platforms and sources, named from the top; docs/sources.md itself is not among them.
std::map<std::string, std::string> texts() {
  std::map<std::string, std::string> all = test::source_files();
  all["README.md"] = read_text_file((top / "README.md").string());
  for (const char* folder : {"docs", "models/platforms"}) {
    for (const auto& file : fs::directory_iterator(top / folder))
      all[file.path().lexically_relative(top).generic_string()] = read_text_file(file.path().string());
  }
  all.erase("docs/sources.md");
  return all;
}

/// The paragraphs of comments that begin with **Spec**.
std::vector<std::string> spec_paragraphs(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines(text);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find("**Spec**");
    const bool goes_on = line.find("///") != std::string::npos && line.find("/// **") == std::string::npos;
    if (begin != std::string::npos) {
      found.push_back(line.substr(begin));
      inside = true;
    } else if (inside && goes_on) {
      found.back() += " " + line;
    } else {
      inside = false;
    }
  }
  return found;
}

std::vector<Parameter> parameters() {
  SystemConfig system;
  GeneratorConfig generator;
  std::vector<Parameter> all;
  for (const DescribeParameters& list : {parameters_of(system), parameters_of(generator)}) {
    for (const ParameterGroup& group : list_parameters(list))
      all.insert(all.end(), group.parameters.begin(), group.parameters.end());
  }
  return all;
}

TEST(Sources, EveryParameterCitesAnEntryOrIsTheExperiments) {
  std::size_t count = 0;
  for (const Parameter& parameter : parameters()) {
    if (parameter.source == "experiment") continue;
    EXPECT_TRUE(cites_entries(parameter.source)) << parameter.path << ": " << parameter.source;
    ++count;
  }
  EXPECT_GT(count, 80U);
}

TEST(Sources, AFactHasASourceOutside) {
  for (const Parameter& parameter : parameters()) {
    if (parameter.source == "experiment" || parameter.assumption || !cites_entries(parameter.source)) continue;
    const std::vector<std::string> names = cited_in(parameter.source);
    EXPECT_FALSE(std::all_of(names.begin(), names.end(), has_no_source)) << parameter.path << " is an assumption";
  }
}

TEST(Sources, EverySpecParagraphCitesAnEntry) {
  std::size_t count = 0;
  for (const auto& [file, text] : test::source_files()) {
    if (file.rfind("testbench/", 0) == 0) continue;
    for (const std::string& paragraph : spec_paragraphs(text)) {
      EXPECT_TRUE(cites_entries(paragraph)) << file << ": " << paragraph;
      ++count;
    }
  }
  EXPECT_GT(count, 12U);
}

TEST(Sources, EveryEngineIsOneOfTheMeasuredCores) {
  std::string measured = entries().at("aes-cores");
  std::transform(measured.begin(), measured.end(), measured.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (const AesXtsEngine& engine : aes_xts_engines()) {
    const std::string core(engine.name.substr(0, engine.name.find("-aes")));
    EXPECT_THAT(measured, testing::HasSubstr(core.substr(0, core.find('-')))) << engine.name;
  }
}

TEST(Sources, WhatIsCitedIsAnEntry) {
  std::set<std::string> families;
  for (const auto& [name, text] : entries()) families.insert(name.substr(0, name.find('-')));
  for (const auto& [file, text] : texts()) {
    for (const std::string& name : cited_in(text)) {
      // Other words in brackets are no names of ours; in platforms nothing else is.
      if (families.count(name.substr(0, name.find('-'))) == 0 && file.find("platforms/") == std::string::npos) continue;
      EXPECT_EQ(entries().count(name), 1U) << file << " cites [" << name << "]";
    }
  }
}

TEST(Sources, EveryEntryIsCitedAndNamesItsSource) {
  std::set<std::string> cited;
  for (const auto& [file, text] : texts()) {
    const std::vector<std::string> names = cited_in(text);
    cited.insert(names.begin(), names.end());
  }
  for (const auto& [name, text] : entries()) {
    EXPECT_EQ(cited.count(name), 1U) << "nobody cites [" << name << "]";
    EXPECT_TRUE(is_name(name)) << name;
    EXPECT_THAT(text, testing::HasSubstr("\nSource: ")) << name;
    EXPECT_GT(text.find("\nSource: "), 60U) << name << " says no fact";
  }
  EXPECT_GT(entries().size(), 40U);
}

/// Notes that are not in the repository have numbers; nothing refers to them.
TEST(Sources, NothingRefersToNotesOutside) {
  for (const auto& [file, text] : texts()) {
    for (const std::string notes : {"spec", "timing", "keypaths", "linux-cosim", "facts:"}) {
      for (std::size_t at = text.find(notes + " "); at != std::string::npos; at = text.find(notes + " ", at + 1)) {
        const char before = at == 0 ? ' ' : text[at - 1];
        const char after = at + notes.size() + 1 < text.size() ? text[at + notes.size() + 1] : ' ';
        if (std::isalnum(static_cast<unsigned char>(before)) != 0) continue;
        EXPECT_EQ(std::isdigit(static_cast<unsigned char>(after)), 0) << file << ": " << text.substr(at, 40);
      }
    }
  }
}

TEST(Sources, TheChecksSeeWhatIsWrong) {
  EXPECT_THAT(cited_in("two [our-choice], [cpu] a[i-1] [Not-A-Name] [x-] [no-figure]"),
              testing::ElementsAre("our-choice", "i-1", "no-figure"));
  EXPECT_TRUE(cites_entries("as is common [our-choice]"));
  EXPECT_FALSE(cites_entries("as is common"));
  EXPECT_FALSE(
      cites_entries("as is common [our-choice] [our-"
                    "chioce]"));
  EXPECT_TRUE(has_no_source("no-figure"));
  EXPECT_FALSE(has_no_source("unipro-rates"));
  EXPECT_THAT(spec_paragraphs("/// **Spec**: one\n/// two.\n/// **Not modelled**: x\nint y;\n/// **Spec**: z\n"),
              testing::ElementsAre("**Spec**: one /// two.", "**Spec**: z"));
}

}  // namespace
}  // namespace icesim
