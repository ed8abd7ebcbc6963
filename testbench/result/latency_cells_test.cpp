// SPDX-License-Identifier: Apache-2.0
#include "src/result/latency_cells.hpp"

#include "icesim/base/histogram.hpp"
#include "icesim/base/random.hpp"

#include <algorithm>
#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

struct Latencies {
  Histogram histogram;
  void describe(Statistics& s) const { s("latency", histogram, "Latency"); }
};

/// What people read is within 0.1 % of the exact percentile, whatever latencies there were.
RC_GTEST_PROP(LatencyCells, PrintPercentilesWithinAThousandth, ()) {
  const std::uint64_t least = *rc::gen::inRange<std::uint64_t>(100'000, 1'000'000'000'000);
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  Latencies latencies;
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 1500; ++i) {
    values.push_back(least + random.below(1 + random.below(20 * least)));
    latencies.histogram.add(Picoseconds{values.back()});
  }
  std::sort(values.begin(), values.end());
  const auto statistics = list_statistics([&](Statistics& s) { latencies.describe(s); });
  const std::vector<std::string> cells = latency_cells("read", statistics, "latency");
  const std::vector<std::uint64_t> thousandths{500, 900, 990, 999, 1000};
  for (std::size_t i = 0; i < thousandths.size(); ++i) {
    const double exact = static_cast<double>(values[(values.size() * thousandths[i] + 999) / 1000 - 1]) / 1e6;
    RC_ASSERT(std::abs(std::stod(cells[1 + i]) - exact) <= exact / 1000);
  }
}

}  // namespace
}  // namespace icesim
