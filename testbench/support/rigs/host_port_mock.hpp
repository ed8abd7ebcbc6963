// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/driver/host_port.hpp"

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace icesim::test {

/// A machine for driver tests, without SystemC: cores that carry out steps in order of simulated time, registers
/// answered by functions of the test, and memory. Timing as HostCpu's: a write arrives `mmio_write` after its issue, a
/// read samples the register after half of `mmio_read`, the interrupt is a level and its handler goes before what is
/// queued, then softirqs, then real-time threads. But nothing interrupts the secure world here.
class HostPortMock : public HostPort {
 public:
  struct Access {
    bool is_write = false;
    std::uint32_t offset = 0;
    std::uint32_t value = 0;
    Picoseconds at{};  ///< when it arrives at the controller
  };

  /// What the secure world put into a keyslot.
  struct Load {
    Keyslot keyslot;
    CryptoConfig entry;
    bool configure = false;
    Picoseconds at{};
  };
  /// Clocks were set to their higher frequency, or the lower one.
  struct ClockSetting {
    bool high;
    Picoseconds at;
  };

  HostPortMock(std::uint32_t num_cores, const HostCosts& costs) : costs_(costs), cores_(num_cores) {}

  void connect(HostClient& client) { client_ = &client; }
  std::function<std::uint32_t(std::uint32_t offset)> on_read = [](std::uint32_t) { return 0u; };
  std::function<void(std::uint32_t offset, std::uint32_t value)> on_write = [](std::uint32_t, std::uint32_t) {};

  Picoseconds now() const override { return now_; }
  void queue(Core core, Step step) override {
    CoreState& c = cores_.at(core);
    if (c.busy) {
      c.queue.push_back(step);
    } else {
      begin(core, step);
    }
  }
  void queue_softirq(Core core, Step step) override {
    CoreState& c = cores_.at(core);
    if (!c.busy) return begin(core, step);
    c.urgent.push_back(step);
  }
  void queue_real_time(Core core, Step step) override {
    CoreState& c = cores_.at(core);
    if (!c.busy) return begin(core, step);
    c.queue.push_front(step);
  }
  void queue_at(Core core, Step step, Picoseconds when) override {
    at(when, [=] { queue(core, step); });
  }
  void write_register(std::uint32_t offset, std::uint32_t value, Picoseconds issue) override {
    at(issue + costs_.mmio_write, [=] {
      accesses.push_back({true, offset, value, now_});
      on_write(offset, value);
    });
  }
  void load_keyslot(Keyslot keyslot, const CryptoConfig& entry, bool configure, Picoseconds when) override {
    at(when, [=] { loads.push_back({keyslot, entry, configure, now_}); });
  }
  void reset_hardware() override { resets.push_back(now_); }
  void set_clocks(bool high) override { clocks.push_back({high, now_}); }
  void write_memory(std::uint64_t address, const std::byte* data, std::size_t size) override {
    for (std::size_t i = 0; i < size; ++i) memory_[address + i] = data[i];
  }
  void read_memory(std::uint64_t address, std::byte* data, std::size_t size) override {
    for (std::size_t i = 0; i < size; ++i) {
      const auto found = memory_.find(address + i);
      data[i] = found == memory_.end() ? std::byte{0} : found->second;
    }
  }

  /// Lets `what` happen at `when`, after everything that was planned for that time before.
  void at(Picoseconds when, std::function<void()> what) {
    ensure(when >= now_, "nothing happens in the past");
    events_.emplace(std::make_pair(when.n, sequence_++), std::move(what));
  }
  /// The interrupt line, a level.
  void set_interrupt(bool high) {
    const bool rises = high && !interrupt_;
    interrupt_ = high;
    if (rises && !handling_) start_handler();
  }
  /// An interrupt by message, an edge that pends until its handler begins.
  void message(std::uint32_t number) {
    if (pending_.count(number) != 0) return;
    const HostClient::Handler handler = client_->message(number);
    CoreState& c = cores_.at(handler.core);
    if (!c.busy) return begin(handler.core, handler.first);
    pending_.insert(number);
    c.urgent.push_front(handler.first);
  }
  /// Until nothing is left to do, up to `end`. Throws Bug if that never comes.
  void run(Picoseconds end = Picoseconds{~std::uint64_t{0}}) {
    for (std::uint64_t events = 0; !events_.empty(); ++events) {
      ensure(events < 10'000'000, "the mock machine comes to rest");
      const auto first = events_.begin();
      if (first->first.first > end.n) return;
      now_ = Picoseconds{first->first.first};
      const std::function<void()> what = std::move(first->second);
      events_.erase(first);
      what();
    }
  }

  std::vector<Access> accesses;
  std::vector<Load> loads;
  std::vector<Picoseconds> resets;  ///< when the lines were pulled
  std::vector<ClockSetting> clocks;

 private:
  struct CoreState {
    bool busy = false;
    Step current;
    std::deque<Step> urgent;
    std::deque<Step> queue;
  };

  void begin(Core core, Step step) {
    CoreState& c = cores_.at(core);
    c.busy = true;
    c.current = step;
    if (step.work_kind() == Work::Kind::message) pending_.erase(step.work().index);
    if (step.kind() == Step::Kind::compute || step.kind() == Step::Kind::call) {
      at(now_ + step.cost, [=] { ended(core, 0); });
      return;
    }
    ensure(step.kind() == Step::Kind::read, "a core is given work");
    const Picoseconds there{costs_.mmio_read.n / 2};
    const auto offset = static_cast<std::uint32_t>(step.reg());
    at(now_ + there, [=] {
      const std::uint32_t value = on_read(offset);
      accesses.push_back({false, offset, value, now_});
      at(now_ + (costs_.mmio_read - there), [=] { ended(core, value); });
    });
  }
  void ended(Core core, std::uint32_t value) {
    CoreState& c = cores_.at(core);
    const Work::Kind kind = c.current.work_kind();
    const Step following = client_->step(c.current.work(), value);
    if (following.kind() != Step::Kind::done) return begin(core, following);
    c.busy = false;
    if (handling_ && core == 0 && kind == Work::Kind::read_status) {
      handling_ = false;
      if (interrupt_) return start_handler();
    }
    std::deque<Step>& waiting = c.urgent.empty() ? c.queue : c.urgent;
    if (waiting.empty()) return;
    const Step queued = waiting.front();
    waiting.pop_front();
    begin(core, queued);
  }
  void start_handler() {
    handling_ = true;
    const Step first = client_->interrupt();
    if (cores_[0].busy) {
      cores_[0].urgent.push_front(first);
    } else {
      begin(0, first);
    }
  }

  HostCosts costs_;
  std::vector<CoreState> cores_;
  HostClient* client_ = nullptr;
  Picoseconds now_{};
  std::uint64_t sequence_ = 0;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::function<void()>> events_;
  std::map<std::uint64_t, std::byte> memory_;
  bool interrupt_ = false;
  bool handling_ = false;
  std::set<std::uint32_t> pending_;  ///< messages
};

}  // namespace icesim::test
