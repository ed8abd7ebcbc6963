// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/agenda.hpp"

namespace icesim {

/// Who takes an interrupt.
class InterruptSink {
 public:
  virtual ~InterruptSink() = default;
  virtual void interrupt_rose() = 0;
};

/// The wire of an interrupt pin between modules of one agenda.
///
/// **Timing**: as an sc_signal: what is written is read, and a rising edge told, after all modules have run that are
/// woken at the same instant; but on the agenda's time, and without the kernel's events, to which nobody may be
/// sensitive.
/// **Spec**: [systemc-standard], sc_signal.
class InterruptLine final : public sc_core::sc_signal<bool> {
 public:
  InterruptLine(const char* name, Agenda& agenda)
      : sc_signal(name),
        last_word_(agenda, run_step<InterruptLine, &InterruptLine::update_level>, this) {}

  void connect(InterruptSink& sink) { sink_ = &sink; }

  const bool& read() const override { return level_; }
  void write(const bool& level) override {
    written_ = level;
    if (written_ != level_) last_word_.ask();
  }

 private:
  void update_level() {
    const bool rose = written_ && !level_;
    level_ = written_;
    if (rose) sink_->interrupt_rose();
  }

  Agenda::LastWord last_word_;
  InterruptSink* sink_ = nullptr;
  bool level_ = false;
  bool written_ = false;
};

}  // namespace icesim
