// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/flush/flush_queue.hpp"

#include "icesim/base/error.hpp"

namespace icesim {

std::uint8_t flush_steps(const Request& request, CacheFeatures features) {
  std::uint8_t steps = request.operation == Operation::flush ? 0 : data_step;
  if (features.write_cache && (request.preflush || request.operation == Operation::flush)) steps |= preflush_step;
  if (features.write_cache && request.fua && !features.fua) steps |= postflush_step;
  return steps;
}

void FlushQueue::insert(std::uint32_t number, std::uint8_t steps, Picoseconds now) {
  ensure((steps & preflush_step) != 0, "a request comes here for a flush");
  left_[number] = steps;
  complete(number, {}, now);
}

void FlushQueue::begin_data(std::uint32_t number) {
  left_[number] = data_step | postflush_step;
  ++data_in_flight_;
}

void FlushQueue::data_ended(std::uint32_t number, Failure failure, Picoseconds now) {
  --data_in_flight_;
  step_done(number, data_step);
  complete(number, failure, now);
}

void FlushQueue::flush_ended(Failure failure, Picoseconds now) {
  ensure(running_ != gathering_, "a flush is in flight");
  served_.clear();
  served_.swap(rows_[running_]);
  running_ = gathering_;
  // One after the other: the first that is done may send the next flush before the data of the second goes out.
  for (const std::uint32_t number : served_) {
    step_done(number, (left_[number] & preflush_step) != 0 ? preflush_step : postflush_step);
    complete(number, failure, now);
  }
}

/// Takes a request to its next step, after one or at the beginning (Linux: blk_flush_complete_seq).
void FlushQueue::complete(std::uint32_t number, Failure failure, Picoseconds now) {
  const std::uint8_t left = failure ? std::uint8_t{0} : left_[number];
  if (left == 0) {
    left_[number] = 0;
    client_.sequence_ended(number, failure);
  } else if ((left & preflush_step) == 0 && (left & data_step) != 0) {
    ++data_in_flight_;
    client_.send_data(number);
  } else {
    if (rows_[gathering_].empty()) gathers_since_ = now;
    rows_[gathering_].push_back(number);
  }
  kick(now);
}

/// Sends the next flush if it is time (Linux: blk_kick_flush).
void FlushQueue::kick(Picoseconds now) {
  std::vector<std::uint32_t>& row = rows_[gathering_];
  if (gathering_ != running_ || row.empty()) return;
  if (data_in_flight_ > 0 && now < gathers_since_ + patience) {
    if (!held_back_) ++statistics_.deferred;
    held_back_ = true;
    return;
  }
  held_back_ = false;
  ++statistics_.sent;
  statistics_.merged += row.size() - 1;
  gathering_ ^= 1;
  client_.send_flush(row.front());
}

}  // namespace icesim
