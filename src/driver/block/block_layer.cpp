// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

#include <numeric>

namespace icesim {

BlockLayer::BlockLayer(const BlockLayerConfig& config, const HostCosts& costs, HostPort& host, RequestQueue& queue,
                       KeyslotManager* keyslots, std::uint32_t num_cores, std::uint32_t num_tags,
                       std::uint32_t num_queues)
    : config_(config),
      limits_(config.limits()),
      max_bio_blocks_(config.max_bio_blocks()),
      costs_(costs),
      host_(host),
      queue_(queue),
      keyslots_(keyslots),
      encrypts_(keyslots != nullptr),
      num_cores_(num_cores),
      requests_(config.num_requests(num_tags) + (config.flush == Flushing::linux ? num_queues : 0)),
      free_(config.num_requests(num_tags)),
      scheduled_(config.scheduler != Scheduler::none),
      tag_waiters_(config.tag_wait_queues, config.wake_batch(num_tags)) {
  ensure(num_tags >= 1 && num_tags <= owner_.size(), "there are 1 to 256 tags");
  for (std::uint32_t number = 0; number < requests_.size(); ++number) {
    requests_[number].number = number;
    requests_[number].tag = Tag{number};
  }
  std::iota(owner_.begin(), owner_.end(), std::uint16_t{0});
  submitters_.reserve(usual_processes);
  if (config.throttle.on) throttle_ = std::make_unique<WriteThrottle>(config.throttle, num_tags, host.now());
  if (config.flush == Flushing::linux) {
    FlushQueue::Client& client = *this;
    flushes_ = std::make_unique<Flushes>(client, config.num_requests(num_tags), num_cores, num_queues);
  }
  if (config.queues()) below_ = std::make_unique<Below>(config, requests_, num_cores, num_tags);
  if (config.retries > 0) {
    device_ = std::make_unique<ScsiDevice>(config.retries, requests_.size(),
                                           config.timeout.n > 0 ? config.timeout : ScsiDevice::usual_timeout);
    below_->hardware.connect(*device_);
  }
  accounts_ = throttle_ != nullptr || device_ != nullptr;
  domains_[0].keyslots = keyslots;
}

void BlockLayer::enqueue(std::uint32_t submitter, std::uint32_t bio) {
  Submitter& s = submitters_[submitter];
  if (s.first_bio == no_index) {
    s.first_bio = bio;
  } else {
    bios_[s.last_bio]->next = bio;
  }
  s.last_bio = bio;
  if (s.running) return;
  s.running = true;
  host_.queue(s.core, Step::compute(Work::Kind::submit, submitter, costs_.submit));
}

std::uint32_t BlockLayer::pop_bio(Submitter& s) {
  const std::uint32_t bio = s.first_bio;
  s.first_bio = bios_[bio]->next;
  bios_[bio]->next = no_index;
  return bio;
}

Step BlockLayer::step(Work work, std::uint32_t value) {
  const Picoseconds now = host_.now();
  if (work.kind >= Work::Kind::redispatch) return step_below(work, value);
  Submitter& s = submitters_[work.index];
  switch (work.kind) {
    case Work::Kind::submit: {
      Timeline& life = bios_[s.first_bio]->timeline;
      life.mark(Stage::cpu, now - costs_.submit);
      life.mark(Stage::submit, now);
      return place(work.index);
    }
    case Work::Kind::resume:
      return resume(work.index);
    case Work::Kind::key_work:
      return key_work_done(work.index, value);
    case Work::Kind::hypervisor:
      requests_[s.current].timeline->mark(Stage::hypervisor, now);
      return take_turn(work.index);
    case Work::Kind::dispatch: {
      Request& request = requests_[s.issuing];
      request.timeline->unplug(now - dispatch_cost(request));
      send(request);
      return next(work.index);
    }
    default:
      throw_bug("this work is not the block layer's");
  }
}

/// A submitter is awake again.
Step BlockLayer::resume(std::uint32_t submitter) {
  const Picoseconds now = host_.now();
  Submitter& s = submitters_[submitter];
  const Waiting waited = s.waiting;
  s.waiting = Waiting::nothing;
  if (waited == Waiting::throttle) {
    bios_[s.first_bio]->timeline.mark(Stage::throttle, now);
    return pass_throttle(submitter);
  }
  if (waited == Waiting::tag) {
    tag_waiters_.woken();
    bios_[s.first_bio]->timeline.mark(Stage::tag, now);
    return make_request(submitter);
  }
  Request& request = requests_[s.current];
  if (waited == Waiting::firmware) {
    request.timeline->mark(key_work_.asleep_stage, now);
    return work_on_key(submitter, queue_.go_on_with_key(0));
  }
  if (waited == Waiting::turn) {
    request.timeline->mark(Stage::keyslot_lock, now);
    return work_on_key(submitter, queue_.program_keyslot(request.keyslot, request.crypt.key));
  }
  const bool for_idle = waited == Waiting::idle_keyslot;
  request.timeline->mark(for_idle ? Stage::keyslot_wait : Stage::keyslot_lock, now);
  const bool looks_for_idle = for_idle && config_.keyslot_waiter == KeyslotWaiter::linux;
  const auto as = looks_for_idle ? KeyslotManager::Outcome::wait_idle : KeyslotManager::Outcome::wait_unlocked;
  return settle(submitter, vms_.empty() ? keyslots_->get_again(request.crypt.key, as) : get_counted(request, as));
}

Step BlockLayer::place(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  if (!s.plug.empty() && try_merge(s, s.first_bio)) return next(submitter);
  if (seldom(below_ != nullptr) && join_queued(submitter)) return next(submitter);
  return seldom(throttle_ != nullptr) ? throttle(submitter) : make_request(submitter);
}

bool BlockLayer::try_merge(Submitter& s, std::uint32_t index) {
  Request& request = requests_[s.plug.last()];
  if (icesim::try_merge(request, *bios_[index], limits_) == Merge::none) return false;
  join(s, request);
  return true;
}

/// The next bio of a submitter has become part of a request.
void BlockLayer::join(Submitter& s, Request& request) {
  const std::uint32_t index = pop_bio(s);
  bios_[request.last_bio]->next = index;
  request.last_bio = index;
  ++statistics_.merges;
}

Step BlockLayer::make_request(std::uint32_t submitter) {
  if (free_.empty()) {
    ++statistics_.tag_waits;
    return sleep(submitter, Waiting::tag);
  }
  Submitter& s = submitters_[submitter];
  const std::uint32_t index = pop_bio(s);
  s.current = free_.take();
  Request& request = requests_[s.current];
  request.begin(*bios_[index]);
  request.timeline = &bios_[index]->timeline;
  request.has_tag = !scheduled_;
  if (seldom(throttle_ != nullptr)) request.throttled = throttle_->holds_back(throttle_->kind_of(bios_[index]->io));
  request.submitter = submitter;
  request.core = s.core;
  request.first_bio = request.last_bio = index;
  return take_keyslot(submitter);
}

/// A request that has its tag and its keyslot goes into the plug, which is flushed first when it is full, or past it.
Step BlockLayer::plug(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  if (seldom(flushes_ != nullptr) && !begin_sequence(requests_[s.current])) return next(submitter);
  if (config_.plug_requests == 1 || !Plug::takes(requests_[s.current]))
    return scheduled_ ? pass_to_kblockd(submitter) : issue(submitter, s.current);
  if (s.plug.empty() || !s.plug.full(requests_[s.plug.first()], config_.plug_requests, config_.plug_bytes)) {
    s.plug.add(s.current);
  } else {
    s.adding = s.flushing = true;
  }
  return next(submitter);
}

Step BlockLayer::issue(std::uint32_t submitter, std::uint32_t number) {
  if (seldom(device_ != nullptr) && !device_->takes()) return hold_back(submitter, number);
  submitters_[submitter].issuing = number;
  return Step::compute(Work::Kind::dispatch, submitter, dispatch_cost(requests_[number]));
}

/// What a submitter does after a bio was placed or a request issued: flush the plug on, gather more, sleep, or be done.
/// Before it sleeps and when it is done it flushes the plug.
Step BlockLayer::next(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  const bool gathers = s.waiting == Waiting::nothing && (s.first_bio != no_index || s.adding);
  s.flushing = !s.plug.empty() && (s.flushing || !gathers);
  if (s.flushing) return seldom(below_ != nullptr) ? flush_below(submitter) : issue(submitter, s.plug.take());
  if (s.adding) {
    s.adding = false;
    s.plug.add(s.current);
    return next(submitter);
  }
  if (s.waiting != Waiting::nothing) return Step::done();
  if (s.first_bio != no_index) return Step::compute(Work::Kind::submit, submitter, costs_.submit);
  s.running = false;
  return Step::done();
}

Step BlockLayer::sleep(std::uint32_t submitter, Waiting what) {
  submitters_[submitter].waiting = what;
  if (what == Waiting::tag) {
    tag_waiters_.sleep(submitter);
  } else if (what != Waiting::throttle) {
    KeyslotDomain& domain = domain_of(requests_[submitters_[submitter].current].vm);
    (what == Waiting::idle_keyslot ? domain.idle_waiters : domain.lock_waiters).push(submitter);
  }
  return next(submitter);
}

void BlockLayer::wake(std::uint32_t submitter) {
  host_.queue(submitters_[submitter].core, Step::compute(Work::Kind::resume, submitter, costs_.thread_wake));
}

void BlockLayer::wake_all(Ring<std::uint32_t>& list) {
  for (; !list.empty(); list.pop()) wake(list.front());
}

}  // namespace icesim
