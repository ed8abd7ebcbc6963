// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "models/base/ports.hpp"

#include <algorithm>
#include <vector>

namespace icesim {

/// Both directions of a link, as a record of what the controller sent and a way to say what arrives.
class FakeHostLink : public UpiuTransmitter, public LinkManagement {
 public:
  struct Sent {
    UpiuHeader header;
    std::uint32_t length;
    std::vector<std::byte> data;
    Train ready;  ///< one chunk for a UPIU that was sent complete
    Picoseconds queued;
  };
  static constexpr std::uint64_t frame = 256;        ///< data bytes in a frame
  static constexpr Picoseconds frame_time{123'457};  ///< between the frames of one UPIU

  UpiuSink* controller = nullptr;
  std::vector<Sent> sent;
  std::vector<std::uint64_t> gears;
  std::size_t resets = 0;
  Picoseconds hibernates{};  ///< what it takes to enter hibern8
  Picoseconds wakes{};       ///< and to leave it
  Picoseconds changes{};     ///< and to change the gear

  void send(const Upiu& upiu, const Train& ready) override { record(upiu, ready); }
  void send(const Upiu& upiu, Picoseconds ready) override {
    record(upiu, {{upiu_header_size + upiu.data_length, ready}});
  }
  void data_arrivals(const Upiu& upiu, Cycles start, Train& train) const override {
    train = frames(upiu.data_length, firsts_.at(start.n));
  }
  void set_gear(std::uint64_t gear) override { gears.push_back(gear); }
  void reset() override {
    gears.push_back(0);
    ++resets;
    controller->link_reset();
  }
  Picoseconds hibernation_time(bool enters) const override { return enters ? hibernates : wakes; }
  Picoseconds gear_change_time() const override { return changes; }
  std::uint64_t connected_lanes() const override { return 2; }
  std::uint64_t max_gear() const override { return 4; }

  /// The frames of `length` bytes, the first arriving at `first`.
  static Train frames(std::uint64_t length, Picoseconds first) {
    Train train;
    for (std::uint64_t end = 0; end < length; first += frame_time)
      train.push_back({end = std::min(end + frame, length), first});
    return train;
  }
  /// Announces a UPIU whose first frame arrives at `first`; `data` must live as long as its command.
  void inject(const UpiuHeader& header, Picoseconds first, std::byte* data = nullptr) {
    Upiu upiu;
    upiu.header = header;
    upiu.data_length = static_cast<std::uint32_t>(data_segment_length(header).n);
    upiu.data = data;
    const Train train = frames(upiu.data_length, first);
    firsts_.push_back(first);
    controller->receive(upiu, Cycles{firsts_.size() - 1}, train.empty() ? first : train.back().at);
  }
  /// What was sent of one kind, in order.
  std::vector<const Sent*> of(Transaction transaction) const {
    std::vector<const Sent*> found;
    for (const Sent& each : sent) {
      if (transaction_of(each.header) == transaction) found.push_back(&each);
    }
    return found;
  }

 private:
  void record(const Upiu& upiu, const Train& ready) {
    std::vector<std::byte> data;
    if (upiu.data != nullptr) data.assign(upiu.data, upiu.data + upiu.data_length);
    sent.push_back({upiu.header, upiu.data_length, data, ready, kernel_now()});
  }
  std::vector<Picoseconds> firsts_;
};

}  // namespace icesim
