// SPDX-License-Identifier: Apache-2.0
#include "models/base/agenda.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"

#include <algorithm>

namespace icesim {

Agenda::Agenda(const sc_core::sc_module_name& name, Pace pace) : sc_module(name), pace_(pace) {
  at_.fill(Wake::never);
  SC_HAS_PROCESS(Agenda);
  SC_METHOD(step);
  sensitive << wake_;
  dont_initialize();
}

Agenda::Wake::Wake(Agenda& agenda, void (*run)(void*), void* module, const char* name)
    : agenda_(agenda), run_(run), module_(module), name_(name) {
  ensure(agenda.count_ < max_wakes, "an agenda has few modules");
  agenda.put(agenda.count_++, *this, never);
}

Agenda::Wake::~Wake() {
  for (--agenda_.count_; place_ < agenda_.count_; ++place_)
    agenda_.put(place_, *agenda_.wakes_[place_ + 1], agenda_.at_[place_ + 1]);
  agenda_.at_[agenda_.count_] = never;
}

Agenda::LastWord::LastWord(Agenda& agenda, void (*run)(void*), void* module)
    : agenda_(agenda), run_(run), module_(module) {
  ensure(agenda.last_word_ == nullptr, "one has the last word");
  agenda.last_word_ = this;
}

Agenda::LastWord::~LastWord() {
  agenda_.last_word_ = nullptr;
  agenda_.last_word_asked_ = false;
}

void Agenda::put(std::size_t place, Wake& wake, Picoseconds at) {
  wakes_[place] = &wake;
  at_[place] = at;
  wake.place_ = place;
}

void Agenda::stop() {
  if (stopped_) return;
  stopped_ = true;
  sc_core::sc_stop();
}

/// The time while the kernel has the word: it may have gone on since the last wake-up, or have to catch up with it.
Picoseconds Agenda::idle_now() const { return std::max(now_, kernel_now()); }

void Agenda::notify_kernel(Picoseconds at) {
  const Picoseconds t = kernel_now();
  ensure(at >= t, "a module is woken now or later");
  wake_.notify(to_sc_time(at - t));
}

/// Until when the kernel has nothing to do but what is on the agenda.
Picoseconds Agenda::horizon() const {
  if (pace_ == Pace::kernel) return kernel_now();
  if (!sc_core::sc_pending_activity()) return last_time;
  const Picoseconds pending =
      kernel_now() + Picoseconds{sc_core::sc_time_to_pending_activity().value()} - Picoseconds{1};
  return std::min(last_time, pending);
}

/// The place whose time comes first, and of equal ones the first; places that nobody has are never due.
std::size_t Agenda::earliest() const {
  static_assert(max_wakes % 4 == 0, "four places are looked at at a time");
  const auto first_of = [this](std::size_t a, std::size_t b) { return at_[b] < at_[a] ? b : a; };
  std::size_t first = first_of(first_of(0, 1), first_of(2, 3));
  for (std::size_t i = 4; i < count_; i += 4)
    first = first_of(first, first_of(first_of(i, i + 1), first_of(i + 2, i + 3)));
  return first;
}

/// Asks what has come about; once in many pieces of work.
void Agenda::look() {
  until_look_ = work_between_looks_;
  const Picoseconds t = now();
  const std::uint64_t progress = watch_ != nullptr ? watch_->progress() : 0;
  const Picoseconds patience = watch_ != nullptr ? watch_->patience() : Picoseconds{};
  if (progress != progress_ || patience.n == 0) progressed_ = t;
  looks_ = progress == progress_ && t == looked_ ? looks_ + 1 : 0;
  progress_ = progress;
  looked_ = t;
  if (looks_ >= looks_at_an_instant) give_up("endless work at " + quantity_text(t));
  if (t - progressed_ > patience) {
    give_up("no progress since " + quantity_text(progressed_) + ", by " + quantity_text(t) + ", when " +
            quantity_text(patience) + " are enough for everything");
  }
}

void Agenda::give_up(const std::string& why) {
  stuck_ = why + (watch_ != nullptr ? ": " + watch_->waiting() : std::string{}) + "; to be woken: " + due();
  throw_bug(stuck_);
}

std::string Agenda::due() const {
  std::string list;
  for (std::size_t place = 0; place < count_; ++place) {
    if (at_[place] == Wake::never) continue;
    list += (list.empty() ? "" : ", ") + std::string(wakes_[place]->name_) + " at " + quantity_text(at_[place]);
  }
  return list.empty() ? "nobody" : list;
}

void Agenda::step() {
  const Picoseconds end = horizon();
  now_ = kernel_now();
  running_ = true;
  Picoseconds next{};
  while (!stopped_) {
    const std::size_t first = earliest();
    next = at_[first];
    if (next > now_) {
      if (last_word_asked_) {
        last_word_asked_ = false;
        count_work();
        last_word_->run_(last_word_->module_);
        continue;
      }
      if (next > end) break;
      now_ = next;
    }
    count_work();
    at_[first] = Wake::never;
    wakes_[first]->run_(wakes_[first]->module_);
  }
  running_ = false;
  if (stopped_) return;
  if (next != Wake::never && next > last_time) {
    out_of_time_ = true;
    stop();
  } else if (next != Wake::never) {
    notify_kernel(next);
  } else if (now_ > kernel_now()) {
    notify_kernel(now_);  // the kernel's time catches up
  }
}

}  // namespace icesim
