// SPDX-License-Identifier: Apache-2.0
#include "testbench/cost/heap.hpp"
#include "testbench/cost/streams.hpp"

namespace icesim {
namespace {

/// Allocations in the second half of a stream of `requests`.
std::uint64_t late_allocations(const test::Stream& stream, std::uint64_t requests) {
  const auto source = stream.source();
  test::HeapNotes heap(*source, requests / 2);
  test::simulate(stream.config, heap);
  EXPECT_EQ(heap.given(), requests);
  return heap.end.allocations - heap.halfway.allocations;
}

class SteadyState : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::heap_is_counted) GTEST_SKIP() << "a sanitizer has an operator new of its own";
  }
};

TEST_F(SteadyState, RandomReadsAllocateNothing) { EXPECT_EQ(late_allocations(test::random_reads(60'000), 60'000), 0u); }

TEST_F(SteadyState, ReadsInTheOrderOfTheirAttributesAllocateNothing) {
  test::Stream stream = test::random_reads(20'000);
  stream.config.device.task_order = TaskOrdering::attributes;
  EXPECT_EQ(late_allocations(stream, 20'000), 0u);
}

TEST_F(SteadyState, RandomWritesThatCollectGarbageAllocateNothing) {
  EXPECT_EQ(late_allocations(test::random_writes_collecting(100'000), 100'000), 0u);
}

TEST_F(SteadyState, TheSameWritesOnALargerDeviceAllocateNothingWhenTheyBeginToCollect) {
  test::Stream stream = test::random_writes_collecting(100'000);
  stream.config.flash = test::small_flash();
  stream.workload.range = stream.config.flash.capacity;
  EXPECT_EQ(late_allocations(stream, 100'000), 0u);
}

TEST_F(SteadyState, SequentialReadsAllocateNothing) {
  EXPECT_EQ(late_allocations(test::sequential_reads(10'000), 10'000), 0u);
}

TEST_F(SteadyState, SequentialWritesAllocateNothing) {
  EXPECT_EQ(late_allocations(test::sequential_writes(10'000), 10'000), 0u);
}

TEST_F(SteadyState, ATraceWithAKeyPerFileAllocatesNothing) {
  EXPECT_EQ(late_allocations(test::trace_with_a_key_per_file(), 9'895), 0u);
}

}  // namespace
}  // namespace icesim
