// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/random.hpp"
#include "icesim/driver/keys/keyslot_manager.hpp"
#include "icesim/driver/keys/replacement/make_replacement.hpp"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

using Outcome = KeyslotManager::Outcome;

/// Managers of parts of a file, beside ones that have files of their own.
struct Parts {
  explicit Parts(Random& random) : random_(random) {
    KeysConfig config;
    config.replacement = static_cast<ReplacementPolicy>(random.below(KeysConfig::policies.size()));
    const std::size_t count = 1 + random.below(8);
    Keyslot first{random.below(4)};
    for (std::size_t i = 0; i < count; ++i) {
      const auto size = static_cast<std::uint32_t>(1 + random.below(6));
      part.push_back(std::make_unique<KeyslotManager>(size, make_replacement(config, size, i), first));
      alone.push_back(std::make_unique<KeyslotManager>(size, make_replacement(config, size, i)));
      first.n += size;
    }
    held.resize(count);
    programs.resize(count);
  }

  bool inside(std::size_t i, Keyslot keyslot) const {
    return keyslot.n >= part[i]->first().n && keyslot.n < part[i]->first().n + part[i]->num_keyslots();
  }

  /// Carries one thing out on a part and its twin; false: they differ, or a keyslot is not the part's.
  bool step() {
    const std::size_t i = random_.below(part.size());
    if (programs[i].keyslot.n != none && random_.chance(60)) {
      const auto [keyslot, key] = std::exchange(programs[i], Program{});
      const bool succeeds = random_.chance(90);
      const bool wakes = part[i]->programmed(keyslot, key, succeeds);
      if (succeeds) held[i].push_back(keyslot);
      return wakes == alone[i]->programmed(own(i, keyslot), key, succeeds);
    }
    if (!held[i].empty() && random_.chance(45)) {
      const std::size_t which = random_.below(held[i].size());
      const Keyslot keyslot = held[i][which];
      held[i].erase(held[i].begin() + static_cast<std::ptrdiff_t>(which));
      return part[i]->put(keyslot) == alone[i]->put(own(i, keyslot));
    }
    const auto key = static_cast<KeyId>(1 + random_.below(9));
    if (!part[i]->locked() && random_.chance(10)) {
      Keyslot mine{}, other{};
      const auto a = part[i]->evict(key, mine), b = alone[i]->evict(key, other);
      return a == b && (a == KeyslotManager::EvictResult::not_found || (inside(i, mine) && own(i, mine) == other));
    }
    const auto a = part[i]->get(key), b = alone[i]->get(key);
    if (a.outcome != b.outcome) return false;
    if (a.outcome == Outcome::program) programs[i] = {a.keyslot, key};
    if (a.outcome == Outcome::hit) held[i].push_back(a.keyslot);
    const bool has = a.outcome == Outcome::hit || a.outcome == Outcome::program;
    return !has || (inside(i, a.keyslot) && own(i, a.keyslot) == b.keyslot);
  }

  Keyslot own(std::size_t i, Keyslot keyslot) const { return Keyslot{keyslot.n - part[i]->first().n}; }

  static constexpr std::uint64_t none = ~std::uint64_t{0};
  struct Program {
    Keyslot keyslot{none};
    KeyId key = no_key;
  };
  Random& random_;
  std::vector<std::unique_ptr<KeyslotManager>> part, alone;
  std::vector<std::vector<Keyslot>> held;
  std::vector<Program> programs;
};

RC_GTEST_PROP(KeyslotManagerRange, PartsOfAFileAreFilesOfTheirOwnAndNoKeyslotIsAnothers, ()) {
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  Parts parts(random);
  for (int i = 0; i < 500; ++i) RC_ASSERT(parts.step());
  std::map<std::uint64_t, KeyId> written;
  for (std::size_t i = 0; i < parts.part.size(); ++i) {
    RC_ASSERT(parts.part[i]->idle().size() == parts.alone[i]->idle().size());
    for (const Keyslot idle : parts.part[i]->idle()) RC_ASSERT(parts.inside(i, idle));
    parts.part[i]->reprogram_all([&](Keyslot keyslot, KeyId key) {
      RC_ASSERT(parts.inside(i, keyslot));
      RC_ASSERT(parts.alone[i]->key_in(parts.own(i, keyslot)) == key);
      RC_ASSERT(written.emplace(keyslot.n, key).second);
    });
  }
}

}  // namespace
}  // namespace icesim
