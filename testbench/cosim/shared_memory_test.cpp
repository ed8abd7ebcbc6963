// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/shared_memory.hpp"

#include "testbench/support/rigs/guest_rig.hpp"

#include <csignal>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <utility>

namespace icesim::cosim {
namespace {

TEST(SharedMemory, WhatTheFileDoesNotHoldAnyMoreIsZerosAndKnown) {
  const FileDescriptor file = test::memory_file(0x4000);
  const SharedMemory memory(0x4000, file.get(), 0);
  const SharedMemory other(0x1000, file.get(), 0);
  memory.bytes()[0x2000] = std::byte{5};
  ASSERT_EQ(::ftruncate(file.get(), 0x1800), 0);
  memory.bytes()[0x1900] = std::byte{7};
  EXPECT_FALSE(memory.lost()) << "in the page in which the file ends";
  EXPECT_EQ(memory.bytes()[0x2000], std::byte{0});
  EXPECT_TRUE(memory.lost());
  memory.bytes()[0x3fff] = std::byte{1};
  EXPECT_EQ(memory.bytes()[0x17ff], std::byte{0});
  EXPECT_FALSE(other.lost());
}

TEST(SharedMemory, BelongsToItsLastOwner) {
  const FileDescriptor file = test::memory_file(0x1000);
  SharedMemory one(0x1000, file.get(), 0);
  SharedMemory two(std::move(one));
  EXPECT_EQ(one.bytes(), nullptr);  // NOLINT: looked at on purpose
  EXPECT_FALSE(one.lost());
  one = std::move(two);
  ASSERT_EQ(::ftruncate(file.get(), 0), 0);
  EXPECT_EQ(one.bytes()[0], std::byte{0});
  EXPECT_TRUE(one.lost());
}

TEST(SharedMemory, OnlySoManyAreThereAtATime) {
  const FileDescriptor file = test::memory_file(0x1000);
  std::vector<SharedMemory> all;
  for (int i = 0; i < 1000; ++i) all.emplace_back(0x1000, file.get(), 0);
  EXPECT_EQ(all.back().bytes(), nullptr);
  all.clear();
  EXPECT_NE(SharedMemory(0x1000, file.get(), 0).bytes(), nullptr) << "places are given back";
}

TEST(SharedMemoryDeathTest, AnotherBusErrorIsTheEnd) {
  const FileDescriptor file = test::memory_file(0x1000);
  const SharedMemory watched(0x1000, file.get(), 0);
  const FileDescriptor ours = test::memory_file(0x1000);
  auto* const bytes = static_cast<volatile char*>(::mmap(nullptr, 0x1000, PROT_READ, MAP_SHARED, ours.get(), 0));
  ASSERT_NE(bytes, MAP_FAILED);
  ASSERT_EQ(::ftruncate(ours.get(), 0), 0);
  EXPECT_DEATH(static_cast<void>(bytes[0]), "");
}

}  // namespace
}  // namespace icesim::cosim
