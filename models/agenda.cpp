// SPDX-License-Identifier: Apache-2.0
#include "models/agenda.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {

Agenda::Agenda(const sc_core::sc_module_name& name, Pace pace) : sc_module(name), pace_(pace) {
  SC_HAS_PROCESS(Agenda);
  SC_METHOD(step);
  sensitive << wake_;
  dont_initialize();
}

Agenda::Wake::Wake(Agenda& agenda, void (*run)(void*), void* module, Rank rank)
    : agenda_(agenda), run_(run), module_(module), rank_(rank) {
  std::vector<Wake*>& all = agenda.wakes_;
  all.insert(std::find_if(all.begin(), all.end(), [rank](const Wake* w) { return w->rank_ > rank; }), this);
}

Agenda::Wake::~Wake() {
  std::vector<Wake*>& all = agenda_.wakes_;
  all.erase(std::find(all.begin(), all.end(), this));
}

void Agenda::stop() {
  stopped_ = true;
  sc_core::sc_stop();
}

void Agenda::notify_kernel(Picoseconds at) {
  const Picoseconds t = kernel_now();
  ensure(at >= t, "a module is woken now or later");
  wake_.notify(to_sc_time(at - t));
}

/// Until when the kernel has nothing to do but what is on the agenda.
Picoseconds Agenda::horizon() const {
  if (pace_ == Pace::kernel) return kernel_now();
  if (!sc_core::sc_pending_activity()) return Wake::never - Picoseconds{1};
  return kernel_now() + Picoseconds{sc_core::sc_time_to_pending_activity().value()} - Picoseconds{1};
}

void Agenda::step() {
  const Picoseconds end = horizon();
  now_ = kernel_now();
  running_ = true;
  Picoseconds next{};
  while (!stopped_) {
    Wake* first = wakes_.front();
    for (Wake* wake : wakes_)
      if (wake->at_ < first->at_) first = wake;
    next = first->at_;
    if (next > now_) {
      if (next > end) break;
      now_ = next;
    }
    first->at_ = Wake::never;
    first->run_(first->module_);
  }
  running_ = false;
  if (stopped_) return;
  if (next != Wake::never) {
    notify_kernel(next);
  } else if (now_ > kernel_now()) {
    notify_kernel(now_);  // the kernel's time catches up
  }
}

}  // namespace icesim
