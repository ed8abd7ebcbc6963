// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/errors/error_handler.hpp"

#include <utility>

namespace icesim {

void ErrorHandler::timed_out(Request& request) {
  ++statistics_.timeouts;
  Failure failure;
  failure.timed_out = true;
  victims_.push_back({request.tag, failure, host_.now() + abort_delay});
  if (state_ == State::drains) return wake();
  if (state_ == State::rests && asleep_ && victims_.size() == 1)
    host_.queue_at(core_, Step::compute(Work::Kind::handle_errors, wait_, costs_.thread_wake), victims_.front().due);
}

void ErrorHandler::left_behind(Request& request, Failure failure) {
  ++statistics_.left_behind;
  victims_.push_front({request.tag, failure, host_.now()});
  // Behind the one that is worked on.
  if (state_ != State::rests && victims_.size() > 1) std::swap(victims_[0], victims_[1]);
  if (state_ == State::rests || state_ == State::drains) wake();
}

void ErrorHandler::refused(Request& request) {
  Failure failure;
  failure.given_up = true;
  victims_.push_back({request.tag, failure, host_.now()});
  if (state_ == State::rests) wake();
}

void ErrorHandler::command_ended() {
  if (state_ == State::drains) wake();
}

void ErrorHandler::keyslots_unlocked() {
  if (state_ == State::locks) wake();
}

void ErrorHandler::task_done() {
  if (state_ != State::asks) return;
  task_done_ = true;
  wake();
}

void ErrorHandler::unit_tested(Failure failure) {
  if (state_ != State::tests) return;
  tested_ = failure;
  wake();
}

void ErrorHandler::fatal() {
  if (given_up_) return;
  fatal_ = true;
  if (state_ < State::gives_back) wake();
  if (state_ == State::restarts)
    host_.queue_at(core_, Step::compute(Work::Kind::handle_errors, wait_, costs_.thread_wake), host_.now() + restart_timeout);
}

/// The thread sleeps; whoever wakes it ends that.
Step ErrorHandler::doze(State state) {
  state_ = state;
  asleep_ = true;
  return Step::done();
}

Step ErrorHandler::sleep(State state, Picoseconds time) {
  host_.queue_at(core_, Step::compute(Work::Kind::handle_errors, wait_, costs_.thread_wake), host_.now() + time);
  return doze(state);
}

void ErrorHandler::wake() {
  if (!asleep_) return;
  asleep_ = false;
  host_.queue(core_, Step::compute(Work::Kind::handle_errors, ++wait_, costs_.thread_wake));
}

Step ErrorHandler::read(State state, Reg reg) {
  state_ = state;
  return hcd_.read(Work::Kind::handle_errors_read, wait_, reg);
}

Step ErrorHandler::step(Work work, std::uint32_t value) {
  if (work.index != wait_) return Step::done();
  ++wait_;
  asleep_ = false;
  if (state_ == State::rests) began_ = host_.now();
  const bool read = work.kind == Work::Kind::handle_errors_read;
  if (fatal_ && state_ < State::gives_back) return reset();
  switch (state_) {
    case State::rests: return next();
    case State::asks: return asked();
    case State::clears_task: return answered(std::nullopt);
    case State::looks: return looked(value);
    case State::pauses: return act(abort_.paused());
    case State::clears: return read ? cleared(value) : this->read(State::clears, Reg::UTRLDBR);
    case State::stops_queue: return read ? stopped_queue(value) : this->read(State::stops_queue, hcd_.queue_reg(request(), QueueReg::SQRTS));
    case State::cleans_up: return read ? cleaned_up(value) : this->read(State::cleans_up, hcd_.queue_reg(request(), QueueReg::SQRTS));
    case State::waits_for_end: return wait_for_end();
    case State::drains: return next();
    case State::tests: return tested();
    case State::gives_back: return released();
    case State::stops: return read ? stopped(value) : this->read(State::stops, Reg::HCE);
    case State::ends: return ended();
    case State::prepares: return test_engine();
    case State::tests_engine: return tested_engine();
    case State::sleeps: return look_at_engine();
    case State::locks: return restore();
    case State::restores: return restored();
    case State::restarts: return tried();
  }
  throw_bug("unknown state of the error handler");
}

/// What is worked on next.
Step ErrorHandler::next() {
  if (fatal_) return reset();
  if (victims_.empty() && stopped_) return tests_unit_ ? test() : go_on();
  if (victims_.empty()) return rest();
  if (given_up_) {
    state_ = State::gives_back;
    return Step::compute(Work::Kind::handle_errors, wait_, costs_.complete);
  }
  if (unit_is_reset_) return clear();
  for (const Victim& each : victims_)
    if (each.failed) return recover();
  if (victims_.front().due > host_.now()) {
    const Picoseconds time = victims_.front().due - host_.now();
    statistics_.time += host_.now() - began_;
    return sleep(State::rests, time);
  }
  return act(abort_.begin());
}

Step ErrorHandler::rest() {
  if (rests_) rests_();
  statistics_.time += host_.now() - began_;
  return doze(State::rests);
}

}  // namespace icesim
