// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <vector>

namespace icesim::app {

/// Which requests of a trace are replayed.
struct TraceWindow {
  std::uint64_t first = 0;  ///< before it so many are left out
  std::uint64_t count = 0;  ///< so many follow; 0: all of them, and none is left out
};

/// A part of a trace as a trace of its own: it begins with the first request of the window, at time 0. What is told of keys in
/// front of that is left out, and so is what is about requests in front of it.
class WindowedTrace final : public RequestSource, KeyListener {
 public:
  /// `whole` must outlive it.
  WindowedTrace(RequestSource& whole, TraceWindow window) : whole_(whole), window_(window) {}

  bool next(IoRequest& request) override;
  void tell_keys(KeyListener& listener) override;
  std::vector<std::string> vms() const override { return whole_.vms(); }

 private:
  void key_event(const KeyEvent& event) override;
  Picoseconds shifted(Picoseconds time) const { return Picoseconds{time.n < start_.n ? 0 : time.n - start_.n}; }

  RequestSource& whole_;
  TraceWindow window_;
  KeyListener* listener_ = nullptr;
  Picoseconds start_{};
  std::uint64_t given_ = 0;
};

}  // namespace icesim::app
