// SPDX-License-Identifier: Apache-2.0
#include "key_claims.hpp"
#include "master_key.hpp"
#include "ring_model.hpp"

namespace icesim {
namespace {

using Step = RingScenario::Step;

/// A: one ring that only the initial root fills and empties.
class GlobalRing : public RingModel {
 public:
  explicit GlobalRing(const UnixWorld& world) : RingModel(world), keys_(scenario().keys.size()) {}

  Answer add(const Step& step) override {
    if (!world().is_initial_root(step.by)) return {Error::access};
    keys_[step.what].add();
    return {};
  }
  Answer remove(const Step& step) override {
    if (!world().is_initial_root(step.by)) return {Error::access};
    return take_out(step.what);
  }
  RingKeyStatus status(std::size_t, std::size_t key) const override { return {keys_[key].state()}; }

 protected:
  bool finds(std::size_t, std::size_t file) const override { return keys_[scenario().files[file].key].opens(file); }
  MasterKey& key(std::size_t which) { return keys_[which]; }
  const MasterKey& key(std::size_t which) const { return keys_[which]; }
  Answer take_out(std::size_t which) {
    return keys_[which].remove(open_files(which, [](std::size_t, std::size_t) { return true; }));
  }

 private:
  std::vector<MasterKey> keys_;
};

/// B: the same ring, filled and emptied by claims.
class ClaimedRing final : public GlobalRing {
 public:
  explicit ClaimedRing(const UnixWorld& world) : GlobalRing(world), claims_(scenario().keys.size(), scenario().quota) {}

  Answer add(const Step& step) override {
    if (!claims_.add(step.what, world().uid_of(step.by))) return {Error::quota};
    key(step.what).add();
    return {};
  }
  Answer remove(const Step& step) override {
    if (step.all_users && !world().is_initial_root(step.by)) return {Error::access};
    if (step.all_users) {
      claims_.clear(step.what);
    } else if (claims_.count(step.what) > 0) {
      if (!claims_.remove(step.what, world().uid_of(step.by))) return {Error::no_key};
      if (claims_.count(step.what) > 0) return {Error::none, true, false};
    }
    return take_out(step.what);
  }
  RingKeyStatus status(std::size_t process, std::size_t which) const override {
    return {key(which).state(), claims_.has(which, world().uid_of(process)), claims_.count(which)};
  }

 private:
  KeyClaims claims_;
};

/// C: a ring for each namespace.
class NamespaceRings final : public RingModel {
 public:
  explicit NamespaceRings(const UnixWorld& world)
      : RingModel(world), keys_(scenario().namespaces.size() * scenario().keys.size()),
        opened_in_(scenario().processes.size() * scenario().files.size(), RingScenario::none) {}

  Answer add(const Step& step) override {
    const std::size_t own = world().space_of(step.by);
    if (!world().is_capable(step.by, own)) return {Error::access};
    key(own, step.what).add();
    return {};
  }
  Answer remove(const Step& step) override {
    const std::size_t own = world().space_of(step.by);
    if (!world().is_capable(step.by, own)) return {Error::access};
    if (!step.all_users) return take_out(own, step.what);
    Answer all{Error::no_key};
    for (std::size_t space = 0; space < scenario().namespaces.size(); ++space) {
      if (!is_within(space, own)) continue;
      const Answer one = take_out(space, step.what);
      if (one.error == Error::none) all = {Error::none, false, all.files_busy || one.files_busy};
    }
    return all;
  }
  /// Of the nearest ring that has it.
  RingKeyStatus status(std::size_t process, std::size_t which) const override {
    for (std::size_t space = world().space_of(process);; space = scenario().namespaces[space].parent) {
      if (!key(space, which).is_absent()) return {key(space, which).state()};
      if (space == 0) return {};
    }
  }

