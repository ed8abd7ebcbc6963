// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/fit/latency_classes.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/study/fit/class_latencies.hpp"
#include "icesim/study/fit/fit_parameter.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace icesim {
namespace {

using testing::HasSubstr;

class LatencyClassesTest : public testing::Test {
 protected:
  ~LatencyClassesTest() override { std::filesystem::remove(path_); }
  LatencyClasses read(const std::string& lines, std::uint64_t limit = 0, std::uint64_t tested = 50) {
    write_file_atomically(path_, "time_us,operation,offset,length,latency_us\n" + lines);
    return read_latency_classes(path_, {}, {}, VmRules{}, limit, tested);
  }
  /// So many alike, each behind the end of the one before, from a time on.
  static std::string alone(std::size_t count, std::uint64_t from, const std::string& what, std::uint64_t latency) {
    std::string lines;
    for (std::size_t i = 0; i < count; ++i) lines += std::to_string(from + i * 1000) + "," + what + "," + std::to_string(latency) + "\n";
    return lines;
  }

  std::string path_ = testing::TempDir() + "icesim-classes-" + std::to_string(::getpid()) + ".csv";
};

TEST_F(LatencyClassesTest, AreOfOperationSizeAndDepth) {
  std::string lines = alone(40, 0, "read,0,4096", 100);
  lines += alone(40, 100'000, "write,0,8192", 50);
  for (std::uint64_t i = 0; i < 40; ++i) {
    const std::uint64_t at = 200'000 + i * 1000;
    for (std::uint64_t j = 0; j < 3; ++j) lines += std::to_string(at + j) + ",read," + std::to_string(j * 65536) + ",4096,200\n";
  }
  const LatencyClasses all = read(lines, 0, 0);
  ASSERT_EQ(all.classes.size(), 4U);
  EXPECT_EQ(all.classes[0].name, "read up to 4 KiB, depth 1");
  EXPECT_EQ(all.classes[0].fitted.count(), 80U) << "the first of three finds none outstanding";
  EXPECT_EQ(all.classes[1].name, "read up to 4 KiB, depth 2");
  EXPECT_EQ(all.classes[2].name, "read up to 4 KiB, depth 3-4");
  EXPECT_EQ(all.classes[3].name, "write up to 8 KiB, depth 1");
  EXPECT_EQ(all.fitted, 200U);
  EXPECT_EQ(all.tested, 0U);
  EXPECT_NEAR(static_cast<double>(quantile_times(all.classes[3].fitted)[4]), 50e6, 25e3);
}

/// A request that ends in the moment in which another comes is not outstanding any more.
TEST_F(LatencyClassesTest, CountWhatIsOutstandingAtTheIssue) {
  std::string lines;
  for (std::uint64_t i = 0; i < 40; ++i) lines += std::to_string(i * 100) + ",read,0,4096,100\n";
  EXPECT_EQ(read(lines, 0, 0).classes.at(0).name, "read up to 4 KiB, depth 1");
  lines.clear();
  for (std::uint64_t i = 0; i < 40; ++i) lines += std::to_string(i * 100) + ",read,0,4096,101\n";
  const LatencyClasses all = read(lines, 0, 0);
  ASSERT_EQ(all.classes.size(), 1U);
  EXPECT_EQ(all.classes[0].name, "read up to 4 KiB, depth 2");
  EXPECT_EQ(all.left_out, 1U) << "the first one found none";
}

TEST_F(LatencyClassesTest, KeepTheEndOfTheTraceForTheTest) {
  const std::string lines = alone(100, 0, "read,0,4096", 100) + alone(100, 200'000, "read,0,4096", 300);
  const LatencyClasses all = read(lines);
  EXPECT_EQ(all.fitted_records, 100U);
  EXPECT_EQ(all.classes.at(0).fitted.count(), 100U);
  EXPECT_EQ(all.classes.at(0).tested.count(), 100U);
  EXPECT_LT(all.classes[0].fitted.max(), all.classes[0].tested.min());
  EXPECT_EQ(read(lines, 0, 25).fitted_records, 150U);
  EXPECT_EQ(read(lines, 60, 50).fitted_records, 30U) << "of the records that are replayed";
}

TEST_F(LatencyClassesTest, LeaveOutWhatIsRareOrNotKnown) {
  const LatencyClasses all = read(alone(20, 0, "read,0,4096", 100) + alone(19, 100'000, "write,0,4096", 100) + "300000,read,0,4096,\n", 0, 0);
  ASSERT_EQ(all.classes.size(), 1U);
  EXPECT_EQ(all.left_out, 19U);
  EXPECT_EQ(all.unknown, 1U);
  EXPECT_EQ(all.of_record.at(25), LatencyClasses::none);
}

TEST_F(LatencyClassesTest, NeedCompletions) {
  try {
    read("1,read,0,4096,\n2,read,0,4096,\n");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("does not tell when its requests completed"));
  }
  EXPECT_THROW(read(alone(19, 0, "read,0,4096", 100), 0, 0), UserError);
}

/// What a simulation says of them comes back from its statistics.
TEST_F(LatencyClassesTest, ComeBackFromStatistics) {
  const LatencyClasses all = read(alone(100, 0, "read,0,4096", 100));
  ClassLatencies latencies(all);
  for (std::uint64_t id = 1; id <= 100; ++id) {
    RequestRecord record;
    record.id = id;
    record.failed = id == 1;
    record.timeline = Timeline(Picoseconds{});
    record.timeline.mark(Stage::cpu, Picoseconds{id <= 50 ? 1'000U : 2'000U});
    latencies.request_ended(record);
  }
  std::vector<StatisticValue> statistics{{"before", 1, Unit::count, "", 0}};
  for (const StatisticValue& each : latencies.statistics()) statistics.push_back(each);
  const std::vector<ClassResult> results = class_results(statistics, 1);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].fitted, 49U) << "one failed";
  EXPECT_EQ(results[0].tested, 50U);
  EXPECT_EQ(results[0].at_fitted[0], 1'000U);
  EXPECT_EQ(results[0].at_tested[10], 2'000U);
  EXPECT_TRUE(class_results({}, 1).empty());
}

std::vector<ParameterGroup> sample_parameters() {
  Parameter latency;
  latency.path = "device.response_latency";
  latency.unit = Unit::picoseconds;
  latency.value = 1'000'000;
  latency.range = {0, 1'000'000'000};
  Parameter size = latency;
  size.path = "device.max_data_in";
  size.unit = Unit::bytes;
  size.value = 32768;
  size.range = Range(Bytes{4096}, Bytes{61440}, Bytes{4096});
  Parameter any = latency;
  any.path = "device.any";
  any.unit = Unit::count;
  any.range = {0, ~std::uint64_t{0}};
  Parameter other = latency;
  other.path = "crypto.derivation";
  return {{"device", "", {latency, size, any, other}}};
}

TEST(FitParameters, HaveEqualFactorsAtEqualDistances) {
  const auto all = sample_parameters();
  const FitParameter each = read_fit_parameter("device.response_latency=1us..1ms", all);
  EXPECT_EQ(each.value_at(0), 1'000'000U);
  EXPECT_EQ(each.value_at(1.0 / 3), 10'000'000U);
  EXPECT_EQ(each.value_at(1), 1'000'000'000U);
  EXPECT_NEAR(each.place_of(100'000'000), 2.0 / 3, 1e-9);
  const FitParameter zero = read_fit_parameter("device.response_latency", all);
  EXPECT_EQ(zero.value_at(0), 0U);
  EXPECT_EQ(zero.value_at(1), 1'000'000'000U);
  EXPECT_EQ(zero.text(zero.value_at(zero.place_of(123'400'000))), "123.4us") << "four digits";
}

TEST(FitParameters, KeepTheStepThatIsDeclared) {
  const FitParameter size = read_fit_parameter("device.max_data_in", sample_parameters());
  for (double place = 0; place <= 1; place += 0.01) EXPECT_EQ(size.value_at(place) % 4096, 0U);
}

TEST(FitParameters, SayWhatIsWrong) {
  const auto all = sample_parameters();
  for (const auto& [text, why] : {std::pair("device.response_latency=1us", "is not a range"),
                                  std::pair("device.response_latency=1us..2ms", "2ms is outside"),
                                  std::pair("device.response_latency=2us..2us", "nothing between"),
                                  std::pair("device.any", "no upper end"),
                                  std::pair("device.responselatency", "response_latency")}) {
    try {
      read_fit_parameter(text, all);
      ADD_FAILURE() << text;
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr(why));
    }
  }
}

TEST(FitParameters, AreUsuallyTimesOfTheDevice) {
  const auto usual = usual_fit_parameters(sample_parameters());
  ASSERT_EQ(usual.size(), 1U);
  EXPECT_EQ(usual[0].parameter.path, "device.response_latency");
}

}  // namespace
}  // namespace icesim
