// SPDX-License-Identifier: Apache-2.0
// What a native trace tells between its records: completions, events of keys, names of processes.
#include "src/workload/native/native_reader.hpp"

#include <algorithm>
#include <utility>

namespace icesim {

void NativeReader::fail_completion() const { fail("a completion stands behind more records than its block has"); }

void NativeReader::read_completions() {
  // What no records follow is due.
  tell_completions();
  if (told_ != completions_.size()) fail_completion();
  const std::uint64_t count = number(native::block_completions);
  const std::uint64_t scale = number(native::time_scales.front());
  completions_.assign(count, {});
  told_ = 0;
  std::uint64_t after = 0;
  for (native::Completion& c : completions_) c.after = after += number(native::block_records);
  const std::uint64_t kinds = version_ > 2 ? native::kinds : 1;
  for (native::Completion& c : completions_) {
    const std::uint64_t word = number(native::operations * kinds - 1);
    c.told.kind = static_cast<TraceCompletion::Kind>(word >> native::kind_shift);
    c.told.operation = static_cast<Operation>(word % native::operations);
  }
  for (native::Completion& c : completions_) {
    const std::uint64_t latency = number(native::any);
    if (__builtin_mul_overflow(latency, scale, &c.told.latency.n)) fail("a latency has more than 64 bits");
  }
  if (version_ < 5) return;
  for (native::Completion& c : completions_) c.told.request = number(native::any);
}

/// Tells those that come before the next record.
void NativeReader::tell_completions() {
  for (; told_ < completions_.size() && completions_[told_].after <= given_; ++told_) {
    TraceCompletion& c = completions_[told_].told;
    const std::uint64_t requests = info_.requests.total();
    if (c.request > requests) fail("a completion is of a request in front of the first");
    if (c.request > 0) c.request = requests - c.request + 1;
    if (c.kind != TraceCompletion::Kind::left) {
      info_.recorded_latency[c.operation].add(c.latency);
      ++info_.completions;
    }
    if (c.kind != TraceCompletion::Kind::late && info_.outstanding > 0) --info_.outstanding;
    if (completed_) completed_(c);
  }
}

void NativeReader::fail_key_event() const { fail("an event of a key stands behind more records than its block has"); }

void NativeReader::read_key_events() {
  tell_key_events();
  if (told_key_events_ != key_events_.size()) fail_key_event();
  const std::uint64_t count = number(native::block_key_events);
  const std::uint64_t scale = number(native::time_scales.front());
  key_events_.assign(count, {});
  told_key_events_ = 0;
  std::uint64_t after = 0;
  for (native::PlacedKeyEvent& e : key_events_) e.after = after += number(native::block_records);
  for (native::PlacedKeyEvent& e : key_events_)
    e.told.kind = static_cast<KeyEvent::Kind>(number(native::key_event_kinds - 1));
  for (native::PlacedKeyEvent& e : key_events_) {
    std::uint64_t step = 0;
    if (__builtin_mul_overflow(number(native::any), scale, &step) ||
        __builtin_add_overflow(key_event_time_.n, step, &key_event_time_.n))
      fail("the time of an event of a key has more than 64 bits of picoseconds");
    e.told.time = key_event_time_;
  }
  for (native::PlacedKeyEvent& e : key_events_) {
    if (!e.told.has_number()) continue;
    e.told.key = static_cast<KeyId>(number(native::any32));
    if (e.told.key == no_key) fail("an event of a key names none");
  }
}

/// Names hold from the next record on.
void NativeReader::read_names() {
  const std::uint64_t count = number(native::block_names);
  std::vector<std::pair<std::uint32_t, std::string>> fresh(count);
  for (auto& [process, name] : fresh) process = static_cast<std::uint32_t>(number(native::any32));
  for (auto& [process, name] : fresh) name.resize(number(native::longest_name));
  for (auto& [process, name] : fresh) {
    for (char& c : name) c = static_cast<char>(byte());
    if (names_.size() == native::most_names && names_.find(process) == names_.end()) names_.clear();
    names_[process] = std::move(name);
  }
}

std::string_view NativeReader::process_name() const {
  const auto found = names_.find(process_);
  return found == names_.end() ? std::string_view() : std::string_view(found->second);
}

void NativeReader::tell() {
  tell_completions();
  tell_key_events();
}

/// Tells what becomes of keys before the next record.
void NativeReader::tell_key_events() {
  for (; told_key_events_ < key_events_.size() && key_events_[told_key_events_].after <= given_; ++told_key_events_) {
    KeyEvent event = key_events_[told_key_events_].told;
    if (event.time < last_recorded_ || (given_ < block_.size() && event.time > block_[given_].time))
      fail("an event of a key is not of a time between the records beside it");
    if (event.kind != KeyEvent::Kind::issue) {
      ++info_.key_events[event.kind];
    } else if (event.key > info_.records) {
      fail("an event of a key is about a request before the first");
    }
    if (key_listener_ == nullptr) continue;
    event.time = event.time - idle_.cut;
    if (idle_.cap.n > 0) event.time = std::min(event.time, last_time_ + idle_.cap);
    key_listener_->key_event(event);
  }
}

}  // namespace icesim
