// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/cosim/bridge.hpp"
#include "testbench/support/rigs/guest_rig.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace icesim::cosim::test {

/// Registers that remember what is written; the pin rises at a time that a test sets.
class FakeHardware : public Hardware {
 public:
  static constexpr Picoseconds access{300'000};
  static constexpr Picoseconds never{~std::uint64_t{0}};
  struct Access {
    bool write;
    std::uint32_t offset;
    std::uint32_t value;
    Picoseconds at;
  };
  std::vector<Access> accesses;
  std::function<void()> on_access;  ///< what the guest does meanwhile
  Picoseconds rises = never;
  bool pin = false;

  Picoseconds now() const override { return now_; }
  bool active() const override { return rises != never; }
  void run(Picoseconds until) override {
    if (rises <= until) {
      now_ = std::max(now_, rises);
      rises = never;
      pin = true;
    } else {
      now_ = std::max(now_, until);
    }
  }
  bool interrupt() const override { return pin; }
  std::uint32_t read_register(std::uint32_t offset) override {
    accesses.push_back({false, offset, 0, now_});
    if (on_access) on_access();
    now_ += access;
    return 0xab00'0000 + offset;
  }
  void write_register(std::uint32_t offset, std::uint32_t value) override {
    accesses.push_back({true, offset, value, now_});
    if (on_access) on_access();
    if (offset == 0x20) pin = false;
    now_ += access;
  }

 private:
  Picoseconds now_{};
};

/// A guest without a kernel. One with a clock of its own writes all its words ahead into the socket, then the bridge
/// serves it to the end, and its answers can be read. One with our time must hear the answers, and has a thread.
class ScriptedGuest {
 public:
  explicit ScriptedGuest(bool time_travel, int stop = -1) {
    static int number = 0;
    name_ = (std::filesystem::temp_directory_path() /
             ("icesim" + std::to_string(::getpid()) + "-" + std::to_string(++number)))
                .string();
    device_listener_ = std::make_unique<Listener>(name_ + ".ufs", stop);
    if (time_travel) time_listener_ = std::make_unique<Listener>(name_ + ".time", stop);
    device = connect_to(device_listener_->path());
    if (time_travel) time = connect_to(time_listener_->path());
  }

  Connection device;
  Connection time;
  Connection calls;
  GuestRam ram;
  FakeHardware hardware;

  /// Once so many bytes have been said, no more go out: a guest that is gone in the middle of a word.
  std::size_t breath = ~std::size_t{0};

  void send(vhost::Request request, const std::vector<std::uint64_t>& words, const std::vector<int>& files = {},
            std::uint32_t flags = vhost::Header::version | vhost::Header::need_reply) {
    const auto size = static_cast<std::uint32_t>(8 * words.size());
    const auto header = vhost::Header{static_cast<std::uint32_t>(request), flags, size}.encode();
    std::vector<std::byte> bytes(header.begin(), header.end());
    bytes.resize(header.size() + size);
    for (std::size_t i = 0; i < words.size(); ++i) store_le64(&bytes[header.size() + 8 * i], words[i]);
    const std::size_t said = std::min(bytes.size(), breath);
    breath -= said;
    if (said > 0) device.write(bytes.data(), said, files);
  }
  static std::uint64_t state(std::uint64_t index, std::uint64_t number) { return index | number << 32; }

