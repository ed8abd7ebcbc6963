// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

/// The block layer with the flush machinery.
namespace icesim {

/// What a request that has everything it needs has to do with flushes; false: it goes no further now.
bool BlockLayer::begin_sequence(Request& request) {
  if (Plug::takes(request) && !request.fua) return true;
  const CacheFeatures features{config_.write_cache, config_.fua};
  const std::uint8_t steps = flush_steps(request, features);
  request.preflush = false;
  request.fua = request.fua && features.fua;
  if (steps == data_step) return true;
  if (steps == 0) {
    end_bios(request, {});
    release(request.number);
    return false;
  }
  request.sequenced = true;
  if ((steps & preflush_step) == 0) {
    flushes_->of(request).queue.begin_data(request.number);
    return true;
  }
  request.timeline->unplug(host_.now());
  flushes_->of(request).queue.insert(request.number, steps, host_.now());
  return false;
}

/// Without a scheduler the flush goes under the tag of the first it is for, who needs it not meanwhile.
void BlockLayer::send_flush(std::uint32_t first) {
  Flushes::OfQueue& mine = flushes_->of(requests_[first]);
  Request& flush = requests_[mine.flush];
  flush.operation = Operation::flush;
  flush.preflush = true;
  flush.has_tag = !scheduled_;
  flush.tag = requests_[first].tag;
  flush.submitter = requests_[first].submitter;
  flush.core = requests_[first].core;
  flush.timeline = &mine.life;
  mine.life.restart(host_.now());
  flushes_->to_be_sent.push(requests_, flush.number);
  ask_kblockd();
}

void BlockLayer::send_data(std::uint32_t number) {
  requests_[number].timeline->mark(Stage::flush, host_.now());
  flushes_->data.push_front(requests_, number);
  ask_kblockd();
}

void BlockLayer::sequence_ended(std::uint32_t number, Failure failure) {
  Request& request = requests_[number];
  request.timeline->mark(Stage::flush, host_.now());
  if (!request.has_tag) request.tag = requests_[flushes_->of(request).flush].tag;
  put_keyslot(request);
  end_bios(request, failure);
  release(number);
}

/// Linux: flush_end_io.
void BlockLayer::end_flush(Request& flush, Failure failure) {
  const Tag tag = flush.tag;
  if (device_) command_ended(flush.number);
  if (!scheduled_) owner_[tag.n] = static_cast<std::uint16_t>(tag.n);
  flushes_->of(flush).queue.flush_ended(failure, host_.now());
  if (scheduled_ && below_->hardware.put(tag)) ask_kblockd();
}

/// Linux: mq_flush_data_end_io. The keyslot is put at the end of the data, even if a flush follows.
void BlockLayer::end_data(Request& request, Failure failure) {
  const Tag tag = request.tag;
  if (device_) command_ended(request.number);
  if (throttle_) throttle_->complete(request, request.issued, host_.now());
  if (request.throttled) leave_throttle(request);
  FlushQueue& queue = flushes_->of(request).queue;
  if (!failure && queue.flush_follows(request.number)) {
    put_keyslot(request);
    request.has_keyslot = false;
  }
  queue.data_ended(request.number, failure, host_.now());
  if (!scheduled_) return;
  request.has_tag = false;
  if (below_->hardware.put(tag)) ask_kblockd();
}

/// kblockd carries out what was decided: what was put back goes behind what waits for a tag, data goes before all others,
/// and the flush before that (Linux: blk_mq_requeue_work).
void BlockLayer::insert_again() {
  for (RequestList& again = below_->again; !again.empty();) {
    const std::uint32_t number = again.first();
    again.pop(requests_);
    below_->hardware.put_back(number);
  }
  if (!flushes_) return;
  Flushes& f = *flushes_;
  while (!f.data.empty()) {
    const std::uint32_t number = f.data.first();
    f.data.pop(requests_);
    if (scheduled_) {
      below_->scheduler.insert_at_head(number);
    } else {
      below_->software.insert_at_head(submitters_[requests_[number].submitter].core, number);
    }
  }
  while (!f.to_be_sent.empty()) {
    const std::uint32_t number = f.to_be_sent.first();
    f.to_be_sent.pop(requests_);
    below_->hardware.bypass(number);
  }
}

FlushStatistics BlockLayer::flush_statistics() const {
  FlushStatistics all;
  if (flushes_)
    for (const Flushes::OfQueue& each : flushes_->queues) all += each.queue.statistics();
  return all;
}

}  // namespace icesim
