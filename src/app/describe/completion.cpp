// SPDX-License-Identifier: Apache-2.0
#include "completion.hpp"

#include <algorithm>

namespace icesim::app {

std::vector<Declared> declared_commands() {
  std::vector<Declared> all;
  for (const Command& command : commands()) command.run({{}, &all.emplace_back()});
  return all;
}

std::size_t WordLists::place(const std::vector<std::string>& words) {
  const auto found = std::find(lists_.begin(), lists_.end(), words);
  if (found != lists_.end()) return static_cast<std::size_t>(found - lists_.begin());
  lists_.push_back(words);
  return lists_.size() - 1;
}

std::string short_sentence(const std::string& sentence) {
  std::size_t end = sentence.size();
  for (const char* stop : {". ", "; ", ": ", " (", ".\n"}) end = std::min(end, sentence.find(stop));
  std::string text = sentence.substr(0, end);
  if (!text.empty() && text.back() == '.') text.pop_back();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text.append(text.empty() ? "" : " ").append(word);
  return text;
}

}  // namespace icesim::app
