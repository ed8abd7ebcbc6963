// SPDX-License-Identifier: Apache-2.0
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/bytes/memory_bytes.hpp"
#include "src/workload/readers/open_reader.hpp"
#include "testbench/cost/heap.hpp"
#include "testbench/support/made_traces.hpp"

#include <gtest/gtest.h>

namespace icesim {
namespace {

struct Made {
  const char* format;
  test::MadeTrace (*make)(std::uint64_t requests);
};

class ReaderCost : public testing::TestWithParam<Made> {};

/// A trace may be as long as it likes: what is read later takes no more memory.
TEST_P(ReaderCost, AllocatesNothingInTheSecondHalfOfATrace) {
  if (!test::heap_is_counted) GTEST_SKIP() << "a sanitizer has an operator new of its own";
  constexpr std::uint64_t requests = 40'000;  // half of them are more than what may be outstanding
  const test::MadeTrace trace = GetParam().make(requests);
  std::uint64_t latencies = 0;
  TraceOptions options;
  options.reissue_window = Picoseconds{};
  options.completed = [&](const TraceCompletion&) { ++latencies; };
  const auto reader = open_reader(decompress(std::make_unique<MemoryBytes>("made", trace.bytes)), options);
  IoRequest request;
  for (std::uint64_t i = 0; i < requests / 2; ++i) ASSERT_TRUE(reader->next(request));
  const std::uint64_t halfway = test::heap_use().allocations;
  std::uint64_t rest = 0;
  while (reader->next(request)) ++rest;
  EXPECT_EQ(test::heap_use().allocations, halfway);
  EXPECT_EQ(rest, requests - requests / 2);
  EXPECT_EQ(reader->info().format, GetParam().format);
  EXPECT_EQ(latencies, reader->info().recorded_latency.all().count());
  EXPECT_EQ(latencies, std::string_view(GetParam().format) == "pixel6a" ? 0 : requests);
}

INSTANTIATE_TEST_SUITE_P(Formats, ReaderCost,
                         testing::Values(Made{"ftrace", test::made_ftrace}, Made{"blktrace", test::made_blktrace},
                                         Made{"msr", test::made_msr}, Made{"pixel6a", test::made_pixel},
                                         Made{"icetrace", test::made_native}),
                         [](const auto& made) { return std::string(made.param.format); });

}  // namespace
}  // namespace icesim
