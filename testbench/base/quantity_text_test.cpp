// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/quantity_text.hpp"

#include "icesim/base/error.hpp"

#include <gtest/gtest.h>
#include <limits>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;
constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();

std::string error_of(std::string_view text, Unit unit) {
  try {
    parse_quantity(text, unit);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(QuantityText, WritesTimesInTheLargestUnitNotAboveThem) {
  EXPECT_EQ(quantity_text(937'500_ns), "937.5us");
  EXPECT_EQ(quantity_text(1_s), "1s");
  EXPECT_EQ(quantity_text(999_ms), "999ms");
  EXPECT_EQ(quantity_text(3333_ps), "3.333ns");
  EXPECT_EQ(quantity_text(Picoseconds{1'000'000'000'001}), "1.000000000001s");
  EXPECT_EQ(quantity_text(0_ps), "0ps");
}

TEST(QuantityText, WritesBytesInTheLargestBinaryUnitThatDividesThem) {
  EXPECT_EQ(quantity_text(16_KiB), "16KiB");
  EXPECT_EQ(quantity_text(1536_B), "1536B");
  EXPECT_EQ(quantity_text(1024_MiB), "1GiB");
  EXPECT_EQ(quantity_text(1023_GiB), "1023GiB");
  EXPECT_EQ(quantity_text(2048_GiB), "2TiB");
  EXPECT_EQ(quantity_text(1025_GiB), "1025GiB");
  EXPECT_EQ(quantity_text(3072_TiB), "3PiB");
  EXPECT_EQ(quantity_text(1'000'000_B), "1000000B");
  EXPECT_EQ(quantity_text(0_B), "0B");
}

TEST(QuantityText, WritesFrequenciesAndPlainNumbers) {
  EXPECT_EQ(quantity_text(300_MHz), "300MHz");
  EXPECT_EQ(quantity_text(Hertz{1'248'000'000}), "1.248GHz");
  EXPECT_EQ(quantity_text(14, Unit::cycles), "14");
  EXPECT_EQ(quantity_text(largest, Unit::count), std::to_string(largest));
}

TEST(QuantityText, ReadsEveryUnitAndBareIntegers) {
  EXPECT_EQ(parse_quantity("0.9375ms", Unit::picoseconds), (937'500_ns).n);
  EXPECT_EQ(parse_quantity("5 us", Unit::picoseconds), (5_us).n);
  EXPECT_EQ(parse_quantity("1.50ns", Unit::picoseconds), 1500U);
  EXPECT_EQ(parse_quantity("42", Unit::picoseconds), 42U);
  EXPECT_EQ(parse_quantity("1.5KiB", Unit::bytes), 1536U);
  EXPECT_EQ(parse_quantity("2MB", Unit::bytes), 2'000'000U);
  EXPECT_EQ(parse_quantity("2TiB", Unit::bytes), (2048_GiB).n);
  EXPECT_EQ(parse_quantity("0.5 PiB", Unit::bytes), (512_TiB).n);
  EXPECT_EQ(parse_quantity("1.5TB", Unit::bytes), 1'500'000'000'000U);
  EXPECT_EQ(parse_quantity("2PB", Unit::bytes), 2'000'000'000'000'000U);
  EXPECT_EQ(parse_quantity("3kB", Unit::bytes), 3000U);
  EXPECT_EQ(parse_quantity("1.248GHz", Unit::hertz), 1'248'000'000U);
  EXPECT_EQ(parse_quantity("007", Unit::count), 7U);
}

TEST(QuantityText, RefusesJunk) {
  for (std::string_view junk : {"", " 1us", "1us ", "us", "-1us", "+1us", "1.us", ".5us", "1e3ns", "1uss", "1 1us",
                                "1MHz", "0x10", "1,5us", "1  us", "nan"}) {
    EXPECT_THROW(parse_quantity(junk, Unit::picoseconds), UserError) << junk;
  }
  EXPECT_THROW(parse_quantity("5us", Unit::count), UserError);
  EXPECT_THROW(parse_quantity("1.5", Unit::cycles), UserError);
  EXPECT_THROW(parse_quantity("16kib", Unit::bytes), UserError);
}

TEST(QuantityText, RefusesWhatIsNotAWholeNumberOfBaseUnits) {
  EXPECT_THROW(parse_quantity("0.5ps", Unit::picoseconds), UserError);
  EXPECT_THROW(parse_quantity("0.0001KiB", Unit::bytes), UserError);
  EXPECT_EQ(parse_quantity("0.500KiB", Unit::bytes), 512U);
}

TEST(QuantityText, RefusesOverflow) {
  EXPECT_EQ(parse_quantity("18446744073709551615", Unit::count), largest);
  EXPECT_THROW(parse_quantity("18446744073709551616", Unit::count), UserError);
  EXPECT_THROW(parse_quantity("18446744073709551616ps", Unit::picoseconds), UserError);
  EXPECT_THROW(parse_quantity("18446745s", Unit::picoseconds), UserError);
  EXPECT_THROW(parse_quantity("18446744.0737095516159s", Unit::picoseconds), UserError);
  EXPECT_THROW(parse_quantity("18446744.073709551616s", Unit::picoseconds), UserError);
  EXPECT_THROW(parse_quantity("17179869184GiB", Unit::bytes), UserError);
  EXPECT_THROW(parse_quantity("16777216TiB", Unit::bytes), UserError);
  EXPECT_THROW(parse_quantity("16384PiB", Unit::bytes), UserError);
  EXPECT_EQ(parse_quantity("17179869183GiB", Unit::bytes), (17179869183_GiB).n);
}

TEST(QuantityText, SaysWhatIsAllowed) {
  EXPECT_EQ(error_of("3 miles", Unit::picoseconds), "'3 miles' is not a time; write a number with ps, ns, us, ms or s");
  EXPECT_EQ(error_of("2s", Unit::count), "'2s' is not a count; write a plain integer");
  EXPECT_EQ(error_of("99999999999s", Unit::picoseconds),
            "'99999999999s' is too large; write a number with ps, ns, us, ms or s");
}

RC_GTEST_PROP(QuantityText, ReadsBackExactlyWhatItWrote, (std::uint64_t value)) {
  // Round numbers as well as arbitrary ones: many trailing zeros exercise every unit.
  std::uint64_t round = value;
  for (std::uint64_t scale = *rc::gen::inRange(0, 20); scale > 0; --scale) round /= 10;
  for (std::uint64_t tens = 1; round < largest / 10 && tens < 8; ++tens) round *= 10;
  for (Unit unit : {Unit::picoseconds, Unit::bytes, Unit::hertz, Unit::cycles, Unit::count}) {
    RC_ASSERT(parse_quantity(quantity_text(value, unit), unit) == value);
    RC_ASSERT(parse_quantity(quantity_text(round, unit), unit) == round);
  }
  RC_ASSERT(parse_quantity(quantity_text(value & ~std::uint64_t{0xfffff}, Unit::bytes), Unit::bytes) ==
            (value & ~std::uint64_t{0xfffff}));
}

}  // namespace
}  // namespace icesim
