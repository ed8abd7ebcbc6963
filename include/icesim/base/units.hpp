// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"

#include <cstdint>

namespace icesim {

/// A number that knows what it counts, so that cycles, bytes and time cannot be confused.
/// Conversion in is explicit; `.n` is the way out.
template <class Tag>
struct Quantity {
  std::uint64_t n = 0;

  constexpr Quantity() = default;
  constexpr explicit Quantity(std::uint64_t count) : n(count) {}

  constexpr Quantity& operator+=(Quantity other) { n += other.n; return *this; }
  constexpr Quantity& operator-=(Quantity other) { n -= other.n; return *this; }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.n + b.n}; }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.n - b.n}; }
  friend constexpr Quantity operator*(Quantity a, std::uint64_t k) { return Quantity{a.n * k}; }
  friend constexpr Quantity operator*(std::uint64_t k, Quantity a) { return Quantity{a.n * k}; }
  friend constexpr std::uint64_t operator/(Quantity a, Quantity b) { return a.n / b.n; }
  friend constexpr Quantity operator%(Quantity a, Quantity b) { return Quantity{a.n % b.n}; }
  friend constexpr bool operator==(Quantity a, Quantity b) { return a.n == b.n; }
  friend constexpr bool operator!=(Quantity a, Quantity b) { return a.n != b.n; }
  friend constexpr bool operator<(Quantity a, Quantity b) { return a.n < b.n; }
  friend constexpr bool operator>(Quantity a, Quantity b) { return a.n > b.n; }
  friend constexpr bool operator<=(Quantity a, Quantity b) { return a.n <= b.n; }
  friend constexpr bool operator>=(Quantity a, Quantity b) { return a.n >= b.n; }
};

using Cycles = Quantity<struct CyclesTag>;
using Bytes = Quantity<struct BytesTag>;
using Picoseconds = Quantity<struct PicosecondsTag>;
using Hertz = Quantity<struct HertzTag>;
/// Logical block address of the UFS device, in blocks of `logical_block`.
using Lba = Quantity<struct LbaTag>;
/// Crypto data unit number.
using Dun = Quantity<struct DunTag>;
/// Index of an x-CRYPTOCFG entry (UTRD field CCI).
using Keyslot = Quantity<struct KeyslotTag>;
/// Index of a transfer request list entry (Linux: task tag).
using Tag = Quantity<struct TransferTag>;

/// A sum of times, which may be longer than any time.
struct TimeSum {
  Wide n = 0;

  constexpr TimeSum() = default;
  constexpr TimeSum(Picoseconds time) : n(time.n) {}

  /// Of `count` times, rounded down.
  constexpr Picoseconds mean(std::uint64_t count) const { return Picoseconds{static_cast<std::uint64_t>(n / count)}; }
  constexpr TimeSum& operator+=(TimeSum other) { n += other.n; return *this; }
  friend constexpr TimeSum operator+(TimeSum a, TimeSum b) { return a += b; }
  friend constexpr TimeSum operator-(TimeSum a, TimeSum b) { a.n -= b.n; return a; }
  friend constexpr bool operator==(TimeSum a, TimeSum b) { return a.n == b.n; }
  friend constexpr bool operator!=(TimeSum a, TimeSum b) { return a.n != b.n; }
};

/// A sum of energies, in picojoules.
struct EnergySum {
  Wide n = 0;
};

/// Logical block of a UFS device; block-layer sectors are 512 bytes [scsi-commands].
inline constexpr Bytes logical_block{4096};
inline constexpr Bytes sector_size{512};

constexpr std::uint64_t divide_up(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

namespace literals {
constexpr Picoseconds operator""_ps(unsigned long long v) { return Picoseconds{v}; }
constexpr Picoseconds operator""_ns(unsigned long long v) { return Picoseconds{v * 1'000}; }
constexpr Picoseconds operator""_us(unsigned long long v) { return Picoseconds{v * 1'000'000}; }
constexpr Picoseconds operator""_ms(unsigned long long v) { return Picoseconds{v * 1'000'000'000}; }
constexpr Picoseconds operator""_s(unsigned long long v) { return Picoseconds{v * 1'000'000'000'000}; }
constexpr Bytes operator""_B(unsigned long long v) { return Bytes{v}; }
constexpr Bytes operator""_KiB(unsigned long long v) { return Bytes{v << 10}; }
constexpr Bytes operator""_MiB(unsigned long long v) { return Bytes{v << 20}; }
constexpr Bytes operator""_GiB(unsigned long long v) { return Bytes{v << 30}; }
constexpr Bytes operator""_TiB(unsigned long long v) { return Bytes{v << 40}; }
constexpr Hertz operator""_MHz(unsigned long long v) { return Hertz{v * 1'000'000}; }
constexpr Hertz operator""_kHz(unsigned long long v) { return Hertz{v * 1'000}; }
constexpr Cycles operator""_cycles(unsigned long long v) { return Cycles{v}; }
}  // namespace literals

}  // namespace icesim
