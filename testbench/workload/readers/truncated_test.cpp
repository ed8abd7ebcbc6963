// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "src/workload/bytes/memory_bytes.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/readers/open_reader.hpp"
#include "testbench/support/random_cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::filesystem::path samples = ICESIM_SOURCE_DIR "/testbench/fuzz/corpus";

std::uint64_t read_all(std::string_view data, const TraceOptions& options) {
  const auto reader = open_reader(decompress(std::make_unique<MemoryBytes>("input", data)), options);
  std::uint64_t records = 0;
  for (IoRequest request; reader->next(request);) ++records;
  return records;
}

class EveryFormat : public testing::TestWithParam<std::string> {};

/// The samples that the fuzzers begin with, cut off behind each of their bytes; some of these under sanitizers, where the
/// fuzzers cut them off, too.
TEST_P(EveryFormat, IsReadOrRefusedInOneLineWhereverItIsCutOff) {
  TraceOptions strict;
  strict.format = GetParam();
  TraceOptions lenient = strict;
  lenient.keep_going = true;
  const std::size_t stride = test::few_cases() ? 7 : 1;
  ASSERT_TRUE(std::filesystem::is_directory(samples / GetParam())) << "the fuzzer of the format has no sample";
  for (const auto& sample : std::filesystem::directory_iterator(samples / GetParam())) {
    const std::string whole = read_text_file(sample.path().string());
    const std::uint64_t all = read_all(whole, strict);
    EXPECT_GT(all, 0u);
    for (std::size_t size = 0; size < whole.size(); size += stride) {
      const std::string_view part = std::string_view(whole).substr(0, size);
      for (const TraceOptions& options : {strict, lenient}) {
        try {
          EXPECT_LE(read_all(part, options), all) << size;
        } catch (const UserError& error) {
          EXPECT_THAT(error.what(), HasSubstr("input")) << size;
          EXPECT_THAT(error.what(), Not(HasSubstr("\n"))) << size;
        }
      }
    }
  }
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const TraceFormat& format : trace_formats()) names.emplace_back(format.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Truncated, EveryFormat, testing::ValuesIn(format_names()),
                         [](const auto& one) { return one.param; });

}  // namespace
}  // namespace icesim
