// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

/// Who has keys and files, and what becomes of them, step by step. Everything names others by their places in the lists.
struct RingScenario {
  static constexpr std::size_t none = ~std::size_t{0};

  /// Ids are the kernel's own, the same in all namespaces.
  struct User {
    std::string name;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::vector<std::uint32_t> groups;
  };

  /// A user namespace; the first is the initial one, which is its own parent. Another's list of users are those that it
  /// maps, its root among them.
  struct Namespace {
    std::string name;
    std::size_t parent = 0;
    std::size_t owner = none;  ///< has all capabilities over it from the parent
    std::size_t root = none;   ///< has them inside
    std::vector<std::size_t> users;
  };

  struct Process {
    std::string name;
    std::size_t user = 0;
    std::size_t space = 0;  ///< its namespace
    std::size_t session = 0;
  };

  struct File {
    std::string name;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint32_t mode = 0;  ///< nine bits
    std::size_t key = none;
  };

  enum class Verb : std::uint8_t { add, use, close, remove, unshare, chmod, kill };

  struct Step {
    Verb verb = Verb::add;
    std::size_t by = 0;        ///< a process; of kill the one that ends
    std::size_t what = 0;      ///< a key, a file, or the namespace that unshare makes
    std::uint32_t mode = 0;    ///< chmod
    bool all_users = false;    ///< remove
    bool process_ring = false; ///< add: to the ring of the process, not to that of its session (of model E)
  };

  /// What a user's keys may take, as the kernel's sysctls kernel.keys.* have it [linux-key-quota].
  struct Quota {
    std::uint64_t maxkeys = 200;
    std::uint64_t maxbytes = 20'000;
    std::uint64_t root_maxkeys = 1'000'000;
    std::uint64_t root_maxbytes = 25'000'000;
  };

  std::string name;
  std::vector<User> users;
  std::vector<Namespace> namespaces{{"init", 0, none, none, {}}};
  std::vector<std::string> sessions;
  std::vector<Process> processes;
  std::vector<File> files;
  std::vector<std::string> keys;
  Quota quota;
  std::vector<Step> steps;
};

}  // namespace icesim
