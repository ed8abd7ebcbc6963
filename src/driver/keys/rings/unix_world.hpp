// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_scenario.hpp"

namespace icesim {

/// What the kernel knows without any key: processes, namespaces, modes of files. The same under all models.
class UnixWorld {
 public:
  explicit UnixWorld(const RingScenario& scenario) : s_(scenario), processes_(scenario.processes), modes_(modes_of(scenario)), alive_(processes_.size(), true) {}

  const RingScenario& scenario() const { return s_; }
  bool is_alive(std::size_t process) const { return alive_[process]; }
  std::size_t space_of(std::size_t process) const { return processes_[process].space; }
  std::size_t session_of(std::size_t process) const { return processes_[process].session; }
  std::uint32_t uid_of(std::size_t process) const { return s_.users[processes_[process].user].uid; }
  bool is_initial_root(std::size_t process) const { return is_capable(process, 0); }

  /// Whether the process has all capabilities over a namespace: as root inside it or of one above, or as the owner of one
  /// at or above it in its parent [linux-user-namespaces].
  bool is_capable(std::size_t process, std::size_t space) const;
  bool may_read(std::size_t process, std::size_t file) const;
  bool may_change_mode(std::size_t process, std::size_t file) const;

  void kill(std::size_t process) { alive_[process] = false; }
  void unshare(std::size_t process, std::size_t space) { processes_[process].space = space; }
  void change_mode(std::size_t file, std::uint32_t mode) { modes_[file] = mode; }

 private:
  static std::vector<std::uint32_t> modes_of(const RingScenario& scenario);
  bool is_root(std::size_t process) const { return s_.namespaces[space_of(process)].root == processes_[process].user; }
  bool has_group(std::size_t process, std::uint32_t gid) const;
  /// Whether the process is root of a namespace that maps the user of the file, and its group.
  bool is_root_over(std::size_t process, std::uint32_t uid) const;
  bool maps_group(std::size_t process, std::uint32_t gid) const;

  const RingScenario& s_;
  std::vector<RingScenario::Process> processes_;
  std::vector<std::uint32_t> modes_;
  std::vector<bool> alive_;
};

}  // namespace icesim
