// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// How a command is called; its --help is made of this and of the options.
struct Usage {
  std::string_view command;   ///< "import"
  std::string_view operands;  ///< "IN OUT"; one in [brackets] may be left out
  std::string_view sentence;
  std::string_view example;
};

/// Arguments of one command. Options are declared on options(); operands are what remains.
class CommandLine {
 public:
  explicit CommandLine(const Usage& usage);

  boost::program_options::options_description& options() { return options_; }
  /// Reads the arguments into the declared options. Returns false when help was asked for and printed.
  /// Throws UserError that says what is allowed, and near matches of an unknown option.
  bool parse(const Arguments& arguments);
  /// Operands in order; absent optional ones are missing at the end.
  const std::vector<std::string>& operands() const { return operands_; }
  /// "; see 'icesim import --help'".
  std::string hint() const;

 private:
  std::string help() const;
  void check_operands() const;

  Usage usage_;
  boost::program_options::options_description options_{"Options", 100};
  std::vector<std::string> operands_;
};

/// The index of `text` among the allowed words; throws UserError that lists them.
std::size_t word_index(std::string_view option, std::string_view text, const std::vector<std::string>& allowed);

/// An integer option within a range; throws UserError.
std::uint64_t number_option(std::string_view option, const std::string& text, std::uint64_t min, std::uint64_t max);

}  // namespace icesim::app
