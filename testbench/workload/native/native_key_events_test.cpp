// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "testbench/workload/files.hpp"
#include "testbench/workload/native/told_trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zstd.h>

namespace icesim {
namespace {

using test::TemporaryDirectory;
using Kind = KeyEvent::Kind;

/// Behind how many records an event was told, and which.
struct Told {
  std::uint64_t records = 0;
  KeyEvent event;

  friend bool operator==(const Told& a, const Told& b) {
    return a.records == b.records && a.event.time == b.event.time && a.event.kind == b.event.kind &&
           a.event.key == b.event.key;
  }
};

struct Listener : KeyListener {
  void key_event(const KeyEvent& event) override { all.push_back({records, event}); }
  std::vector<Told> all;
  std::uint64_t records = 0;
};

std::vector<Told> told_by(const std::filesystem::path& path, const TraceOptions& options = {}) {
  Listener listener;
  const auto reader = open_trace(path, options);
  reader->tell_keys(listener);
  for (IoRequest request; reader->next(request);) ++listener.records;
  return listener.all;
}

void write_trace(const std::filesystem::path& path, std::uint64_t records, const std::vector<Told>& events,
                 std::uint64_t unit = 1) {
  test::write_told(path, records, events, Picoseconds{unit},
                   [](NativeWriter& writer, const Told& each) { writer.key_event(each.event); });
}

RC_GTEST_PROP(NativeKeyEvents, AreToldWhereAndWhenTheyWereWritten, ()) {
  const TemporaryDirectory directory;
  // About the size of a block, so that its ends are met.
  const auto near_blocks = rc::gen::element<std::uint64_t>(0, 1, 7, 4095, 4096, 4097, 8192, 8193, 9000);
  const std::uint64_t records = *near_blocks;
  const std::uint64_t unit = *rc::gen::element<std::uint64_t>(1, 1'000, 1'000'000);
  std::vector<std::uint64_t> places;
  for (int i = *rc::gen::inRange(0, 6); i > 0; --i) places.push_back(*rc::gen::inRange<std::uint64_t>(0, records + 1));
  std::sort(places.begin(), places.end());
  std::vector<Told> expected;
  for (const std::uint64_t place : places) {
    const auto kind = static_cast<Kind>(*rc::gen::inRange(0, place > 0 ? 5 : 4));
    const KeyId key = kind == Kind::issue ? 1 : kind <= Kind::eviction ? *rc::gen::inRange<KeyId>(1, 1'000'000) : no_key;
    // At the latest possible time, behind the last request for ever.
    const Picoseconds time{(place < records ? place : place + 5) * unit};
    for (std::uint64_t i = *near_blocks; i > 0; --i) expected.push_back({place, {time, kind, key}});
  }
  write_trace(directory / "t", records, expected, unit);
  RC_ASSERT(told_by(directory / "t") == expected);
  RC_ASSERT(test::read_trace(directory / "t").size() == records);
}

const std::vector<Told> some{{0, {Picoseconds{}, Kind::birth, 7}},      {1, {Picoseconds{1}, Kind::eviction, 7}},
                             {1, {Picoseconds{1}, Kind::suspend}},      {2, {Picoseconds{2}, Kind::resume}},
                             {2, {Picoseconds{2}, Kind::issue, 2}},     {3, {Picoseconds{9}, Kind::eviction, 8}}};

TEST(NativeKeyEvents, AreCounted) {
  const TemporaryDirectory directory;
  write_trace(directory / "t", 3, some);
  const auto reader = open_trace(directory / "t");
  test::drain(*reader);
  KeyEventCounts counts = reader->info().key_events;
  EXPECT_EQ(counts[Kind::birth], 1u);
  EXPECT_EQ(counts[Kind::eviction], 2u);
  EXPECT_EQ(counts[Kind::suspend], 1u);
  EXPECT_EQ(counts[Kind::resume], 1u);
  EXPECT_EQ(counts.total(), 5u);
}

TEST(NativeKeyEvents, OfAnImportAreThoseOfItsInputUnlessTheKeysAreOthers) {
  const TemporaryDirectory directory;
  write_trace(directory / "t", 3, some);
  import_trace(directory / "t", directory / "kept");
  EXPECT_TRUE(told_by(directory / "kept") == some);
  ImportOptions others;
  others.keys.mode = KeyMode::single;
  import_trace(directory / "t", directory / "others", others);
  EXPECT_TRUE(told_by(directory / "others").empty());
}

TEST(NativeKeyEvents, ComeEarlierWithTheRequestsWhenPausesAreShortened) {
  const TemporaryDirectory directory;
  {
    NativeWriter writer(directory / "t", "");
    IoRequest request;
    writer.write(request);
    writer.key_event({Picoseconds{3}, Kind::suspend});
    writer.key_event({Picoseconds{500}, Kind::resume});
    request.time = Picoseconds{1'000};
    writer.write(request);
    writer.key_event({Picoseconds{1'004}, Kind::birth, 1});
    request.time = Picoseconds{1'005};
    writer.write(request);
    writer.finish();
  }
  TraceOptions options;
  options.idle_cap = Picoseconds{10};
  const std::vector<Told> all = told_by(directory / "t", options);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].event.time, Picoseconds{3});
  EXPECT_EQ(all[1].event.time, Picoseconds{10});
  EXPECT_EQ(all[2].event.time, Picoseconds{14});
}

TEST(NativeKeyEvents, AreWrittenInOrderOfTime) {
  const TemporaryDirectory directory;
  NativeWriter writer(directory / "t", "");
  IoRequest request;
  request.time = Picoseconds{5};
  writer.write(request);
  EXPECT_THROW(writer.key_event({Picoseconds{4}, Kind::suspend}), Bug);
  EXPECT_THROW(writer.key_event({Picoseconds{5}, Kind::birth}), Bug) << "of no key";
  EXPECT_THROW(writer.key_event({Picoseconds{5}, Kind::suspend, 1}), Bug) << "of a key";
  writer.key_event({Picoseconds{6}, Kind::suspend});
  EXPECT_THROW(writer.write(request), Bug);
}

/// A trace of this version with this content below zstd, whose checksum is not reached.
std::string error_of(const char* version, const std::vector<std::uint8_t>& content) {
  const TemporaryDirectory directory;
  std::string packed(ZSTD_compressBound(content.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), content.data(), content.size(), 1));
  test::write_file(directory / "t", std::string("icetrace ") + version + "\n\n" + packed);
  return test::user_error([&] { told_by(directory / "t"); });
}

TEST(NativeKeyEvents, AreRefusedWhenTheyMakeNoSense) {
  using testing::HasSubstr;
  // 4098 events follow: number, scale, places, kinds, times, keys; then the end, or a block of one record.
  EXPECT_THAT(error_of("4", {0x82, 0x20, 1, 1, 1, 2, 0, 0}), HasSubstr("behind more records than its block has"));
  EXPECT_THAT(error_of("4", {0x82, 0x20, 1, 1, 1, 2, 0, 0x82, 0x20}), HasSubstr("behind more records than its block has"));
  EXPECT_THAT(error_of("4", {0x82, 0x20, 1, 1, 0, 5}), HasSubstr("a number is 5; at most 4"));
  EXPECT_THAT(error_of("4", {0x82, 0x20, 1, 1, 0, 0, 0, 0}), HasSubstr("names none"));
  EXPECT_THAT(error_of("4", {0x82, 0x20, 1, 1, 0, 4, 0, 1, 0}), HasSubstr("about a request before the first"));
  EXPECT_THAT(error_of("4", {0x82, 0x20, 1, 2, 0, 2, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}),
              HasSubstr("the time of an event of a key has more than 64 bits"));
  // A record at time 0 behind an event at time 1.
  EXPECT_THAT(error_of("4", {0x82, 0x20, 1, 1, 0, 2, 1, 1, 1, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0}),
              HasSubstr("not of a time between the records beside it"));
  EXPECT_THAT(error_of("4", {0x82, 0x20, 1, 1, 0, 2, 0, 0}), HasSubstr("truncated")) << "all is well but the end";
  EXPECT_THAT(error_of("3", {0x82, 0x20}), HasSubstr("a number is 4098; at most 4097"));
  EXPECT_THAT(error_of("3", {1, 1, 1, 0, 2, 0xc0, 1}), HasSubstr("a number is 192; at most 127"));
}

}  // namespace
}  // namespace icesim