 private:
  bool finds(std::size_t process, std::size_t file) const override { return ring_with(process, file) != RingScenario::none; }
  void was_opened(std::size_t process, std::size_t file) override {
    if (!is_open(process, file)) opened_in_[process * scenario().files.size() + file] = ring_with(process, file);
  }
  /// The nearest ring with which the process can open the file.
  std::size_t ring_with(std::size_t process, std::size_t file) const {
    for (std::size_t space = world().space_of(process);; space = scenario().namespaces[space].parent) {
      if (key(space, scenario().files[file].key).opens(file)) return space;
      if (space == 0) return RingScenario::none;
    }
  }
  bool is_within(std::size_t space, std::size_t above) const {
    while (space != above && space != 0) space = scenario().namespaces[space].parent;
    return space == above;
  }
  MasterKey& key(std::size_t space, std::size_t which) { return keys_[space * scenario().keys.size() + which]; }
  const MasterKey& key(std::size_t space, std::size_t which) const { return keys_[space * scenario().keys.size() + which]; }
  Answer take_out(std::size_t space, std::size_t which) {
    const auto with_it = [&](std::size_t process, std::size_t file) { return opened_in_[process * scenario().files.size() + file] == space; };
    return key(space, which).remove(open_files(which, with_it));
  }

  std::vector<MasterKey> keys_;           ///< by namespace and key
  std::vector<std::size_t> opened_in_;    ///< by process and file: the namespace whose ring had the key
};

/// D: what the engine knows of keys.
class Engine final : public RingModel {
 public:
  explicit Engine(const UnixWorld& world) : RingModel(world), is_loaded_(scenario().keys.size()) {}

  Answer add(const Step& step) override {
    is_loaded_[step.what] = true;
    return {};
  }
  Answer remove(const Step& step) override {
    if (!is_loaded_[step.what]) return {Error::no_key};
    is_loaded_[step.what] = false;
    return {};
  }
  RingKeyStatus status(std::size_t, std::size_t key) const override {
    return {is_loaded_[key] ? RingKeyStatus::State::present : RingKeyStatus::State::absent};
  }

 private:
  bool finds(std::size_t, std::size_t file) const override { return goes_on(file); }
  bool goes_on(std::size_t file) const override { return is_loaded_[scenario().files[file].key]; }

  std::vector<bool> is_loaded_;
};

/// E: a ring for each process and each session. What becomes of a ring whose last process has ended nobody can tell.
class SessionRings final : public RingModel {
 public:
  explicit SessionRings(const UnixWorld& world)
      : RingModel(world), of_process_(scenario().processes.size() * scenario().keys.size()),
        of_session_(scenario().sessions.size() * scenario().keys.size()) {}

  Answer add(const Step& step) override {
    if (step.process_ring) {
      of_process_[own(step.by, step.what)] = true;
    } else {
      of_session_[shared(step.by, step.what)] = true;
    }
    return {};
  }
  /// From the ring where it is found first, or from both.
  Answer remove(const Step& step) override {
    if (!has(step.by, step.what)) return {Error::no_key};
    const bool is_own = of_process_[own(step.by, step.what)];
    of_process_[own(step.by, step.what)] = false;
    if (!is_own || step.all_users) of_session_[shared(step.by, step.what)] = false;
    return {};
  }
  RingKeyStatus status(std::size_t process, std::size_t key) const override {
    return {has(process, key) ? RingKeyStatus::State::present : RingKeyStatus::State::absent};
  }

 private:
  bool finds(std::size_t process, std::size_t file) const override { return has(process, scenario().files[file].key); }
  std::size_t own(std::size_t process, std::size_t key) const { return process * scenario().keys.size() + key; }
  std::size_t shared(std::size_t process, std::size_t key) const { return own(world().session_of(process), key); }
  bool has(std::size_t process, std::size_t key) const { return of_process_[own(process, key)] || of_session_[shared(process, key)]; }

  std::vector<bool> of_process_;
  std::vector<bool> of_session_;
};

}  // namespace

std::array<std::unique_ptr<RingModel>, num_ring_models> make_ring_models(const UnixWorld& world) {
  return {std::make_unique<GlobalRing>(world), std::make_unique<ClaimedRing>(world), std::make_unique<NamespaceRings>(world),
          std::make_unique<Engine>(world), std::make_unique<SessionRings>(world)};
}

}  // namespace icesim
