// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/generator.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "src/workload/requests/rwbs.hpp"
#include "testbench/workload/files.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zstd.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;

void write_trace(const std::filesystem::path& path, const std::vector<IoRequest>& requests) {
  NativeWriter writer(path, "made by a test");
  for (const IoRequest& request : requests) writer.write(request);
  writer.finish();
}

/// Values as traces have them, and any others; times in order, no DUN without its flag.
std::vector<IoRequest> any_requests() {
  std::vector<IoRequest> requests;
  std::uint64_t time = 0;
  const bool is_microseconds = *rc::gen::arbitrary<bool>();
  const bool is_blocks = *rc::gen::arbitrary<bool>();
  const auto count = *rc::gen::inRange(0, 40);
  for (int i = 0; i < count; ++i) {
    IoRequest r;
    time += *rc::gen::inRange<std::uint64_t>(0, 1'000'000) * (is_microseconds ? 1'000'000 : 1);
    r.time = Picoseconds{time};
    r.offset = Bytes{*rc::gen::arbitrary<std::uint64_t>() << (is_blocks ? 12 : 0)};
    r.length = Bytes{*rc::gen::arbitrary<std::uint64_t>() << (is_blocks ? 9 : 0)};
    r.inode = *rc::gen::arbitrary<std::uint64_t>();
    r.key = *rc::gen::arbitrary<std::uint32_t>();
    r.process = *rc::gen::arbitrary<std::uint32_t>();
    r.policy = *rc::gen::arbitrary<std::uint32_t>();
    r.operation = static_cast<Operation>(*rc::gen::inRange(0, 4));
    r.flags = static_cast<std::uint8_t>(*rc::gen::inRange(0, 128));
    if (*rc::gen::inRange(0, 4) == 0) r.keyslot = *rc::gen::inRange(0, 256) & 0xff;
    if ((r.flags & IoRequest::has_dun) != 0) r.dun = Dun{*rc::gen::arbitrary<std::uint64_t>()};
    requests.push_back(r);
  }
  return requests;
}

