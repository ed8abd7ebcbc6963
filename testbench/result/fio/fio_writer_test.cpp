// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/fio/fio_writer.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>
#include <vector>

namespace icesim {
namespace {

using Json = nlohmann::json;

RequestRecord request_of(const char* operation, std::uint64_t microseconds, std::uint64_t start = 0) {
  RequestRecord r;
  r.operation = operation;
  r.length = Bytes{4096};
  r.timeline = Timeline{Picoseconds{start}};
  r.timeline.mark(Stage::flash, Picoseconds{start + 1'000'000 * microseconds});
  return r;
}

/// Of fio 3.33: what it said of latencies that its own log holds.
TEST(FioDirection, HasTheBucketsOfFio) {
  for (const auto& [latency, value] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {51'146, 50'944}, {3'963'500, 3'948'544}, {5'160, 5'152}, {53'781, 54'016}, {0, 0}, {127, 127}, {128, 129}, {130, 131}})
    EXPECT_EQ(fio_bucket_value(fio_bucket(latency)), value) << latency;
}

RC_GTEST_PROP(FioDirection, ABucketsValueLiesInItAndIsNear, (std::uint64_t latency)) {
  const std::uint64_t value = fio_bucket_value(fio_bucket(latency));
  RC_ASSERT(fio_bucket(value) == fio_bucket(latency));
  const std::uint64_t off = value > latency ? value - latency : latency - value;
  RC_ASSERT(off <= latency / 64);
}

RC_GTEST_PROP(FioDirection, MeansAndDeviatesLikeTheDefinitions, (std::vector<std::uint32_t> latencies)) {
  FioDirection direction;
  double sum = 0, squares = 0;
  for (const std::uint32_t ns : latencies) {
    direction.add(Picoseconds{std::uint64_t{ns} * 1000}, Bytes{512});
    sum += ns;
  }
  const double n = static_cast<double>(latencies.size()), mean = n == 0 ? 0 : sum / n;
  for (const std::uint32_t ns : latencies) squares += (ns - mean) * (ns - mean);
  const double deviation = n < 2 ? 0 : std::sqrt(squares / (n - 1));
  RC_ASSERT(std::abs(static_cast<double>(direction.mean()) / 1e6 - mean) <= 1e-5 + 1e-9 * mean);
  RC_ASSERT(std::abs(static_cast<double>(direction.deviation()) / 1e6 - deviation) <= 2 + 1e-6 * deviation);
}

TEST(FioSummary, TellsReadsWritesTrimsAndSyncsApartAndCountsWhatFailed) {
  FioSummary summary;
  for (const std::uint64_t us : {10, 20, 30}) summary.request_ended(request_of("read", us));
  summary.request_ended(request_of("write", 40));
  summary.request_ended(request_of("discard", 5));
  summary.request_ended(request_of("flush", 7));
  RequestRecord failed = request_of("read", 1'000'000);
  failed.failed = true;
  summary.request_ended(failed);
  const Json job = Json::parse(summary.json("1", "a trace")).at("jobs").at(0);
  EXPECT_EQ(job.at("jobname"), "a trace");
  EXPECT_EQ(job.at("error"), 1);
  const Json& read = job.at("read");
  EXPECT_EQ(read.at("total_ios"), 3);
  EXPECT_EQ(read.at("io_bytes"), 12288);
  EXPECT_EQ(read.at("iops"), 3.0) << "the failed one makes the run a second long";
  EXPECT_EQ(read.at("clat_ns").at("mean"), 20000.0);
  EXPECT_EQ(read.at("clat_ns").at("stddev"), 10000.0);
  EXPECT_EQ(read.at("clat_ns").at("percentile").at("50.000000"), fio_bucket_value(fio_bucket(20'000)));
  EXPECT_EQ(read.at("clat_ns").at("percentile").at("99.990000"), fio_bucket_value(fio_bucket(30'000)));
  EXPECT_EQ(read.at("clat_ns").at("bins").size(), 3U);
  EXPECT_EQ(job.at("write").at("total_ios"), 1);
  EXPECT_EQ(job.at("trim").at("clat_ns").at("max"), 5000);
  EXPECT_EQ(job.at("sync").at("total_ios"), 1);
}

}  // namespace
}  // namespace icesim
