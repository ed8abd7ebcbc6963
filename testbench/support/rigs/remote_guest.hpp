// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/cosim/pcidev.hpp"
#include "testbench/support/rigs/guest_driver.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace icesim::test {

/// The smallest driver in a process of its own, behind a socket of `icesim serve`, with a clock of its own.
class RemoteGuest : public GuestSoftware, private cosim::Hardware {
 public:
  static constexpr std::uint64_t rings = ram + 0x40000;
  static constexpr std::uint32_t entries = 8;

  explicit RemoteGuest(const std::string& socket) : GuestSoftware({}), device(cosim::test::connect_to(socket)) {
    hardware = this;
    using cosim::vhost::Request;
    ask(Request::set_owner, {});
    ask(Request::set_features, {cosim::vhost::feature::version_1 | cosim::vhost::feature::protocol_features});
    ask(Request::set_protocol_features, {cosim::vhost::protocol_feature::inband_notifications});
    ask(Request::set_mem_table, {1, ram, ram_size, 0, 0}, {file.get()});
    ask(Request::set_vring_num, {std::uint64_t{entries} << 32});
    ask(Request::set_vring_base, {0});
    ask(Request::set_vring_addr, {0, rings, rings + 0x800, rings + 0x400, 0});
    ask(Request::set_vring_enable, {std::uint64_t{1} << 32});
  }

  cosim::Connection device;

  /// Says something and waits until it is acknowledged.
  void ask(cosim::vhost::Request request, const std::vector<std::uint64_t>& words, const std::vector<int>& files = {}) {
    say(request, words, files);
    cosim::vhost::receive(device);
  }
  void say(cosim::vhost::Request request, const std::vector<std::uint64_t>& words, const std::vector<int>& files = {}) {
    const auto size = static_cast<std::uint32_t>(8 * words.size());
    const auto header = cosim::vhost::Header{static_cast<std::uint32_t>(request), 9, size}.encode();
    std::vector<std::byte> bytes(header.begin(), header.end());
    bytes.resize(header.size() + size);
    for (std::size_t i = 0; i < words.size(); ++i) store_le64(&bytes[header.size() + 8 * i], words[i]);
    device.write(bytes.data(), bytes.size(), files);
  }
  /// The hardware's time goes on by itself as long as there is something to do.
  void pass(Picoseconds) override { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }

 private:
  Picoseconds now() const override { return {}; }
  bool active() const override { return true; }
  void run(Picoseconds) override {}
  bool interrupt() const override { return false; }
  std::uint32_t read_register(std::uint32_t offset) override {
    access(cosim::pcidev::Op::mmio_read, offset, 0);
    return load_le32(map.find(rings + 0x1020, 4));
  }
  void write_register(std::uint32_t offset, std::uint32_t value) override {
    access(cosim::pcidev::Op::mmio_write, offset, value);
  }
  void access(cosim::pcidev::Op op, std::uint32_t offset, std::uint32_t value) {
    std::byte* const message = map.find(rings + 0x1000, 64);
    store_u8(message, static_cast<std::uint8_t>(op));
    store_le32(message + 4, 4);
    store_le64(message + 8, offset);
    store_le32(message + 16, value);
    std::byte* const ring = map.find(rings, 0x1000);
    describe_part(ring, rings + 0x1000, 24, 1);
    describe_part(ring + 16, rings + 0x1020, 8, 2);
    store_le16(ring + 0x404 + index_ % entries * 2, 0);
    store_le16(ring + 0x402, ++index_);
    ask(cosim::vhost::Request::vring_kick, {0});
  }
  static void describe_part(std::byte* entry, std::uint64_t address, std::uint32_t size, std::uint16_t flags) {
    store_le64(entry, address);
    store_le32(entry + 8, size);
    store_le16(entry + 12, flags);
    store_le16(entry + 14, 1);
  }

  std::uint16_t index_ = 0;
};

}  // namespace icesim::test
