// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/study/keyslot_metric.hpp"

#include "icesim/base/units.hpp"
#include "icesim/result/decimal_text.hpp"

namespace icesim {

std::string KeyslotMetric::requests_text() const {
  return requests + (requests == "all" || requests == "encrypted" ? " requests" : "s");
}

std::string KeyslotMetric::text() const {
  const std::string whose = requests_text();
  if (name == "mean") return "mean latency of " + whose;
  if (name == "p99") return "99th percentile of the latency of " + whose;
  if (name == "p999") return "99.9th percentile of the latency of " + whose;
  if (name == "key-cost") return "time for keys per encrypted request";
  return name == "misses" ? "share of misses" : name;
}

std::string KeyslotMetric::value_text(Wide value) const {
  const auto number = static_cast<std::uint64_t>(value);
  if (name == "throughput") return fixed_text(number, 1'000'000, 1) + " MB/s";
  if (name == "misses") return percent_text(number);
  return (name == "mean" ? microseconds_text(Picoseconds{number}) : precise_microseconds_text(Picoseconds{number})) + " us";
}

std::string KeyslotMetric::within_text() const {
  std::string share = fixed_text(within_ppm, 10'000, 4);
  share.erase(share.find_last_not_of('0') + 1);
  if (share.back() == '.') share.pop_back();
  if (name == "misses") return "within " + share + " % of the requests of the best";
  if (name == "key-cost") return "within " + share + " % of the latency of the best";
  return "within " + share + " % of the best";
}

}  // namespace icesim
