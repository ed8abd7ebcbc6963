// SPDX-License-Identifier: Apache-2.0
#include "models/waves/busy_times.hpp"

#include <algorithm>
#include <string_view>

namespace icesim {
namespace {

using Part = BusyTime::Part;

constexpr std::array<std::string_view, 7> flash_works{"read", "program", "collection read", "collection program", "erase",
                                                 "migration read", "migration program"};

constexpr std::string_view name_of(Transaction transaction) {
  switch (transaction) {
    case Transaction::nop_out: return "NOP OUT";
    case Transaction::command: return "COMMAND";
    case Transaction::data_out: return "DATA OUT";
    case Transaction::task_management_request: return "TASK MANAGEMENT REQUEST";
    case Transaction::query_request: return "QUERY REQUEST";
    case Transaction::nop_in: return "NOP IN";
    case Transaction::response: return "RESPONSE";
    case Transaction::data_in: return "DATA IN";
    case Transaction::task_management_response: return "TASK MANAGEMENT RESPONSE";
    case Transaction::ready_to_transfer: return "READY TO TRANSFER";
    case Transaction::query_response: return "QUERY RESPONSE";
    case Transaction::reject: return "REJECT";
  }
  return "UPIU";
}

/// Whether the tag is that of a request's command: task management has tags of its own.
constexpr bool is_of_a_command(Transaction transaction) {
  return transaction != Transaction::task_management_request && transaction != Transaction::task_management_response;
}

}  // namespace

class BusyTimes::Engine : public CryptoEngine {
 public:
  Engine(BusyTimes& times, CryptoEngine& real) : times_(times), real_(real) {}

  void pass(const CryptoJob& job, Train& train) override {
    if (train.empty() || !job.enabled) return real_.pass(job, train);
    const ClockDomain& clock = times_.system_.ice_clock;
    const Picoseconds come = clock.sample_edge(train.front().at);
    real_.pass(job, train);
    const std::size_t direction = static_cast<std::size_t>(job.direction);
    const Picoseconds begin = std::max(come, left_[direction]), end = train.back().at;
    if (end <= begin) return;
    left_[direction] = end;
    const bool encrypts = job.direction == Direction::to_device;
    times_.tell({encrypts ? Part::encrypt : Part::decrypt, 0, encrypts ? "encrypt" : "decrypt", begin, end, Bytes{train.back().end}, job.tag});
  }
  bool shared() const override { return real_.shared(); }
  CryptoFault fault(const CryptoJob& job) const override { return real_.fault(job); }
  void transform(const CryptoJob& job, std::byte* data, std::size_t length) override { real_.transform(job, data, length); }

 private:
  BusyTimes& times_;
  CryptoEngine& real_;
  std::array<Picoseconds, 2> left_{};  ///< when the piece before has left, by direction
};

class BusyTimes::Receiver : public UpiuSink {
 public:
  Receiver(BusyTimes& times, Direction direction, UpiuSink& real) : times_(times), direction_(direction), real_(real) {}

  void receive(const Upiu& upiu, Cycles start, Picoseconds last) override {
    const BusySystem& system = times_.system_;
    const Transaction transaction = transaction_of(upiu.header);
    BusyTime time{direction_ == Direction::to_device ? Part::link_to_device : Part::link_to_host, 0, name_of(transaction),
                  system.link.clock().edge(start), last - system.link.way(direction_), Bytes{upiu.data_length}};
    if (is_of_a_command(transaction)) time.tag = tag_of(upiu.header);
    times_.tell(time);
    real_.receive(upiu, start, last);
  }
  void link_reset() override { real_.link_reset(); }

 private:
  BusyTimes& times_;
  Direction direction_;
  UpiuSink& real_;
};

BusyTimes::BusyTimes(BusySystem system, BusyRecorder& recorder) : system_(std::move(system)), recorder_(recorder) {}
BusyTimes::~BusyTimes() = default;

CryptoEngine& BusyTimes::watch(CryptoEngine& engine) { return *(engine_ = std::make_unique<Engine>(*this, engine)); }

UpiuSink& BusyTimes::watch(Direction direction, UpiuSink& receiver) {
  auto& place = receivers_[static_cast<std::size_t>(direction)];
  return *(place = std::make_unique<Receiver>(*this, direction, receiver));
}

void BusyTimes::busy(std::uint32_t die, const FlashOperation& operation, Picoseconds begin, Picoseconds end) {
  BusyTime time{Part::die, die, flash_works[static_cast<std::size_t>(operation.work)], begin, end, logical_block * operation.blocks};
  if (operation.work == FlashWork::host_read) time.tag = system_.device.tag_of_command(operation.command);
  tell(time);
}

void BusyTimes::tell(BusyTime time) const {
  if (time.tag && system_.request_of) time.request = system_.request_of(*time.tag);
  recorder_.busy(time);
}

}  // namespace icesim
