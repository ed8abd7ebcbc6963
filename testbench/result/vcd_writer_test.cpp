// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/vcd_writer.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/random.hpp"
#include "testbench/support/temporary_directory.hpp"
#include "testbench/support/vcd.hpp"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

constexpr Picoseconds at(std::uint64_t n) { return Picoseconds{n}; }

struct Told {
  std::size_t signal;
  Picoseconds at;
  std::uint64_t value;
};

class VcdWriterTest : public testing::Test {
 protected:
  /// The dump of what `tell` tells.
  template <class Tell>
  std::string dump(TimeWindow window, const Tell& tell) const {
    const std::string path = (directory_ / "x.vcd").string();
    OutputFile file(path);
    VcdWriter writer(file, window, "test");
    tell(writer);
    file.commit();
    return read_text_file(path);
  }
  static void declare(VcdWriter& writer) {
    writer.declare({{"a", "bit", 1, ""}, {"a", "word", 32, ""}, {"b", "bit", 1, ""}, {"b", "wide", 64, ""}});
  }
  std::string dump_of(TimeWindow window, const std::vector<Told>& told, Picoseconds end = at(1000)) const {
    return dump(window, [&](VcdWriter& writer) {
      declare(writer);
      for (const Told& t : told) writer.change(t.signal, t.at, t.value);
      writer.end(end);
    });
  }

  const test::TemporaryDirectory temporary_;
  const fs::path directory_ = temporary_.path();
};

TEST_F(VcdWriterTest, WritesWhatTheStandardSays) {
  EXPECT_EQ(dump_of({}, {{0, at(5), 1}, {1, at(7), 10}, {0, at(7), 0}}, at(9)),
            "$version test $end\n$timescale 1 ps $end\n$scope module icesim $end\n"
            "$scope module a $end\n$var wire 1 ! bit $end\n$var wire 32 \" word [31:0] $end\n$upscope $end\n"
            "$scope module b $end\n$var wire 1 # bit $end\n$var wire 64 $ wide [63:0] $end\n$upscope $end\n"
            "$upscope $end\n$enddefinitions $end\n"
            "#0\n$dumpvars\n0!\nb0 \"\n0#\nb0 $\n$end\n#5\n1!\n#7\n0!\nb1010 \"\n#9\n");
}

TEST_F(VcdWriterTest, BeginsWithTheValuesOfTheWindowsFirstTime) {
  const test::Vcd vcd = test::parse_vcd(dump_of({at(10), at(20)}, {{1, at(3), 1},
                                                                   {1, at(9), 4},
                                                                   {1, at(4), 2},
                                                                   {3, at(10), ~0ull},
                                                                   {1, at(11), 5},
                                                                   {1, at(20), 6},
                                                                   {1, at(21), 7}}));
  EXPECT_THAT(vcd.of("a.word"),
              ElementsAre(test::VcdChange{at(10), 4}, test::VcdChange{at(11), 5}, test::VcdChange{at(20), 6}));
  EXPECT_THAT(vcd.of("b.wide"), ElementsAre(test::VcdChange{at(10), ~0ull}));
  EXPECT_THAT(vcd.times, ElementsAre(at(10), at(11), at(20)));
}

TEST_F(VcdWriterTest, TheChangeToldLastHoldsAndNoChangeIsWrittenTwice) {
  const test::Vcd vcd = test::parse_vcd(
      dump_of({}, {{1, at(5), 1}, {1, at(5), 2}, {1, at(6), 2}, {1, at(8), 9}, {1, at(7), 3}, {1, at(8), 3}}));
  EXPECT_THAT(vcd.of("a.word"),
              ElementsAre(test::VcdChange{at(0), 0}, test::VcdChange{at(5), 2}, test::VcdChange{at(7), 3}));
}

TEST_F(VcdWriterTest, AHiddenValueIsUnknown) {
  const test::Vcd vcd = test::parse_vcd(dump({}, [](VcdWriter& writer) {
    declare(writer);
    writer.hide(1, at(4));
    writer.hide(0, at(4));
    writer.change(1, at(6), 0);
    writer.end(at(10));
  }));
  EXPECT_THAT(vcd.of("a.word"),
              ElementsAre(test::VcdChange{at(0), 0}, test::VcdChange{at(4), 0, true}, test::VcdChange{at(6), 0}));
  EXPECT_TRUE(vcd.hidden_at("a.bit", at(5)));
}

