// SPDX-License-Identifier: Apache-2.0
#include "models/device/units/unit_sizes.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/quantity_text.hpp"

#include <algorithm>
#include <array>

namespace icesim {
namespace {

constexpr std::string_view all_equal = "equal";

constexpr std::array<std::string_view, 5> examples{all_equal, "64KiB", "4MiB,4KiB", "4KiB,8MiB,64KiB",
                                                   "4KiB,8KiB,12KiB,16KiB,20KiB,24KiB,28KiB"};

Bytes size_of(std::string_view text) {
  const Bytes size{parse_quantity(text, Unit::bytes)};
  if (size.n == 0 || size.n % logical_block.n != 0 || size > UnitSizes::largest)
    throw UserError("'" + std::string(text) + "' is not the size of a logical unit: a multiple of 4KiB, up to " +
                    quantity_text(UnitSizes::largest));
  return size;
}

}  // namespace

UnitSizes UnitSizes::of(std::string_view text) {
  UnitSizes sizes;
  if (text == all_equal) return sizes;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    sizes.sizes_.push_back(size_of(text.substr(at, comma - at)));
    at = comma + 1;
  }
  if (sizes.sizes_.size() > most_units)
    throw UserError(std::to_string(sizes.sizes_.size()) + " sizes are given; beside number 0 there are up to 7 logical units");
  return sizes;
}

std::string UnitSizes::text() const {
  if (equal()) return std::string(all_equal);
  std::string text;
  for (const Bytes each : sizes_) text += (text.empty() ? "" : ",") + quantity_text(each);
  return text;
}

TextForm UnitSizes::form() {
  return {"equal, or up to 7 sizes with commas", "^(equal|[0-9.]+ ?[A-Za-z]*(,[0-9.]+ ?[A-Za-z]*){0,6})$", examples.data(),
          examples.size(), [](std::string_view text) { of(text); }};
}

}  // namespace icesim
