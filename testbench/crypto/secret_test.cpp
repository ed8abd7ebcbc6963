// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/secret.hpp"

#include "icesim/base/error.hpp"
#include "testbench/crypto/hex.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <new>
#include <ostream>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <type_traits>
#include <utility>

namespace icesim {
namespace {

using test::ByteString;
using test::counting;

template <class T, class = void>
constexpr bool printable = false;
template <class T>
constexpr bool printable<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<const T&>())>> = true;

static_assert(printable<int> && !printable<Secret>, "a secret cannot be printed");
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

TEST(Secret, IsWipedWhenItDies) {
  const ByteString key = counting(64, 1);
  alignas(Secret) std::byte storage[sizeof(Secret)];
  auto* secret = new (storage) Secret(key.data(), key.size());
  const auto holds_key = [&] {
    return std::search(std::begin(storage), std::end(storage), key.begin(), key.begin() + 8) != std::end(storage);
  };
  ASSERT_TRUE(holds_key());
  secret->~Secret();
  // The compiler must not believe that the destructor left the storage alone.
  asm volatile("" : : "r"(storage) : "memory");
  EXPECT_FALSE(holds_key());
}

TEST(Secret, LeavesNothingBehindWhenItMoves) {
  const ByteString key = counting(32);
  Secret from(key.data(), key.size());
  const std::byte* old_place = from.data();
  const Secret to(std::move(from));
  EXPECT_TRUE(std::equal(key.begin(), key.end(), to.data()));
  EXPECT_EQ(to.size(), key.size());
  EXPECT_TRUE(std::all_of(old_place, old_place + Secret::max_size, [](std::byte b) { return b == std::byte{0}; }));
}

TEST(Secret, ComparesContentAndSize) {
  const Secret key(counting(32).data(), 32);
  EXPECT_TRUE(key.equals(key.clone()));
  EXPECT_FALSE(key.equals(Secret(counting(16).data(), 16)));
  EXPECT_FALSE(key.equals(Secret(counting(32, 1).data(), 32)));
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, RefusesMoreThan64Bytes) {
  EXPECT_THROW(Secret(counting(65).data(), 65), Bug);
  EXPECT_THROW(Secret::zeroes(65), Bug);
}

TEST(ForbidCoreDumps, SetsTheLimitToZero) {
  ASSERT_TRUE(forbid_core_dumps());
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_CORE, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, 0u);
  EXPECT_EQ(prctl(PR_GET_DUMPABLE), 0);
}

}  // namespace
}  // namespace icesim
