// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

/// The block layer with a scheduler. Whoever runs the hardware's queue is a submitter, or kblockd, which is no_index.
namespace icesim {

SchedulerStatistics BlockLayer::scheduler_statistics() const {
  if (!scheduling_) return {};
  return {scheduling_->scheduler.statistics(), scheduling_->hardware.restarts()};
}

bool BlockLayer::join_scheduled(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  const std::uint32_t number = scheduling_->scheduler.merge(*bios_[s.first_bio]);
  if (number == no_index) return false;
  join(s, requests_[number]);
  take_in();
  return true;
}

void BlockLayer::schedule(std::uint32_t number) {
  requests_[number].timeline.unplug(host_.now());
  scheduling_->scheduler.insert(number, host_.now());
  take_in();
}

/// Moves the bios of requests that are part of others now, whose keyslots are put.
void BlockLayer::take_in() {
  for (const auto [into, gone] : scheduling_->scheduler.taken_in()) {
    Request& from = requests_[gone];
    Request& to = requests_[into];
    from.timeline.give_out(host_.now());
    for (std::uint32_t index = from.first_bio; index != no_index; index = bios_[index]->next) {
      Timeline& life = bios_[index]->timeline;
      if (index == from.first_bio) {
        life = from.timeline;
      } else {
        life.follow(from.timeline);
      }
    }
    bios_[to.last_bio]->next = from.first_bio;
    to.last_bio = from.last_bio;
    if (from.has_keyslot && keyslots_->put(from.keyslot)) wake_all(idle_waiters_);
    release(gone);
  }
}

Step BlockLayer::flush_to_scheduler(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  while (!s.plug.empty()) schedule(s.plug.take());
  s.flushing = false;
  return run_queue(submitter);
}

/// What goes past the plug: a flush past the scheduler, too.
Step BlockLayer::pass_to_kblockd(std::uint32_t submitter) {
  const std::uint32_t number = submitters_[submitter].current;
  Request& request = requests_[number];
  if (Plug::takes(request)) {
    schedule(number);
  } else {
    request.timeline.unplug(host_.now());
    scheduling_->hardware.bypass(number);
  }
  ask_kblockd();
  return next(submitter);
}

void BlockLayer::ask_kblockd() {
  Scheduling& s = *scheduling_;
  if (s.asked) return;
  s.asked = true;
  if (s.running) return;
  s.running = true;
  host_.queue(static_cast<Core>(config_.kblockd_core % num_cores_),
              Step::compute(Work::Kind::kblockd, no_index, costs_.thread_wake));
}

Step BlockLayer::run_queue(std::uint32_t runner) {
  HardwareQueue::Run& run = runner == no_index ? scheduling_->run : submitters_[runner].run;
  const std::uint32_t number = scheduling_->hardware.next(run, host_.now());
  if (number == no_index) return runner == no_index ? kblockd_rests() : next(runner);
  (runner == no_index ? scheduling_->issuing : submitters_[runner].issuing) = number;
  return Step::compute(Work::Kind::give_out, runner, costs_.dispatch);
}

/// A request has its descriptors, and is issued.
Step BlockLayer::given_out(std::uint32_t runner) {
  const std::uint32_t number = runner == no_index ? scheduling_->issuing : submitters_[runner].issuing;
  Request& request = requests_[number];
  request.timeline.give_out(host_.now() - costs_.dispatch);
  owner_[request.tag.n] = static_cast<std::uint8_t>(number);
  queue_.queue_command(request);
  return run_queue(runner);
}

/// kblockd goes on when it was asked while it ran.
Step BlockLayer::kblockd_rests() {
  Scheduling& s = *scheduling_;
  s.running = s.asked;
  if (!s.asked) return Step::done();
  s.asked = false;
  return run_queue(no_index);
}

}  // namespace icesim
