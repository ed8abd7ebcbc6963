// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/stages.hpp"
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/keys/path/key_path_config.hpp"
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/prdt_crypto.hpp"

#include <functional>

namespace icesim {

/// Something that a piece of the work for a key has to wait for, nobody knows how long.
class KeyHold {
 public:
  virtual ~KeyHold() = default;
  /// `wake` is called once, when the wait is over; at once if it is now.
  virtual void await(std::function<void()> wake) = 0;
};

/// A piece of the work for one key: a core is busy with it, then its thread may sleep.
struct KeyWork {
  enum class End : std::uint8_t { not_yet, done, failed };
  Picoseconds busy{};
  Picoseconds asleep{};                  ///< after `busy`; 0 with `done` and `failed`
  Stage stage = Stage::keyslot_program;  ///< what a request that waits for `busy` is in; asleep in `asleep_stage`
  End end = End::done;                   ///< after `busy`; not_yet: go_on() after `asleep`
  Stage asleep_stage = Stage::firmware;
  bool stops = false;                    ///< no command is sent from the first piece that says so to the end of the last
  bool yields = false;                   ///< `busy` is in the secure world, which interrupts suspend
  KeyHold* hold = nullptr;               ///< with not_yet, in place of `asleep`: what the thread sleeps for
  Reg reads{};                           ///< a register to be read in place of `busy`, whose value go_on() gets
};

struct KeyPathStatistics {
  std::uint64_t programs = 0;
  std::uint64_t evictions = 0;
  std::uint64_t failures = 0;
  std::uint64_t calls = 0;
  std::uint64_t call_waits = 0;
  std::uint64_t busy_answers = 0;
  TimeSum busy;
  std::uint64_t drains = 0;
  bool drained = false;  ///< the path drains the controller
  TimeSum secure_time;
  std::uint64_t register_reads = 0;
  std::uint64_t register_writes = 0;

  void describe(Statistics& s) const {
    s("programs", programs, "Keys that were to be put in a keyslot");
    s("evictions", evictions, "Keyslots that were to be cleared, those of the initialisation among them");
    s("failures", failures, "Keys that could not be put in a keyslot");
    s("calls", calls, "Calls into the secure world");
    s("call_waits", call_waits, "Calls that waited for another caller");
    s("busy_answers", busy_answers, "Calls that the secure world refused as busy");
    s("busy", busy, "Time for which cores were busy with keys, in the secure world and with PRDT entries too");
    if (drained) s("drains", drains, "Times the controller was drained for a key");
    s("secure_time", secure_time, "Time that cores spent in the secure world, but for coming back to it after interrupts");
    s("register_reads", register_reads, "Register reads for keys");
    s("register_writes", register_writes, "Register writes for keys");
  }
};

/// The step of a core that does a piece.
inline Step step_of(const KeyWork& piece, Work::Kind work, std::uint32_t index) {
  if (piece.reads != Reg{}) return Step::read(work, index, piece.reads);
  return piece.yields ? Step::call(work, index, piece.busy) : Step::compute(work, index, piece.busy);
}

/// How a key gets into a keyslot of the hardware, and out of it: one at a time, under the keyslot manager's lock.
/// The work comes in pieces, each of which begins at a time `at` that is now or later; register writes of a piece are
/// issued when it is asked for, with the times at which they leave the core.
class KeyPath {
 public:
  explicit KeyPath(HostPort& host, const HostCosts& costs, const KeyPathConfig& config)
      : host_(host), costs_(costs), config_(config) {}
  virtual ~KeyPath() = default;

  /// Tells where x-CRYPTOCFG lies, as read from CCAP.
  void set_layout(const CryptoCapabilities& layout) { layout_ = layout; }
  /// Tells how many commands are out, for who drains a controller whose queues have no doorbell that would say so.
  virtual void count_commands(std::function<std::size_t()>) {}
  /// First piece of putting `entry` into a keyslot.
  KeyWork program(Keyslot keyslot, const CryptoConfig& entry, Picoseconds at);
  /// First piece of clearing a keyslot.
  KeyWork evict(Keyslot keyslot, Picoseconds at);
  /// First piece of putting back all keys at once; only where they are remembered by somebody else than the driver.
  KeyWork restore(Picoseconds at) {
    programming_ = false;
    return begin_restore(at);
  }
  /// First piece of what user space asks for of a wrapped key; only where hardware has such keys.
  KeyWork operate(Picoseconds at) {
    programming_ = false;
    return counted(begin_operation(at));
  }
  virtual bool remembers_keys() const { return false; }
  /// The piece after the one whose end was not yet.
  KeyWork go_on(Picoseconds at, std::uint32_t answer = 0) {
    answer_ = answer;
    return counted(next(at));
  }
  /// Writes the PRDT entry of an encrypted page; only with entries of 128 bytes.
  virtual void write_page(std::byte*, const PrdtEntry&, const PageCrypto&) const {
    throw_bug("keys of this path are no part of PRDT entries");
  }
  /// A core has been busy for so long with what PRDT entries say of keys.
  void count_entries(Picoseconds time) { statistics_.busy += time; }
  const KeyPathConfig& config() const { return config_; }
  const KeyPathStatistics& statistics() const { return statistics_; }

 protected:
  virtual KeyWork begin_program(Keyslot keyslot, const CryptoConfig& entry, Picoseconds at) = 0;
  virtual KeyWork begin_evict(Keyslot keyslot, Picoseconds at) = 0;
  virtual KeyWork begin_restore(Picoseconds) { throw_bug("the driver remembers the keys of this path"); }
  virtual KeyWork begin_operation(Picoseconds) { throw_bug("keys of this path are not wrapped"); }
  virtual KeyWork next(Picoseconds at) = 0;
  /// What the register of the piece before held.
  std::uint32_t answer() const { return answer_; }

  /// Whether the program under way is the one that is to fail.
  bool fails() const { return statistics_.programs == config_.failing_program; }
  /// Issues a write of word `word` of a keyslot's entry at `at`; the time at which the core is free again.
  Picoseconds write_word(Keyslot keyslot, std::size_t word, std::uint32_t value, Picoseconds at);
  /// All 19 writes of a programming sequence.
  Picoseconds write_entry(Keyslot keyslot, const CryptoConfig& entry, Picoseconds at);

  HostPort& host_;
  HostCosts costs_;
  KeyPathConfig config_;
  CryptoCapabilities layout_;
  KeyPathStatistics statistics_;

 private:
  KeyWork counted(KeyWork work) {
    if (programming_ && work.end == KeyWork::End::failed) ++statistics_.failures;
    statistics_.busy += work.busy;
    return work;
  }

  bool programming_ = false;
  std::uint32_t answer_ = 0;
};

}  // namespace icesim
