// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/spec/utrd.hpp"
#include "icesim/workload/io_request.hpp"
#include "models/base/agenda.hpp"
#include "models/base/clock_domain.hpp"
#include "models/base/interposer.hpp"
#include "models/base/ports.hpp"
#include "models/faults/fault.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace icesim {

/// A fault, and what became of it.
struct FaultOutcome {
  Fault fault;
  std::uint64_t seen = 0;  ///< requests that counted, or resets that failed
  bool happened = false;
  Tag tag{};
  Picoseconds at{};
  std::uint64_t lost_blocks = 0;  ///< of a loss of power
};

struct FaultStatistics {
  std::uint64_t asked = 0, happened = 0, lost_blocks = 0;

  void describe(Statistics& s) const {
    s("asked", asked, "Faults that were asked for");
    s("happened", happened, "Those that happened");
    s("lost_blocks", lost_blocks, "Blocks of the write cache that were lost with the power");
  }
};

/// A request when its doorbell is rung, as far as faults care.
struct FaultTarget {
  std::optional<Operation> operation;  ///< of a request of the block layer; nothing of any other command
  bool encrypted = false;
  std::byte* utrd = nullptr;  ///< its descriptor in memory, if there is memory
};

/// Makes things go wrong between modules which themselves do nothing wrong: it damages descriptors, answers for the
/// engine, loses UPIUs, and tells the controller, the device and the flash what has happened to them.
///
/// **Timing**: an invalid key, when the doorbell is written; everything else when the last frame of the request's
/// COMMAND is received by the device. From the announcement of that COMMAND on a lost link, also that of a device that loses
/// its power, passes nothing, until it is reset; what had been announced before still arrives. Resets fail when the link is started: the first one behind the first
/// request, and those that follow it, as often as a fault says; the next one does not, and the next fault is for a later one.
/// A loss of power that is given by its time T happens on the first edge of the device's clock at or after T, counted from begin(),
/// behind what everybody does on that edge; where the link is up it is lost, also when a reset is under way. Behind end() there is none.
/// **Spec**: [ufshci-interrupts] [ufshci-ocs] [ice-data-units] [ufshci-errors].
/// **Not modelled**: a request that is wrong for good: each fault happens once; a reset that fails elsewhere than at the link.
class FaultInjector : public Interposer {
 public:
  /// Throws UserError when every keyslot that can be named exists, so that none is invalid.
  FaultInjector(Agenda& agenda, const std::vector<Fault>& faults, std::uint64_t keyslots);
  ~FaultInjector() override;

  struct Victims {
    LinkEvents& controller;
    UpiuSink& device;
    std::function<std::uint64_t()> lose_power;  ///< returns how many blocks were lost
    ClockDomain device_clock;
    bool goes_on = false;  ///< the power comes back
  };
  /// What faults happen to; called before the simulation begins.
  void connect(Victims victims);
  /// Times count from `now`.
  void begin(Picoseconds now);
  /// What has not happened by its time does not happen any more.
  void end();
  bool expects_power_loss() const;

  CryptoEngine& between(CryptoEngine& engine) override;
  UpiuSink& between(Direction direction, UpiuSink& receiver) override;
  LinkManagement& between(LinkManagement& management) override;

  /// The doorbell of `tag` is written, before the controller hears of it.
  void rung(Tag tag, const FaultTarget& target, Picoseconds at);

  const std::vector<FaultOutcome>& outcomes() const { return outcomes_; }
  FaultStatistics statistics() const;

 private:
  class Engine;
  class Receiver;
  class Management;
  /// What stands under a tag.
  struct Request {
    std::vector<std::size_t> due;  ///< faults that happen with its COMMAND
    bool answer_lost = false;
    bool gives_up = false;  ///< the engine does
  };

  void step();
  bool passes(Direction direction, const Upiu& upiu, Picoseconds last);
  void happen(std::size_t index, Tag tag, Picoseconds at);
  void lose_link(Picoseconds at);
  CryptoFault engine_fault(Tag tag) const {
    return engine_broken_ ? CryptoFault::engine : requests_[tag.n].gives_up ? CryptoFault::request : CryptoFault::none;
  }
  void link_reset();
  bool link_comes_up();

  Agenda::Wake wake_;
  std::vector<FaultOutcome> outcomes_;
  std::unique_ptr<Victims> victims_;
  std::unique_ptr<Engine> engine_;
  std::array<std::unique_ptr<Receiver>, 2> receivers_;
  std::unique_ptr<Management> management_;
  std::array<Request, 256> requests_;
  std::vector<std::size_t> to_come_;  ///< resets and losses of power, at their times
  bool engine_broken_ = false;
  bool link_up_ = false;    ///< it was started, and not reset since
  bool link_down_ = false;  ///< it is lost
  bool power_lost_ = false;
  bool used_ = false;        ///< a request has come
  bool recovers_ = false;    ///< the next start of the link succeeds
};

}  // namespace icesim
