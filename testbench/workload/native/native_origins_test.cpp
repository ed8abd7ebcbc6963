// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "src/workload/native/native_format.hpp"
#include "testbench/workload/files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

namespace icesim {
namespace {

using testing::ElementsAre;

struct ToldOrigins {
  std::vector<std::string> names;
  std::vector<std::uint64_t> completed;  ///< numbers of requests, in the order in which they were told
};

ToldOrigins origins_of(const std::filesystem::path& path) {
  ToldOrigins told;
  TraceOptions options;
  options.completed = [&](const TraceCompletion& completion) { told.completed.push_back(completion.request); };
  const auto reader = open_trace(path, options);
  for (IoRequest request; reader->next(request);) told.names.emplace_back(reader->process_name());
  return told;
}

TEST(NativeOrigins, NamesOfProcessesAreKeptThoughTheyChange) {
  const test::TemporaryDirectory directory;
  NativeWriter writer(directory / "t", "");
  IoRequest request;
  const auto write = [&](std::uint32_t process, const char* name) {
    request.process = process;
    writer.write(request, name);
  };
  write(1, "sh");
  write(2, "");
  write(1, "sh");
  write(1, "ls");
  write(3, "sh");
  write(1, "");
  writer.finish();
  EXPECT_THAT(origins_of(directory / "t").names, ElementsAre("sh", "", "sh", "ls", "sh", "ls"));
}

TEST(NativeOrigins, MoreNamesThanAReaderKeepsAreToldAgain) {
  const test::TemporaryDirectory directory;
  NativeWriter writer(directory / "t", "");
  IoRequest request;
  constexpr std::uint32_t processes = native::most_names + 5'000;
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t process = 0; process < processes; process += 1 + round * 777) {
      request.process = process;
      writer.write(request, "p" + std::to_string(process));
    }
  }
  writer.finish();
  const auto reader = open_trace(directory / "t");
  while (reader->next(request)) ASSERT_EQ(reader->process_name(), "p" + std::to_string(request.process));
}

TEST(NativeOrigins, CompletionsSayOfWhichRequestsTheyAre) {
  const test::TemporaryDirectory directory;
  NativeWriter writer(directory / "t", "");
  IoRequest request;
  const auto completed = [&](std::uint64_t number) {
    TraceCompletion completion;
    completion.request = number;
    writer.completed(completion);
  };
  completed(1);  // of none that was given
  writer.write(request);
  request.flags = IoRequest::continuation;
  writer.write(request);
  request.flags = 0;
  for (std::size_t i = 2; i <= native::block_records; ++i) writer.write(request);
  completed(1);
  completed(0);
  completed(native::block_records);
  writer.write(request);
  completed(3);
  writer.finish();
  EXPECT_THAT(origins_of(directory / "t").completed, ElementsAre(0, 1, 0, native::block_records, 3));
}

TEST(NativeOrigins, OfAnImportAreThoseOfItsInput) {
  const test::TemporaryDirectory directory;
  test::write_file(directory / "t.txt",
                   "a-1 [000] ..... 1.000000: block_rq_issue: 8,0 WS 4096 () 800 + 8 [a]\n"
                   "b-2 [000] ..... 1.000100: block_rq_issue: 8,0 R 8192 () 1600 + 16 [b]\n"
                   "b-2 [000] ..... 1.000200: block_rq_complete: 8,0 R () 1600 + 16 [0]\n"
                   "a-1 [000] ..... 1.000400: block_rq_issue: 8,0 FF 0 () 0 + 0 [a]\n"
                   "b-2 [000] ..... 1.000500: block_rq_complete: 8,0 WS () 800 + 8 [0]\n");
  import_trace(directory / "t.txt", directory / "t", {});
  const ToldOrigins told = origins_of(directory / "t");
  EXPECT_THAT(told.names, ElementsAre("a", "b", "a"));
  EXPECT_THAT(told.completed, ElementsAre(2, 1));
  EXPECT_EQ(origins_of(directory / "t.txt").completed, told.completed);
}

TEST(NativeOrigins, OlderVersionsTellNone) {
  const auto reader = open_trace(ICESIM_SOURCE_DIR "/traces/k61-f2fs-key-per-file.icetrace");
  IoRequest request;
  ASSERT_TRUE(reader->next(request));
  EXPECT_EQ(reader->process_name(), "");
  EXPECT_FALSE(reader->number().may_complete);
}

}  // namespace
}  // namespace icesim
