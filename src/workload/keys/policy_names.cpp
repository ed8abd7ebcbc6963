// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/policy_names.hpp"

#include "src/workload/text/cursor.hpp"

namespace icesim {
namespace {

bool is_number(std::string_view text) {
  std::uint64_t number = 0;
  Cursor at(text);
  return at.number(number) && at.at_end();
}

}  // namespace

std::string_view policy_directory(std::string_view path) {
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  const std::size_t first = path.find('/');
  if (first == std::string_view::npos) return {};
  const std::size_t second = path.find('/', first + 1);
  const bool has_user = second != std::string_view::npos && is_number(path.substr(first + 1, second - first - 1));
  return path.substr(0, has_user ? second : first);
}

std::uint32_t PolicyNames::id_of(std::string_view directory) {
  if (directory.empty() || directory == "-") return 0;
  constexpr std::string_view media = "media";
  std::string user;
  const bool is_media = directory.size() > media.size() + 1 && directory.substr(0, media.size()) == media &&
                        is_number(directory.substr(media.size() + 1));
  if (is_media) directory = user = "user" + std::string(directory.substr(media.size()));
  const auto known = ids_.find(directory);
  if (known != ids_.end()) return known->second;
  const auto id = static_cast<std::uint32_t>(names_.size() + 1);
  names_.push_back(ids_.emplace(directory, id).first->first);
  return id;
}

std::string_view PolicyNames::name_of(std::uint32_t id) const {
  return id == 0 || id > names_.size() ? std::string_view{} : names_[id - 1];
}

}  // namespace icesim
