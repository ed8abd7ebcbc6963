// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "models/device/ufs_device.hpp"
#include "models/flash/flash_array.hpp"
#include "models/link/unipro_link.hpp"

#include <array>
#include <functional>
#include <memory>

namespace icesim {

/// What BusyTimes must know of the system that it watches.
struct BusySystem {
  const UniproLink& link;
  const UfsDevice& device;
  const ClockDomain& ice_clock;  ///< which may be changed
  /// Record for which the command under a tag was made; 0: not known.
  std::function<std::uint64_t(Tag)> request_of;
};

/// Tells when engine, link and dies are busy, and with which command.
///
/// An observer: it stands at the ports between the modules, passes on what comes and notes it, and is the tap of the flash.
/// **Timing**: the engine is busy with a piece of an encrypted request from the edge on which its first byte is sampled, and
/// the piece before has left, until its last byte leaves; pieces that follow each other at once are told one by one. A UPIU is
/// on the wire from its first symbol until `UniproLink::way` before it is received, the gaps between its frames included. A
/// die is busy as FlashArray counts it.
class BusyTimes : public FlashTap {
 public:
  BusyTimes(BusySystem system, BusyRecorder& recorder);
  ~BusyTimes() override;
  BusyTimes(const BusyTimes&) = delete;
  BusyTimes& operator=(const BusyTimes&) = delete;

  /// What to bind in the place of the engine, or of the receiver of a direction's UPIUs.
  CryptoEngine& watch(CryptoEngine& engine);
  UpiuSink& watch(Direction direction, UpiuSink& receiver);

  void busy(std::uint32_t die, const FlashOperation& operation, Picoseconds begin, Picoseconds end) override;

 private:
  class Engine;
  class Receiver;

  void tell(BusyTime time) const;

  BusySystem system_;
  BusyRecorder& recorder_;
  std::unique_ptr<Engine> engine_;
  std::array<std::unique_ptr<Receiver>, 2> receivers_;
};

}  // namespace icesim
