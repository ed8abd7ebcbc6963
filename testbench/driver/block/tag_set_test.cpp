// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/request_list.hpp"
#include "icesim/driver/block/tag_set.hpp"
#include "testbench/support/random_cases.hpp"

#include <deque>
#include <set>

namespace icesim {
namespace {

TEST(TagSet, HasFromOneToTwoHundredAndFiftySixTags) {
  EXPECT_THROW(TagSet(0), Bug);
  EXPECT_THROW(TagSet(257), Bug);
  for (const std::uint32_t count : {1u, 31u, 62u, 64u, 65u, 256u}) {
    TagSet tags(count);
    for (std::uint32_t tag = 0; tag < count; ++tag) {
      EXPECT_FALSE(tags.empty());
      EXPECT_EQ(tags.take(), tag);
    }
    EXPECT_TRUE(tags.empty());
  }
}

TEST(TagSet, LendsTheLowestFreeTag) {
  test::check_cases(50, [] {
    const auto count = *rc::gen::inRange<std::uint32_t>(1, 257);
    TagSet tags(count);
    std::set<std::uint32_t> free;
    std::vector<std::uint32_t> lent;
    for (std::uint32_t tag = 0; tag < count; ++tag) free.insert(tag);
    for (const auto choice : *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>())) {
      if (choice % 3 > 0 && !free.empty()) {
        RC_ASSERT(tags.take() == *free.begin());
        lent.push_back(*free.begin());
        free.erase(free.begin());
      } else if (!lent.empty()) {
        const auto at = lent.begin() + static_cast<std::ptrdiff_t>(choice / 3 % lent.size());
        tags.put(*at);
        free.insert(*at);
        lent.erase(at);
      }
      RC_ASSERT(tags.empty() == free.empty());
    }
  });
}

TEST(RequestList, KeepsRequestsInARow) {
  test::check_cases(100, [] {
    std::vector<Request> requests(40);
    std::vector<std::uint32_t> free(requests.size());
    for (std::uint32_t i = 0; i < free.size(); ++i) free[i] = i;
    RequestList a, b;
    std::deque<std::uint32_t> in_a, in_b;
    const auto drop = [&](RequestList& list, std::deque<std::uint32_t>& model) {
      list.pop(requests);
      free.push_back(model.front());
      model.pop_front();
    };
    for (const auto choice : *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0u, 6u))) {
      if (choice == 0) {
        a.splice(requests, b);
        in_a.insert(in_a.end(), in_b.begin(), in_b.end());
        in_b.clear();
      } else if (choice == 1 && !in_a.empty()) {
        drop(a, in_a);
      } else if (choice == 2 && !in_b.empty()) {
        drop(b, in_b);
      } else if (choice > 2 && !free.empty()) {
        const std::uint32_t number = free.back();
        free.pop_back();
        if (choice == 3) a.push(requests, number), in_a.push_back(number);
        if (choice == 4) a.push_front(requests, number), in_a.push_front(number);
        if (choice == 5) b.push(requests, number), in_b.push_back(number);
      }
      RC_ASSERT(a.empty() == in_a.empty());
      RC_ASSERT(b.empty() == in_b.empty());
      if (!a.empty()) RC_ASSERT(a.first() == in_a.front());
    }
    for (; !in_a.empty(); drop(a, in_a)) RC_ASSERT(a.first() == in_a.front());
    RC_ASSERT(a.empty());
  });
}

}  // namespace
}  // namespace icesim