  /// Everything up to enabled queues; returns how many answers that makes.
  int set_up() {
    send(vhost::Request::set_owner, {}, {}, vhost::Header::version);
    send(vhost::Request::get_features, {}, {}, vhost::Header::version);
    send(vhost::Request::set_protocol_features, {vhost::protocol_feature::inband_notifications});
    auto [ours, theirs] = connected();
    calls = std::move(ours);
    send(vhost::Request::set_slave_req_fd, {}, {theirs.fd()});
    send(vhost::Request::set_mem_table, {1, GuestRam::base, GuestRam::size, 0, 0}, {ram.file.get()});
    for (std::uint64_t queue = 0; queue < 2; ++queue) {
      const auto index = static_cast<std::uint32_t>(queue);
      send(vhost::Request::set_vring_num, {state(queue, GuestRam::entries)});
      send(vhost::Request::set_vring_base, {state(queue, 0)});
      send(vhost::Request::set_vring_addr,
           {queue, GuestRam::base + GuestRam::table(index), GuestRam::base + GuestRam::used(index),
            GuestRam::base + GuestRam::available(index), 0});
      send(vhost::Request::set_vring_enable, {state(queue, 1)});
    }
    return 12;
  }
  /// Offers room for an interrupt message.
  void offer_interrupt_buffer() {
    ram.chain(1, 0, {{GuestRam::base + 0x3000, 20, true}});
    ram.make_available(1, 0);
    send(vhost::Request::vring_kick, {state(1, 0)});
  }
  /// A register access in the chain from descriptor 2n on; the answer comes to answer(n).
  void access(std::uint16_t n, pcidev::Op op, std::uint32_t offset, std::uint32_t value = 0, std::uint32_t size = 4) {
    const std::uint64_t at = GuestRam::buffers + n * 64u;
    std::byte* const message = ram.at(at);
    store_u8(message, static_cast<std::uint8_t>(op));
    store_le32(message + 4, size);
    store_le64(message + 8, offset);
    store_le32(message + 16, value);
    const bool reads = op == pcidev::Op::mmio_read || op == pcidev::Op::config_read;
    const auto head = static_cast<std::uint16_t>(2 * n);
    if (reads) {
      ram.chain(0, head, {{GuestRam::base + at, 16, false}, {GuestRam::base + at + 32, 8, true}});
    } else {
      ram.chain(0, head, {{GuestRam::base + at, 24, false}});
    }
    ram.make_available(0, head);
    send(vhost::Request::vring_kick, {state(0, 0)});
  }
  std::uint32_t answer(std::uint16_t n) const { return load_le32(ram.at(GuestRam::buffers + n * 64u + 32)); }

  void say(const TimeMessage& message) {
    const auto bytes = message.encode();
    time.write(bytes.data(), bytes.size());
  }
  /// Says something and takes everything up to its acknowledgement, whose time is returned.
  std::uint64_t ask(TimeMessage::Op op, std::uint64_t at = 0) {
    say({op, ++sequence_, at});
    const TimeMessage ack = time_answer();
    ensure(ack.op == TimeMessage::Op::ack && ack.sequence == sequence_, "the calendar acknowledges");
    return ack.time;
  }
  /// Waits until it is let run; returns the time.
  std::uint64_t wait_for_run() {
    ask(TimeMessage::Op::wait);
    const TimeMessage run = time_answer();
    ensure(run.op == TimeMessage::Op::run, "a guest that waits is let run");
    say({TimeMessage::Op::ack, run.sequence, 0});
    return run.time;
  }

  /// Lets the bridge serve what has been said, to the end.
  void serve() {
    ::shutdown(device.fd(), SHUT_WR);
    serve_alive();
  }
  /// Serves a guest that goes on to talk, in another thread, and ends by closing its sockets.
  void serve_alive() {
    const PciFunction function(PciId{}, 0x10000);
    Bridge(BridgeSockets{*device_listener_, time_listener_.get()}, function, map_, hardware).serve();
  }
  vhost::Message device_answer() { return vhost::receive(device); }
  TimeMessage time_answer() {
    std::array<std::byte, TimeMessage::size> bytes{};
    time.read(bytes.data(), bytes.size());
    return TimeMessage::decode(bytes.data());
  }

 private:
  std::string name_;
  std::unique_ptr<Listener> device_listener_;
  std::unique_ptr<Listener> time_listener_;
  GuestMap map_;
  std::uint32_t sequence_ = 0;
};

}  // namespace icesim::cosim::test
