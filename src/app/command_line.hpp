// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/option.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// How a command is called; its --help is made of this and of the options.
struct Usage {
  std::string_view command;   ///< "import"
  /// "IN OUT"; one in [brackets] may be left out, and of the last with dots ("TRACE...", "[TRACE...]") there may be more. OUT is a file
  /// that is written; IN, TRACE and FILE are read.
  std::string_view operands;
  std::string_view sentence;
  std::string_view example;
};

/// An option as the command declares it.
struct DeclaredOption {
  std::string name;        ///< without dashes
  std::string letter;      ///< of its short form, or nothing
  std::string value;       ///< what the help calls its value; nothing for a switch
  std::string sentence;
  bool is_file = false;    ///< the value names a file
  std::vector<std::string> words;  ///< what the value may be; one that ends in '=' goes on
};

/// How a command is called and what it takes.
struct Declared {
  std::string command;
  std::string operands;
  std::string sentence;
  std::vector<DeclaredOption> options;
  std::vector<std::vector<std::string>> operand_words;  ///< of each operand; none: it names a file
};

/// Arguments of one command. Options are declared on options(); operands are what remains.
class CommandLine {
 public:
  using Words = std::function<std::vector<std::string>()>;

  explicit CommandLine(const Usage& usage);

  boost::program_options::options_description& options() { return options_; }
  /// Declares an option that names a file which the command writes: all of them have the value OUT in the help.
  void output(const char* names, std::string& path, const char* sentence);
  /// Declares an option that names a file which the command reads, unless `is_file` says that this value is none.
  void input(const char* names, std::string& path, const char* value, const char* sentence,
             std::function<bool(const std::string&)> is_file = {});
  /// Tells which words the value of an option may be, or those of the operand at a place; asked when they are completed.
  void values(const char* option, Words words) { words_.emplace_back(option, std::move(words)); }
  void operand_values(std::size_t operand, Words words) { values(std::to_string(operand).c_str(), std::move(words)); }
  /// Tells of files that an option's values name and the command reads, once they are known.
  void reads(const char* option, std::function<std::vector<std::string>()> files) { more_files_.emplace_back(option, std::move(files)); }
  /// Tells of an option that changes no result, as those that name a file which is written do.
  void changes_no_result(const char* option) { without_effect_.insert(option); }
  /// Declares one that names a file which the command reads and then writes.
  void input_and_output(const char* names, std::string& path, const char* sentence);
  /// Declares one that names a socket which the command makes.
  void socket(const char* names, std::string& path, const char* sentence);
  /// Reads the arguments into the declared options. Returns false when help was asked for and printed, or when what is
  /// declared was asked for.
  /// Throws UserError that says what is allowed, and near matches of an unknown option; also when a file would be
  /// written that is read, or that is written already, whatever its names (FileUse).
  bool parse(const Arguments& arguments);
  /// Becomes true when nothing but results is to be said, for those who outlive the line.
  std::shared_ptr<const bool> quiet() const { return quiet_; }
  /// Whether the option ("json") was given.
  bool given(const std::string& option) const { return given_.count(option) != 0; }
  /// What was given as a shell takes it, but for what changes no result: "icesim run a.icetrace --set keyslots.num_keyslots=8".
  const std::string& command() const { return command_; }
  /// Throws UserError when an option was given; `why` says why none has an effect.
  void refuse_options(std::string_view why) const;
  /// Operands in order; absent optional ones are missing at the end.
  const std::vector<std::string>& operands() const { return operands_; }
  /// "; see 'icesim import --help'".
  std::string hint() const;

 private:
  /// An option's value that is the name of a file.
  struct File {
    std::string option;  ///< "--requests"
    const std::string* path;
    bool read;
    bool written;
    std::function<bool(const std::string&)> is_file;
  };

  std::string command_of(const boost::program_options::parsed_options& parsed) const;
  void declare_file(const char* names, std::string& path, const char* value, const char* sentence, File file);
  std::string help() const;
  Declared declared() const;
  void check_operands() const;
  void check_files() const;

  Usage usage_;
  std::shared_ptr<bool> quiet_ = std::make_shared<bool>(false);
  boost::program_options::options_description options_;
  std::vector<std::string> operands_;
  std::vector<File> files_;
  std::vector<std::pair<std::string, std::function<std::vector<std::string>()>>> more_files_;
  std::vector<std::pair<std::string, Words>> words_;
  std::set<std::string> given_;
  std::set<std::string> without_effect_{"quiet"};
  std::string command_;
};

/// The index of `text` among the allowed words; throws UserError that lists them.
std::size_t word_index(std::string_view option, std::string_view text, const std::vector<std::string>& allowed);

/// An integer option within a range; throws UserError.
std::uint64_t number_option(std::string_view option, const std::string& text, std::uint64_t min, std::uint64_t max);

}  // namespace icesim::app
