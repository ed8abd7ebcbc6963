// SPDX-License-Identifier: Apache-2.0
#include "models/host/trace_player.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr const char* end_of_time = ", beyond the 213 days that 64 bits of picoseconds hold; --time-scale, --mode and --set "
                                    "replay.limit=N make a run shorter";

RequestRecord record_of(const Bio& bio, const Request& request, const Timeline& timeline) {
  constexpr std::array<std::string_view, 4> operations{"read", "write", "flush", "discard"};
  RequestRecord record;
  record.id = bio.io.record;
  record.operation = operations.at(static_cast<std::size_t>(bio.io.operation));
  record.lba = bio.lba;
  record.length = bio.io.length;
  record.key = bio.io.key;
  record.has_keyslot = request.has_keyslot;
  record.keyslot = request.keyslot;
  record.tag = request.tag;
  record.failed = bio.failed;
  record.timeline = timeline;
  return record;
}

}  // namespace

TracePlayer::TracePlayer(Agenda& agenda, const ReplayConfig& config, RequestSource& source, std::string source_name)
    : agenda_(agenda), config_(config), source_(source), source_name_(std::move(source_name)) {}

bool TracePlayer::read(IoRequest& io) {
  if (exhausted_) return false;
  if ((config_.limit != 0 && records_ == config_.limit) || !source_.next(io)) {
    exhausted_ = true;
    return false;
  }
  io.record = ++records_;
  check(io);
  return true;
}

void TracePlayer::check(const IoRequest& io) const {
  if (io.offset + io.length > capacity_ || io.offset + io.length < io.offset) {
    throw UserError(source_name_ + ": request " + std::to_string(records_) + " ends at byte " +
                    std::to_string(io.offset.n + io.length.n) + ", beyond the device's " + std::to_string(capacity_.n) +
                    " bytes; a larger device is allowed by --set flash.capacity=SIZE");
  }
  if (config_.mode != ReplayMode::asap && io.time > last_arrival_) {
    throw UserError(source_name_ + ": request " + std::to_string(io.record) + " arrives after " +
                    std::to_string(io.time.n) + " ps" +
                    (config_.time_scale == 100 ? "" : " x replay.time_scale=" + std::to_string(config_.time_scale) + " %") +
                    end_of_time);
  }
}

UserError TracePlayer::out_of_time() const {
  return UserError(source_name_ + ": " + std::to_string(outstanding_) + " requests are outstanding after " +
                   std::to_string(agenda_.now().n) + " ps" + end_of_time);
}

void TracePlayer::submit(const IoRequest& io) {
  ++outstanding_;
  driver_->submit(io);
}

void TracePlayer::start(Bytes capacity) {
  capacity_ = capacity;
  started_ = ended_ = agenda_.now();
  const Wide last = Wide{(Agenda::last_time - started_).n} * 100 / config_.time_scale;
  last_arrival_ = Picoseconds{static_cast<std::uint64_t>(std::min(last, Wide{~std::uint64_t{0}}))};
  play();
}

void TracePlayer::arrive() { play(); }

void TracePlayer::play() {
  // The kernel would turn an error into a report of its own; it is kept and thrown again outside.
  try {
    switch (config_.mode) {
      case ReplayMode::open:
        play_open();
        break;
      case ReplayMode::asap:
        play_asap();
        break;
      case ReplayMode::closed:
        play_closed();
        break;
    }
  } catch (const UserError&) {
    error_ = std::current_exception();
    agenda_.stop();
  }
}

void TracePlayer::play_open() {
  if (!has_next_) has_next_ = read(next_);
  while (has_next_) {
    const Picoseconds due = started_ + config_.scaled(next_.time);
    if (due > agenda_.now()) {
      host_->call_workload(due);
      return;
    }
    submit(next_);
    has_next_ = read(next_);
  }
}

void TracePlayer::play_asap() {
  while (outstanding_ < config_.queue_depth && read(next_)) submit(next_);
}

void TracePlayer::play_closed() {
  if (!has_next_) has_next_ = read(next_);
  for (; has_next_ && started_ + config_.scaled(next_.time) <= agenda_.now(); has_next_ = read(next_)) {
    Process& p = processes_[next_.process];
    p.queue.push_back(next_);
    ++waiting_;
    if (p.queue.size() == 1 && !p.busy) schedule(next_.process);
  }
  while (!due_.empty() && due_.front().at <= agenda_.now()) {
    const std::uint32_t process = due_.front().process;
    std::pop_heap(due_.begin(), due_.end());
    due_.pop_back();
    Process& p = processes_[process];
    const IoRequest io = p.queue.front();
    p.queue.pop_front();
    --waiting_;
    p.recorded = io.time;
    p.busy = p.seen = true;
    submit(io);
  }
  Picoseconds wake{~std::uint64_t{0}};
  if (has_next_) wake = started_ + config_.scaled(next_.time);
  if (!due_.empty()) wake = std::min(wake, due_.front().at);
  if (!due_.empty() && due_.front().at > Agenda::last_time) {
    throw UserError(source_name_ + ": request " +
                    std::to_string(processes_[due_.front().process].queue.front().record) +
                    " is due, after the one before it" + end_of_time);
  }
  if (wake.n != ~std::uint64_t{0}) host_->call_workload(wake);
}

/// Decides when the head of an idle process's queue is due.
void TracePlayer::schedule(std::uint32_t process) {
  const Process& p = processes_[process];
  const IoRequest& head = p.queue.front();
  Picoseconds due = agenda_.now();
  if (p.seen) {
    const Picoseconds pause = config_.scaled(head.time - p.recorded);
    due = pause > Agenda::last_time - p.ended ? Agenda::last_time + Picoseconds{1} : p.ended + pause;
  }
  due_.push_back({std::max(due, agenda_.now()), ++order_, process});
  std::push_heap(due_.begin(), due_.end());
}

void TracePlayer::bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) {
  if (observer_ != nullptr) observer_->request_ended(record_of(bio, request, timeline));
  const Picoseconds latency = timeline.total();
  latency_.all.add(latency);
  if (bio.io.operation == Operation::read) latency_.read.add(latency);
  if (bio.io.operation == Operation::write) latency_.write.add(latency);
  for (std::size_t s = 0; s < stage_count; ++s) latency_.stage_total[s] += timeline.spent(static_cast<Stage>(s));
  --outstanding_;
  ended_ = agenda_.now();
  if (config_.mode == ReplayMode::closed) {
    Process& p = processes_[bio.io.process];
    p.busy = false;
    p.ended = agenda_.now();
    if (!p.queue.empty()) schedule(bio.io.process);
  }
  if (config_.mode != ReplayMode::open) play();
}

}  // namespace icesim
