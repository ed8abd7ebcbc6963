// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/units.hpp"

#include <array>
#include <cstdint>

/// M-PHY gears and UniPro framing [unipro-rates] [unipro-frames]. All numbers are exact integers.
namespace icesim::unipro {

enum class Series : std::uint8_t { a = 1, b = 2 };  ///< values of PA_HSSeries

/// Line rate of one lane, in thousands of bits per second.
struct KilobitsPerSecond {
  std::uint64_t n = 0;
  constexpr friend bool operator==(KilobitsPerSecond x, KilobitsPerSecond y) { return x.n == y.n; }
};

struct Gear {
  std::uint8_t gear = 1;
  KilobitsPerSecond rate_a;
  KilobitsPerSecond rate_b;  ///< nominal; the reference clock decides the exact one, see `rate_b_of`
};

/// HS-G1 to HS-G6, nominal rates.
inline constexpr std::array<Gear, 6> gears{{{1, {1'248'000}, {1'457'600}},
                                            {2, {2'496'000}, {2'915'200}},
                                            {3, {4'992'000}, {5'830'400}},
                                            {4, {9'984'000}, {11'660'800}},
                                            {5, {19'968'000}, {23'321'600}},
                                            {6, {39'936'000}, {46'643'200}}}};

inline constexpr std::uint64_t max_gear = gears.size();
inline constexpr std::uint64_t max_lanes = 4;

constexpr KilobitsPerSecond lane_rate(std::uint64_t gear, Series series) {
  if (gear < 1 || gear > max_gear) throw_bug("unipro: gear 1..6");
  return series == Series::a ? gears[gear - 1].rate_a : gears[gear - 1].rate_b;
}

/// Values of bRefClkFreq.
enum class ReferenceClock : std::uint8_t { mhz_19_2 = 0, mhz_26 = 1, mhz_38_4 = 2, mhz_52 = 3 };

/// Rate B that a reference clock really gives: 1459.2 or 1456 Mb/s, doubled by each gear.
constexpr KilobitsPerSecond rate_b_of(std::uint64_t gear, ReferenceClock clock) {
  if (gear < 1 || gear > max_gear) throw_bug("unipro: gear 1..6");
  const bool binary = clock == ReferenceClock::mhz_19_2 || clock == ReferenceClock::mhz_38_4;
  return {(binary ? std::uint64_t{1'459'200} : std::uint64_t{1'456'000}) << (gear - 1)};
}

/// 8b10b: line bits of one byte, up to HS-G5 and in PWM.
inline constexpr std::uint64_t line_bits_per_byte = 10;

/// HS-G6 has PAM4 without a line code, 1b1b: two bits a symbol, and as many as a byte has.
constexpr std::uint64_t line_bits(std::uint64_t gear) { return gear == 6 ? 8 : line_bits_per_byte; }

/// Bytes that a lane moves in a second.
constexpr Hertz lane_bytes(std::uint64_t gear, Series series) {
  return Hertz{lane_rate(gear, series).n * 1000 / line_bits(gear)};
}

/// Parameters of L2 framing. Defaults: [unipro-frames].
struct Framing {
  Bytes t_mtu{272};   ///< UPIU bytes in one frame
  Bytes header{2};    ///< L3 and L4 headers inside the payload
  Bytes overhead{6};  ///< start, end and CRC symbols
};

/// Largest payload of a frame, headers included.
inline constexpr Bytes max_frame_payload{288};

/// Flow control of L2: the acknowledging control frame AFC, the sequence window, the unit of credits
/// [unipro-flow-control].
inline constexpr Bytes afc_frame{6};             ///< three symbols, CRC included
inline constexpr std::uint64_t max_window = 16;  ///< unacknowledged frames, of 32 sequence numbers
inline constexpr Bytes credit_unit{32};

/// Units of the receive buffer that a frame with `content` bytes of UPIU takes; padding never needs one of its own.
constexpr std::uint64_t frame_credits(Bytes content, Bytes header) {
  return divide_up(content.n + header.n, credit_unit.n);
}

/// Frames that carry a UPIU of `upiu` bytes.
constexpr std::uint64_t frames(Bytes upiu, Bytes t_mtu) { return divide_up(upiu.n, t_mtu.n); }

/// Bytes on the lanes of a frame that carries `content` bytes of UPIU; an odd payload is padded to even.
constexpr Bytes frame_bytes(Bytes content, Bytes header, Bytes overhead) {
  const std::uint64_t payload = content.n + header.n;
  return Bytes{payload + payload % 2 + overhead.n};
}

/// Bytes on the lanes of a whole UPIU.
constexpr Bytes wire_bytes(Bytes upiu, Bytes t_mtu, Bytes header, Bytes overhead) {
  const std::uint64_t count = frames(upiu, t_mtu);
  if (count == 0) return Bytes{0};
  const Bytes last = upiu - t_mtu * (count - 1);
  return frame_bytes(t_mtu, header, overhead) * (count - 1) + frame_bytes(last, header, overhead);
}
constexpr Bytes wire_bytes(Bytes upiu, const Framing& framing) {
  return wire_bytes(upiu, framing.t_mtu, framing.header, framing.overhead);
}

/// Time that `wire` bytes take on `lanes` lanes with 8b10b, rounded up to a picosecond.
constexpr Picoseconds wire_time(Bytes wire, std::uint64_t lanes, KilobitsPerSecond rate) {
  if (lanes == 0 || lanes > max_lanes || rate.n == 0) throw_bug("unipro: 1..4 lanes with a rate");
  constexpr std::uint64_t picoseconds_per_millisecond = 1'000'000'000;
  return Picoseconds{divide_up(wire.n * line_bits_per_byte * picoseconds_per_millisecond, lanes * rate.n)};
}

}  // namespace icesim::unipro
