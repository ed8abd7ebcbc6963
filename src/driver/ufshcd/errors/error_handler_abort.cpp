// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/errors/error_handler.hpp"

/// How the error handler gets one command back, or all of the logical unit.
namespace icesim {

Step ErrorHandler::ask(TaskFunction function) {
  function_ = function;
  task_done_ = false;
  hcd_.queue_task(function, victims_.front().tag);
  return sleep(State::asks, task_timeout);
}

Step ErrorHandler::asked() {
  if (task_done_) return answered(hcd_.task_response());
  ++statistics_.task_timeouts;
  hcd_.clear_task();
  return read(State::clears_task, Reg::UTMRLDBR);
}

Step ErrorHandler::answered(std::optional<TaskResponse> response) {
  if (function_ != TaskFunction::logical_unit_reset) return act(abort_.answered(response));
  if (response != TaskResponse::complete) return reset();
  unit_is_reset_ = tests_unit_ = true;
  tests_ = 0;
  return next();
}

Step ErrorHandler::act(TaskAbort::Next what) {
  switch (what) {
    case TaskAbort::Next::query: return ask(TaskFunction::query_task);
    case TaskAbort::Next::abort: return ask(TaskFunction::abort_task);
    case TaskAbort::Next::look: return hcd_.has_queues() ? looked(0) : read(State::looks, Reg::UTRLDBR);
    case TaskAbort::Next::pause: return sleep(State::pauses, TaskAbort::pause);
    case TaskAbort::Next::clear: return clear();
    case TaskAbort::Next::ended: return release();
    case TaskAbort::Next::fails: break;
  }
  return fail();
}

/// `value` is the doorbell's.
Step ErrorHandler::looked(std::uint32_t value) {
  const Tag tag = victims_.front().tag;
  const bool rings = !hcd_.has_queues() && (value >> tag.n & 1) != 0;
  return act(TaskAbort::looked(rings || !hcd_.claim(tag)));
}

/// Has the controller forget the first command, unless that is done with it (Linux: ufshcd_clear_cmd).
Step ErrorHandler::clear() {
  if (request().under_way == UnderWay::no) return release();
  polls_ = 0;
  if (!hcd_.has_queues()) {
    hcd_.clear_commands(1u << victims_.front().tag.n);
    return read(State::clears, Reg::UTRLDBR);
  }
  hcd_.write(hcd_.queue_reg(request(), QueueReg::SQRTC), SQRTC::STP);
  return read(State::stops_queue, hcd_.queue_reg(request(), QueueReg::SQRTS));
}

Step ErrorHandler::cleared(std::uint32_t value) {
  const Tag tag = victims_.front().tag;
  if ((value >> tag.n & 1) == 0 && hcd_.claim(tag)) return release();
  return may_poll(doorbell_poll) ? sleep(State::clears, doorbell_poll) : fail();
}

/// Linux: ufshcd_mcq_sq_cleanup.
Step ErrorHandler::stopped_queue(std::uint32_t value) {
  if ((value & SQRTS::STS) == 0) return may_poll(queue_poll) ? sleep(State::stops_queue, queue_poll) : fail();
  hcd_.write(hcd_.queue_reg(request(), QueueReg::SQCTI), SQCTI::TASK_TAG.put(static_cast<std::uint32_t>(request().tag.n)));
  hcd_.write(hcd_.queue_reg(request(), QueueReg::SQRTC), SQRTC::STP | SQRTC::ICU);
  return read(State::cleans_up, hcd_.queue_reg(request(), QueueReg::SQRTS));
}

Step ErrorHandler::cleaned_up(std::uint32_t value) {
  if ((value & SQRTS::CUS) == 0) return may_poll(queue_poll) ? sleep(State::cleans_up, queue_poll) : fail();
  hcd_.write(hcd_.queue_reg(request(), QueueReg::SQRTC), 0);
  return wait_for_end();
}

/// The completion queue tells the end of what was cleaned up.
Step ErrorHandler::wait_for_end() {
  if (hcd_.claim(victims_.front().tag)) return release();
  return may_poll(queue_poll) ? sleep(State::waits_for_end, queue_poll) : fail();
}

/// Behind a reset of the logical unit, only that of the controller is left.
Step ErrorHandler::fail() {
  if (unit_is_reset_) return reset();
  ++statistics_.failed_aborts;
  victims_.front().failed = true;
  return next();
}

Step ErrorHandler::release() {
  state_ = State::gives_back;
  return Step::compute(Work::Kind::handle_errors, wait_, hcd_.completion_time(victims_.front().tag));
}

Step ErrorHandler::released() {
  const Victim victim = victims_.front();
  victims_.pop_front();
  if (!unit_is_reset_ && !given_up_) ++statistics_.aborts;
  hcd_.give_back(victim.tag, victim.failure);
  return next();
}

/// Linux: scsi_error_handler, which begins when no command is out but those that have failed.
Step ErrorHandler::recover() {
  stop_host();
  for (Victim& each : victims_) each.failed = true;
  if (!blocks_.under_way().empty()) return doze(State::drains);
  ++statistics_.unit_resets;
  return ask(TaskFunction::logical_unit_reset);
}

}  // namespace icesim
