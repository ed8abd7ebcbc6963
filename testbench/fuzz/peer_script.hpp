// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/crypto_config.hpp"
#include "src/cosim/bridge.hpp"
#include "testbench/support/rigs/guest_driver.hpp"
#include "testbench/support/rigs/guest_rig.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace icesim::fuzz {

/// The bytes of an input, taken one after the other; behind the end there are zeros.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  bool empty() const { return at_ >= size_; }
  std::uint8_t byte() { return empty() ? std::uint8_t{0} : data_[at_++]; }
  std::uint64_t number(unsigned bytes) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < bytes; ++i) value |= std::uint64_t{byte()} << (8 * i);
    return value;
  }
  /// One of a few numbers at which something may happen, or any.
  std::uint64_t odd(const std::vector<std::uint64_t>& known) {
    const std::uint8_t which = byte();
    return which < known.size() ? known[which] : which < 200 ? which : number(8);
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

/// A guest that does what an input says: words on its sockets, with and without files, rings, descriptors and commands
/// in its memory, and registers. One with a clock of its own says everything ahead, into the sockets, and changes its
/// memory when the hardware is accessed. One whose time is ours must hear answers, and lives in a thread.
class PeerScript {
 public:
  using Ram = cosim::test::GuestRam;
  static constexpr std::uint64_t ram_size = 1 << 20;
  static constexpr std::uint64_t rings = test::GuestDriver::ram + 0x40000;

  PeerScript(Input& input, cosim::Connection device, cosim::Connection time)
      : input_(input), device_(std::move(device)), time_(std::move(time)) {
    own_.map(test::GuestDriver::ram, ram_size, file_.get(), 0);
  }

  /// Says everything up to queues that are on.
  void set_up();
  /// Does so many things, as long as the input has some.
  void act(unsigned count);
  /// Changes something in its memory.
  void act_silently();
  /// Says nothing more.
  void hang_up();

 private:
  std::byte* at(std::uint64_t address, std::uint64_t size) { return shortened_ ? nullptr : own_.find(address, size); }
  void put(const cosim::Connection& to, const std::vector<std::byte>& bytes, const std::vector<int>& files = {});
  void send(std::uint32_t request, const std::vector<std::uint64_t>& words, const std::vector<int>& files = {},
            std::uint32_t flags = 9);
  void say_time(std::uint64_t op, std::uint64_t time);
  bool hear(std::uint32_t sequence);
  void message();
  void chain(std::uint32_t queue, std::uint16_t head, const std::vector<Ram::Part>& parts);
  void access(std::uint8_t op, std::uint8_t bar, std::uint32_t size, std::uint64_t address, std::uint64_t value);
  void scribble();
  void shorten();
  void command();
  void reg();
  std::uint64_t address() {
    return input_.odd({test::GuestDriver::list, test::GuestDriver::descriptors, test::GuestDriver::data, rings,
                       rings + 0x400, rings + 0x800, rings + 0x1000, rings + 0x1400, rings + 0x1800,
                       test::GuestDriver::ram, test::GuestDriver::ram + ram_size - 16,
                       test::GuestDriver::ram + ram_size, ~std::uint64_t{0}, 0});
  }
  std::vector<int> files();

  /// More would fill a socket, which nobody empties.
  static constexpr unsigned most_words = 150;

  Input& input_;
  cosim::Connection device_;
  cosim::Connection time_;
  cosim::Connection calls_;
  cosim::FileDescriptor file_ = cosim::test::memory_file(ram_size);
  cosim::GuestMap own_;
  bool shortened_ = false;
  std::uint32_t sequence_ = 0;
  std::uint64_t time_ns_ = 0;
  unsigned words_ = 0;
  std::uint16_t next_ = 0;
};

}  // namespace icesim::fuzz
