// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_recorder.hpp"

#include "icesim/workload/reader.hpp"
#include "testbench/support/rigs/guest_driver.hpp"

#include <filesystem>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::GuestDriver;

TEST(GuestRecorder, WritesWhatEndedWellInTheOrderOfTheDoorbells) {
  const std::string path = (std::filesystem::temp_directory_path() / ("trace" + std::to_string(::getpid()))).string();
  std::array<std::byte, 64> one{}, two{};
  one.fill(std::byte{1});
  two.fill(std::byte{2});
  {
    GuestDriver guest;
    GuestRecorder recorder(path, "test");
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
    guest.carry_out(1, {scsi::read_10(Lba{20}, 2), DataDirection::to_host, 2});
    guest.carry_out(1, {scsi::synchronize_cache_10()});
    guest.carry_out(1, {scsi::test_unit_ready()});
    const auto list = scsi::unmap_list({Lba{30}, 4});
    std::memcpy(guest.map.find(GuestDriver::data, list.size()), list.data(), list.size());
    guest.carry_out(1, {scsi::unmap(), DataDirection::to_device, 1});
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
  expect(Operation::write, 10, 1, 1, 0x100, IoRequest::has_dun, 4);
  expect(Operation::write, 11, 1, 2, 7, IoRequest::has_dun | IoRequest::fua, 5);
  expect(Operation::write, 13, 1, 2, 9, IoRequest::has_dun, 4);
  expect(Operation::read, 20, 2, no_key, 0, 0);
  expect(Operation::flush, 0, 0, no_key, 0, 0);
  expect(Operation::discard, 30, 4, no_key, 0, 0);
  IoRequest io;
  EXPECT_FALSE(trace->next(io));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace icesim
