// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "icesim/base/recorder.hpp"
#include "icesim/base/signals.hpp"
#include "icesim/base/wide.hpp"

#include <array>
#include <string>
#include <vector>

namespace icesim::test {

/// Watches all signals, keeps nothing, and holds those who tell it to their promises.
class NoSignals final : public SignalRecorder {
 public:
  explicit NoSignals(std::uint64_t seed) : random_(seed) {}
  void declare(const std::vector<Signal>& signals) override { signals_ = signals; }
  void change(std::size_t signal, Picoseconds at, std::uint64_t value) override {
    told(signal, at);
    const unsigned width = signals_[signal].width;
    if (width < 64 && value >> width != 0) wrong_ = "a signal takes a value that it has no pins for";
  }
  void hide(std::size_t signal, Picoseconds at) override { told(signal, at); }
  bool shows(Picoseconds, Picoseconds) const override { return random_.chance(50); }
  void settle(Picoseconds now) override {
    if (now < settled_) wrong_ = "the time up to which all is told goes back";
    settled_ = now;
  }
  void end(Picoseconds) override { ended_ = true; }

  /// What was wrong; empty: nothing.
  std::string wrong() const { return wrong_.empty() && !ended_ ? "the signals have no end" : wrong_; }

 private:
  void told(std::size_t signal, Picoseconds at) {
    if (signal >= signals_.size()) throw_bug("a signal changes that was not declared");
    if (at < settled_) wrong_ = signals_[signal].name + " changes in a time of which all was told";
  }

  mutable Random random_;
  std::vector<Signal> signals_;
  Picoseconds settled_{};
  bool ended_ = false;
  std::string wrong_;
};

/// Adds up what is told of the requests.
class RequestSums final : public RequestRecorder {
 public:
  void request_ended(const RequestRecord& request) override {
    const Timeline& life = request.timeline;
    Wide stages = 0;
    for (std::size_t s = 0; s < stage_count; ++s) {
      // The time of what failed is in no total.
      if (!request.failed) stage_[s] += life.spent(static_cast<Stage>(s)).n;
      stages += life.spent(static_cast<Stage>(s)).n;
    }
    if (stages != (life.last() - life.start()).n) wrong_ = "a request's stages do not add up to its latency";
    if (!request.failed) latency_ += stages;
    failed_ += request.failed ? 1 : 0;
    ++requests_;
  }

  Wide latency() const { return latency_; }
  Wide stage(std::size_t s) const { return stage_[s]; }
  std::uint64_t requests() const { return requests_; }
  std::uint64_t failed() const { return failed_; }
  std::string wrong() const { return wrong_; }

 private:
  std::array<Wide, stage_count> stage_{};
  Wide latency_ = 0;
  std::uint64_t requests_ = 0;
  std::uint64_t failed_ = 0;
  std::string wrong_;
};

}  // namespace icesim::test
