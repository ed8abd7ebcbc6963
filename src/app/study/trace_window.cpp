// SPDX-License-Identifier: Apache-2.0
#include "trace_window.hpp"

namespace icesim::app {

bool WindowedTrace::next(IoRequest& request) {
  if (given_ == window_.count) return false;
  if (given_ == 0) {
    for (std::uint64_t i = 0; i < window_.first; ++i)
      if (!whole_.next(request)) return false;
  }
  // What was split off a request stands behind it.
  do {
    if (!whole_.next(request)) return false;
  } while (given_ == 0 && (request.flags & IoRequest::continuation) != 0);
  if (given_ == 0) start_ = request.time;
  ++given_;
  request.time = shifted(request.time);
  return true;
}

void WindowedTrace::tell_keys(KeyListener& listener) {
  listener_ = &listener;
  whole_.tell_keys(*this);
}

void WindowedTrace::key_event(const KeyEvent& event) {
  const bool is_before = given_ == 0 || (event.kind == KeyEvent::Kind::issue && event.key > given_);
  if (is_before) return;
  KeyEvent told = event;
  told.time = shifted(event.time);
  listener_->key_event(told);
}

}  // namespace icesim::app
