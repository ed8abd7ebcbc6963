// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/bridge.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <algorithm>

namespace icesim::cosim {
namespace {

/// A guest that wants to run later than that sleeps until an interrupt; its own "never" is the largest signed number.
constexpr std::uint64_t never_ns = GuestClock::end_ns;
/// How far the hardware goes on by itself before a guest with a clock of its own is heard again.
constexpr Picoseconds free_run{10'000'000};

constexpr std::uint64_t all_ones = ~std::uint64_t{0};

}  // namespace

void Bridge::serve() {
  try {
    while (hardware_.powered()) {
      step();
      check_memory();
    }
  } catch (const Disconnected&) {
    // The guest has been powered off.
  } catch (const UserError&) {
    check_memory();  // which tells why zeros made no sense
    throw;
  }
  check_memory();
}

/// What the guest has taken away reads as zeros for the rest of a step, and the hardware's accesses fail.
void Bridge::check_memory() const {
  if (memory_.lost()) throw UserError("guest: it has made the file of its memory shorter than what it handed over");
}

/// Waits for one of these, for the wish to end, and until the other side of `watched` is gone.
int Bridge::wait_for(const std::vector<int>& descriptors, bool wait, int watched) const {
  std::vector<int> all{sockets_.device.stop()};
  all.insert(all.end(), descriptors.begin(), descriptors.end());
  const int ready = wait_readable(all, wait, watched);
  if (ready >= 0 && ready == sockets_.device.stop()) throw Interrupted();
  return ready;
}

/// Takes what the guest says next; while it waits, time passes.
void Bridge::step() {
  if (clock_ && clock_->waits()) return let_time_pass();
  const int device = device_ ? device_->fd() : device_gone_ ? -1 : sockets_.device.fd();
  const int time = clock_ ? clock_->fd() : sockets_.time != nullptr ? sockets_.time->fd() : -1;
  const bool runs_free = sockets_.time == nullptr && device_;
  if (runs_free) tell_interrupt();
  const int ready = wait_for({time, device}, !(runs_free && hardware_.active()));
  if (ready < 0) return hardware_.run(hardware_.now() + free_run);
  if (ready == time) {
    if (clock_) return take_time_message();
    clock_.emplace(sockets_.time->accept());
  } else if (device_) {
    take_device_message();
  } else {
    if (sockets_.time != nullptr && !clock_)
      throw UserError("guest: it has a clock of its own; start it with time-travel=ext:" + sockets_.time->path());
    device_.emplace(sockets_.device.accept(), memory_);
  }
}

void Bridge::take_time_message() { clock_->receive(now_ns()); }

void Bridge::take_device_message() {
  try {
    const auto queue = device_->receive();
    if (!queue) return;
    if (*queue == commands) carry_out_commands();
    // A guest that offers room for another interrupt has taken the one before.
    if (*queue == interrupts) interrupt_told_ = false;
    device_->acknowledge();
  } catch (const Disconnected&) {
    lose_device();
  }
}

/// In the handler of Disconnected.
void Bridge::lose_device() {
  if (!clock_) throw;
  // Its time goes on to the power-off.
  device_.reset();
  device_gone_ = true;
}

void Bridge::carry_out_commands() {
  SplitRing& queue = device_->queue(commands);
  // Each chain that comes meanwhile brings a kick of its own.
  for (std::uint32_t taken = 0; taken < queue.entries() && queue.pop(chain_); ++taken) {
    const pcidev::Access access = pcidev::Access::decode(chain_.out);
    catch_up();
    std::array<std::byte, 8> answer{};
    store_le64(answer.data(), carry_out(access));
    queue.push(chain_.head, chain_.answer(answer.data(), access.reads() ? std::min<std::size_t>(access.size, 8) : 0));
    // A guest that waits for a read finds the writes before it, too.
    writes_ = access.reads() ? 0 : writes_ + 1;
    chain_.clear();
  }
  if (writes_ < writes_per_call) return;
  writes_ = 0;
  call(commands);
}

/// Brings the hardware to the guest's time.
void Bridge::catch_up() {
  if (!clock_) return;
  const Picoseconds guest{clock_->time() * 1000};
  while (hardware_.now() < guest) hardware_.run(guest);
}

std::uint64_t Bridge::carry_out(const pcidev::Access& access) {
  switch (access.op) {
    case pcidev::Op::config_read:
      return function_.read(access.address, access.size);
    case pcidev::Op::config_write:
      // A memset of a BAR comes as a configuration write with the number of the BAR; the driver has none.
      if (access.bar == 0) function_.write(access.address, access.size, static_cast<std::uint32_t>(access.value));
      return 0;
    default:
      return access_register(access);
  }
}

std::uint64_t Bridge::access_register(const pcidev::Access& access) {
  if (access.bar != 0 || access.size != 4 || access.address % 4 != 0 || access.address >= function_.bar_size())
    return all_ones;
  const bool reads = access.reads();
  const auto value = static_cast<std::uint32_t>(access.value);
  if (access.address >= intel_registers && access.address < intel_registers + 4 * intel_register_words) {
    std::uint32_t& word = intel_[(access.address - intel_registers) / 4];
    if (!reads) word = value;
    return word;
  }
  const auto offset = static_cast<std::uint32_t>(access.address);
  if (reads) return hardware_.read_register(offset);
  hardware_.write_register(offset, value);
  return 0;
}

/// The guest waits: simulates until it runs again, because of its own wish or because of an interrupt.
void Bridge::let_time_pass() {
  wait_for({}, false);
  const std::uint64_t now = now_ns();
  const auto wanted = [this] {
    return std::max(std::min(clock_->wanted().value_or(never_ns), never_ns), clock_->time());
  };
  // A guest whose accesses have used up the time it asked for runs before anything else happens to it.
  if (wanted() < now) return clock_->run(wanted());
  try {
    tell_interrupt();  // which makes the guest want to run now
  } catch (const Disconnected&) {
    lose_device();
  }
  if (wanted() <= now) return clock_->run(wanted());
  if (wanted() < never_ns) return hardware_.run(Picoseconds{wanted() * 1000});
  if (hardware_.active()) return hardware_.run(hardware_.now() + free_run);
  if (device_gone_) throw Disconnected();
  throw UserError("guest: it sleeps for ever, and nothing is going on in the hardware");
}

/// Sends the interrupt message when there is reason to, and room for it.
void Bridge::tell_interrupt() {
  if (!device_ || interrupt_told_ || !hardware_.interrupt()) return;
  SplitRing& queue = device_->queue(interrupts);
  if (!queue.pop(interrupt_chain_)) return;
  const auto message = pcidev::interrupt_message();
  interrupt_told_ = true;
  queue.push(interrupt_chain_.head, interrupt_chain_.answer(message.data(), message.size()));
  call(interrupts);
}

/// Calls the guest; one whose time is ours asks for the time and for a run meanwhile.
void Bridge::call(std::uint32_t queue) {
  if (device_->call_fd() < 0) return;
  device_->call(queue, clock_.has_value());
  if (!clock_) return;
  while (wait_for({clock_->fd(), device_->call_fd()}, true, device_->fd()) != device_->call_fd()) take_time_message();
  device_->take_reply();
}

void serve_guest(const BridgeSockets& sockets, const PciFunction& function, GuestMap& memory, Hardware& hardware) {
  Bridge(sockets, function, memory, hardware).serve();
}

}  // namespace icesim::cosim
