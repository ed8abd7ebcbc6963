// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/crypto_config.hpp"
#include "testbench/reference/controller/controller_conductor.hpp"

#include <algorithm>
#include <array>

namespace icesim::twin {

Conductor::Conductor(ControllerPair& pair, const ControllerCase& c, const std::vector<SoftwareStep>& script)
    : pair_(pair), case_(c), script_(script), bus_cycle_(pair.bus.edge(Cycles{1})), tags_(c.tags()) {
  pair_.link.on_sent = [this](const RecordingLink::Sent& sent) { on_sent(sent); };
  pair_.actions.at(cycles(2), [this] { start(); });
}

std::string Conductor::run() {
  const Picoseconds step = cycles(200);
  const auto quiet = [&] {
    if (!finished_ || !pair_.actions.empty() || kernel_now() < pair_.effect() + cycles(4)) return false;
    for (std::uint64_t tag = 0; tag < tags_.size(); ++tag) {
      if (running(tag)) return false;
    }
    for (std::uint64_t number = 0; number < tasks_.size(); ++number) {
      if (task_running(number)) return false;
    }
    return true;
  };
  const Picoseconds limit{std::uint64_t{20'000'000} * bus_cycle_.n};
  if (!run_until(quiet, limit, step)) return "the model does not come to an end";
  // What was cleared may still be written, and has no effect.
  Picoseconds patience = pair_.bus.edge(Cycles{200'000}) + pair_.ice.edge(Cycles{200'000});
  if (pair_.wire) patience += pair_.wire->clock.domain().edge(Cycles{200'000});
  run_until([&] { return pair_.idle(); }, kernel_now() + patience, cycles(200));
  run_until([] { return false; }, kernel_now() + cycles(10 + 2 * case_.controller.dma.write_latency.n), cycles(10));
  return pair_.difference();
}

/// A tag may not be used again: the model works on it, or something that belongs to it is on its way.
bool Conductor::running(std::uint64_t tag) {
  harvest();
  const Running& command = tags_[tag];
  return (pair_.hardware(Reg::UTRLDBR) >> tag & 1) != 0 || (listed_ >> tag & 1) != 0 || (rung_ >> tag & 1) != 0 || command.commanded ||
         kernel_now() <= std::max(command.busy, pair_.recorder.fetched[tag]);
}

bool Conductor::uses(std::uint64_t keyslot) {
  for (std::uint64_t tag = 0; tag < tags_.size(); ++tag) {
    if (running(tag) && tags_[tag].step != nullptr && tags_[tag].step->crypto && tags_[tag].step->keyslot == keyslot)
      return true;
  }
  return false;
}

void Conductor::start() {
  pair_.write(Reg::HCE, HCE::HCE | HCE::CGE, Picoseconds{777});
  pair_.actions.at(pair_.effect() + case_.controller.enable_time + cycles(1), [this] { enabled(); });
}

void Conductor::enabled() {
  write_list(Picoseconds{});
  const std::uint64_t num_keyslots = case_.keyslots.num_keyslots;
  for (std::uint64_t index = 0; index < std::min(num_keyslots, keyslots_in_use); ++index) {
    static constexpr std::array<std::uint64_t, keyslots_in_use> data_units{0, 1, 2, 7};  // of 512 << n bytes
    SoftwareStep step;
    step.keyslot = used_keyslot(index, num_keyslots);
    // Entries of 128 bytes are of pages.
    const std::uint64_t unit = case_.controller.prdt == PrdtFormat::kdn && index != 1 ? 3 : data_units[index];
    step.value = 1 + 8 * unit + 65536;
    program(step);
  }
  pair_.actions.at(pair_.effect() + cycles(1), [this] { next_step(); });
}

void Conductor::write_list(Picoseconds delay) {
  if (case_.controller.late_crypto) pair_.write(Reg::HCE, HCE::HCE | HCE::CGE, delay);
  pair_.write(Reg::UTRLBA, static_cast<std::uint32_t>(ControllerPair::list), delay);
  pair_.write(Reg::UTRLRSR, 1, delay);
  pair_.write(Reg::UTMRLBA, static_cast<std::uint32_t>(ControllerPair::task_list), delay);
  pair_.write(Reg::UTMRLRSR, 1, delay);
  pair_.write(Reg::IE, IS::UTRCS | IS::UCCS | IS::UTMRCS | IS::CQES, delay);
  if (case_.queued) write_queues(delay);
  if (case_.controller.auto_hibern8) pair_.write(Reg::AHIT, 1, delay);
}

void Conductor::next_step() {
  if (next_ == script_.size()) {
    ring(Picoseconds{});
    finished_ = true;
    return;
  }
  const SoftwareStep& step = script_[next_];
  if (!play(step)) {
    ring(Picoseconds{});  // else it might wait for a command that waits for its doorbell
    return later(&Conductor::next_step);
  }
  ++next_;
  pair_.actions.at(kernel_now() + Picoseconds{1} + eighths(step.gap), [this] { next_step(); });
}

/// Says whether the step could be taken; otherwise it will be tried again.
bool Conductor::play(const SoftwareStep& step) {
  using Kind = SoftwareStep::Kind;
  const auto value = static_cast<std::uint32_t>(step.value);
  const Picoseconds delay = eighths(step.delay);
  switch (step.kind) {
    case Kind::command:
      return command(step);
    case Kind::read: {
      // Any register, and the keyslots.
      static constexpr Reg often[] = {Reg::UTRLDBR, Reg::IS, Reg::IE, Reg::UTRLCNR, Reg::HCE, Reg::HCS};
      if (value % 3 != 0) {
        pair_.read(static_cast<std::uint32_t>(often[value / 3 % 6]), delay);
      } else if (value % 2 == 0) {
        pair_.read(value / 6 % 256 * 4, delay);
      } else if (value % 5 == 0) {
        pair_.read(offset(value / 30 % 4, static_cast<QueueReg>(value / 120 % QueueLayout::words)), delay);
      } else {
        pair_.read(pair_.keyslots.layout().config_offset() + value / 6 % 128 * 4, delay);
      }
      return true;
    }
    case Kind::clear_status:
      pair_.write(value % 3 == 0 ? Reg::UTRLCNR : Reg::IS, value % 2 == 0 ? ~0u : value, delay);
      if (case_.queued) write_heads(delay);
      return true;
    case Kind::enable_interrupts:
      pair_.write(Reg::IE, value % 4 == 0 ? 0 : value % 4 == 1 ? ~0u : value, delay);
      return true;
    case Kind::uic: {
      if (value % 3 == 0) {
        pair_.write(Reg::AHIT, value / 3 % 4 + (value / 12 % 8 == 0 ? value / 96 % 8 * 1024 : 0), delay);
        return true;
      }
      static constexpr std::uint16_t attributes[] = {uic::PA_PWRMode, uic::PA_TxGear, uic::PA_MaxRxHSGear,
                                                     uic::PA_ConnectedRxDataLanes};
      pair_.write(Reg::UCMDARG1, uic::arg1(attributes[value % 4]), delay);
      pair_.write(Reg::UCMDARG2, 0, delay);
      pair_.write(Reg::UCMDARG3, value / 4 % 256, delay);
      pair_.write(Reg::UICCMD, value / 1024 % 0x1c, delay);
      return true;
    }
    case Kind::program:
      return program(step);
    case Kind::clear:
      return clear(step);
    case Kind::task:
      return task(step);
    case Kind::clear_task:
      return clear_task(step);
    case Kind::link_event:
      // Told early enough for what has been answered ahead.
      link_busy_ = kernel_now() + cycles(4) + delay +
                   pair_.bus.edge(pair_.bus.sync_stages() + 2 * (case_.controller.dma.write_latency + Cycles{1}));
      pair_.link_event(value % 8, link_busy_ - kernel_now());
      return true;
    case Kind::list: {
      // Outside of the memory, at a place that holds no descriptors, or where it belongs.
      const std::uint64_t places[] = {ControllerPair::memory_size, 0x80'0000, ControllerPair::list,
                                      ControllerPair::list};
      pair_.write(Reg::UTRLBA, static_cast<std::uint32_t>(places[value % 4]), delay);
      if (value / 4 % 4 == 0) pair_.write(Reg::UTMRLBA, static_cast<std::uint32_t>(places[value / 16 % 2]), delay);
      if (value / 4 % 4 == 1) pair_.write(Reg::UTMRLBA, static_cast<std::uint32_t>(ControllerPair::task_list), delay);
      return true;
    }
    case Kind::reset:
      return reset();
    case Kind::count:
      break;
  }
  return true;
}

bool Conductor::command(const SoftwareStep& step) {
  if (running(step.tag) || kernel_now() <= reset_) return false;
  for (std::uint64_t tag = 0; tag < tags_.size(); ++tag) {
    if (running(tag) && descriptor(*tags_[tag].step) == descriptor(step)) return false;
  }
  place(step);
  rung_ |= std::uint64_t{1} << step.tag;
  if (!step.with_next) ring(doorbell_delay(step));
  return true;
}

/// That of the step, or what lets the doorbell ring when a fetch unit becomes free.
Picoseconds Conductor::doorbell_delay(const SoftwareStep& step) const {
  if (step.aim == 0) return eighths(step.delay);
  const Cycles back = pair_.bus.sync_stages() + Cycles{3};
  Picoseconds free = Picoseconds{~std::uint64_t{0}};
  for (const Picoseconds end : pair_.recorder.fetched) {
    if (end > pair_.bus.edge(pair_.bus.next(kernel_now()) + back)) free = std::min(free, end);
  }
  if (free.n == ~std::uint64_t{0}) return eighths(step.delay);
  return pair_.bus.edge(pair_.bus.next(free) + Cycles{step.aim} - back) - kernel_now();
}

void Conductor::ring(Picoseconds delay) {
  if (rung_ == 0) return;
  if (case_.queued) write_tails(delay);
  if (!case_.queued) pair_.write(Reg::UTRLDBR, static_cast<std::uint32_t>(rung_), delay);
  // Until it takes effect, the doorbells do not say that the tags are in use.
  for (std::uint64_t tag = 0; tag < tags_.size(); ++tag) {
    if ((rung_ >> tag & 1) != 0) tags_[tag].busy = pair_.effect();
  }
  rung_ = 0;
}

bool Conductor::program(const SoftwareStep& step) {
  if (uses(step.keyslot) || step.keyslot >= case_.keyslots.num_keyslots) return !uses(step.keyslot);
  CryptoConfig entry;
  for (std::size_t i = 0; i < 16; ++i) entry.words[i] = static_cast<std::uint32_t>(step.dun >> i);
  const std::uint64_t shape = step.value;
  const auto unit = static_cast<std::uint8_t>(shape % 8 == 0 ? shape / 8 : 1u << shape / 8 % 8);
  entry.set_config({unit, static_cast<std::uint8_t>(shape / 2048 % 5 / 3), shape / 65536 % 6 != 0});
  entry.words[17] = static_cast<std::uint32_t>(step.dun);
  const std::uint32_t base = crypto_config_offset(pair_.keyslots.layout(), Keyslot{step.keyslot});
  for (std::size_t i = 0; i < program_writes; ++i) {
    const CryptoConfigWrite write = program_write(entry, i);
    pair_.write(base + write.offset, write.value, eighths(step.delay + i * (step.gap % 9)));
  }
  // Software rings no doorbell before its writes have taken effect: the port keeps them in order.
  return true;
}

}  // namespace icesim::twin
