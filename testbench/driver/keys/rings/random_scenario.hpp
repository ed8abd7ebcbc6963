// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_scenario.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim::test {

using Verb = RingScenario::Verb;
/// The models, as they are called.
enum RingLetter { A, B, C, D, E };

inline std::size_t below(std::size_t count) { return *rc::gen::inRange<std::size_t>(0, count); }

inline void add_random_namespace(RingScenario& s, std::size_t parent) {
  std::vector<std::size_t> mapped = s.namespaces[parent].users;
  if (parent == 0) mapped = {0, 1, 2, 3};
  RingScenario::Namespace space{"n" + std::to_string(s.namespaces.size()), parent, mapped[below(mapped.size())], mapped[below(mapped.size())], {}};
  for (const std::size_t user : mapped)
    if (user == space.root || below(2) == 0) space.users.push_back(user);
  s.namespaces.push_back(space);
}

/// Any scenario of a few users, namespaces, processes, files and keys.
inline RingScenario random_scenario() {
  RingScenario s;
  const std::uint32_t groups[] = {0, 100, 1000, 1001};
  for (const std::uint32_t uid : {0U, 1000U, 1001U, 77777U}) s.users.push_back({"u", uid, groups[below(4)], {groups[below(4)]}});
  s.namespaces[0].root = 0;
  for (std::size_t i = below(4); i > 0; --i) add_random_namespace(s, below(s.namespaces.size()));
  s.sessions = {"s0", "s1"};
  for (std::size_t i = 1 + below(5); i > 0; --i) {
    const std::size_t space = below(s.namespaces.size());
    const auto& users = s.namespaces[space].users;
    s.processes.push_back({"p", space == 0 ? below(4) : users[below(users.size())], space, below(2)});
  }
  for (std::size_t i = 1 + below(3); i > 0; --i) s.keys.push_back("k");
  for (std::size_t i = 1 + below(4); i > 0; --i)
    s.files.push_back({"f", s.users[below(4)].uid, groups[below(4)], *rc::gen::inRange(0U, 01000U), below(6) == 0 ? RingScenario::none : below(s.keys.size())});
  s.quota = {below(4), 90 + below(400), below(4), 90 + below(400)};
  std::vector<std::size_t> spaces, living;
  for (std::size_t p = 0; p < s.processes.size(); ++p) spaces.push_back(s.processes[p].space), living.push_back(p);
  for (std::size_t i = below(50); i > 0 && !living.empty(); --i) {
    const Verb often[] = {Verb::add, Verb::add, Verb::use, Verb::use, Verb::use, Verb::remove, Verb::remove, Verb::close, Verb::chmod, Verb::unshare, Verb::kill};
    RingScenario::Step step;
    step.verb = often[below(i % 4 == 0 ? 11 : 9)];
    step.by = living[below(living.size())];
    step.all_users = step.verb == Verb::remove && below(3) == 0;
    step.process_ring = step.verb == Verb::add && below(2) == 0;
    step.what = below(step.verb == Verb::add || step.verb == Verb::remove ? s.keys.size() : s.files.size());
    if (step.verb == Verb::chmod) step.mode = *rc::gen::inRange(0U, 01000U);
    if (step.verb == Verb::kill) living.erase(std::find(living.begin(), living.end(), step.by));
    if (step.verb == Verb::unshare) {
      const std::size_t user = s.processes[step.by].user;
      step.what = s.namespaces.size();
      s.namespaces.push_back({"box", spaces[step.by], user, user, {user}});
      spaces[step.by] = step.what;
    }
    s.steps.push_back(step);
  }
  return s;
}

/// Where the processes are and what they may do, by the numbers of the man pages and no code of ours.
class Kernel {
 public:
  explicit Kernel(const RingScenario& s) : s_(s) {
    for (const auto& each : s.processes) spaces.push_back(each.space);
    for (const auto& each : s.files) modes.push_back(each.mode);
    dead.resize(s.processes.size());
  }
  const RingScenario::User& user(std::size_t p) const { return s_.users[s_.processes[p].user]; }
  bool is_within(std::size_t space, std::size_t above) const {
    return space == above || (space != 0 && is_within(s_.namespaces[space].parent, above));
  }
  /// Whether it is root in its namespace.
  bool is_root(std::size_t p) const { return s_.namespaces[spaces[p]].root == s_.processes[p].user; }
  bool has_mapped(std::size_t p, std::uint32_t id, bool of_group) const {
    if (spaces[p] == 0) return true;
    for (const std::size_t each : s_.namespaces[spaces[p]].users)
      if ((of_group ? s_.users[each].gid : s_.users[each].uid) == id) return true;
    return false;
  }
  bool may_read(std::size_t p, std::size_t f) const {
    const auto& file = s_.files[f];
    if (is_root(p) && has_mapped(p, file.uid, false) && has_mapped(p, file.gid, true)) return true;
    unsigned digit = modes[f] % 8;
    if (user(p).gid == file.gid || user(p).groups[0] == file.gid) digit = modes[f] / 8 % 8;
    if (user(p).uid == file.uid) digit = modes[f] / 64;
    return digit >= 4;
  }
  bool may_change_mode(std::size_t p, std::size_t f) const {
    return user(p).uid == s_.files[f].uid || (is_root(p) && has_mapped(p, s_.files[f].uid, false));
  }
  /// What a step does whatever the keys.
  void take(const RingScenario::Step& step) {
    if (step.verb == Verb::kill) dead[step.by] = true;
    if (step.verb == Verb::unshare) spaces[step.by] = step.what;
    if (step.verb == Verb::chmod && may_change_mode(step.by, step.what)) modes[step.what] = step.mode;
  }

  std::vector<std::size_t> spaces;
  std::vector<std::uint32_t> modes;
  std::vector<bool> dead;

 private:
  const RingScenario& s_;
};

}  // namespace icesim::test
