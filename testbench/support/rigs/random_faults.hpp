// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "models/base/tap.hpp"
#include "testbench/support/sim_test.hpp"

#include <array>
#include <optional>

namespace icesim::test {

/// Draws for each command whether it meets a fault: its descriptor names a keyslot that does not exist (OCS 9, at the
/// doorbell only), the engine gives it up (OCS A), or the answer says BUSY or TASK SET FULL.
class RandomFaults : public Interposer, public Tap {
 public:
  RandomFaults(std::uint64_t seed, std::uint64_t percent) : random_(seed), percent_(percent) {}
  UfsSystem* system = nullptr;

  CryptoEngine& between(CryptoEngine& engine) override { return engine_.emplace(*this, engine); }
  UpiuSink& between(Direction direction, UpiuSink& receiver) override {
    return direction == Direction::to_host ? host_.emplace(*this, receiver) : receiver;
  }
  LinkManagement& between(LinkManagement& management) override { return management; }

  void doorbell(std::uint32_t tags, Picoseconds) override {
    for (std::uint32_t tag = 0; tag < 32; ++tag)
      if (((tags & ~rung_) >> tag & 1) != 0) draw(tag, true);
    rung_ = tags;
  }
  void completion(Tag tag, Ocs, Picoseconds) override {
    if (tag.n < 32) rung_ &= ~(1u << tag.n);
  }
  void access(bool, std::uint32_t, std::uint32_t, Picoseconds) override {}
  void fetch(std::size_t, Tag tag, Picoseconds, Picoseconds) override {
    if (system->config.controller.mcq > 0) draw(static_cast<std::uint32_t>(tag.n), false);
  }
  void interrupt(bool, Picoseconds) override {}

 private:
  enum class Kind : std::uint8_t { none, gives_up, busy, full };

  struct Engine : CryptoEngine {
    Engine(RandomFaults& f, CryptoEngine& r) : faults(f), real(r) {}
    RandomFaults& faults;
    CryptoEngine& real;
    void pass(const CryptoJob& job, Train& train) override { real.pass(job, train); }
    bool shared() const override { return real.shared(); }
    CryptoFault fault(const CryptoJob& job) const override {
      return faults.kinds_[job.tag.n] == Kind::gives_up ? CryptoFault::request : real.fault(job);
    }
    void transform(const CryptoJob& job, std::byte* data, std::size_t length) override { real.transform(job, data, length); }
  };
  struct Host : UpiuSink {
    Host(RandomFaults& f, UpiuSink& r) : faults(f), real(r) {}
    RandomFaults& faults;
    UpiuSink& real;
    void receive(const Upiu& upiu, Cycles start, Picoseconds last) override {
      Upiu changed = upiu;
      const Tag tag = tag_of(upiu.header);
      const Kind kind = transaction_of(upiu.header) == Transaction::response ? faults.kinds_[tag.n] : Kind::none;
      if (kind == Kind::busy) changed.header[7] = std::byte{0x08};
      if (kind == Kind::full) changed.header[7] = std::byte{0x28};
      real.receive(changed, start, last);
    }
    void link_reset() override { real.link_reset(); }
  };

  void draw(std::uint32_t tag, bool in_list) {
    kinds_.at(tag) = Kind::none;
    const Request* const request = system->driver->request(Tag{tag});
    if (request == nullptr || !random_.chance(percent_)) return;
    const std::uint64_t which = in_list ? random_.below(4) : 1 + random_.below(3);
    if (which == 0) {
      const std::byte no_keyslot{255};
      system->memory->write(memory_map::descriptor(Tag{tag}), &no_keyslot, 1);
    } else {
      kinds_[tag] = static_cast<Kind>(which);
    }
    // A device would wait for ever for data of a write that the engine gave up, if nobody told it.
    const bool waits = system->config.block_layer.timeout.n == 0 && request->operation != Operation::read;
    if (kinds_[tag] == Kind::gives_up && waits) kinds_[tag] = Kind::busy;
  }

  Random random_;
  std::uint64_t percent_;
  std::uint32_t rung_ = 0;
  std::array<Kind, 256> kinds_{};
  std::optional<Engine> engine_;
  std::optional<Host> host_;
};

}  // namespace icesim::test
