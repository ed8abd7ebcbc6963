// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "models/device/read_ahead_config.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// What reading ahead asks of the device.
class ReadAheadClient {
 public:
  virtual ~ReadAheadClient() = default;
  /// Reads blocks for flight number `flight`; ReadAhead::arrive tells when they have come.
  virtual void read_ahead(std::uint32_t flight, Lba first, std::uint32_t count) = 0;
  /// Blocks of a command are in memory.
  virtual void found_ahead(std::uint32_t command, Lba first, std::uint32_t count) = 0;
  /// Blocks of a command that were on their way have come now.
  virtual void came_ahead(std::uint32_t command, Lba first, std::uint32_t count) = 0;
};

/// Follows sequential streams of reads and has the flash read what comes next.
///
/// A read that begins where an earlier one ended, or in what was read ahead behind it, belongs to its stream: what is in
/// memory or on its way is not asked for again, and the flash reads on until as much as configured lies behind the read. Any
/// other read begins a stream, for which nothing is read ahead yet. A block leaves the memory when a read takes or skips it.
/// A write or UNMAP into what a stream has read ahead ends the stream.
///
/// **Timing** everything happens at the instant of the call; the device gives times to what it is asked for.
/// **Not modelled**: streams that run backwards or with gaps; time to look for a stream.
class ReadAhead {
 public:
  ReadAhead(const ReadAheadConfig& config, std::uint64_t capacity_blocks, ReadAheadClient& client);

  /// A read of a command; returns how many blocks, its last ones, must be read as if nothing was read ahead.
  std::uint32_t read(std::uint32_t command, Lba first, std::uint32_t count);
  /// Has the flash read on behind the stream that the last read() belongs to: after what that read itself asks for.
  void go_on();
  void arrive(std::uint32_t flight, Lba first, std::uint32_t count);
  /// Forgets what a command waits for; returns how many blocks that is.
  std::uint32_t cancel(std::uint32_t command);
  /// Blocks change.
  void change(Lba first, std::uint64_t count);
  /// All streams end.
  void forget();

  const ReadAheadStatistics& statistics() const { return statistics_; }

 private:
  /// What the flash reads ahead in one go.
  struct Flight {
    Lba first{};
    std::uint32_t count = 0;
    std::uint32_t missing = 0;  ///< blocks that have not come
    bool kept = false;         ///< a stream has blocks of it; free when none has and all have come
    std::vector<bool> there;   ///< by block
  };
  /// Blocks of a flight that a command waits for.
  struct Waiter {
    std::uint32_t command;
    std::uint32_t flight;
    Lba first;
    std::uint32_t count;
    std::uint32_t left;  ///< blocks of these that have not come
  };
  struct Stream {
    bool active = false;
    bool confirmed = false;             ///< a second read has come
    Lba next{};                          ///< where the next read is to begin
    Lba end{};                           ///< what is read ahead lies between
    std::uint64_t used = 0;              ///< number of the last read
    std::vector<std::uint32_t> flights;  ///< in order of their blocks
  };

  Stream* find(Lba first);
  void begin(Lba end);
  void take(std::uint32_t command, std::uint32_t flight, Lba first, std::uint32_t count);
  void let_go(std::uint32_t flight);
  void free_if_over(std::uint32_t flight);
  void end(Stream& stream);

  const std::uint64_t capacity_, ahead_;
  ReadAheadClient& client_;
  std::vector<Stream> streams_;
  std::vector<Flight> flights_;
  std::vector<std::uint32_t> free_;
  std::vector<Waiter> waiters_;
  Stream* current_ = nullptr;  ///< of the last read
  std::uint64_t reads_ = 0;
  ReadAheadStatistics statistics_;
};

}  // namespace icesim
