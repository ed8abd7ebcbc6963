// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_recorder.hpp"

#include "icesim/workload/reader.hpp"
#include "testbench/support/rigs/guest_driver.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::GuestDriver;

/// Where the keyslots of GuestDriver are.
constexpr CryptoCapabilities layout{1, 32, 16};

TEST(GuestRecorder, WritesWhatEndedWellInTheOrderOfTheDoorbells) {
  const std::string path = (std::filesystem::temp_directory_path() / ("trace" + std::to_string(::getpid()))).string();
  std::array<std::byte, 64> one{}, two{};
  one.fill(std::byte{1});
  two.fill(std::byte{2});
  {
    GuestDriver guest;
    GuestRecorder recorder(path, "test", layout);
    guest.simulation->connect(recorder);
    guest.start();
    guest.program(4, two.data());
    guest.program(5, one.data());
    const auto write = [&](Lba lba, std::uint32_t keyslot, Dun dun) {
      guest.carry_out(1, {scsi::write_10(lba, 1, keyslot == 5), DataDirection::to_device, 1, GuestDriver::data, true,
                          keyslot, dun});
    };
    write(Lba{10}, 4, Dun{0x100});
    write(Lba{11}, 5, Dun{7});
    write(Lba{12}, 6, Dun{8});  // no key: ends with OCS 9
    guest.program(4, one.data());
    write(Lba{13}, 4, Dun{9});
    guest.carry_out(1, {scsi::read_10(Lba{20}, 2), DataDirection::to_host, 2, GuestDriver::data});
    guest.carry_out(1, {scsi::synchronize_cache_10()});
    guest.carry_out(1, {scsi::test_unit_ready()});
    const auto list = scsi::unmap_list({Lba{30}, 4});
    std::memcpy(guest.map.find(GuestDriver::data, list.size()), list.data(), list.size());
    guest.carry_out(1, {scsi::unmap(), DataDirection::to_device, 1, GuestDriver::data});
    recorder.finish();
  }
  const auto trace = open_trace(path);
  const auto expect = [&](Operation operation, std::uint64_t block, std::uint64_t blocks, KeyId key, std::uint64_t dun,
                          std::uint8_t flags, std::uint16_t keyslot = unknown_keyslot) {
    IoRequest io;
    ASSERT_TRUE(trace->next(io));
    EXPECT_EQ(io.operation, operation);
    EXPECT_EQ(io.offset, logical_block * block);
    EXPECT_EQ(io.length, logical_block * blocks);
    EXPECT_EQ(io.key, key) << "keys are known again in another keyslot";
    EXPECT_EQ(io.dun.n, dun);
    EXPECT_EQ(io.flags, flags);
    EXPECT_EQ(io.keyslot, keyslot);
  };
  expect(Operation::write, 10, 1, 1, 0x100, IoRequest::has_dun | IoRequest::held, 4);
  expect(Operation::write, 11, 1, 2, 7, IoRequest::has_dun | IoRequest::fua | IoRequest::held, 5);
  expect(Operation::write, 13, 1, 2, 9, IoRequest::has_dun, 4);
  expect(Operation::read, 20, 2, no_key, 0, 0);
  expect(Operation::flush, 0, 0, no_key, 0, 0);
  expect(Operation::discard, 30, 4, no_key, 0, 0);
  IoRequest io;
  EXPECT_FALSE(trace->next(io));
  std::filesystem::remove(path);
}

/// What a trace tells, as text: "birth 1", "request 4", ...
struct Told : KeyListener {
  void key_event(const KeyEvent& event) override {
    constexpr std::array<const char*, 5> names{"birth", "eviction", "suspend", "resume", "issue"};
    lines.push_back(names.at(static_cast<std::size_t>(event.kind)) +
                    (event.has_number() ? " " + std::to_string(event.key) : std::string()));
    times.push_back(event.time);
  }
  std::vector<std::string> lines;
  std::vector<Picoseconds> times;
};

