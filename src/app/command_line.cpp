// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file_use.hpp"
#include "icesim/base/quantity_text.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/base/text/shell_text.hpp"
#include "icesim/result/near_match.hpp"
#include "icesim/workload/reader.hpp"
#include "terminal.hpp"

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <iostream>
#include <sstream>

namespace icesim::app {
namespace {

namespace po = boost::program_options;

std::vector<std::string> words(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> result;
  for (std::string word; stream >> word;) result.push_back(word);
  return result;
}

/// A sentence in lines as wide as the terminal; elsewhere its lines are those that it is written in.
std::string wrapped(std::string_view sentence, std::size_t columns) {
  if (columns == usual_columns) return std::string(sentence);
  std::string text;
  std::size_t used = 0;
  for (const std::string& word : words(sentence)) {
    const bool fits = used + 1 + word.size() <= columns;
    if (used > 0) text += fits ? " " : "\n";
    used = used > 0 && fits ? used + 1 + word.size() : word.size();
    text += word;
  }
  return text;
}

/// Whether there may be any number of the last operand.
bool repeats(std::string_view operands) { return operands.find("...") != std::string_view::npos; }

/// A name for each operand, at least so many when the last repeats.
std::vector<std::string> operand_names(std::string_view operands, std::size_t count) {
  const bool many = repeats(operands);
  std::string text(operands);
  if (many) text.erase(text.find("..."), 3);
  std::vector<std::string> names = words(text);
  while (many && names.size() < count) names.push_back(names.back());
  return names;
}

}  // namespace

CommandLine::CommandLine(const Usage& usage) : usage_(usage), options_("Options", static_cast<unsigned>(page_columns())) {
  options_.add_options()("help,h", "Show this help.")("quiet,q", po::bool_switch(&*quiet_), "Results only: no progress, no heading.");
}

std::string CommandLine::hint() const { return "; see 'icesim " + std::string(usage_.command) + " --help'"; }

std::string CommandLine::help() const {
  std::ostringstream text;
  text << "Usage: icesim " << usage_.command << (usage_.operands.empty() ? "" : " ") << usage_.operands
       << " [options]\n\n"
       << wrapped(usage_.sentence, page_columns()) << "\n\n"
       << options_ << "\nExample:\n  " << usage_.example << "\n";
  return text.str();
}

void CommandLine::declare_file(const char* names, std::string& path, const char* value, const char* sentence, File file) {
  const std::string all = names;
  file.option = "--" + all.substr(0, all.find(','));
  if (!file.read) changes_no_result(file.option.c_str() + 2);
  file.path = &path;
  options_.add_options()(names, po::value(&path)->value_name(value), sentence);
  files_.push_back(std::move(file));
}

void CommandLine::output(const char* names, std::string& path, const char* sentence) {
  declare_file(names, path, "OUT", sentence, {"", nullptr, false, true, {}});
}

void CommandLine::input(const char* names, std::string& path, const char* value, const char* sentence,
                        std::function<bool(const std::string&)> is_file) {
  declare_file(names, path, value, sentence, {"", nullptr, true, false, std::move(is_file)});
}

void CommandLine::input_and_output(const char* names, std::string& path, const char* sentence) {
  declare_file(names, path, "FILE", sentence, {"", nullptr, true, true, {}});
}

void CommandLine::socket(const char* names, std::string& path, const char* sentence) {
  declare_file(names, path, "PATH", sentence, {"", nullptr, false, true, {}});
}

Declared CommandLine::declared() const {
  Declared all{std::string(usage_.command), std::string(usage_.operands), std::string(usage_.sentence), {}, {}};
  const auto words_of = [&](const std::string& name) {
    for (const auto& [option, words] : words_)
      if (option == name) return words();
    return std::vector<std::string>{};
  };
  for (std::size_t i = 0; i < words(usage_.operands).size(); ++i) all.operand_words.push_back(words_of(std::to_string(i)));
  for (const auto& option : options_.options()) {
    DeclaredOption one{option->long_name(), "", "", option->description(), false, words_of(option->long_name())};
    const std::string shortest = option->canonical_display_name(po::command_line_style::allow_dash_for_short);
    if (shortest.size() == 2) one.letter = shortest.substr(1);
    if (option->semantic()->max_tokens() > 0) one.value = option->semantic()->name();
    if (const std::size_t default_at = one.value.find(" (="); default_at != std::string::npos) one.value.resize(default_at);
    for (const File& file : files_) one.is_file |= file.option == "--" + one.name;
    all.options.push_back(std::move(one));
  }
  return all;
}

bool CommandLine::parse(const Arguments& arguments) {
  if (arguments.declared != nullptr) {
    *arguments.declared = declared();
    return false;
  }
  po::options_description all;
  all.add(options_);
  all.add_options()("operand", po::value(&operands_));
  po::positional_options_description positional;
  positional.add("operand", -1);
  // Guessing from a prefix would make today's abbreviation tomorrow's ambiguity.
  const int style = po::command_line_style::default_style & ~po::command_line_style::allow_guessing;
  try {
    const auto parsed = po::command_line_parser(arguments.words).options(all).positional(positional).style(style).run();
    po::variables_map values;
    po::store(parsed, values);
    if (values.count("help") != 0) {
      std::cout << help();
      return false;
    }
    po::notify(values);
    command_ = command_of(parsed);
    for (const auto& [name, value] : values) {
      if (!value.defaulted()) given_.insert(name);
    }
  } catch (const po::unknown_option& error) {
    std::vector<std::string> names;
    for (const auto& option : options_.options()) names.push_back("--" + option->long_name());
    const std::string typed = error.get_option_name();
    const std::string near = did_you_mean(typed, names);
    throw UserError("unknown option " + typed + (near.empty() ? "; allowed: " + list_text(names) : near) + hint());
  } catch (const po::error& error) {
    throw UserError(error.what() + hint());
  }
  check_operands();
  check_files();
  return true;
}

std::string CommandLine::command_of(const po::parsed_options& parsed) const {
  std::string options, operands;
  bool like_options = false;
  for (const po::option& each : parsed.options) {
    if (each.position_key >= 0) {
      for (const std::string& word : each.value) operands += " " + shell_text(word);
      like_options |= each.value.front().size() > 1 && each.value.front()[0] == '-';
    } else if (without_effect_.count(each.string_key) == 0) {
      options += " --" + each.string_key;
      // Behind a blank it would be taken for the next option.
      for (const std::string& word : each.value) options += (word.size() > 1 && word[0] == '-' ? "=" : " ") + shell_text(word);
    }
  }
  const std::string all = like_options ? options + " --" + operands : operands + options;
  return "icesim " + std::string(usage_.command) + all;
}

void CommandLine::refuse_options(std::string_view why) const {
  for (const std::string& option : given_) {
    if (option != "operand") throw UserError("--" + option + " has no effect: " + std::string(why));
  }
}

void CommandLine::check_operands() const {
  const std::vector<std::string> expected = operand_names(usage_.operands, 0);
  if (operands_.size() > expected.size() && !repeats(usage_.operands)) {
    throw UserError("unexpected argument '" + operands_[expected.size()] + "'" + hint());
  }
  for (std::size_t i = operands_.size(); i < expected.size(); ++i) {
    if (expected[i].front() != '[') throw UserError(expected[i] + " is missing" + hint());
  }
}

void CommandLine::check_files() const {
  FileUse use;
  const auto check_name = [&](const std::string& option, const std::string& path) {
    if (path.empty()) throw UserError(option + ": the name of a file is needed" + hint());
  };
  const std::vector<std::string> names = operand_names(usage_.operands, operands_.size());
  const auto operand = [&](const std::string& name, const std::function<void(const std::string&)>& with) {
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      if (names[i] == name || names[i] == "[" + name + "]") with(operands_[i]);
    }
  };
  // What is read first: of two uses the one that writes is refused.
  for (const std::string name : {"TRACE", "IN", "FILE"}) {
    operand(name, [&](const std::string& path) {
      check_name(name, path);
      for (const auto& file : trace_files(path)) use.reads(name, file.string());
    });
  }
  for (const File& file : files_) {
    if (!given(file.option.substr(2))) continue;
    check_name(file.option, *file.path);
    if (file.read && !file.written && (!file.is_file || file.is_file(*file.path))) use.reads(file.option, *file.path);
  }
  for (const auto& [option, files] : more_files_)
    for (const std::string& path : files())
      for (const auto& file : trace_files(path)) use.reads(option, file.string());
  operand("OUT", [&](const std::string& path) {
    check_name("OUT", path);
    use.writes("OUT", path);
  });
  for (const File& file : files_) {
    if (file.written && given(file.option.substr(2))) use.writes(file.option, *file.path);
  }
}

std::size_t word_index(std::string_view option, std::string_view text, const std::vector<std::string>& allowed) {
  for (std::size_t i = 0; i < allowed.size(); ++i) {
    if (allowed[i] == text) return i;
  }
  throw UserError(std::string(option) + ": '" + std::string(text) + "' is not one of " + list_text(allowed));
}

std::uint64_t number_option(std::string_view option, const std::string& text, std::uint64_t min, std::uint64_t max) {
  try {
    const std::uint64_t value = parse_quantity(text, Unit::count);
    if (value >= min && value <= max) return value;
  } catch (const UserError& error) {
    throw UserError(std::string(option) + ": " + error.what());
  }
  throw UserError(std::string(option) + ": " + text + " is outside " + std::to_string(min) + ".." +
                  std::to_string(max));
}

}  // namespace icesim::app
