// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// The directory of a path that has an encryption policy of its own: its first component, with the second one when that
/// is the number of a user ("/user_0/a/b" is in "user_0", "/user/0/a/b" in "user/0"). Empty for a file in no directory.
std::string_view policy_directory(std::string_view path);

/// Numbers encrypted directories (policies) from 1 in order of first appearance; 0 is none.
class PolicyNames {
 public:
  /// Android's media directories have the key of their user. An empty name and "-" are none.
  std::uint32_t id_of(std::string_view directory);
  /// Empty for 0 and for a number that was never given.
  std::string_view name_of(std::uint32_t id) const;

 private:
  std::map<std::string, std::uint32_t, std::less<>> ids_;
  std::vector<std::string_view> names_;
};

}  // namespace icesim
