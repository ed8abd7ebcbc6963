// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <cstdint>
#include <functional>
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

/// Arguments of one command. Options are declared on options(); operands are what remains.
class CommandLine {
 public:
  explicit CommandLine(const Usage& usage);

  boost::program_options::options_description& options() { return options_; }
  /// Declares an option that names a file which the command writes: all of them have the value OUT in the help.
  void output(const char* names, std::string& path, const char* sentence);
  /// Declares an option that names a file which the command reads, unless `is_file` says that this value is none.
  void input(const char* names, std::string& path, const char* value, const char* sentence,
             std::function<bool(const std::string&)> is_file = {});
  /// Tells of files that an option's values name and the command reads, once they are known.
  void reads(const char* option, std::function<std::vector<std::string>()> files) { more_files_.emplace_back(option, std::move(files)); }
  /// Declares one that names a file which the command reads and then writes.
  void input_and_output(const char* names, std::string& path, const char* sentence);
  /// Declares one that names a socket which the command makes.
  void socket(const char* names, std::string& path, const char* sentence);
  /// Reads the arguments into the declared options. Returns false when help was asked for and printed.
  /// Throws UserError that says what is allowed, and near matches of an unknown option; also when a file would be
  /// written that is read, or that is written already, whatever its names (FileUse).
  bool parse(const Arguments& arguments);
  /// Whether the option ("json") was given.
  bool given(const std::string& option) const { return given_.count(option) != 0; }
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

  void declare_file(const char* names, std::string& path, const char* value, const char* sentence, File file);
  std::string help() const;
  void check_operands() const;
  void check_files() const;

  Usage usage_;
  boost::program_options::options_description options_{"Options", 100};
  std::vector<std::string> operands_;
  std::vector<File> files_;
  std::vector<std::pair<std::string, std::function<std::vector<std::string>()>>> more_files_;
  std::set<std::string> given_;
};

/// The index of `text` among the allowed words; throws UserError that lists them.
std::size_t word_index(std::string_view option, std::string_view text, const std::vector<std::string>& allowed);

/// An integer option within a range; throws UserError.
std::uint64_t number_option(std::string_view option, const std::string& text, std::uint64_t min, std::uint64_t max);

}  // namespace icesim::app
