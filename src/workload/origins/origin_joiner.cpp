// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/origins/origin_joiner.hpp"

#include "src/workload/requests/rwbs.hpp"

namespace icesim {

std::string rwbs_word(const IoRequest& request) { return rwbs(request); }

bool OriginJoiner::next(IoRequest& request) {
  if (!trace_->next(request)) {
    // Nothing more is told.
    for (const auto& [number, record] : waiting_) {
      if (const auto found = notes_.find(record); found != notes_.end()) found->second.waits = false;
    }
    waiting_.clear();
    return false;
  }
  ++records_;
  note(request);
  return true;
}

void OriginJoiner::note(const IoRequest& request) {
  Note& note = notes_[records_];
  note.origin = trace_->origin();
  note.origin.process_name = texts_.keep(note.origin.process_name);
  note.origin.path = texts_.keep(note.origin.path);
  note.origin.policy_name = texts_.keep(note.origin.policy_name);
  note.origin.rwbs = texts_.keep(note.origin.rwbs.empty() ? rwbs_word(request) : note.origin.rwbs);
  if ((request.flags & IoRequest::continuation) != 0) return;
  const OriginSource::Number number = trace_->number();
  const std::uint64_t name = name_of(number.trace, number.request);
  if (const auto told = early_.find(name); told != early_.end()) {
    if (told->second.kind != TraceCompletion::Kind::left) note.origin.recorded = told->second.latency;
    early_.erase(told);
    return;
  }
  if (!number.may_complete || gives_up_) return;
  note.waits = true;
  note.name = name;
  waiting_[name] = records_;
}

void OriginJoiner::completed(const TraceCompletion& completion) {
  if (completion.request == 0) return;
  told_ = true;
  const std::uint64_t name = name_of(completion.trace, completion.request);
  const auto found = waiting_.find(name);
  if (found == waiting_.end()) {
    // Of a trace that is read ahead, or of a request that seemed over.
    constexpr std::size_t most_early = 4096;
    if (early_.size() >= most_early) early_.clear();
    if (completion.kind != TraceCompletion::Kind::late) early_[name] = completion;
    return;
  }
  if (const auto note = notes_.find(found->second); note != notes_.end()) {
    note->second.waits = false;
    if (completion.kind != TraceCompletion::Kind::left) note->second.origin.recorded = completion.latency;
  }
  waiting_.erase(found);
}

void OriginJoiner::request_ended(const RequestRecord& request) {
  ended_.push(request);
  pass_on();
}

void OriginJoiner::pass_on() {
  while (!ended_.empty()) {
    RequestRecord& first = ended_.front();
    const auto note = notes_.find(first.id);
    if (note != notes_.end()) {
      if (note->second.waits) {
        if (ended_.size() <= most_held && !gives_up_) return;
        gives_up_ = !told_;
        waiting_.erase(note->second.name);
      }
      first.origin = note->second.origin;
      notes_.erase(note);
    }
    sink_.request_ended(first);
    ended_.pop();
  }
}

void OriginJoiner::finish() {
  for (auto& [record, note] : notes_) note.waits = false;
  pass_on();
}

}  // namespace icesim