TEST(GuestRecorder, TellsOfBirthsEvictionsSuspendsAndResumesInTheirOrder) {
  const std::string path = (std::filesystem::temp_directory_path() / ("keys" + std::to_string(::getpid()))).string();
  std::array<std::byte, 64> one{}, two{};
  one.fill(std::byte{1});
  two.fill(std::byte{2});
  Picoseconds first{}, cleared{};
  {
    GuestDriver guest;
    GuestRecorder recorder(path, "test", layout);
    guest.simulation->connect(recorder);
    guest.start();
    const auto write = [&](Lba lba, std::uint32_t keyslot) {
      guest.carry_out(1, {scsi::write_10(lba, 1), DataDirection::to_device, 1, GuestDriver::data, true, keyslot, Dun{}});
    };
    const auto clear = [&](std::uint32_t keyslot) {
      for (std::uint32_t step = 0; step < program_writes; ++step) {
        const CryptoConfigWrite each = program_write(CryptoConfig{}, step);
        guest.hardware->write_register(crypto_config_offset(layout, Keyslot{keyslot}) + each.offset, each.value);
      }
    };
    clear(9);  // nobody's
    first = guest.hardware->now();
    guest.program(4, one.data());
    write(Lba{10}, 4);
    write(Lba{11}, 4);
    guest.program(5, two.data());
    write(Lba{12}, 5);
    cleared = guest.hardware->now();
    clear(4);
    guest.program(6, one.data());
    write(Lba{13}, 6);
    guest.write(Reg::HCE, 0);
    guest.pass(Picoseconds{1'000'000});
    guest.program(5, two.data());  // no other key than before
    guest.program(6, one.data());
    clear(5);
    guest.enable();
    guest.start_lists();
    guest.program(7, two.data());
    write(Lba{14}, 7);
    recorder.finish();
  }
  const auto trace = open_trace(path);
  Told told;
  trace->tell_keys(told);
  std::vector<Picoseconds> arrivals;
  for (IoRequest io; trace->next(io);) {
    told.lines.push_back("request " + std::to_string(io.offset / logical_block));
    EXPECT_EQ(io.flags & IoRequest::held, 0);
    arrivals.push_back(io.time);
  }
  EXPECT_EQ(told.lines, (std::vector<std::string>{"birth 1", "request 10", "request 11", "birth 2", "request 12",
                                                  "eviction 1", "birth 1", "request 13", "suspend", "eviction 2",
                                                  "resume", "birth 2", "request 14"}));
  EXPECT_EQ(told.times[2], cleared - first) << "from the first write for a key to the first that clears it";
  EXPECT_EQ(arrivals[0], Picoseconds{}) << "requests arrive with the first write for their key";
  EXPECT_EQ(trace->info().key_events.births, 4u);
  EXPECT_EQ(trace->info().key_events.evictions, 2u);
  EXPECT_EQ(trace->info().key_events.suspends, 1u);
  EXPECT_EQ(trace->info().key_events.resumes, 1u);
  std::filesystem::remove(path);
}

TEST(GuestRecorder, HoldsARequestWhoseDoorbellComesBehindAnother) {
  const std::string path = (std::filesystem::temp_directory_path() / ("held" + std::to_string(::getpid()))).string();
  std::array<std::byte, 64> one{}, two{};
  one.fill(std::byte{1});
  two.fill(std::byte{2});
  Picoseconds began{}, rung{};
  {
    GuestDriver guest;
    GuestRecorder recorder(path, "test", layout);
    guest.simulation->connect(recorder);
    guest.start();
    began = guest.hardware->now();
    guest.program(4, one.data());
    guest.program(5, two.data());
    guest.carry_out(1, {scsi::write_10(Lba{20}, 1), DataDirection::to_device, 1, GuestDriver::data, true, 5, Dun{}});
    rung = guest.hardware->now();
    guest.carry_out(1, {scsi::write_10(Lba{10}, 1), DataDirection::to_device, 1, GuestDriver::data, true, 4, Dun{}});
    recorder.finish();
  }
  const auto trace = open_trace(path);
  Told told;
  trace->tell_keys(told);
  for (IoRequest io; trace->next(io);) {
    told.lines.push_back("request " + std::to_string(io.offset / logical_block));
    EXPECT_EQ((io.flags & IoRequest::held) != 0, io.offset == logical_block * 10);
  }
  EXPECT_EQ(told.lines, (std::vector<std::string>{"birth 2", "request 10", "birth 1", "request 20", "issue 2"}))
      << "keys have their numbers by the order of doorbells";
  ASSERT_EQ(told.times.size(), 3u);
  EXPECT_EQ(told.times[2], rung - began);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace icesim
