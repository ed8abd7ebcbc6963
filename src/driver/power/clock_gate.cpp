// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/power/clock_gate.hpp"

#include "icesim/spec/uic.hpp"

#include <algorithm>
#include <utility>

namespace icesim {

ClockGate::ClockGate(const PowerConfig& config, const HostCosts& costs, HostPort& host, Core core, RequestQueue& below,
                     Ufshcd& hcd, ProbeWaiter& probe, std::uint64_t seed)
    : config_(config), costs_(costs), host_(host), core_(core), below_(below), hcd_(hcd), probe_(probe), random_(seed),
      self_test_(config.self_test), parked_(host, below, Work::Kind::power_issue) {
  statistics_.suspends = config.suspend.on();
  statistics_.loses_keys = config.loses_keys();
}

void ClockGate::begin(const BlockLayer& blocks, std::function<bool()> handles_errors, std::vector<KeyslotManager*> keyslots) {
  blocks_ = &blocks;
  handles_errors_ = std::move(handles_errors);
  keyslots_ = std::move(keyslots);
  ended();
}

void ClockGate::queue_command(Request& request) {
  if (state_ == State::on) return below_.queue_command(request);
  ++statistics_.delayed;
  parked_.park(request, !asked_);
  ask();
}

KeyWork ClockGate::begin_key(const KeyCall& call) {
  key_work_ = true;
  if (holds_no_key()) return counted(this->call(call));
  ++statistics_.keys_delayed;
  call_ = call;
  ask();
  KeyWork waits;
  waits.stage = waits.asleep_stage = Stage::key_power;
  waits.end = KeyWork::End::not_yet;
  waits.hold = this;
  return waits;
}

KeyWork ClockGate::call(const KeyCall& call) {
  if (call.kind == KeyCall::Kind::restore) return hcd_.restore_keys();
  if (call.kind == KeyCall::Kind::operate) return hcd_.operate_on_key();
  return call.kind == KeyCall::Kind::program ? below_.program_keyslot(call.keyslot, call.key) : below_.clear_keyslot(call.keyslot);
}

KeyWork ClockGate::go_on_with_key(std::uint32_t value) {
  if (!call_) return counted(below_.go_on_with_key(value));
  const KeyCall waited = *call_;
  call_.reset();
  return begin_key(waited);
}

KeyWork ClockGate::counted(const KeyWork& work) {
  key_work_ = work.end == KeyWork::End::not_yet;
  if (!key_work_) ended(host_.now() + work.busy);
  return work;
}

void ClockGate::await(std::function<void()> wake) {
  if (holds_no_key()) return wake();
  wake_ = std::move(wake);
}

void ClockGate::ended(Picoseconds at) {
  idle_since_ = std::max(idle_since_, at);
  const Picoseconds due = idle_since_ + config_.first_delay();
  if (!stopped_ && (!timer_ || due < timer_at_)) set_timer(due);
}

void ClockGate::set_timer(Picoseconds at) {
  timer_ = true;
  timer_at_ = at;
  host_.queue_at(core_, Step::compute(Work::Kind::power_timer, ++timers_, Picoseconds{}), at);
}

bool ClockGate::hold(std::function<void()> wake) {
  held_ = true;
  if (state_ == State::on) return true;
  held_wake_ = std::move(wake);
  ask();
  return false;
}

void ClockGate::release() {
  held_ = false;
  ended();
}

bool ClockGate::idle() const { return !held_ && !key_work_ && parked_.empty() && blocks_->commands_out() == 0 && !handles_errors_(); }

/// One timer at a time: what ended meanwhile sets it again when it is over, and an earlier one, as behind a suspend that did not
/// come, takes its place.
Step ClockGate::timer() {
  timer_ = false;
  if (stopped_) return Step::done();
  if (state_ != State::on) return look_at_sleep();
  const Picoseconds due = idle_since_ + config_.first_delay();
  if (due > host_.now()) {
    set_timer(due);
  } else if (idle()) {
    state_ = State::closes;
    wake_worker();
  }  // else the end of what there is to be done will set it again
  return Step::done();
}

/// The clocks are off, or will be: the host is suspended when it has been idle for long enough.
Step ClockGate::look_at_sleep() {
  if (state_ != State::off || !config_.suspend.on() || suspended_ || timer_ || stopped_) return Step::done();
  const Picoseconds due = idle_since_ + config_.suspend.after;
  if (due > host_.now()) {
    set_timer(due);
    return Step::done();
  }
  suspended_ = true;
  asleep_since_ = host_.now();
  ++statistics_.suspensions;
  if (sleeps_) sleeps_();
  return Step::done();
}

/// Somebody waits for the clocks, which are not on.
void ClockGate::ask() {
  if (asked_ || state_ == State::resets) return;
  asked_ = true;
  asked_at_ = host_.now();
  if (state_ != State::off) return;  // the worker will see it
  if (const Step at_once = open(); at_once.kind() != Step::Kind::done) host_.queue(core_, at_once);
}

/// The worker is to turn the clocks on.
Step ClockGate::open() {
  statistics_.gated_time += host_.now() - off_since_;
  if (suspended_) statistics_.suspended_time += host_.now() - asleep_since_;
  state_ = State::opens;
  wait_ = Wait::core;
  return sleep(config_.gating.worker.draw(random_));
}

/// The worker sleeps for some time, perhaps none, and is woken.
Step ClockGate::sleep(Picoseconds time) {
  if (time.n == 0) return Step::compute(Work::Kind::power_work, life_, costs_.thread_wake);
  host_.queue_at(core_, Step::compute(Work::Kind::power_work, life_, costs_.thread_wake), host_.now() + time);
  return Step::done();
}

Step ClockGate::step(Work work, std::uint32_t value) {
  if (work.kind == Work::Kind::power_timer) return work.index == timers_ ? timer() : Step::done();
  if (work.kind == Work::Kind::power_issue) return issue(work.index);
  if (work.index != life_) return Step::done();
  return work.kind == Work::Kind::power_read ? write_command(value) : this->work();
}

/// The worker is awake.
Step ClockGate::work() {
  switch (std::exchange(wait_, Wait::nothing)) {
    case Wait::nothing:  // to turn the clocks off
      if (!asked_ && idle()) return read_status();
      now_on();
      return Step::done();
    case Wait::core:
      wait_ = Wait::clocks;
      return sleep(config_.gating.clocks.draw(random_));
    case Wait::clocks:
      if (!suspended_) return read_status();
      wait_ = Wait::resume;
      return sleep(config_.suspend.resume);
    case Wait::resume:
      if (!config_.loses_keys() || !self_test_.on()) return read_status();
      self_test_.begin(host_.now());
      return look();
    case Wait::look:
      if (!self_test_.goes_on(host_.now())) return read_status();
      wait_ = Wait::pause;
      return sleep(SelfTest::poll);
    case Wait::pause:
      return look();
    case Wait::uic:
      if (state_ == State::opens) return suspended_ && config_.loses_keys() ? restore() : opened();
      break;
    case Wait::keys:
      return opened();
  }
  ++statistics_.gatings;
  state_ = State::off;
  off_since_ = host_.now();
  return asked_ ? open() : look_at_sleep();
}

/// Whether the engine's self test has ended.
Step ClockGate::look() {
  wait_ = Wait::look;
  return Step::compute(Work::Kind::power_work, life_, costs_.mmio_read);
}

/// The clocks are on, and the keys where they were.
Step ClockGate::opened() {
  suspended_ = false;
  ++statistics_.ungatings;
  statistics_.ungate.add(host_.now() - asked_at_);
  now_on();
  return Step::done();
}

/// Nobody else writes keys: all that want to wait for the clocks.
Step ClockGate::restore() {
  for (KeyslotManager* each : keyslots_) each->reprogram_all([this](Keyslot, KeyId) { ++statistics_.restored_keys; });
  const Picoseconds time = hcd_.reprogram_keyslots(keyslots_);
  statistics_.restore_time += time;
  wait_ = Wait::keys;
  return Step::compute(Work::Kind::power_work, life_, time);
}

Step ClockGate::read_status() { return hcd_.read(Work::Kind::power_read, life_, Reg::HCS); }

Step ClockGate::write_command(std::uint32_t status) {
  ensure((status & HCS::UCRDY) != 0, "no other UIC command is under way when the clocks are switched");
  wait_ = Wait::uic;
  const auto command = state_ == State::opens ? uic::Opcode::dme_hibernate_exit : uic::Opcode::dme_hibernate_enter;
  hcd_.write_uic(command);
  return Step::done();
}

void ClockGate::uic_done() {
  if (wait_ != Wait::uic) return probe_.uic_done();
  wake_worker();
}

void ClockGate::now_on() {
  state_ = State::on;
  asked_ = false;
  let_go();
  ended();
}

/// Those that have waited go on.
void ClockGate::let_go() {
  if (wake_) std::exchange(wake_, nullptr)();
  if (held_wake_) std::exchange(held_wake_, nullptr)();
  const bool again = config_.gating.request == GatedRequest::reissued;
  parked_.let_go(again ? std::optional<Core>(core_) : std::nullopt, again ? costs_.dispatch : costs_.thread_wake);
}

/// A request that has waited is issued, unless the controller has been reset meanwhile.
Step ClockGate::issue(std::uint32_t number) {
  const bool again = config_.gating.request == GatedRequest::reissued;
  if (state_ != State::on)
    parked_.keep(number);
  else if (parked_.issue(number, again ? costs_.dispatch : Picoseconds{}).asked && again)
    ++statistics_.reissued;
  return Step::done();
}

void ClockGate::reset() {
  if (state_ == State::off) statistics_.gated_time += host_.now() - off_since_;
  if (state_ == State::off && suspended_) statistics_.suspended_time += host_.now() - asleep_since_;
  suspended_ = false;  // the reset puts keys back itself
  ++life_;
  state_ = State::resets;
  wait_ = Wait::nothing;
  held_ = false;
  held_wake_ = nullptr;
  if (wake_) std::exchange(wake_, nullptr)();
}

void ClockGate::restarted() {
  if (state_ == State::resets) now_on();
}

}  // namespace icesim
