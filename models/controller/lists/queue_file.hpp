// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/mcq.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace icesim {

/// What the controller is to fetch: a tag, or the next entry of a queue.
struct Pending {
  static constexpr std::uint8_t first_queue = 32;
  static constexpr std::uint8_t no_queue = 0xff;

  std::uint8_t source = 0;  ///< tag, or first_queue and the number of the queue
  Picoseconds rung{};       ///< when its doorbell took effect

  bool of_queue() const { return source >= first_queue; }
  std::uint8_t queue() const { return static_cast<std::uint8_t>(source - first_queue); }
};

/// The registers of the controller's multi-circular queues, and where its entries lie in memory.
///
/// **Timing**: those of UfsHostController, with these in the doorbell's place while CONFIG.QT is set.
/// - A write of SQTP that takes effect at D submits the entries up to the new tail; each is pending from D. A fetch
///   unit takes one at G as it takes a tag, and SQHP moves past it. U is when the 32 bytes of the entry, which is the
///   UTRD, have been read from the ring. The rest of the fetch is the same. With `fifo` entries go in the order of the
///   writes of all tails, with `round_robin` the next queue with entries after the last one fetched from goes first.
/// - The 32 bytes of the completion entry are written in the place of OCS. When they are visible, at E, CQTP moves past
///   them, CQIS.TEPS is set, IS.CQES as well if CQIE says so, and the pin rises. Of commands that end on one edge, the
///   one with the lowest tag has the first entry.
/// - With `esi` and CONFIG.ESIE a message takes the place of IS.CQES and the pin: at E, where CQIE says so, the number of
///   the completion queue is written, 4 bytes to ESIUBA:ESILBA. Each entry is told of, also where TEPS is set already.
/// - A write of SQATTR or CQATTR that takes effect at D empties that ring: head and tail are 0, and what was pending is
///   not fetched. Clearing HCE resets all queues.
/// - The tag of a command is that in its command UPIU. An entry ends with OCS 1 where the tag is that of a command under
///   way, or not less than `tags`. One whose UTRD is bad has tag and LUN 0 in its completion entry. One of command type F
///   is read and passed over: nothing tells of its end.
/// - SQRTC.STP set at D: no entry of the queue is taken from D, and SQRTS.STS is set when those that units have taken are
///   ready, at R of the last, or at D. A write of STP 0 starts the queue and clears SQRTS.
/// - SQRTC.ICU written at D in a queue that has stopped cleans up the command of tag and LUN in SQCTI: UPIUs for it
///   are dropped from D, 32 zero bytes and its completion entry, with OCS 6, are written by the channel of ends without
///   RESPONSE from D, and with the entry SQRTS.CUS is set. Where that is not possible SQRTS.CUS and RTC are set at D:
///   the queue is not enabled (3), has not stopped (2), or has no such command at the device whose end is not on its way (1).
/// - SQTP counts only while queue and controller are enabled and CONFIG.QT is set; the doorbell and UTRLCLR, only while
///   it is not.
/// **Spec**: [ufshci-mcq] [ufshci-esi].
/// **Not modelled**: priorities, aggregation (every entry sets TEPS), initiators, SQIS, MCQCONFIG.MAC (stored; `tags` is
/// the limit), the beats and the way of messages. A full completion queue: software has one entry more than there are
/// tags, else the tail runs over the head. Where no completion queue is enabled, the end is not told.
class QueueFile {
 public:
  /// What a write asks of the controller.
  struct Work {
    std::uint32_t queue = 0;
    bool empty = false;         ///< entries of the queue that are pending are not
    std::uint32_t entries = 0;  ///< so many more are
    bool stop = false;          ///< it is to stop
    bool clean_up = false;      ///< the command of SQCTI is to be cleaned up
  };

  explicit QueueFile(std::uint32_t queues);

  std::uint32_t size() const { return static_cast<std::uint32_t>(queues_.size()); }
  bool holds(std::uint32_t offset) const {
    return offset - layout_.config() < config_bytes_ || offset - layout_.runtime < runtime_bytes_;
  }
  std::uint32_t read(std::uint32_t offset) const;
  /// `running` says whether tails count.
  Work write(std::uint32_t offset, std::uint32_t value, bool running);
  void reset();

  /// Address of the entry at the head of a submission queue; the head moves past it.
  std::uint64_t take(std::uint32_t queue);
  /// The completion queue of a submission queue, if it is there and enabled.
  std::optional<std::uint32_t> completion_queue(std::uint32_t queue) const;
  /// Address of the entry at the tail of a completion queue; the tail moves past it, and the event is noted.
  std::uint64_t push(std::uint32_t queue);
  /// Whether software wants to be told of that.
  bool notifies(std::uint32_t queue) const { return (word(queue, QueueReg::CQIE) & CQIS::TEPS) != 0; }

  /// Whether entries of a queue may not be taken.
  bool held(std::uint32_t queue) const { return (word(queue, QueueReg::SQRTC) & SQRTC::STP) != 0; }
  bool stopped(std::uint32_t queue) const { return (word(queue, QueueReg::SQRTS) & SQRTS::STS) != 0; }
  bool enabled(std::uint32_t queue) const { return (word(queue, QueueReg::SQATTR) & SQATTR::SQEN) != 0; }
  /// Tells software that a queue has stopped; that a clean-up has ended.
  void stop(std::uint32_t queue) { word(queue, QueueReg::SQRTS) |= SQRTS::STS; }
  void cleaned_up(std::uint32_t queue, CleanUp result) {
    word(queue, QueueReg::SQRTS) |= SQRTS::CUS | SQRTS::RTC.put(static_cast<std::uint32_t>(result));
  }

  std::uint32_t word(std::uint32_t queue, QueueReg reg) const { return queues_[queue][static_cast<std::size_t>(reg)]; }

 private:
  struct Place {
    std::uint32_t queue = 0;
    QueueReg reg{};
  };
  using Words = std::array<std::uint32_t, QueueLayout::words>;

  Place place(std::uint32_t offset) const;
  std::uint32_t& word(std::uint32_t queue, QueueReg reg) { return queues_[queue][static_cast<std::size_t>(reg)]; }
  std::uint32_t submit(std::uint32_t queue, std::uint32_t tail);
  std::uint64_t advance(std::uint32_t queue, QueueReg attributes, QueueReg low, QueueReg position);

  QueueLayout layout_;
  std::vector<Words> queues_;
  std::uint32_t config_bytes_;  ///< that their registers take
  std::uint32_t runtime_bytes_;
};

}  // namespace icesim
