// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/power/gear_scaling.hpp"

#include <algorithm>
#include <utility>

namespace icesim {

GearScaling::GearScaling(const FrequencyScalingConfig& config, const LinkMode& mode, const HostCosts& costs, HostPort& host,
                         Core core, RequestQueue& below, Ufshcd& hcd, ProbeWaiter& probe)
    : config_(config), mode_(mode), costs_(costs), host_(host), core_(core), below_(below), hcd_(hcd), probe_(probe),
      parked_(host, *this, Work::Kind::scale_issue) {}

void GearScaling::begin(const BlockLayer& blocks, std::function<bool()> handles_errors, ClockGate* gate) {
  blocks_ = &blocks;
  handles_errors_ = std::move(handles_errors);
  gate_ = gate;
  level_since_ = host_.now();
  if (gate_ != nullptr) gate_->tell_sleep([this] { rest(); });
  look_later();
}

void GearScaling::queue_command(Request& request) {
  if (holds()) {
    ++statistics_.delayed;
    return parked_.park(request);
  }
  if (std::exchange(rests_, false)) look_later();
  if (!window_.is_busy()) window_.busy(host_.now());
  below_.queue_command(request);
}

void GearScaling::ended() {
  if (window_.is_busy() && blocks_->commands_out() == 0) window_.idle(host_.now());
  if (gate_ != nullptr) gate_->ended();
}

void GearScaling::look_later() {
  if (stopped_) return;
  const Picoseconds polling{config_.polling_ms * 1'000'000'000};
  host_.queue_at(core_, Step::compute(Work::Kind::scale_look, ++looks_, costs_.thread_wake), host_.now() + polling);
}

Step GearScaling::step(Work work, std::uint32_t value) {
  if (work.kind == Work::Kind::scale_issue) return issue(work.index);
  if (work.kind == Work::Kind::scale_look) return work.index == looks_ && !stopped_ ? look() : Step::done();
  if (work.index != life_) return Step::done();
  switch (std::exchange(wait_, Wait::nothing)) {
    case Wait::tasks: return looked_at_tasks(value);
    case Wait::status: return write_setting(value);
    case Wait::uic: return set_next();
    case Wait::clocks:
      host_.set_clocks(!high_);
      return high_ ? finish(true) : set_next();
    case Wait::nothing: break;
  }
  return read_tasks();  // it has slept
}

/// Linux: devfreq_monitor, ufshcd_devfreq_target.
Step GearScaling::look() {
  ++statistics_.looks;
  const bool high = LoadWindow::wants_higher(window_.look(host_.now()), high_, config_);
  quiet_ = false;
  if (handles_errors_()) {
    look_later();
    return Step::done();
  }
  quiet_ = !high && !window_.is_busy();
  if (high == high_) {
    go_on();
    return Step::done();
  }
  holds_ = true;
  last_ = false;
  decided_ = host_.now();
  const auto wake = [this] { host_.queue(core_, Step::compute(Work::Kind::scale_work, life_, costs_.thread_wake)); };
  return gate_ == nullptr || gate_->hold(wake) ? read_tasks() : Step::done();
}

Step GearScaling::read_tasks() {
  if (handles_errors_()) return finish(false);
  wait_ = Wait::tasks;
  return hcd_.read(Work::Kind::scale_work, life_, Reg::UTMRLDBR);
}

/// Linux: ufshcd_wait_for_doorbell_clr.
Step GearScaling::looked_at_tasks(std::uint32_t tasks) {
  if (tasks == 0 && !window_.is_busy()) {
    LinkMode mode = mode_;
    if (high_) mode.gear = std::min(mode.gear, config_.min_gear);
    settings_ = power_mode_settings(mode);
    next_setting_ = mode_.gear > config_.min_gear ? 0 : settings_.size();
    return high_ ? set_next() : change_clocks();
  }
  if (last_) return finish(false);
  const Picoseconds wakes = host_.now() + doze;
  last_ = wakes - decided_ > patience;
  host_.queue_at(core_, Step::compute(Work::Kind::scale_work, life_, costs_.thread_wake), wakes);
  return Step::done();
}

Step GearScaling::set_next() {
  if (next_setting_ == settings_.size()) return high_ ? change_clocks() : finish(true);
  wait_ = Wait::status;
  return hcd_.read(Work::Kind::scale_work, life_, Reg::HCS);
}

/// Linux: ufshcd_scale_clks; the lower clocks are never beside the highest gear.
Step GearScaling::change_clocks() {
  if (!config_.engine) return high_ ? finish(true) : set_next();
  wait_ = Wait::clocks;
  return Step::compute(Work::Kind::scale_work, life_, config_.clock_change);
}

Step GearScaling::write_setting(std::uint32_t status) {
  ensure((status & HCS::UCRDY) != 0, "no other UIC command is under way when the gear is changed");
  const UicSetting& setting = settings_[next_setting_++];
  wait_ = Wait::uic;
  hcd_.write_uic(uic::Opcode::dme_set, uic::arg1(setting.attribute), uic::arg2(uic::SetType::normal), setting.value);
  return Step::done();
}

void GearScaling::uic_done() {
  if (wait_ != Wait::uic) return probe_.uic_done();
  host_.queue(core_, Step::compute(Work::Kind::scale_work, life_, costs_.thread_wake));
}

Step GearScaling::finish(bool changed) {
  if (changed) {
    ++(high_ ? statistics_.downs : statistics_.ups);
    set_level(!high_);
    statistics_.change.add(host_.now() - decided_);
  } else {
    ++statistics_.given_up;
  }
  holds_ = false;
  go_on();
  parked_.let_go(core_, costs_.dispatch);
  if (gate_ != nullptr) gate_->release();  // its worker comes behind those who have waited, on the same core
  return Step::done();
}

/// The worker looks again later, or when there is something to be done (Linux: ufshcd_clk_scaling_suspend_work).
void GearScaling::go_on() { quiet_ && !window_.is_busy() ? rest() : look_later(); }

void GearScaling::rest() {
  rests_ = true;
  ++looks_;
  window_.close();
}

Step GearScaling::issue(std::uint32_t number) {
  if (holds()) {
    parked_.keep(number);
    return Step::done();
  }
  statistics_.delay += parked_.issue(number, costs_.dispatch).waited;
  return Step::done();
}

void GearScaling::set_level(bool high) {
  (high_ ? statistics_.high_time : statistics_.low_time) += host_.now() - level_since_;
  level_since_ = host_.now();
  high_ = high;
}

void GearScaling::reset() {
  ++life_;
  wait_ = Wait::nothing;
  holds_ = false;
  resets_ = true;
  if (config_.engine) host_.set_clocks(true);
  set_level(true);
  rest();
}

void GearScaling::restarted() {
  if (!std::exchange(resets_, false)) return;
  rests_ = false;
  look_later();
  parked_.let_go(core_, costs_.dispatch);
}

GearScalingStatistics GearScaling::statistics() const {
  GearScalingStatistics all = statistics_;
  (high_ ? all.high_time : all.low_time) += host_.now() - level_since_;
  return all;
}

}  // namespace icesim
