// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>
#include <unordered_map>

namespace icesim::android {

/// The keys that one Android device has in use [trace-android-keys]: 3 + 2 per user.
using Key = std::uint64_t;
inline constexpr Key metadata_key = 1;   ///< dm-default-key: what no file's key encrypts
inline constexpr Key system_de_key = 2;  ///< systemwide, from boot on
inline constexpr Key per_boot_key = 3;   ///< new at each boot
constexpr Key user_de(std::uint64_t user) { return 16 + 2 * user; }
constexpr Key user_ce(std::uint64_t user) { return 17 + 2 * user; }
/// A policy whose directory a trace does not name.
constexpr Key unnamed(std::uint32_t policy) { return (Key{1} << 40) | policy; }

/// The key of what lies in a directory of /data, named as policy_directory() does: "user/10" and "user_10" are the CE
/// of user 10, "user_de/0" the DE of user 0, "app" the system DE, "unencrypted" only has the metadata key.
Key of_directory(std::string_view directory);

/// What a process says about the key of its requests.
enum class Role {
  metadata,   ///< a thread of the file system: checkpoint, garbage collection, journal
  writeback,  ///< a kernel thread that writes what others have dirtied
  daemon,     ///< of the system, with a key known by its name
  app,
};

/// Chooses keys by process, where nothing better is known.
class Processes {
 public:
  explicit Processes(std::uint64_t users) : users_(users) {}

  static Role role_of(std::string_view comm);
  /// The key of a daemon or an app. Apps are shared out among the users in order of first appearance.
  Key key_of(std::string_view comm, std::uint32_t process);

 private:
  std::uint64_t users_;
  std::unordered_map<std::uint32_t, std::uint64_t> user_of_;
};

}  // namespace icesim::android
