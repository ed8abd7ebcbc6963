// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/keys/keyed_trace.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/workload/files.hpp"
#include "testbench/workload/readers/perfetto_conversion.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::Converted;

std::vector<IoRequest> tagged(const std::filesystem::path& path, KeyMode mode) {
  KeyOptions keys;
  keys.mode = mode;
  KeyedTrace trace(path, {}, keys);
  return test::drain(trace);
}

TEST(PerfettoKeys, OfARecordingAreThoseOfItsFtraceText) {
  for (const char* run : {"k61_ufs_sdb_f2fs_perfile", "k612_ufs_mcq_f2fs_ivino64"}) {
    const auto path = test::recorded(run) / "ftrace.txt.zst";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
    const test::TemporaryDirectory directory;
    const auto file = [&](Converted::Form form) { return directory / std::to_string(static_cast<int>(form)); };
    for (const auto form : {Converted::Form::described, Converted::Form::named})
      test::write_file(file(form), Converted(path, form).trace.SerializeAsString());
    for (const KeyMode mode : {KeyMode::per_file, KeyMode::per_policy, KeyMode::android}) {
      const auto requests = tagged(path, mode);
      EXPECT_GT(std::count_if(requests.begin(), requests.end(), [](const IoRequest& r) { return r.key != no_key; }), 5'000);
      for (const auto form : {Converted::Form::described, Converted::Form::named})
        EXPECT_TRUE(test::same(requests, tagged(file(form), mode))) << run;
    }
    if (test::few_cases()) break;
  }
}

}  // namespace
}  // namespace icesim
