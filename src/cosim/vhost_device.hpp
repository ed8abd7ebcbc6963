// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/cosim/split_ring.hpp"
#include "src/cosim/vhost_user.hpp"

#include <array>
#include <optional>

namespace icesim::cosim {

/// A virtio device with two queues, commands and interrupts, on the socket of a guest: the device's side of vhost-user
/// with in-band notifications.
///
/// Features are acknowledged while all queues are off. A memory table replaces the one before at any time, and queues
/// that are on must lie in the new one, too. A kick of a queue that is off is answered and has no other effect.
class VhostDevice {
 public:
  static constexpr std::uint32_t queues = 2;

  VhostDevice(Connection guest, GuestMap& memory) : guest_(std::move(guest)), memory_(memory) {}

  int fd() const { return guest_.fd(); }
  /// Connection for calls; -1 until the guest has given one.
  int call_fd() const { return calls_.fd(); }
  SplitRing& queue(std::uint32_t index) { return queues_[index]; }

  /// Takes one message. When it says that a queue has something new, that queue's index is returned and the guest waits
  /// until acknowledge(); everything else is answered. Throws UserError on what is malformed or not understood.
  std::optional<std::uint32_t> receive();
  /// Lets the guest go on that has kicked a queue.
  void acknowledge();
  /// Tells the guest that something was given back in a queue. When asked for, its reply must be taken by take_reply().
  void call(std::uint32_t queue, bool need_reply);
  void take_reply();

 private:
  void set_memory(const vhost::Message& message);
  void set_features(std::uint64_t features);
  void set_protocol_features(std::uint64_t features);
  void set_calls(vhost::Message& message);
  void expect_off(const char* what) const;
  void set_queue(const vhost::Message& message);
  SplitRing& queue_of(std::uint32_t index);

  Connection guest_;
  Connection calls_;
  GuestMap& memory_;
  std::array<SplitRing, queues> queues_{SplitRing(memory_, 0), SplitRing(memory_, 1)};
  std::optional<std::uint64_t> features_, protocol_features_;  ///< what the guest has acknowledged
  std::uint32_t kick_ = 0;
  bool kick_waits_ = false;
};

}  // namespace icesim::cosim
