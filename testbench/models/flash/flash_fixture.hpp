// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/flash/flash_array.hpp"
#include "models/system/forget_simulation.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <vector>

namespace icesim {

/// A device of a few thousand blocks: 2 channels x 2 dies, units of 12 blocks in 3 rows, superblocks of 8 units.
inline FlashArrayConfig small_flash() {
  using namespace literals;
  FlashArrayConfig config;
  config.channels = 2;
  config.dies_per_channel = 2;
  config.planes = 2;
  config.page_bytes = 8_KiB;
  config.pages_per_block = 24;
  config.pages_per_program = 3;
  config.capacity = logical_block * (4 * 10 * 96);
  config.over_provisioning_ppm = 0;
  config.write_buffer = logical_block * 96;
  config.gc_threshold = 2;
  return config;
}

/// Numbers that are the same on every machine.
class FlashRandom {
 public:
  explicit FlashRandom(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

/// Notes what the flash tells, and holds it to "strictly in the future".
class FlashListener : public sc_core::sc_module, public FlashClient {
 public:
  struct Piece {
    std::uint32_t command;
    std::uint32_t first;
    std::uint32_t count;
    Picoseconds at;
    friend bool operator==(const Piece& a, const Piece& b) {
      return a.command == b.command && a.first == b.first && a.count == b.count && a.at == b.at;
    }
  };
  struct Freed {
    std::uint32_t blocks;
    Picoseconds at;
  };
  struct Flushed {
    std::uint32_t command;
    Picoseconds at;
  };

  sc_core::sc_export<FlashClient> in{"in"};
  explicit FlashListener(const sc_core::sc_module_name& name) : sc_module(name) { in.bind(*this); }

  void flash_read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) override {
    EXPECT_GT(at.n, kernel_now().n);
    pieces.push_back({command, static_cast<std::uint32_t>(first.n), count, at});
  }
  void flash_programmed(std::uint32_t blocks, Picoseconds at) override {
    EXPECT_GT(at.n, kernel_now().n);
    freed.push_back({blocks, at});
  }
  void flash_flushed(std::uint32_t command, Picoseconds at) override {
    EXPECT_GT(at.n, kernel_now().n);
    flushed.push_back({command, at});
  }

  /// Blocks of the write buffer that are free again by now.
  std::uint64_t freed_blocks() const {
    std::uint64_t blocks = 0;
    for (const Freed& f : freed) blocks += f.at <= kernel_now() ? f.blocks : 0;
    return blocks;
  }

  std::vector<Piece> pieces;
  std::vector<Freed> freed;
  std::vector<Flushed> flushed;
};

/// One flash and its listener; several may follow each other in a process.
class FlashTest : public testing::Test {
 public:
  ~FlashTest() override { take_down(); }

  /// Forgets what was built, so that something else can be.
  void take_down() {
    flash.reset();
    listener.reset();
    agenda.reset();
    forget_simulation();
  }

  void build(const FlashArrayConfig& c) {
    config = c;
    listener = std::make_unique<FlashListener>("listener");
    agenda = std::make_unique<Agenda>("agenda");
    flash = std::make_unique<FlashArray>("flash", *agenda, config, clock);
    flash->client(listener->in);
  }

  /// Simulates all that happens up to `t`, included.
  static void run_to(Picoseconds t) { sc_core::sc_start(to_sc_time(t - kernel_now() + Picoseconds{1})); }
  /// Simulates until nothing is left to do.
  static void run() { sc_core::sc_start(); }

  /// Edge `n` cycles after the one on which a request of time `at` is taken.
  Picoseconds taken(Picoseconds at, Cycles n = {}) const { return clock.edge(clock.sample(at) + n); }
  Cycles transfer(std::uint64_t blocks) const {
    return Cycles{divide_up(blocks * logical_block.n, config.channel_bytes_per_cycle.n)};
  }
  Cycles later(Cycles start, Picoseconds time) const { return clock.next(clock.edge(start) + time); }
  /// First logical block of a unit that lies on `die`, as delivered.
  std::uint32_t unit_on(std::uint32_t die, std::uint32_t index = 0) const {
    return (index * flash->geometry().dies + die) * flash->geometry().unit_blocks;
  }

  ClockDomain clock{Hertz{711'000'000}, Cycles{2}};
  FlashArrayConfig config;
  std::unique_ptr<FlashListener> listener;
  std::unique_ptr<Agenda> agenda;
  std::unique_ptr<FlashArray> flash;
};

}  // namespace icesim
