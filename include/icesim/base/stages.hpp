// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/units.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace icesim {

/// Where a request's time goes, in the order in which a request meets the stages.
enum class Stage : std::uint8_t {
  cpu,              ///< waits for its core
  submit,           ///< block layer and SCSI on the CPU
  throttle,         ///< a write is held back so that reads do not wait for it
  tag,              ///< all tags are in use
  keyslot_wait,     ///< all keyslots are in use
  keyslot_lock,     ///< another key is being programmed
  hypervisor,       ///< a guest asks the hypervisor to program the key
  keyslot_program,  ///< the CPU programs the key
  firmware,         ///< the secure world programs the key, or is busy with something else
  drain,            ///< the controller is drained, so that the key can be programmed
  key_power,        ///< the clocks come on, so that the key can be programmed
  flush,            ///< waits for a cache flush that it needs
  plug,             ///< sits in the submitter's plug
  scheduler,        ///< waits in the I/O scheduler, or for the thread that issues it
  retry,            ///< its command is lost or has failed, until it is tried again
  dispatch,         ///< descriptors are written, the doorbell is on its way
  blocked,          ///< is held back on behalf of another one's key
  power,            ///< the clocks come on, and the link wakes up
  descriptors,      ///< PRDT entries with keys are written, read and wiped, beyond what shorter ones take
  fetch,            ///< controller reads UTRD, command UPIU and PRDT
  command,          ///< COMMAND UPIU on the link
  device,           ///< device firmware, write buffer
  flash,            ///< flash array
  transfer,         ///< data on the link
  crypto,           ///< data in the crypto engine, beyond what the link hides
  memory,           ///< data on its way from or to memory, beyond that
  response,         ///< RESPONSE UPIU, OCS
  interrupt,        ///< until the interrupt handler sees the completion
  completion,       ///< completion on the CPU
};
inline constexpr std::size_t stage_count = 29;

struct StageName {
  std::string_view name;
  std::string_view sentence;
};
inline constexpr std::array<StageName, stage_count> stages{{
    {"cpu", "waits for its core"},
    {"submit", "block layer and SCSI on the CPU"},
    {"throttle", "a write is held back so that reads do not wait for it"},
    {"tag", "all tags are in use"},
    {"keyslot_wait", "all keyslots are in use"},
    {"keyslot_lock", "another key is being programmed"},
    {"hypervisor", "a guest asks the hypervisor to program a key"},
    {"keyslot_program", "the CPU programs a key"},
    {"firmware", "the secure world programs a key, or serves others"},
    {"drain", "the controller is drained, so that a key can be programmed"},
    {"key_power", "clocks and link wake up, so that a key can be programmed"},
    {"flush", "waits for a cache flush that it needs"},
    {"plug", "sits in the submitter's plug"},
    {"scheduler", "waits in the I/O scheduler, or for the thread that issues it"},
    {"retry", "its command is lost or has failed, until it is tried again"},
    {"dispatch", "descriptors are written, the doorbell is on its way"},
    {"blocked", "is held back on behalf of another one's key"},
    {"power", "clocks and link wake up"},
    {"descriptors", "PRDT entries with keys are written, read and wiped, beyond what shorter ones take"},
    {"fetch", "controller reads UTRD, command UPIU and PRDT"},
    {"command", "COMMAND UPIU is on the link"},
    {"device", "device firmware and write buffer"},
    {"flash", "flash array"},
    {"transfer", "data is on the link"},
    {"crypto", "data is in the crypto engine, beyond what other stages hide"},
    {"memory", "data moves from or to memory, beyond what other stages hide"},
    {"response", "RESPONSE UPIU and OCS"},
    {"interrupt", "until the interrupt handler sees the completion"},
    {"completion", "completion on the CPU"},
}};

/// The life of one request as the time it spent in each stage; the stages partition its latency exactly.
class Timeline {
 public:
  Timeline() = default;
  explicit Timeline(Picoseconds start) : start_(start), last_(start) {}
  /// The life of another request, which begins at `start`.
  void restart(Picoseconds start) {
    start_ = last_ = start;
    unplugged_ = given_out_ = Picoseconds{};
    spent_.fill(Picoseconds{});
  }

  /// Says that the request was in `stage` from the last mark until `at`.
  void mark(Stage stage, Picoseconds at) {
    ensure(at >= last_, "a request's stages follow each other in time");
    spent_[static_cast<std::size_t>(stage)] += at - last_;
    last_ = at;
  }
  /// Takes back what was marked beyond `at`, from the last stages on: what was foreseen will not be.
  void cut(Picoseconds at) {
    for (std::size_t s = stage_count; last_ > at && s-- > 0;) {
      const Picoseconds part = std::min(spent_[s], last_ - at);
      spent_[s] -= part;
      last_ -= part;
    }
  }
  /// Takes over what `other` went through after its plug, or after its scheduler when this one came later than its plug
  /// was flushed: the life of a bio that was merged into another request.
  void follow(const Timeline& other) {
    Stage shared = Stage::scheduler;
    if (last_ <= other.unplugged_) {
      mark(Stage::plug, other.unplugged_);
    } else {
      mark(Stage::scheduler, other.given_out_);
      shared = Stage::retry;
    }
    for (auto s = static_cast<std::size_t>(shared); s < stage_count; ++s) spent_[s] += other.spent_[s];
    last_ = other.last_;
  }
  /// The request leaves the plug; what follows is shared by all bios merged into it.
  void unplug(Picoseconds at) {
    mark(Stage::plug, at);
    unplugged_ = given_out_ = at;
  }
  /// The request leaves the scheduler; what follows is shared by all bios that joined it there.
  void give_out(Picoseconds at) {
    mark(Stage::scheduler, at);
    given_out_ = at;
  }

  Picoseconds start() const { return start_; }
  Picoseconds last() const { return last_; }
  Picoseconds latency() const { return last_ - start_; }
  Picoseconds spent(Stage stage) const { return spent_[static_cast<std::size_t>(stage)]; }
  /// Sum of all stages; equal to latency().
  Picoseconds total() const {
    Picoseconds sum{};
    for (Picoseconds s : spent_) sum += s;
    return sum;
  }

 private:
  friend class StageSums;

  Picoseconds start_{};
  Picoseconds last_{};
  Picoseconds unplugged_{};
  Picoseconds given_out_{};
  std::array<Picoseconds, stage_count> spent_{};
};

/// Time that many requests spent in each stage, which may be longer than any time.
class StageSums {
 public:
  void add(const Timeline& life) {
    // No stage is longer than all of them, so what is added in 64 bits fits as long as the latencies' sum does.
    if (__builtin_add_overflow(recent_latency_, life.latency().n, &recent_latency_)) settle(life.latency());
    for (std::size_t s = 0; s < stage_count; ++s) recent_[s] += life.spent_[s];
  }
  TimeSum operator[](std::size_t stage) const { return settled_[stage] + recent_[stage]; }

 private:
  void settle(Picoseconds next) {
    for (std::size_t s = 0; s < stage_count; ++s) settled_[s] += recent_[s];
    recent_.fill(Picoseconds{});
    recent_latency_ = next.n;
  }

  std::uint64_t recent_latency_ = 0;
  std::array<Picoseconds, stage_count> recent_{};
  std::array<TimeSum, stage_count> settled_{};
};

}  // namespace icesim
