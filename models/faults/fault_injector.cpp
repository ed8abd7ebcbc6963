// SPDX-License-Identifier: Apache-2.0
#include "models/faults/fault_injector.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"
#include "icesim/spec/upiu.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint64_t invalid_keyslot = 255;
constexpr std::uint32_t pa_init_error = 1u << 13;

bool counts(const Fault& fault, const FaultTarget& target) {
  if (!target.operation || !fault.counts_requests() || (fault.needs_encryption() && !target.encrypted)) return false;
  switch (fault.among) {
    case Fault::Among::read:
      return *target.operation == Operation::read;
    case Fault::Among::write:
      return *target.operation == Operation::write;
    case Fault::Among::flush:
      return *target.operation == Operation::flush;
    case Fault::Among::crypto:
      return target.encrypted;
    case Fault::Among::all:
      break;
  }
  return true;
}

}  // namespace

class FaultInjector::Engine : public CryptoEngine {
 public:
  Engine(const FaultInjector& faults, CryptoEngine& real) : faults_(faults), real_(real) {}
  void pass(const CryptoJob& job, Train& train) override { real_.pass(job, train); }
  bool shared() const override { return real_.shared(); }
  CryptoFault fault(const CryptoJob& job) const override { return faults_.engine_fault(job.tag); }
  void transform(const CryptoJob& job, std::byte* data, std::size_t length) override {
    real_.transform(job, data, length);
  }

 private:
  const FaultInjector& faults_;
  CryptoEngine& real_;
};

class FaultInjector::Receiver : public UpiuSink {
 public:
  Receiver(FaultInjector& faults, Direction direction, UpiuSink& real)
      : faults_(faults), direction_(direction), real_(real) {}
  void receive(const Upiu& upiu, Cycles start, Picoseconds last) override {
    if (faults_.passes(direction_, upiu, last)) real_.receive(upiu, start, last);
  }
  void link_reset() override { real_.link_reset(); }

 private:
  FaultInjector& faults_;
  Direction direction_;
  UpiuSink& real_;
};

class FaultInjector::Management : public LinkManagement {
 public:
  Management(FaultInjector& faults, LinkManagement& real) : faults_(faults), real_(real) {}
  void set_gear(std::uint64_t gear) override { real_.set_gear(gear); }
  void reset() override {
    faults_.link_reset();
    real_.reset();
  }
  bool comes_up() override { return faults_.link_comes_up() && real_.comes_up(); }
  Picoseconds hibernation_time(bool enters) const override { return real_.hibernation_time(enters); }
  Picoseconds gear_change_time() const override { return real_.gear_change_time(); }
  std::uint64_t connected_lanes() const override { return real_.connected_lanes(); }
  std::uint64_t max_gear() const override { return real_.max_gear(); }

 private:
  FaultInjector& faults_;
  LinkManagement& real_;
};

FaultInjector::FaultInjector(Agenda& agenda, const std::vector<Fault>& faults, std::uint64_t keyslots)
    : wake_(agenda, run_step<FaultInjector, &FaultInjector::step>, this) {
  for (const Fault& fault : faults) {
    if (fault.kind == Fault::Kind::invalid_key && keyslots > invalid_keyslot)
      throw UserError("--fault '" + fault.text() +
                      "': keyslots.num_keyslots must be less than 256, else none is invalid");
    outcomes_.push_back({fault});
  }
}

FaultInjector::~FaultInjector() = default;

void FaultInjector::connect(Victims victims) { victims_ = std::make_unique<Victims>(std::move(victims)); }

void FaultInjector::begin(Picoseconds now) {
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    const std::optional<Picoseconds>& time = outcomes_[i].fault.time;
    if (!time || *time > Agenda::last_time - now) continue;
    outcomes_[i].at = victims_->device_clock.next_edge(now + *time);
    to_come_.push_back(i);
    wake_.no_later_than(outcomes_[i].at);
  }
}

void FaultInjector::end() {
  to_come_.clear();
  wake_.forget();
}

bool FaultInjector::expects_power_loss() const {
  return std::any_of(outcomes_.begin(), outcomes_.end(),
                     [](const FaultOutcome& each) { return each.fault.kind == Fault::Kind::power_loss; });
}

CryptoEngine& FaultInjector::between(CryptoEngine& engine) {
  engine_ = std::make_unique<Engine>(*this, engine);
  return *engine_;
}

UpiuSink& FaultInjector::between(Direction direction, UpiuSink& receiver) {
  auto& mine = receivers_[static_cast<std::size_t>(direction)];
  mine = std::make_unique<Receiver>(*this, direction, receiver);
  return *mine;
}

LinkManagement& FaultInjector::between(LinkManagement& management) {
  management_ = std::make_unique<Management>(*this, management);
  return *management_;
}

