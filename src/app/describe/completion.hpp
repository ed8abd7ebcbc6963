// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/app/command_line.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace icesim::app {

/// The shells that a completion can be printed for.
inline constexpr std::array<std::string_view, 3> shells{"bash", "zsh", "fish"};

/// What all commands declare, in the order of the help.
std::vector<Declared> declared_commands();

/// A list of words that several options share, such as those of --set; its place in the script's own lists.
class WordLists {
 public:
  /// Finds or adds a list.
  std::size_t place(const std::vector<std::string>& words);
  const std::vector<std::vector<std::string>>& all() const { return lists_; }

 private:
  std::vector<std::vector<std::string>> lists_;
};

/// The beginning of a sentence that tells enough beside an option's name: up to the first of ". ", "; ", ": " and " (".
std::string short_sentence(const std::string& sentence);
/// Words with a space between them.
std::string joined(const std::vector<std::string>& words);

/// A script that completes commands, options, and what is known of their values: platforms, engines, parameters, files.
std::string bash_completion(const std::vector<Declared>& commands);
std::string zsh_completion(const std::vector<Declared>& commands);
std::string fish_completion(const std::vector<Declared>& commands);

}  // namespace icesim::app
