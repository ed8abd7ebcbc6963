// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/unipro.hpp"

#include "icesim/spec/uic.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim::unipro {
namespace {

using namespace icesim::literals;

constexpr Bytes header_of_upiu{32};

// The table of [unipro-rates].
TEST(WireBytes, MatchTheTableOfTheFactSheet) {
  struct Row {
    Bytes upiu;
    std::uint64_t frames;
    Bytes wire;
  };
  const Framing framing;
  for (const Row& row :
       {Row{header_of_upiu, 1, 40_B}, Row{header_of_upiu + 4_KiB, 16, 4256_B}, Row{header_of_upiu + 8_KiB, 31, 8472_B},
        Row{header_of_upiu + 32_KiB, 121, 33768_B}, Row{header_of_upiu + 65504_B, 241, 67464_B}}) {
    EXPECT_EQ(frames(row.upiu, framing.t_mtu), row.frames) << row.upiu.n;
    EXPECT_EQ(wire_bytes(row.upiu, framing), row.wire) << row.upiu.n;
  }
}

TEST(WireBytes, PadAnOddPayload) {
  const Framing framing;
  EXPECT_EQ(wire_bytes(33_B, framing), wire_bytes(34_B, framing));
  EXPECT_EQ(wire_bytes(0_B, framing), 0_B);
}

RC_GTEST_PROP(WireBytes, AreTheSumOfTheirFrames, ()) {
  const Bytes upiu{*rc::gen::inRange<std::uint64_t>(1, 70000)};
  const Framing framing{Bytes{*rc::gen::inRange<std::uint64_t>(1, 287)}, Bytes{*rc::gen::inRange<std::uint64_t>(0, 5)},
                        Bytes{*rc::gen::inRange<std::uint64_t>(0, 9)}};
  Bytes sum{0};
  std::uint64_t count = 0;
  for (std::uint64_t sent = 0; sent < upiu.n; ++count) {
    const std::uint64_t now = std::min(framing.t_mtu.n, upiu.n - sent);
    std::uint64_t payload = now + framing.header.n;
    if (payload % 2 == 1) ++payload;
    sum += Bytes{payload} + framing.overhead;
    sent += now;
  }
  RC_ASSERT(frames(upiu, framing.t_mtu) == count);
  RC_ASSERT(wire_bytes(upiu, framing) == sum);
}

TEST(FrameCredits, AreTheUnitsThatAPayloadBegins) {
  EXPECT_EQ(frame_credits(30_B, 2_B), 1u);
  EXPECT_EQ(frame_credits(31_B, 2_B), 2u);
  EXPECT_EQ(frame_credits(272_B, 2_B), 9u);
  // The byte that pads an odd payload lies in the same unit.
  for (std::uint64_t content = 1; content <= 288; ++content) {
    const std::uint64_t payload = content + 2;
    EXPECT_EQ(frame_credits(Bytes{content}, 2_B), (payload + payload % 2 + credit_unit.n - 1) / credit_unit.n);
  }
}

TEST(Gears, DoubleTheirRates) {
  for (std::uint64_t gear = 2; gear <= max_gear; ++gear) {
    EXPECT_EQ(lane_rate(gear, Series::a).n, 2 * lane_rate(gear - 1, Series::a).n);
    EXPECT_EQ(lane_rate(gear, Series::b).n, 2 * lane_rate(gear - 1, Series::b).n);
  }
  EXPECT_THROW(lane_rate(7, Series::a), Bug);
  EXPECT_THROW(lane_rate(0, Series::a), Bug);
}

TEST(Gears, MoveAByteIn10LineBitsUpTo5AndIn8In6) {
  EXPECT_EQ(lane_bytes(1, Series::b).n, 145'760'000u);
  EXPECT_EQ(lane_bytes(5, Series::b).n, 2'332'160'000u);
  EXPECT_EQ(lane_bytes(6, Series::b).n, 5'830'400'000u);
  EXPECT_EQ(lane_bytes(6, Series::a).n, 4'992'000'000u);
}

TEST(Gears, GiveTheExactRateOfTheReferenceClock) {
  EXPECT_EQ(rate_b_of(1, ReferenceClock::mhz_26).n, 1'456'000u);
  EXPECT_EQ(rate_b_of(3, ReferenceClock::mhz_19_2).n, 5'836'800u);
}

// Times of [unipro-frames], in whole nanoseconds.
TEST(WireTime, MatchesTheTimesOfTheFactSheet) {
  const Framing framing;
  const auto rounded = [](Picoseconds time) { return (time.n + 500) / 1000; };
  const Bytes full_frame = frame_bytes(framing.t_mtu, framing.header, framing.overhead);
  const Bytes data_upiu = wire_bytes(header_of_upiu + 4_KiB, framing);
  EXPECT_EQ(rounded(wire_time(full_frame, 1, lane_rate(1, Series::b))), 1921u);
  EXPECT_EQ(rounded(wire_time(full_frame, 2, lane_rate(4, Series::b))), 120u);
  EXPECT_EQ(rounded(wire_time(data_upiu, 2, lane_rate(3, Series::b))), 3650u);
  EXPECT_EQ(rounded(wire_time(data_upiu, 2, lane_rate(4, Series::b))), 1825u);
  EXPECT_EQ(rounded(wire_time(data_upiu, 2, lane_rate(5, Series::b))), 912u);
}

RC_GTEST_PROP(WireTime, IsTheSmallestThatCarriesAllBits, ()) {
  const Bytes wire{*rc::gen::inRange<std::uint64_t>(0, 70000)};
  const auto lanes = *rc::gen::inRange<std::uint64_t>(1, max_lanes + 1);
  const KilobitsPerSecond rate = lane_rate(*rc::gen::inRange<std::uint64_t>(1, max_gear + 1), Series::b);
  // kb/s times ps are 10^-9 bits.
  const std::uint64_t needed = wire.n * line_bits_per_byte * 1'000'000'000;
  const std::uint64_t time = wire_time(wire, lanes, rate).n;
  RC_ASSERT(time * lanes * rate.n >= needed);
  RC_ASSERT((time == 0 || (time - 1) * lanes * rate.n < needed));
}

TEST(Uic, PacksAttributeSelectorAndResult) {
  const std::uint32_t arg = uic::arg1(uic::PA_TxGear, 4);
  EXPECT_EQ(arg, 0x15680004u);
  EXPECT_EQ(uic::attribute_of(arg), uic::PA_TxGear);
  EXPECT_EQ(uic::selector_of(arg), 4);
  const std::uint32_t sent = uic::arg2(uic::SetType::persistent);
  EXPECT_EQ(sent, 0x10000u);
  EXPECT_EQ(uic::result_of(uic::with_result(sent | 0xff, uic::Result::busy)), uic::Result::busy);
  // What Linux writes in the recorded probe: slow-auto both ways, then fast both ways.
  EXPECT_EQ(uic::power_modes(uic::PowerMode::slow_auto, uic::PowerMode::slow_auto), 0x55u);
  EXPECT_EQ(uic::power_modes(uic::PowerMode::fast, uic::PowerMode::fast), 0x11u);
}

}  // namespace
}  // namespace icesim::unipro
