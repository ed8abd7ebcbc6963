// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/socket.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace icesim::cosim {

/// Message of User Mode Linux's time travel protocol [cosim-time-travel]: 16 bytes. Times are nanoseconds since the
/// start.
struct TimeMessage {
  static constexpr std::size_t size = 16;
  enum class Op : std::uint32_t {
    ack = 0,
    start = 1,
    request = 2,
    wait = 3,
    get = 4,
    update = 5,
    run = 6,
    free_until = 7,
    get_time_of_day = 8,
    broadcast = 9,
  };

  Op op = Op::ack;
  std::uint32_t sequence = 0;
  std::uint64_t time = 0;

  std::array<std::byte, size> encode() const;
  static TimeMessage decode(const std::byte* from);
};

/// The calendar's view of the guest: what time it has, whether it runs, and when it wants to run again.
///
/// The guest never moves its clock by itself: it is not told FREE_UNTIL. While it runs its time stands still, and any
/// wait, however short, comes here. So the time of a guest that runs is known at every instant.
class GuestClock {
 public:
  /// Wall-clock time of the guest at its start: 2024-01-01, the same in every run.
  static constexpr std::uint64_t epoch_ns = 1'704'067'200'000'000'000;

  /// No guest has a time beyond that: ours are 64-bit picoseconds, and the hardware needs some of them.
  static constexpr std::uint64_t end_ns = (std::uint64_t{1} << 63) / 1000;

  explicit GuestClock(Connection guest) : guest_(std::move(guest)) {}

  int fd() const { return guest_.fd(); }
  std::uint64_t time() const { return time_; }
  bool waits() const { return waits_; }
  /// When the waiting guest wants to run.
  std::optional<std::uint64_t> wanted() const { return wanted_; }

  /// Takes one message and answers it; `now` is the time of the simulation. A waiting guest that asks for the time gets
  /// that, one that runs its own. Throws UserError on a message that does not fit the state.
  void receive(std::uint64_t now);
  /// Lets the waiting guest run at `at`, not before its own time.
  void run(std::uint64_t at);

 private:
  TimeMessage read();
  void answer(const TimeMessage& message, std::uint64_t now);

  Connection guest_;
  std::uint64_t time_ = 0;
  std::optional<std::uint64_t> wanted_;
  bool started_ = false;
  bool waits_ = false;
  std::uint32_t sequence_ = 0;
};

}  // namespace icesim::cosim
