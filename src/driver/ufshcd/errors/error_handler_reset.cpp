// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/errors/error_handler.hpp"

#include <algorithm>
#include <utility>

/// How the error handler resets the controller (Linux: ufshcd_host_reset_and_restore).
namespace icesim {

void ErrorHandler::stop_host() {
  if (stopped_) return;
  stopped_ = true;
  blocks_.stop();
  blocks_.tell_ends(true);
}

Step ErrorHandler::go_on() {
  stopped_ = unit_is_reset_ = tests_unit_ = false;
  blocks_.tell_ends(false);
  if (resets_) resets_(false);
  blocks_.go();
  return next();
}

Step ErrorHandler::reset() {
  ++statistics_.host_resets;
  if (tries_ == 0) tests_unit_ = !fatal_;
  tests_ = 0;
  hcd_.forget_test();
  fatal_ = unit_is_reset_ = false;
  stop_host();
  if (resets_) resets_(true);
  hcd_.write(Reg::HCE, 0);
  return read(State::stops, Reg::HCE);
}

/// The controller knows no command any more, and ends none.
Step ErrorHandler::stopped(std::uint32_t value) {
  if ((value & HCE::HCE) != 0) return sleep(State::stops, enable_poll);
  fatal_ = false;  // what came meanwhile
  hcd_.forget_queues();
  others_.clear();
  for (const Tag tag : blocks_.under_way())
    if (hcd_.has_queues() || hcd_.claim(tag)) others_.push_back(tag);
  return end_next();
}

Step ErrorHandler::end_next() {
  if (victims_.empty() && others_.empty()) return prepare();
  const Tag tag = victims_.empty() ? others_.front() : victims_.front().tag;
  state_ = State::ends;
  return Step::compute(Work::Kind::handle_errors, wait_, hcd_.completion_time(tag));
}

Step ErrorHandler::ended() {
  if (victims_.empty()) {
    const Tag tag = others_.front();
    others_.erase(others_.begin());
    statistics_.requeued += hcd_.end_or_give_back(tag) ? 1 : 0;
    return end_next();
  }
  const Victim victim = victims_.front();
  // The interrupt handler may have it in its hands still.
  if (!hcd_.has_queues() && !hcd_.claim(victim.tag)) return sleep(State::ends, enable_poll);
  victims_.pop_front();
  hcd_.give_back(victim.tag, victim.failure);
  return end_next();
}

Step ErrorHandler::prepare() {
  if (!probe_.prepares()) return test_engine();
  host_.queue(0, probe_.prepare());
  return doze(State::prepares);
}

Step ErrorHandler::test_engine() {
  if (!self_test_.on()) return restore();
  self_test_.begin(host_.now());
  return look_at_engine();
}

Step ErrorHandler::look_at_engine() {
  state_ = State::tests_engine;
  return Step::compute(Work::Kind::handle_errors, wait_, costs_.mmio_read);
}

Step ErrorHandler::tested_engine() { return self_test_.goes_on(host_.now()) ? sleep(State::sleeps, SelfTest::poll) : restore(); }

Step ErrorHandler::restore() {
  for (const KeyslotManager* each : keyslots_)
    if (each->locked()) return doze(State::locks);
  for (KeyslotManager* each : keyslots_) {
    each->lock();
    each->reprogram_all([this](Keyslot, KeyId) { ++statistics_.keys_restored; });
  }
  state_ = State::restores;
  return Step::compute(Work::Kind::handle_errors, wait_, hcd_.reprogram_keyslots(keyslots_));
}

Step ErrorHandler::restored() {
  for (KeyslotManager* each : keyslots_) each->unlock();
  blocks_.keyslots_unlocked();
  host_.queue(0, probe_.restart());
  return doze(State::restarts);
}

/// The initialisation behind the reset has ended, as it may (Linux: ufshcd_reset_and_restore).
Step ErrorHandler::tried() {
  const bool lost = std::exchange(fatal_, false);
  if (!probe_.result().failed && !lost) {
    tries_ = 0;
    return tests_unit_ ? test() : go_on();
  }
  ++statistics_.failed_resets;
  if (++tries_ < most_resets) return reset();
  return give_up();
}

/// Linux: scsi_eh_tur.
Step ErrorHandler::test() {
  ++tests_;
  tested_.reset();
  hcd_.test_unit();
  return sleep(State::tests, test_timeout);
}

Step ErrorHandler::tested() {
  if (tested_ && tested_->unit_attention && tests_ < most_tests) return test();
  if (tested_ && (!*tested_ || tested_->unit_attention)) return go_on();
  return unit_is_reset_ ? reset() : give_up();
}

Step ErrorHandler::give_up() {
  ++statistics_.given_up;
  given_up_ = true;
  hcd_.give_up();
  return go_on();
}

}  // namespace icesim