std::vector<IoRequest> sample(std::uint64_t count) {
  GeneratorConfig config;
  config.requests = count;
  config.keys = 7;
  config.interval = Picoseconds{12'345'000'000};
  Generator generator(config);
  return test::drain(generator);
}

RC_GTEST_PROP(NativeFormat, GivesBackWhatWasWritten, ()) {
  const TemporaryDirectory directory;
  const auto requests = any_requests();
  write_trace(directory / "t", requests);
  RC_ASSERT(test::same(test::read_trace(directory / "t"), requests));
}

TEST(NativeFormat, GivesBackManyBlocks) {
  const TemporaryDirectory directory;
  const auto requests = sample(10'001);
  write_trace(directory / "t", requests);
  const auto reader = open_trace(directory / "t");
  EXPECT_TRUE(test::same(test::drain(*reader), requests));
  EXPECT_EQ(reader->info().records, requests.size());
  EXPECT_EQ(reader->info().format, "icetrace");
  EXPECT_EQ(reader->info().provenance, "made by a test");
  EXPECT_EQ(reader->info().span, requests.back().time);
  IoRequest request;
  EXPECT_FALSE(reader->next(request)) << "the end stays the end";
}

TEST(NativeFormat, GivesTheSameBytesForTheSameRequests) {
  const TemporaryDirectory directory;
  write_trace(directory / "a", sample(5'000));
  write_trace(directory / "b", sample(5'000));
  EXPECT_EQ(test::read_file(directory / "a"), test::read_file(directory / "b"));
}

TEST(NativeFormat, KeepsKeyslotsInTheBlocksThatHaveSome) {
  const TemporaryDirectory directory;
  auto requests = sample(3 * 4096);
  requests[4096].keyslot = 0;
  requests[4097].keyslot = 255;
  write_trace(directory / "t", requests);
  EXPECT_TRUE(test::same(test::read_trace(directory / "t"), requests));
  const auto size = std::filesystem::file_size(directory / "t");
  for (auto& request : requests) request.set_keyslot((request.offset.n >> 12) % 251);
  write_trace(directory / "all", requests);
  EXPECT_TRUE(test::same(test::read_trace(directory / "all"), requests));
  EXPECT_GT(std::filesystem::file_size(directory / "all"), size + 2 * 4096) << "the other blocks had no column";
  requests[0].keyslot = 256;
  EXPECT_THROW(write_trace(directory / "t", requests), Bug);
}

TEST(NativeFormat, ShortensLongPausesAndRefusesOptionsOfTheImport) {
  const TemporaryDirectory directory;
  std::vector<IoRequest> requests(4);
  for (std::size_t i = 0; i < 4; ++i) requests[i].time = Picoseconds{std::array{0u, 5u, 100u, 120u}[i]};
  write_trace(directory / "t", requests);
  TraceOptions options;
  options.idle_cap = Picoseconds{10};
  const auto reader = open_trace(directory / "t", options);
  std::vector<std::uint64_t> times;
  for (const IoRequest& request : test::drain(*reader)) times.push_back(request.time.n);
  EXPECT_THAT(times, testing::ElementsAre(0, 5, 15, 25));
  EXPECT_EQ(reader->info().capped_gaps, 2u);
  EXPECT_EQ(reader->info().capped_time, Picoseconds{95});
  options.device = "8,0";
  EXPECT_THAT(test::user_error([&] { open_trace(directory / "t", options); }), testing::HasSubstr("of one device"));
  options.device.clear();
  options.reissue_window = Picoseconds{0};
  EXPECT_EQ(test::read_trace(directory / "t", options).size(), 4u) << "none is asked for";
  options.reissue_window = Picoseconds{1};
  EXPECT_THAT(test::user_error([&] { open_trace(directory / "t", options); }), testing::HasSubstr("no request twice"));
}

TEST(NativeFormat, CountsASplitRequestOnce) {
  const TemporaryDirectory directory;
  auto requests = sample(3);
  for (auto& request : requests) request.operation = Operation::write;
  requests[1].flags |= IoRequest::continuation;
  write_trace(directory / "t", requests);
  const auto reader = open_trace(directory / "t");
  test::drain(*reader);
  EXPECT_EQ(reader->info().records, 3u);
  EXPECT_EQ(reader->info().requests.write, 2u);
  EXPECT_EQ(reader->info().bytes.write, 3 * requests[0].length.n);
}

TEST(NativeFormat, RefusesAFileCutAnywhere) {
  const TemporaryDirectory directory;
  write_trace(directory / "t", sample(24));
  const std::string whole = test::read_file(directory / "t");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    test::write_file(directory / "cut", whole.substr(0, size));
    const std::string message = test::user_error([&] { test::read_trace(directory / "cut"); });
    ASSERT_EQ(message.find((directory / "cut").string() + ":"), 0u) << "cut to " << size << ": " << message;
  }
}

TEST(NativeFormat, NeverGivesOtherRequestsForAChangedByte) {
  const TemporaryDirectory directory;
  const auto requests = sample(24);
  write_trace(directory / "t", requests);
  const std::string whole = test::read_file(directory / "t");
  std::size_t noticed = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x11);
    test::write_file(directory / "changed", changed);
    const std::string message = test::user_error([&] {
      // zstd may ignore a bit of its own header, such as a larger window.
      ASSERT_TRUE(test::same(test::read_trace(directory / "changed"), requests)) << "byte " << at;
    });
    noticed += message != "no error";
  }
  EXPECT_GE(noticed, whole.size() - 4);
}

/// The content below zstd, whose own checksum would notice first.
TEST(NativeFormat, RefusesChangedContentWithWholeCompression) {
  const TemporaryDirectory directory;
  write_trace(directory / "t", sample(6));
  const std::string whole = test::read_file(directory / "t");
  const std::size_t frame = whole.find('\n', whole.find('\n') + 1) + 1;
  std::string content(1 << 16, '\0');
  content.resize(ZSTD_decompress(content.data(), content.size(), whole.data() + frame, whole.size() - frame));
  const auto rewritten = [&](const std::string& changed) {
    std::string packed(ZSTD_compressBound(changed.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), changed.data(), changed.size(), 1));
    test::write_file(directory / "changed", whole.substr(0, frame) + packed);
    return test::user_error([&] { test::read_trace(directory / "changed"); });
  };
  ASSERT_EQ(rewritten(content), "no error");
  EXPECT_THAT(rewritten(content + "x"), testing::HasSubstr("behind the end"));
  for (std::size_t at = 0; at < content.size(); ++at) {
    for (const int bits : {0x01, 0x80, 0xff}) {
      std::string changed = content;
      changed[at] = static_cast<char>(changed[at] ^ bits);
      ASSERT_NE(rewritten(changed), "no error") << "byte " << at;
    }
    ASSERT_THAT(rewritten(content.substr(0, at)), testing::HasSubstr("truncated")) << at;
  }
}

/// Two records whose times have 64 bits; the first one's, made 27 ps later, moves the second one beyond.
TEST(NativeFormat, RefusesATimeOfMoreThan64BitsWithTheNumberOfTheRecord) {
  const TemporaryDirectory directory;
  std::vector<IoRequest> requests = sample(2);
  requests[0].time = Picoseconds{0x64};
  requests[1].time = Picoseconds{~std::uint64_t{0}};
  write_trace(directory / "t", requests);
  const std::string whole = test::read_file(directory / "t");
  const std::size_t frame = whole.find('\n', whole.find('\n') + 1) + 1;
  std::string content(1 << 16, '\0');
  content.resize(ZSTD_decompress(content.data(), content.size(), whole.data() + frame, whole.size() - frame));
  const std::size_t first = content.find("\x64\x9b\xff\xff");
  ASSERT_NE(first, std::string::npos);
  content[first] = '\x7f';
  std::string packed(ZSTD_compressBound(content.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), 1));
  test::write_file(directory / "changed", whole.substr(0, frame) + packed);
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "changed"); }),
              testing::HasSubstr("the time of record 2 has more than 64 bits"));
}

