// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_replay.hpp"
#include "testbench/driver/keys/rings/random_scenario.hpp"

#include <map>
#include <set>
#include <utility>

namespace icesim::test {

/// fscrypt's rules of a file system's keys for v2 policies, one by one as Linux's documentation and keyring.c tell them.
class FscryptOracle {
 public:
  using Error = RingAnswer::Error;

  FscryptOracle(const RingScenario& s, const Kernel& kernel) : s_(s), kernel_(kernel) {}

  RingAnswer answer(const RingScenario::Step& step) {
    const std::pair<std::size_t, std::size_t> descriptor{step.by, step.what};
    switch (step.verb) {
      case Verb::add: return add(step.what, kernel_.user(step.by).uid);
      case Verb::remove: return remove(step);
      case Verb::use:
        if (!kernel_.may_read(step.by, step.what)) return {Error::access};
        if (!has_key(step.what)) return {Error::no_key};
        descriptors_.insert(descriptor);
        return {};
      case Verb::close: return descriptors_.erase(descriptor) > 0 ? RingAnswer{} : RingAnswer{Error::not_open};
      case Verb::kill:
        for (std::size_t f = 0; f < s_.files.size(); ++f) descriptors_.erase({step.by, f});
        return {};
      case Verb::chmod: return {};  // the kernel's
      case Verb::unshare: return {};
    }
    return {};
  }
  RingKeyStatus status(std::size_t p, std::size_t key) const {
    if (secrets_.count(key) == 0) return {inodes_of(key).empty() ? RingKeyStatus::State::absent : RingKeyStatus::State::incompletely_removed};
    std::uint64_t claims = 0;
    for (const auto& claim : claims_) claims += claim.first == key;
    return {RingKeyStatus::State::present, claims_.count({key, kernel_.user(p).uid}) > 0, claims};
  }
  bool reads(std::size_t p, std::size_t f) const {
    return !kernel_.dead[p] && (descriptors_.count({p, f}) > 0 || (kernel_.may_read(p, f) && has_key(f)));
  }

 private:
  /// Any user may add a key: a claim, charged to his quota; a second one of his changes nothing. It makes a key that was
  /// incompletely removed present.
  RingAnswer add(std::size_t key, std::uint32_t uid) {
    if (claims_.count({key, uid}) == 0) {
      std::uint64_t keys = 0, bytes = 0;
      const auto one = std::string("00112233445566778899aabbccddeeff.uid." + std::to_string(uid)).size() + 1 + 64;
      for (const auto& claim : claims_)
        if (claim.second == uid) ++keys, bytes += one;
      if (keys >= (uid == 0 ? s_.quota.root_maxkeys : s_.quota.maxkeys)) return {Error::quota};
      if (bytes + one > (uid == 0 ? s_.quota.root_maxbytes : s_.quota.maxbytes)) return {Error::quota};
    }
    claims_.insert({key, uid});
    secrets_.insert(key);
    return {};
  }
  RingAnswer remove(const RingScenario::Step& step) {
    const std::size_t key = step.what;
    const bool is_admin = kernel_.spaces[step.by] == 0 && kernel_.user(step.by).uid == 0;
    // REMOVE_KEY_ALL_USERS: CAP_SYS_ADMIN in the initial namespace.
    if (step.all_users && !is_admin) return {Error::access};
    if (secrets_.count(key) == 0 && inodes_of(key).empty()) return {Error::no_key};
    if (secrets_.count(key) > 0) {
      const std::pair<std::size_t, std::uint32_t> own{key, kernel_.user(step.by).uid};
      // Only the caller's claim goes; with none there is nothing to remove.
      if (!step.all_users && claims_.erase(own) == 0) return {Error::no_key};
      for (auto claim = claims_.begin(); claim != claims_.end();)
        claim = claim->first == key && step.all_users ? claims_.erase(claim) : std::next(claim);
      for (const auto& claim : claims_)
        if (claim.first == key) return {Error::none, true, false};
      // The last claim has gone: the secret is wiped. Inodes that had it are those of the key.
      secrets_.erase(key);
      for (std::size_t f = 0; f < s_.files.size(); ++f)
        if (s_.files[f].key == key) inodes_.insert(f);
    }
    // Inodes of files that nobody has open are evicted.
    bool is_busy = false;
    for (const std::size_t f : inodes_of(key)) {
      bool is_open = false;
      for (const auto& descriptor : descriptors_) is_open |= descriptor.second == f;
      is_busy |= is_open;
      if (!is_open) inodes_.erase(f);
    }
    return {Error::none, false, is_busy};
  }
  /// Whether the file can be opened: it needs no key, its key is there, or its inode still has it.
  bool has_key(std::size_t f) const {
    const std::size_t key = s_.files[f].key;
    return key == RingScenario::none || secrets_.count(key) > 0 || inodes_of(key).count(f) > 0;
  }
  /// Those that kept a key that was removed.
  std::set<std::size_t> inodes_of(std::size_t key) const {
    std::set<std::size_t> some;
    for (const std::size_t f : inodes_)
      if (s_.files[f].key == key && secrets_.count(key) == 0) some.insert(f);
    return some;
  }

  const RingScenario& s_;
  const Kernel& kernel_;
  std::set<std::pair<std::size_t, std::uint32_t>> claims_;        ///< key, uid
  std::set<std::size_t> secrets_;                                 ///< keys that are present
  std::set<std::size_t> inodes_;                                  ///< files
  std::set<std::pair<std::size_t, std::size_t>> descriptors_;     ///< process, file
};

}  // namespace icesim::test
