// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/agenda.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Where interrupts by message go: a posted write of 32 bits, now.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  virtual void message(std::uint64_t address, std::uint32_t data) = 0;
};

/// Who takes an interrupt.
class InterruptSink {
 public:
  virtual ~InterruptSink() = default;
  virtual void interrupt_rose() = 0;
  /// One by message has come; only where somebody is connected who sends them.
  virtual void message_came(std::uint64_t address, std::uint32_t data) { (void)address, (void)data; }
};

/// The wire of an interrupt pin between modules of one agenda, and the way of interrupts by message.
///
/// **Timing**: as an sc_signal: what is written is read, and a rising edge told, after all modules have run that are
/// woken at the same instant; but on the agenda's time, and without the kernel's events, to which nobody may be
/// sensitive. Messages come then, too, behind the edge, in the order in which they were sent.
/// **Spec**: [systemc-standard], sc_signal.
class InterruptLine final : public sc_core::sc_signal<bool>, public MessageSink {
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
  void message(std::uint64_t address, std::uint32_t data) override {
    messages_.push_back({address, data});
    last_word_.ask();
  }

 private:
  void update_level() {
    const bool rose = written_ && !level_;
    level_ = written_;
    if (rose) sink_->interrupt_rose();
    if (seldom(!messages_.empty())) pass_messages();
  }
  [[gnu::noinline]] void pass_messages() {
    for (const Message& each : messages_) sink_->message_came(each.address, each.data);
    messages_.clear();
  }

  struct Message {
    std::uint64_t address = 0;
    std::uint32_t data = 0;
  };

  Agenda::LastWord last_word_;
  InterruptSink* sink_ = nullptr;
  bool level_ = false;
  bool written_ = false;
  std::vector<Message> messages_;  ///< of this instant
};

}  // namespace icesim
