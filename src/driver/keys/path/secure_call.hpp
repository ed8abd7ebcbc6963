// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "icesim/driver/keys/path/key_path.hpp"

namespace icesim {

/// One call into the secure world at a time, as Linux's qcom_scm makes it [linux-qcom-scm].
///
/// Preparation (buffers) by the core; then the mutex of all callers: with probability `others_ppm` another holds it,
/// and the thread sleeps for a time up to `others_hold`; then `entry` and the time of the secure world, during which
/// the core does nothing else; a call that is refused as busy is made again after the thread has slept for 30 ms
/// outside of the mutex, 21 times, then it fails. A caller that sleeps asks a processor of its own, by a mailbox: it works
/// for `entry`, sleeps for the time of the secure world, and has the answer when it has woken. With `yields` an interrupt
/// suspends the core's work in the secure world (HostCpu), under the mutex; what a call asks for is done at its end.
/// *Not modelled*: calls that wait inside of the secure world; interrupts of calls that are made in one go, for all
/// keyslots, at the initialisation and after a reset.
class SecureCall {
 public:
  static constexpr Picoseconds pause{30'000'000'000};
  static constexpr std::uint32_t retries = 21;

  enum class Caller : std::uint8_t { works, sleeps };

  SecureCall(const SecureCallConfig& config, KeyPathStatistics& statistics, std::uint64_t seed,
             Caller caller = Caller::works)
      : config_(config), statistics_(statistics), random_(seed), caller_(caller) {}

  /// The piece before the secure world is entered: `before` by the core, beside `buffers` buffers.
  KeyWork prepare(Picoseconds before, std::uint32_t buffers);
  /// The piece in it. Not yet: it was busy, and the same is asked again after the pause. `fails`: it answers with an
  /// error.
  KeyWork enter(bool fails);
  /// A caller that sleeps has been told, and the answer comes after the piece.
  bool awaits_answer() const { return answer_ != KeyWork::End::not_yet; }
  KeyWork answer();
  /// The last piece, behind the end of the call, which takes no time.
  static KeyWork done() {
    KeyWork work;
    work.stage = Stage::firmware;
    return work;
  }

 private:
  bool one_of(std::uint64_t ppm) { return random_.below(1'000'000) < ppm; }

  SecureCallConfig config_;
  KeyPathStatistics& statistics_;
  Random random_;
  Caller caller_;
  std::uint32_t refused_ = 0;
  KeyWork::End answer_ = KeyWork::End::not_yet;
};

}  // namespace icesim
