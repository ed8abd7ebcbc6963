// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

namespace icesim {

void BlockLayer::end_requests(std::vector<Core> handlers, bool queues) {
  const bool at_submitter = config_.completion == Completion::submitter;
  if (config_.completion == Completion::handler || (queues && !at_submitter)) return;
  softirqs_ = std::make_unique<Softirqs>(host_, costs_, num_cores_, CompletionPlace{std::move(handlers), at_submitter, queues},
                                         [this](Tag tag, Failure failure) {
                                           Request& request = this->request(tag);
                                           if (!request.preflush) request.timeline->mark(Stage::completion, host_.now());
                                           complete(tag, failure);
                                         });
}

/// The time until the softirq has its turn, and its work, are of Stage::completion, as the handler's part is.
void BlockLayer::completed(Tag tag, Failure failure, CompletionContext context) {
  softirqs_->raise(request(tag).core, tag, failure, context);
}

void BlockLayer::complete(Tag tag, Failure failure) {
  Request& request = this->request(tag);
  if (seldom(request.preflush || request.sequenced || failure) && goes_on(request, failure)) return;
  put_keyslot(request);
  end_bios(request, failure);
  if (seldom(accounts_)) account_end(request);
  release(request.number);
  if (seldom(scheduled_) && below_->hardware.put(tag)) ask_kblockd();
}

/// What follows a command of a flush, or one that failed; false: with it its request ends.
bool BlockLayer::goes_on(Request& request, Failure failure) {
  if (failure && device_ && put_back(request, failure)) return true;
  if (!request.preflush && !request.sequenced) return false;
  if (flushes_) {
    flushes_->is_flush(request) ? end_flush(request, failure) : end_data(request, failure);
    return true;
  }
  request.preflush = false;
  request.timeline->mark(Stage::flush, host_.now());
  request.timeline->unplug(host_.now());
  if (failure) return false;
  if (device_) command_ended(request.number);
  host_.queue(submitters_[request.submitter].core,
              Step::compute(Work::Kind::redispatch, request.number, dispatch_cost(request)));
  return true;
}

void BlockLayer::put_keyslot(const Request& request) {
  if (!request.has_keyslot) return;
  tell(KeyslotEvent::Kind::released, request, request.crypt.key);
  KeyslotDomain& domain = domain_of(request.vm);
  if (domain.keyslots->put(request.keyslot)) wake_all(domain.idle_waiters);
}

/// There is room for another request.
void BlockLayer::release(std::uint32_t number) {
  free_.put(number);
  if (seldom(requests_[number].throttled)) leave_throttle(requests_[number]);
  tag_waiters_.freed([this](std::uint32_t waiter) { wake(waiter); });
}

void BlockLayer::leave_throttle(Request& request) {
  request.throttled = false;
  throttle_->leave(request.operation == Operation::discard ? WriteThrottle::Kind::discard : WriteThrottle::Kind::write,
                   host_.now(), [this](std::uint32_t waiter) { wake(waiter); });
}

void BlockLayer::end_bios(Request& request, Failure failure) {
  // All before the first one ends: it may be another bio then.
  for (std::uint32_t index = bios_[request.first_bio]->next; index != no_index; index = bios_[index]->next)
    bios_[index]->timeline.follow(*request.timeline);
  for (std::uint32_t index = request.first_bio; index != no_index;) {
    Bio& bio = *bios_[index];
    const std::uint32_t following = bio.next;
    if (seldom(static_cast<bool>(failure)) && !bio.failure) bio.failure = failure;
    if (bio.parent == no_index) {
      end_bio(index, request, bio.timeline);
    } else {
      Bio& parent = *bios_[bio.parent];
      if (!parent.failure) parent.failure = bio.failure;
      if (--parent.parts == 0) end_bio(bio.parent, request, bio.timeline);
      bio.next = free_bio_;
      free_bio_ = index;
    }
    index = following;
  }
}

void BlockLayer::count_completed(const IoRequest& io) {
  ++statistics_.requests_completed;
  switch (io.operation) {
    case Operation::read: statistics_.bytes_read += io.length; break;
    case Operation::write: statistics_.bytes_written += io.length; break;
    case Operation::discard: statistics_.bytes_discarded += io.length; break;
    case Operation::flush: ++statistics_.flushes; break;
  }
}

void BlockLayer::end_bio(std::uint32_t index, const Request& request, const Timeline& timeline) {
  Bio& bio = *bios_[index];
  ensure(timeline.last() == host_.now() && timeline.total() == timeline.latency(),
         "the stages of a request add up to its latency");
  if (seldom(static_cast<bool>(bio.failure))) {
    ++statistics_.failed;
    statistics_.failures.add(bio.failure, bio.io.record);
  } else {
    count_completed(bio.io);
  }
  if (observer_ != nullptr) observer_->bio_ended(bio, request, timeline);
  bio.next = free_bio_;
  free_bio_ = index;
}

}  // namespace icesim