FaultStatistics FaultInjector::statistics() const {
  FaultStatistics statistics;
  statistics.asked = outcomes_.size();
  for (const FaultOutcome& each : outcomes_) {
    statistics.happened += each.happened ? 1 : 0;
    statistics.lost_blocks += each.lost_blocks;
  }
  return statistics;
}

void FaultInjector::rung(Tag tag, const FaultTarget& target, Picoseconds at) {
  requests_[tag.n] = {};
  used_ = used_ || target.operation;
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    FaultOutcome& each = outcomes_[i];
    if (!counts(each.fault, target) || ++each.seen != each.fault.number) continue;
    if (each.fault.kind == Fault::Kind::invalid_key) {
      happen(i, tag, at);
      // The controller will fetch the number of a keyslot that does not exist.
      if (target.utrd != nullptr) store_u8(target.utrd, static_cast<std::uint8_t>(invalid_keyslot));
    } else {
      requests_[tag.n].due.push_back(i);
    }
  }
}

/// Says whether a UPIU that is announced now gets to its receiver.
bool FaultInjector::passes(Direction direction, const Upiu& upiu, Picoseconds last) {
  const Tag tag = tag_of(upiu.header);
  const Transaction kind = transaction_of(upiu.header);
  const bool known = tag.n < requests_.size();
  if (direction == Direction::to_device && kind == Transaction::command && known) {
    std::vector<std::size_t> due;
    due.swap(requests_[tag.n].due);
    for (const std::size_t each : due) happen(each, tag, last);
  }
  if (direction == Direction::to_host && kind == Transaction::response && known && requests_[tag.n].answer_lost) {
    requests_[tag.n].answer_lost = false;
    return false;
  }
  return !link_down_;
}

void FaultInjector::happen(std::size_t index, Tag tag, Picoseconds at) {
  FaultOutcome& outcome = outcomes_[index];
  outcome.happened = true;
  outcome.tag = tag;
  outcome.at = at;
  switch (outcome.fault.kind) {
    case Fault::Kind::lost_answer:
      requests_[tag.n].answer_lost = true;
      break;
    case Fault::Kind::invalid_key:
      break;
    case Fault::Kind::crypto_error:
      requests_[tag.n].gives_up = true;
      break;
    case Fault::Kind::engine_failure:
      engine_broken_ = true;
      break;
    case Fault::Kind::link_loss:
      lose_link(at);
      break;
    case Fault::Kind::uic_error:
      victims_->controller.data_link_error(pa_init_error, at);
      break;
    case Fault::Kind::power_loss:
      if (victims_->goes_on) lose_link(at);
      if (outcome.fault.time) break;
      [[fallthrough]];
    case Fault::Kind::device_reset:
      to_come_.push_back(index);
      wake_.no_later_than(at);
      break;
    case Fault::Kind::failed_resets:
      break;
  }
}

/// A link that is down already, or is being started, has nothing to lose.
void FaultInjector::lose_link(Picoseconds at) {
  if (!link_up_ || link_down_) return;
  link_down_ = true;
  victims_->controller.link_lost(at);
}

/// The device is reset, or loses its power.
void FaultInjector::step() {
  const Picoseconds now = wake_.now();
  for (const std::size_t index : to_come_) {
    FaultOutcome& each = outcomes_[index];
    if (each.at > now) {
      wake_.no_later_than(each.at);
      continue;
    }
    if (power_lost_) continue;
    if (each.fault.time) happen(index, Tag{}, each.at);
    victims_->device.link_reset();
    if (each.fault.kind != Fault::Kind::power_loss) continue;
    if (!victims_->goes_on) power_lost_ = link_down_ = true;
    each.lost_blocks = victims_->lose_power();
  }
  to_come_.erase(
      std::remove_if(to_come_.begin(), to_come_.end(), [&](std::size_t each) { return outcomes_[each].at <= now; }),
      to_come_.end());
}

/// The link is started; says whether it finds the device.
bool FaultInjector::link_comes_up() {
  const auto due = std::find_if(outcomes_.begin(), outcomes_.end(), [](const FaultOutcome& each) {
    return each.fault.kind == Fault::Kind::failed_resets && !each.happened;
  });
  if (!used_ || recovers_ || due == outcomes_.end()) {
    recovers_ = false;
    return link_up_ = true;
  }
  if (++due->seen == due->fault.number) {
    happen(static_cast<std::size_t>(due - outcomes_.begin()), Tag{}, wake_.now());
    recovers_ = true;
  }
  return false;
}

void FaultInjector::link_reset() {
  link_up_ = false;
  link_down_ = power_lost_;
  engine_broken_ = false;  // the controller resets the link when it is reset
  for (Request& each : requests_) each = {};
}

}  // namespace icesim
