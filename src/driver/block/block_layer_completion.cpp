// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

namespace icesim {

void BlockLayer::complete(Tag tag, bool failed) {
  Request& request = requests_[tag.n];
  if (request.preflush) {
    request.preflush = false;
    request.timeline.mark(Stage::flush, host_.now());
    request.timeline.unplug(host_.now());
    if (!failed) {
      host_.queue(submitters_[request.submitter].core,
                  Step::compute(Work::Kind::redispatch, static_cast<std::uint32_t>(tag.n), costs_.dispatch));
      return;
    }
  }
  if (request.has_keyslot && keyslots_->put(request.keyslot)) wake_all(idle_waiters_);
  end_bios(request, failed);
  free_tags_ |= std::uint32_t{1} << tag.n;
  if (!tag_waiters_.empty()) {
    const std::uint32_t waiter = tag_waiters_.front();
    tag_waiters_.pop();
    wake(waiter);
  }
}

void BlockLayer::end_bios(Request& request, bool failed) {
  for (std::uint32_t index = request.first_bio; index != no_index;) {
    Bio& bio = *bios_[index];
    const std::uint32_t following = bio.next;
    if (index != request.first_bio) bio.timeline.follow(request.timeline);
    const Timeline& life = index == request.first_bio ? request.timeline : bio.timeline;
    bio.failed |= failed;
    if (bio.parent == no_index) {
      end_bio(index, request, life);
    } else {
      Bio& parent = *bios_[bio.parent];
      parent.failed |= failed;
      if (--parent.parts == 0) end_bio(bio.parent, request, life);
      bio.next = free_bio_;
      free_bio_ = index;
    }
    index = following;
  }
}

void BlockLayer::end_bio(std::uint32_t index, const Request& request, const Timeline& timeline) {
  Bio& bio = *bios_[index];
  ensure(timeline.last() == host_.now() && timeline.total() == timeline.last() - timeline.start(),
         "the stages of a request add up to its latency");
  ++statistics_.requests_completed;
  statistics_.failed += bio.failed ? 1 : 0;
  switch (bio.io.operation) {
    case Operation::read: statistics_.bytes_read += bio.io.length; break;
    case Operation::write: statistics_.bytes_written += bio.io.length; break;
    case Operation::discard: statistics_.bytes_discarded += bio.io.length; break;
    case Operation::flush: ++statistics_.flushes; break;
  }
  if (observer_ != nullptr) observer_->bio_ended(bio, request, timeline);
  bio.next = free_bio_;
  free_bio_ = index;
}

}  // namespace icesim