TEST(NativeFormat, RefusesDataBehindTheEnd) {
  const TemporaryDirectory directory;
  write_trace(directory / "t", sample(2));
  test::write_file(directory / "t", test::read_file(directory / "t") + "x");
  EXPECT_NE(test::user_error([&] { test::read_trace(directory / "t"); }), "no error");
}

TEST(NativeFormat, NamesTheVersionItReads) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", "icetrace 6\nfrom the future\n");
  EXPECT_THAT(test::user_error([&] { test::read_trace(directory / "t"); }),
              testing::AllOf(testing::HasSubstr("begins with \"icetrace 6\""),
                             testing::HasSubstr("reads \"icetrace 1\" to \"icetrace 5\"")));
}

TEST(NativeWriter, LeavesTheOldFileUntilFinished) {
  const TemporaryDirectory directory;
  test::write_file(directory / "t", "old");
  {
    NativeWriter writer(directory / "t", "");
    for (const auto& request : sample(9'000)) writer.write(request);
    EXPECT_EQ(test::read_file(directory / "t"), "old");
  }
  EXPECT_EQ(test::read_file(directory / "t"), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

TEST(NativeWriter, RefusesAProvenanceOfSeveralLines) {
  const TemporaryDirectory directory;
  EXPECT_THROW(NativeWriter(directory / "t", "two\nlines"), UserError);
  EXPECT_THROW(NativeWriter(directory / "t", std::string(5'000, 'x')), UserError);
}

TEST(NativeWriter, SaysWhenTheDirectoryIsMissing) {
  EXPECT_THROW(NativeWriter("/nonexistent/t.icetrace", ""), UserError);
}

TEST(NativeWriter, RefusesTimesThatGoBack) {
  const TemporaryDirectory directory;
  auto requests = sample(2);
  std::swap(requests[0], requests[1]);
  EXPECT_THROW(write_trace(directory / "t", requests), Bug);
}

}  // namespace
}  // namespace icesim
