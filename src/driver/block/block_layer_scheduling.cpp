// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

/// The block layer with queues. Whoever runs the hardware's queue is a submitter, or kblockd, which is no_index.
namespace icesim {

SchedulerStatistics BlockLayer::scheduler_statistics() const {
  if (!below_) return {};
  return {below_->scheduler.statistics(), below_->hardware.restarts()};
}

/// A step of a request or of kblockd.
Step BlockLayer::step_below(Work work, std::uint32_t value) {
  if (work.kind >= Work::Kind::softirq) return softirqs_->step(work);
  if (work.kind >= Work::Kind::load_key) return load_key(work, value);
  if (work.kind == Work::Kind::give_out) return given_out(work.index);
  if (work.kind == Work::Kind::redispatch) return dispatch_again(requests_[work.index]);
  if (work.kind == Work::Kind::rerun) {
    if (below_->rerun_at.n > 0 && below_->rerun_at <= host_.now()) ask_kblockd();
    return Step::done();
  }
  if (work.kind == Work::Kind::time_out) {
    time_out();
    return Step::done();
  }
  if (work.kind == Work::Kind::throttle) {
    if (throttle_->window_ended(host_.now(), [this](std::uint32_t waiter) { wake(waiter); })) time_window();
    return Step::done();
  }
  below_->asked = false;
  insert_again();
  return run_queue(no_index);
}

bool BlockLayer::join_queued(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  const Bio& bio = *bios_[s.first_bio];
  const std::uint32_t number = scheduled_ ? below_->scheduler.merge(bio) : below_->software.merge(s.core, bio);
  if (number == no_index) return false;
  join(s, requests_[number]);
  if (scheduled_) take_in();
  return true;
}

void BlockLayer::insert(const Submitter& s, std::uint32_t number) {
  requests_[number].timeline->unplug(host_.now());
  if (!scheduled_) return below_->software.insert(s.core, number);
  below_->scheduler.insert(number, host_.now());
  take_in();
}

/// Moves the bios of requests that are part of others now, whose keyslots are put.
void BlockLayer::take_in() {
  for (const auto [into, gone] : below_->scheduler.taken_in()) {
    Request& from = requests_[gone];
    Request& to = requests_[into];
    from.timeline->give_out(host_.now());
    for (std::uint32_t index = bios_[from.first_bio]->next; index != no_index; index = bios_[index]->next)
      bios_[index]->timeline.follow(*from.timeline);
    bios_[to.last_bio]->next = from.first_bio;
    to.last_bio = from.last_bio;
    put_keyslot(from);
    release(gone);
  }
}

/// The plug's requests go to the scheduler, or to kblockd when their submitter sleeps, or out.
Step BlockLayer::flush_below(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  const bool to_kblockd = s.waiting != Waiting::nothing && config_.sleepers_plug == SleepersPlug::kblockd;
  if (!scheduled_ && !to_kblockd) return issue(submitter, s.plug.take());
  while (!s.plug.empty()) insert(s, s.plug.take());
  s.flushing = false;
  if (!to_kblockd) return run_queue(submitter);
  ask_kblockd();
  return next(submitter);
}

/// What goes past the plug: a flush past the scheduler, too.
Step BlockLayer::pass_to_kblockd(std::uint32_t submitter) {
  const Submitter& s = submitters_[submitter];
  const std::uint32_t number = s.current;
  Request& request = requests_[number];
  if (Plug::takes(request)) {
    insert(s, number);
  } else {
    request.timeline->unplug(host_.now());
    below_->hardware.bypass(number);
  }
  ask_kblockd();
  return next(submitter);
}

void BlockLayer::ask_kblockd() {
  Below& s = *below_;
  s.rerun_at = {};
  if (s.asked) return;
  s.asked = true;
  if (s.running) return;
  s.running = true;
  host_.queue(static_cast<Core>(config_.kblockd_core % num_cores_),
              Step::compute(Work::Kind::kblockd, no_index, costs_.thread_wake));
}

Step BlockLayer::run_queue(std::uint32_t runner) {
  HardwareQueue::Run& run = runner == no_index ? below_->run : submitters_[runner].run;
  const std::uint32_t number = below_->hardware.next(run, host_.now());
  if (number == no_index && seldom(device_ != nullptr) && device_->refused()) rerun_later();
  if (number == no_index) return runner == no_index ? kblockd_rests() : next(runner);
  (runner == no_index ? below_->issuing : submitters_[runner].issuing) = number;
  return Step::compute(Work::Kind::give_out, runner, dispatch_cost(requests_[number]));
}

/// A request has its descriptors, and is issued.
Step BlockLayer::given_out(std::uint32_t runner) {
  const std::uint32_t number = runner == no_index ? below_->issuing : submitters_[runner].issuing;
  Request& request = requests_[number];
  const Picoseconds from = host_.now() - dispatch_cost(request);
  if (seldom(device_ != nullptr) && device_->tried(number)) {
    request.timeline->mark(Stage::retry, from);
  } else {
    request.timeline->give_out(from);
  }
  owner_[request.tag.n] = static_cast<std::uint16_t>(number);
  send(request);
  return run_queue(runner);
}

/// kblockd goes on when it was asked while it ran.
Step BlockLayer::kblockd_rests() {
  Below& s = *below_;
  s.running = s.asked;
  if (!s.asked) return Step::done();
  s.asked = false;
  insert_again();
  return run_queue(no_index);
}

}  // namespace icesim
