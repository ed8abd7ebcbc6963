// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_answer.hpp"
#include "unix_world.hpp"

#include <memory>

namespace icesim {

/// One of the models: its keys, and the descriptors that processes have open under it.
class RingModel {
 public:
  using Answer = RingAnswer;
  using Error = RingAnswer::Error;

  explicit RingModel(const UnixWorld& world)
      : world_(world), s_(world.scenario()), open_(s_.processes.size() * s_.files.size(), false) {}
  virtual ~RingModel() = default;

  virtual Answer add(const RingScenario::Step& step) = 0;
  virtual Answer remove(const RingScenario::Step& step) = 0;
  virtual RingKeyStatus status(std::size_t process, std::size_t key) const = 0;

  /// Opens the file, and keeps it open.
  Answer use(std::size_t process, std::size_t file);
  Answer close(std::size_t process, std::size_t file);
  /// The process has ended.
  void ended(std::size_t process);
  bool reads(std::size_t process, std::size_t file) const;

 protected:
  /// Whether the process finds the key of this file when it opens it; Unix permits it.
  virtual bool finds(std::size_t process, std::size_t file) const = 0;
  /// Whether a descriptor of this file still reads.
  virtual bool goes_on(std::size_t /*file*/) const { return true; }
  virtual void was_opened(std::size_t /*process*/, std::size_t /*file*/) {}

  /// Files of this key that some process has open, as far as `counts(process, file)`.
  template <class Counts>
  std::vector<std::size_t> open_files(std::size_t key, const Counts& counts) const {
    std::vector<std::size_t> found;
    for (std::size_t file = 0; file < s_.files.size(); ++file) {
      bool is = false;
      for (std::size_t process = 0; process < s_.processes.size(); ++process) is |= is_open(process, file) && counts(process, file);
      if (is && s_.files[file].key == key) found.push_back(file);
    }
    return found;
  }
  bool is_open(std::size_t process, std::size_t file) const { return open_[process * s_.files.size() + file]; }
  const UnixWorld& world() const { return world_; }
  const RingScenario& scenario() const { return s_; }

 private:
  const UnixWorld& world_;
  const RingScenario& s_;
  std::vector<bool> open_;
};

/// In the order of their letters.
std::array<std::unique_ptr<RingModel>, num_ring_models> make_ring_models(const UnixWorld& world);

}  // namespace icesim
