// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/near_match.hpp"

#include "icesim/base/edit_distance.hpp"

#include <algorithm>
#include <utility>

namespace icesim {
namespace {

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

std::vector<std::string> near_matches(std::string_view typed, const std::vector<std::string>& names) {
  std::vector<std::pair<std::size_t, std::string>> found;
  const std::string_view leaf = last_part(typed);
  for (const std::string& name : names) {
    // A wrong group costs one edit in total: people know the parameter and guess where it lives.
    std::size_t distance = std::min(edit_distance(typed, name), edit_distance(leaf, last_part(name)) + 1);
    if (typed.size() >= 3 && name.compare(0, typed.size(), typed) == 0) distance = 1;
    if (distance <= (leaf.size() < 3 ? 1 : std::max<std::size_t>(2, leaf.size() / 3)))
      found.emplace_back(distance, name);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (found.size() > 3) found.resize(3);
  std::vector<std::string> result;
  for (auto& entry : found) result.push_back(std::move(entry.second));
  return result;
}

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& names) {
  const std::vector<std::string> near = near_matches(typed, names);
  if (near.empty()) return "";
  std::string text = "; did you mean " + near[0];
  for (std::size_t i = 1; i < near.size(); ++i) text += (i + 1 == near.size() ? " or " : ", ") + near[i];
  return text + "?";
}

}  // namespace icesim
