// SPDX-License-Identifier: Apache-2.0
#include "testbench/cost/heap.hpp"

#include <cstddef>
#include <cstdlib>
#include <gtest/gtest.h>
#include <malloc.h>
#include <memory>
#include <new>
#include <vector>

namespace icesim::test {
namespace {

HeapUse use;

#if !ICESIM_SANITIZED
void* counted(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  ++use.allocations;
  ++use.blocks;
  use.bytes += malloc_usable_size(memory);
  return memory;
}
#endif

}  // namespace

HeapUse heap_use() { return use; }

}  // namespace icesim::test

#if !ICESIM_SANITIZED
// The library's other forms call these.
void* operator new(std::size_t size) { return icesim::test::counted(std::malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  return icesim::test::counted(std::aligned_alloc(step, (size + step - 1) / step * step));
}
void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  --icesim::test::use.blocks;
  icesim::test::use.bytes -= malloc_usable_size(memory);
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { operator delete(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { operator delete(memory); }
#endif

namespace icesim::test {
namespace {

struct alignas(64) Aligned {
  std::byte bytes[64];
};

TEST(Heap, CountsWhatIsAllocatedAndWhatIsInUse) {
  if (!heap_is_counted) GTEST_SKIP() << "a sanitizer counts for itself";
  const HeapUse before = heap_use();
  {
    const std::vector<std::byte> many(1000);
    const auto aligned = std::make_unique<Aligned>();
    const std::unique_ptr<int[]> array(new (std::nothrow) int[10]);
    EXPECT_EQ(heap_use().allocations, before.allocations + 3);
    EXPECT_EQ(heap_use().blocks, before.blocks + 3);
    EXPECT_GE(heap_use().bytes, before.bytes + 1000 + 64 + 40);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(aligned.get()) % 64, 0u);
  }
  EXPECT_EQ(heap_use().blocks, before.blocks);
  EXPECT_EQ(heap_use().bytes, before.bytes);
}

}  // namespace
}  // namespace icesim::test
