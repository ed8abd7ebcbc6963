// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/android_keys.hpp"

#include "src/workload/text/cursor.hpp"

#include <algorithm>
#include <array>

namespace icesim::android {
namespace {

/// Directories of which every user has one (AOSP vold's FsCrypt.cpp, by the facts' tables).
constexpr std::array<std::string_view, 6> ce_directories{"user", "media", "misc_ce", "system_ce", "vendor_ce", "data"};
constexpr std::array<std::string_view, 4> de_directories{"user_de", "misc_de", "system_de", "vendor_de"};
/// Directories above those, and those that are read before any key is there.
constexpr std::array<std::string_view, 3> plain_directories{"unencrypted", "lost+found", "per_boot_ref"};
constexpr std::array<std::string_view, 6> metadata_threads{"f2fs_ckpt",  "f2fs_gc", "f2fs_discard",
                                                           "f2fs_flush", "jbd2/",   "ext4lazyinit"};
constexpr std::array<std::string_view, 5> kernel_threads{"kworker/", "flush-", "kswapd", "kcompactd", "swapper/"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <std::size_t N>
bool begins_with_one_of(const std::array<std::string_view, N>& beginnings, std::string_view name) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return name.substr(0, beginning.size()) == beginning; });
}

}  // namespace

Key of_directory(std::string_view directory) {
  std::uint64_t user = 0;
  bool has_user = false;
  const std::size_t separator = directory.find_last_of("/_");
  if (separator != std::string_view::npos) {
    std::uint32_t number = 0;
    Cursor at(directory.substr(separator + 1));
    has_user = at.number(number) && at.at_end();
    if (has_user) {
      user = number;
      directory = directory.substr(0, separator);
    }
  }
  if (directory == "per_boot") return per_boot_key;
  if (contains(plain_directories, directory)) return metadata_key;
  // /data/data is user 0's by another name.
  if (contains(ce_directories, directory) && (has_user || directory == "data")) return user_ce(user);
  if (contains(de_directories, directory) && has_user) return user_de(user);
  return system_de_key;
}

Role Processes::role_of(std::string_view comm) {
  if (begins_with_one_of(metadata_threads, comm)) return Role::metadata;
  if (begins_with_one_of(kernel_threads, comm)) return Role::writeback;
  return comm == "init" || comm == "vold" || comm == "system_server" ? Role::daemon : Role::app;
}

Key Processes::key_of(std::string_view comm, std::uint32_t process) {
  if (role_of(comm) == Role::daemon) return comm == "system_server" ? user_de(0) : system_de_key;
  return user_ce(user_of_.try_emplace(process, user_of_.size() % users_).first->second);
}

}  // namespace icesim::android
