// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/driver/block/errors/failure.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// What becomes of a command that has failed (Linux: scsi_decide_disposition).
enum class Disposition : std::uint8_t {
  fails,    ///< its request ends with the error
  retries,  ///< it is tried again, so many times
  requeues  ///< it is tried again, however often
};
/// OCS other than aborted and invalid and a time-out, unless it is a readahead's, and a task that was aborted are tried
/// again so many times: an invalid crypto configuration too, which that does not heal. BUSY, TASK SET FULL, and what was aborted or not
/// carried out, however often. CHECK CONDITION is not, but with a unit attention, a readahead's too.
Disposition disposition_of(Failure failure, bool readahead);

struct ErrorStatistics {
  std::uint64_t retries = 0;
  std::uint64_t requeues = 0;
  std::uint64_t exhausted = 0;
  std::uint64_t refusals = 0;

  void describe(Statistics& s) const {
    s("retries", retries, "Commands that failed and were tried again");
    s("requeues", requeues, "Commands that the device or the controller did not carry out and that were put back");
    s("exhausted", exhausted, "Commands that failed once more after they had been tried again as often as they may");
    s("refusals", refusals, "Times a command had to wait because one had been put back");
  }
};

/// The device as Linux's SCSI layer sees it when commands fail (Linux: scsi_device) [linux-errors]. Requests by their
/// numbers.
///
/// A command that is put back blocks the device. It takes no other until all commands that were out have ended; then it
/// refuses two times more and takes the third. A command that ends for good, well or not, unblocks it. A command is tried
/// again `retries` times, and not once (retries + 1) * `timeout` have passed since it went out first. While it is stopped it
/// takes no command at all, and somebody else says when it does again.
///
/// **Not modelled**: sense data but unit attentions, so that no other CHECK CONDITION is tried again; the queue's depth after TASK SET FULL; jiffies.
class ScsiDevice {
 public:
  static constexpr Picoseconds usual_timeout{30'000'000'000'000};
  /// After which somebody looks again whether the device takes a command.
  static constexpr Picoseconds delay{3'000'000'000};

  ScsiDevice(std::uint64_t retries, std::size_t requests, Picoseconds timeout = usual_timeout)
      : retries_(retries), timeout_(timeout), attempts_(requests) {}

  /// Whether a command may go out, which counts as out from now on; if not, asks to be told when one ends.
  bool takes();
  /// A command that might go out does not.
  void gives_back() { --busy_; }
  bool blocked() const { return blocked_ > 0; }
  /// Whether commands are out, or on their way.
  bool busy() const { return busy_ > 0; }
  void stop() { stopped_ = true; }
  void go() { stopped_ = false; }
  /// Whether takes() has refused the last one that asked; true once.
  bool refused() {
    const bool was = refused_;
    refused_ = false;
    return was;
  }
  /// A command that takes() let through goes out.
  void issued(std::uint32_t number, Picoseconds now);
  /// A command has failed. True: it is put back; false: it has ended for good, see ended().
  bool puts_back(std::uint32_t number, Failure failure, Picoseconds now, bool readahead = false);
  /// A command has ended for good. True: some wait to be told.
  bool ended(std::uint32_t number);
  /// A command that was given back waits with those that were put back.
  void sets_back(std::uint32_t number) { attempts_[number].put_back = true; }
  /// A command that was given back will never go out.
  void forgets(std::uint32_t number) { attempts_[number] = {}; }
  /// Whether the command has been put back, or set back, since its request came.
  bool tried(std::uint32_t number) const { return attempts_[number].put_back; }

  const ErrorStatistics& statistics() const { return statistics_; }

 private:
  static constexpr std::uint32_t blocks = 3;
  struct Attempt {
    std::uint64_t retries = 0;
    Picoseconds since{};
    bool out = false;  ///< has been
    bool put_back = false;
  };

  std::uint64_t retries_;
  Picoseconds timeout_;
  std::vector<Attempt> attempts_;
  std::uint64_t busy_ = 0;     ///< commands that are out, or on their way
  std::uint32_t blocked_ = 0;  ///< refusals left, and one
  bool waits_ = false;         ///< somebody was refused
  bool refused_ = false;
  bool stopped_ = false;
  ErrorStatistics statistics_;
};

}  // namespace icesim
