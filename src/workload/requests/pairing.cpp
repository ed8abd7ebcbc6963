// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/pairing.hpp"

#include <algorithm>

namespace icesim {
namespace {

using State = Outstanding::State;
using Kind = TraceCompletion::Kind;

/// What comes so much later is not the completion of a request that seemed completed.
constexpr std::uint64_t longest_doubt = 1'000'000'000;
constexpr std::uint64_t longest_latency = std::uint64_t{200} * 24 * 3600 * 1'000'000'000;

std::uint64_t distance(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; }

Picoseconds between(std::uint64_t earlier, std::uint64_t later) { return Picoseconds{(later - earlier) * 1'000}; }

TraceCompletion completion_of(const RunningRows::Row& row) {
  return {Kind::done, row.operation, row.latency, row.request};
}

bool is_equal(const Outstanding::Entry& entry, const IoRequest& request) {
  return entry.operation == request.operation && entry.offset == request.offset.n && entry.length == request.length.n;
}

}  // namespace

Pairing::Pairing(TraceInfo& info, Completions completions, const TraceOptions& options)
    : info_(info), completed_(options.completed), completions_(completions) {
  if (options.reissue_window) window_ = options.reissue_window->n / 1'000;
  follows_ = completions == Completions::recorded || !window_ || *window_ > 0;
}

/// Completions that stand behind events of later times are counted.
void Pairing::notice_order(std::uint64_t nanoseconds) {
  if (nanoseconds < newest_)
    ++info_.unordered_completions;
  else
    newest_ = nanoseconds;
}

bool Pairing::issue(const RequestEvent& event) {
  if (!follows_) return true;
  settle();
  newest_ = std::max(newest_, event.nanoseconds);
  if (!is_new(event)) return false;
  State state = State::issued;
  const std::uint64_t number = info_.requests.total() + 1;
  if (const auto completed = orphans_.take(event)) {
    --info_.orphans;
    const Operation operation = event.request.operation;
    if (*completed >= event.nanoseconds) {
      ++info_.unordered_completions;
      due_ = {Kind::done, operation, between(event.nanoseconds, *completed), number};
    } else {
      ++info_.early_completions;
      due_ = {Kind::left, operation, {}, number};
      state = State::answered;
    }
  }
  if (!due_ || state == State::answered) {
    if (outstanding_.full()) give_up(*outstanding_.oldest());
    outstanding_.add(event, state).request = number;
  }
  count();
  return true;
}

/// False when the event is a request that is outstanding. Gives up those that it shows to be over.
bool Pairing::is_new(const RequestEvent& event) {
  const IoRequest& r = event.request;
  const bool by_tag = event.tag != RequestEvent::no_tag;
  const bool is_flush = r.operation == Operation::flush;
  Entry* const entry = outstanding_.find(event, [&](const Entry& e) {
    if (by_tag) return true;
    return is_equal(e, r) && (!is_flush || e.state == State::put_back);
  });
  if (entry == nullptr) return true;
  if (entry->state == State::answered) {
    outstanding_.remove(*entry);
    return true;
  }
  const bool equal = is_equal(*entry, r);
  if (equal && entry->state == State::put_back) {
    entry->state = State::issued;
    ++info_.requeued;
    return false;
  }
  const bool near = equal && distance(entry->nanoseconds, event.nanoseconds) <= window();
  const bool again = near && entry->flags == r.flags && !is_flush;
  if (again && collapses()) {
    ++info_.collapsed;
    return false;
  }
  if (again && !window_) ++info_.repeated;
  if (by_tag || !near) give_up(*entry);
  return true;
}

void Pairing::put_back(const RequestEvent& event) {
  settle();
  Entry* const entry =
      outstanding_.find(event, [&](const Entry& e) { return e.state == State::issued && is_equal(e, event.request); });
  if (entry != nullptr) entry->state = State::put_back;
}

void Pairing::complete(const RequestEvent& event) {
  settle();
  expected_ = true;
  ++info_.completions;
  notice_order(event.nanoseconds);
  const IoRequest& r = event.request;
  if (r.operation != Operation::flush && r.length.n == 0) {
    // The request completed, and completes again once the flush after it is done.
    ++info_.flush_sequences;
    return;
  }
  const bool whole = r.length == RequestEvent::all_that_is_left;
  const auto can_end = [&](const Entry& e) {
    return e.state != State::answered || distance(e.nanoseconds, event.nanoseconds) <= longest_doubt;
  };
  const auto is_ended = [&](const Entry& e) {
    return e.operation == r.operation && e.offset == r.offset.n && (whole || e.length == r.length.n) && can_end(e);
  };
  Entry* entry = outstanding_.find(event, [&](const Entry& e) { return e.state != State::put_back && is_ended(e); });
  // That it was issued again may be lost.
  if (entry == nullptr) entry = outstanding_.find(event, is_ended);
  if (entry == nullptr && event.tag == RequestEvent::no_tag && !whole) {
    entry =
        outstanding_.find(event, [&](const Entry& e) { return e.length > r.length.n && e.state != State::answered; });
    if (entry != nullptr) return outstanding_.shorten(*entry, r.length.n);
  }
  if (entry == nullptr ||
      (event.nanoseconds > entry->nanoseconds && event.nanoseconds - entry->nanoseconds > longest_latency)) {
    if (event.tag != RequestEvent::no_tag) reuse(event.tag);
    ++info_.orphans;
    orphans_.add(event);
  } else {
    answer(*entry, event);
  }
  count();
}

/// Ends a request.
void Pairing::answer(Entry& entry, const RequestEvent& event) {
  const Operation operation = entry.operation;
  const bool was_answered = entry.state == State::answered;
  const std::uint64_t issued = entry.nanoseconds;
  const std::uint64_t number = entry.request;
  outstanding_.remove(entry);
  if (was_answered) {
    // The completion before its issue was that of an earlier request, which the recording does not show.
    --info_.early_completions;
    ++info_.orphans;
  }
  if (event.nanoseconds >= issued) {
    leave({was_answered ? Kind::late : Kind::done, operation, between(issued, event.nanoseconds), number});
  } else {
    ++info_.early_completions;
    if (!was_answered) leave({Kind::left, operation, {}, number});
  }
}

void Pairing::reuse(std::uint32_t tag) {
  RequestEvent event;
  event.tag = tag;
  if (Entry* const entry = outstanding_.find(event, [](const Entry&) { return true; })) give_up(*entry);
  count();
}

void Pairing::give_up(Entry& entry) {
  const TraceCompletion left{Kind::left, entry.operation, {}, entry.request};
  const bool was_answered = entry.state == State::answered;
  outstanding_.remove(entry);
  if (was_answered || completions_ == Completions::absent) return;
  ++given_up_;
  leave(left);
}

void Pairing::leave(const TraceCompletion& completion) {
  if (completion.kind != Kind::left) info_.recorded_latency[completion.operation].add(completion.latency);
  if (completed_) completed_(completion);
}

/// A request that had completed before its issue leaves once it has been given.
void Pairing::settle() {
  if (!due_) return;
  leave(*due_);
  due_.reset();
  count();
}

void Pairing::count() {
  if (completions_ == Completions::absent) {
    info_.outstanding = rows_.size();
    return;
  }
  info_.outstanding = outstanding_.size() + (due_ ? 1 : 0);
  info_.unfinished = outstanding_.size() + given_up_;
}

void Pairing::took(Picoseconds latency, const RequestEvent& event, Picoseconds time) {
  if (follows_) {
    if (Entry* const entry = outstanding_.find(event, [&](const Entry& e) { return is_equal(e, event.request); }))
      outstanding_.remove(*entry);
  }
  ++info_.completions;
  rows_.make_room([this](const RunningRows::Row& row) { leave(completion_of(row)); });
  const std::uint64_t latest = ~std::uint64_t{0};
  const Picoseconds end{latency.n > latest - time.n ? latest : time.n + latency.n};
  rows_.add({end, latency, event.request.operation, info_.requests.total()});
  count();
}

void Pairing::arrive(Picoseconds time) {
  if (rows_.size() == 0) return;
  rows_.end_until(time, [this](const RunningRows::Row& row) { leave(completion_of(row)); });
  count();
}

void Pairing::restart() {
  settle();
  while (Entry* const entry = outstanding_.oldest()) give_up(*entry);
  orphans_.clear();
  newest_ = 0;
  count();
}

void Pairing::finish() {
  settle();
  rows_.end_until(Picoseconds{~std::uint64_t{0}},
                  [this](const RunningRows::Row& row) { leave(completion_of(row)); });
  count();
}

}  // namespace icesim
