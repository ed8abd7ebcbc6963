// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/agenda.hpp"
#include "models/base/tap.hpp"
#include "models/controller/ufs_host_controller.hpp"
#include "models/ice/aes_xts_config.hpp"
#include "models/ice/keyslot_file.hpp"
#include "models/link/unipro_link.hpp"
#include "models/waves/waves_engine.hpp"
#include "models/waves/waves_signals.hpp"

#include <array>
#include <memory>

namespace icesim {

/// What Waves must know of the system that it watches.
struct WatchedSystem {
  const Agenda& agenda;
  const UfsHostControllerConfig& controller;
  const AesXtsPipelineConfig& ice;
  const UniproLink& link;
  ClockDomain bus;
  const ClockDomain& ice_clock;  ///< which may be changed
  const KeyslotFile& keyslots;
};

/// Turns what happens at the pins that matter into changes of signals (models/waves/waves_signals.hpp): registers, doorbell,
/// fetch units, completions and interrupt of the controller, blocks into and out of the engine, UPIUs and their
/// acknowledgements on the link.
///
/// An observer: it stands at the ports between the modules, passes on what comes and notes it, and in controller and
/// link it is a tap. The engine works in pieces; a second engine of the same configuration, on which nothing depends, repeats
/// each piece block by block, and a Bug is thrown unless it agrees with the first.
/// **Timing**: the times of the modules' contracts. A block comes when it is sampled, and enters a core `latency`
/// before it leaves. A UPIU is on the wire from its first symbol until `UniproLink::way` before it is received.
/// **Not modelled**: of several register accesses, or several completions, in one bus cycle only the last is shown.
class Waves : public Tap, public LinkTap {
 public:
  Waves(const WatchedSystem& system, SignalRecorder& recorder);
  ~Waves() override;
  Waves(const Waves&) = delete;
  Waves& operator=(const Waves&) = delete;

  /// What to bind in the place of the engine, or of the receiver of a direction's UPIUs.
  CryptoEngine& watch(CryptoEngine& engine);
  /// The engine has another clock since `at`.
  void set_engine_clock(Picoseconds at);
  UpiuSink& watch(Direction direction, UpiuSink& receiver);
  /// Nothing happens after `at`.
  void end(Picoseconds at) { recorder_.end(at); }

  void access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) override;
  void doorbell(std::uint32_t tags, Picoseconds at) override;
  void fetch(std::size_t unit, Tag tag, Picoseconds from, Picoseconds ready) override;
  void completion(Tag tag, Ocs ocs, Picoseconds at) override;
  void interrupt(bool level, Picoseconds at) override;
  void acknowledgement(Direction direction, std::uint32_t frames, Picoseconds begin, Picoseconds end,
                       Picoseconds known) override;

 private:
  class Receiver;

  bool holds_key(std::uint32_t offset) const;
  void upiu(Direction direction, const Upiu& upiu, Picoseconds start, Picoseconds last);

  SignalRecorder& recorder_;
  const Agenda& agenda_;
  pins::Layout layout_;
  const UniproLink& link_;
  /// A shared engine takes a UPIU when the controller has seen its first byte, and then tells when the block came.
  Picoseconds lag_;
  ClockDomain bus_;
  AesXtsPipelineConfig ice_;
  const ClockDomain& ice_clock_;
  const KeyslotFile& keyslots_;
  std::unique_ptr<WavesEngine> engine_;
  std::array<std::unique_ptr<Receiver>, 2> receivers_;
  std::array<std::uint32_t, 2> acknowledged_{};  ///< frames, by direction
  std::array<Picoseconds, 2> afc_end_{};         ///< when the last AFC has left
};

}  // namespace icesim
