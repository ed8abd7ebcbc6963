// SPDX-License-Identifier: Apache-2.0
#include "models/host/trace_player.hpp"


#include <algorithm>

namespace icesim {
namespace {

constexpr const char* end_of_time = ", beyond the 213 days that 64 bits of picoseconds hold; --time-scale, --mode and --set "
                                    "replay.limit=N make a run shorter";

RequestRecord record_of(const Bio& bio, const Request& request, const Timeline& timeline) {
  RequestRecord record = icesim::record_of(bio.io, bio.io.record);
  record.lba = bio.lba;
  if (bio.io.key == no_key) record.key = bio.crypt.key;
  record.has_keyslot = request.has_keyslot;
  record.keyslot = request.keyslot;
  record.tag = request.tag;
  record.failed = static_cast<bool>(bio.failure);
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
    driver_->issue_all();
    return false;
  }
  // How long a request was held makes sense at the recorded times only.
  if (config_.mode != ReplayMode::open) io.flags = static_cast<std::uint8_t>(io.flags & ~IoRequest::held);
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

/// Heard while the request after it is read. Of an issue it names the request by its number then.
void TracePlayer::key_event(const KeyEvent& event) {
  KeyEvent& mine = key_events_.add();
  mine = event;
  if (event.kind == KeyEvent::Kind::issue) mine.key = static_cast<KeyId>(records_ + 1) - event.key;
}

void TracePlayer::pass_on_key_event() {
  driver_->key_event(key_events_.front());
  key_events_.pop();
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
    const Picoseconds due = next_due();
    if (due > agenda_.now()) {
      host_->call_workload(due);
      return;
    }
    if (!key_events_.empty()) {
      pass_on_key_event();
      continue;
    }
    submit(next_);
    has_next_ = read(next_);
  }
}

void TracePlayer::play_asap() {
  while (outstanding_ < config_.queue_depth && read(next_)) {
    while (!key_events_.empty()) pass_on_key_event();
    submit(next_);
  }
}

void TracePlayer::play_closed() {
  if (!has_next_) has_next_ = read(next_);
  while (has_next_ && next_due() <= agenda_.now()) {
    if (!key_events_.empty()) {
      pass_on_key_event();
      continue;
    }
    Process& p = process_of(next_);
    put_behind(p, next_);
    if (p.first == p.last && !p.busy) schedule(p);
    has_next_ = read(next_);
  }
  while (!due_.empty() && due_.front().at <= agenda_.now()) {
    Process& p = processes_[due_.front().process];
    std::pop_heap(due_.begin(), due_.end());
    due_.pop_back();
    const IoRequest io = take_behind(p);
    p.recorded = io.time;
    p.busy = p.seen = true;
    submit(io);
  }
  if (has_next_) call_at(next_due());
  if (due_.empty()) return;
  if (due_.front().at > Agenda::last_time) {
    throw UserError(source_name_ + ": request " +
                    std::to_string(behind(processes_[due_.front().process].first).io.record) +
                    " is due, after the one before it" + end_of_time);
  }
  call_at(due_.front().at);
}

/// Sees to a call at `at`, or at an earlier time, from which on the next one is seen to again: a call stays with the host
/// until it comes, so the same one is never asked for twice.
void TracePlayer::call_at(Picoseconds at) {
  while (!calls_.empty() && calls_.back() <= agenda_.now()) calls_.pop_back();
  if (!calls_.empty() && calls_.back() <= at) return;
  calls_.push_back(at);
  host_->call_workload(at);
}

TracePlayer::Process& TracePlayer::process_of(const IoRequest& io) {
  const std::uint32_t number = numbers_[io.process];
  if (number == processes_.size()) processes_.emplace_back();
  return processes_[number];
}

void TracePlayer::put_behind(Process& process, const IoRequest& io) {
  if (free_behind_ == no_index) {
    // Places that have never been used: each is followed by the next one.
    const auto first = static_cast<std::uint32_t>(backlog_.size() * chunk);
    backlog_.push_back(std::make_unique<std::array<Behind, chunk>>());
    for (std::uint32_t i = 0; i + 1 < chunk; ++i) behind(first + i).next = first + i + 1;
    free_behind_ = first;
  }
  const std::uint32_t place = free_behind_;
  free_behind_ = behind(place).next;
  behind(place) = {io, no_index};
  (process.first == no_index ? process.first : behind(process.last).next) = place;
  process.last = place;
  ++waiting_;
}

IoRequest TracePlayer::take_behind(Process& process) {
  const std::uint32_t place = process.first;
  Behind& taken = behind(place);
  process.first = taken.next;
  taken.next = free_behind_;
  free_behind_ = place;
  --waiting_;
  return taken.io;
}

/// Decides when the head of an idle process's queue is due.
void TracePlayer::schedule(Process& p) {
  const IoRequest& head = behind(p.first).io;
  Picoseconds due = agenda_.now();
  if (p.seen) {
    const Picoseconds pause = config_.scaled(head.time - p.recorded);
    due = pause > Agenda::last_time - p.ended ? Agenda::last_time + Picoseconds{1} : p.ended + pause;
  }
  due_.push_back({std::max(due, agenda_.now()), ++order_, static_cast<std::uint32_t>(&p - processes_.data())});
  std::push_heap(due_.begin(), due_.end());
}

void TracePlayer::bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) {
  if (observer_ != nullptr) observer_->request_ended(record_of(bio, request, timeline));
  // How long it took to fail says nothing about how long it takes.
  if (!bio.failure) latency_.add(bio.io.operation, timeline);
  if (seldom(!latency_of_.empty()) && !bio.failure) latency_of_[bio.io.vm].add(bio.io.operation, timeline);
  --outstanding_;
  ended_ = agenda_.now();
  if (config_.mode == ReplayMode::closed) {
    Process& p = process_of(bio.io);
    p.busy = false;
    p.ended = agenda_.now();
    if (p.first != no_index) schedule(p);
  }
  if (config_.mode != ReplayMode::open) play();
  if (!finished()) return;
  driver_->stop();
  if (then_) then_();
}

}  // namespace icesim