TEST_F(VcdWriterTest, WhatComesAfterTheEndDoesNotHappen) {
  const test::Vcd vcd = test::parse_vcd(dump_of({}, {{0, at(10), 1}, {0, at(11), 0}}, at(10)));
  EXPECT_THAT(vcd.of("a.bit"), ElementsAre(test::VcdChange{at(0), 0}, test::VcdChange{at(10), 1}));
  EXPECT_EQ(vcd.times.back(), at(10));
  const test::Vcd early = test::parse_vcd(dump_of({at(20), at(30)}, {{0, at(5), 1}}, at(10)));
  EXPECT_TRUE(early.times.empty()) << "the simulation ended before the window";
}

TEST_F(VcdWriterTest, GivesEverySignalACodeOfItsOwn) {
  const test::Vcd vcd = test::parse_vcd(dump({}, [](VcdWriter& writer) {
    std::vector<Signal> signals;
    for (int i = 0; i < 20000; ++i) signals.push_back({"s", "n" + std::to_string(i), 1, ""});
    writer.declare(signals);
    writer.end(at(1));
  }));
  EXPECT_EQ(vcd.signals.size(), 20000u);
}

TEST_F(VcdWriterTest, RefusesAChangeInThePast) {
  OutputFile file((directory_ / "y.vcd").string());
  VcdWriter writer(file, {}, "test");
  declare(writer);
  for (std::uint64_t i = 1; i <= 1 << 16; ++i) writer.change(1, at(i), i);
  writer.settle(at(500));
  EXPECT_THROW(writer.change(1, at(499), 1), Bug);
  EXPECT_NO_THROW(writer.change(1, at(500), 1));
}

TEST_F(VcdWriterTest, KeepsNoMoreThanWhatLiesAheadAndABatch) {
  constexpr std::uint64_t ahead = 1000, batch = 1 << 16;
  std::size_t most = 0;
  dump({}, [&](VcdWriter& writer) {
    declare(writer);
    for (std::uint64_t i = 1; i <= 20 * batch; ++i) {
      writer.change(1, at(i + i * 7919 % ahead), i);
      writer.settle(at(i));
      most = std::max(most, writer.pending());
    }
    writer.end(at(30 * batch));
  });
  EXPECT_GE(most, batch - 1);
  EXPECT_LE(most, batch + ahead);
}

RC_GTEST_FIXTURE_PROP(VcdWriterTest, TheOrderInWhichSignalsAreToldDoesNotMatter, ()) {
  std::vector<Told> told;
  const auto count = *rc::gen::inRange<std::size_t>(0, 60);
  for (std::size_t i = 0; i < count; ++i)
    told.push_back({*rc::gen::inRange<std::size_t>(0, 4), at(*rc::gen::inRange(0, 40)), *rc::gen::inRange(0u, 2u)});
  const TimeWindow window{at(*rc::gen::inRange(0, 20)), at(*rc::gen::inRange(20, 45))};
  // Only changes of one signal at one time have an order.
  std::vector<Told> shuffled = told;
  Random random(*rc::gen::arbitrary<std::uint64_t>());
  for (std::size_t i = 0; i < 200 && count > 1; ++i) {
    Told& a = shuffled[random.below(count - 1)];
    Told& b = *(&a + 1);
    if (a.signal != b.signal || a.at != b.at) std::swap(a, b);
  }
  const std::string dumped = dump_of(window, told);
  RC_ASSERT(dumped == dump_of(window, shuffled));
  // The value at each time is the one told last among the latest times.
  const test::Vcd vcd = test::parse_vcd(dumped);
  const std::array<const char*, 4> names{"a.bit", "a.word", "b.bit", "b.wide"};
  for (std::size_t signal = 0; signal < names.size(); ++signal) {
    for (Picoseconds time = window.from; time <= window.to; time += at(1)) {
      Told latest{signal, at(0), 0};
      for (const Told& t : told)
        if (t.signal == signal && t.at <= time && t.at >= latest.at) latest = t;
      RC_ASSERT(vcd.at(names[signal], time) == latest.value);
    }
  }
}

}  // namespace
}  // namespace icesim
