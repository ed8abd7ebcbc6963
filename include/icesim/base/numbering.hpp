// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace icesim {

/// Numbers 32-bit names from 0 in the order in which they first appear. Takes the same time for each, however many
/// there are, and allocates only when there are more than `room` and than ever before.
class Numbering {
 public:
  explicit Numbering(std::size_t room = 256) {
    std::size_t places = 16;
    while (places < 2 * room) places *= 2;
    places_.resize(places);
  }

  std::size_t size() const { return size_; }
  /// The number of `name`, which is size() when it is a new one.
  std::uint32_t operator[](std::uint32_t name) {
    Place& place = find(name);
    if (place.number != none) return place.number;
    place = {name, static_cast<std::uint32_t>(size_++)};
    const std::uint32_t number = place.number;
    if (2 * size_ > places_.size()) grow();
    return number;
  }

 private:
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  struct Place {
    std::uint32_t name = 0;
    std::uint32_t number = none;
  };

  /// Where `name` stands, or the empty place where it belongs: at most half of the places are in use.
  Place& find(std::uint32_t name) {
    // The upper bits of the product depend on all bits of the name.
    std::size_t at = (name * 0x9e37'79b9'7f4a'7c15u) >> 32;
    while (places_[at & (places_.size() - 1)].number != none && places_[at & (places_.size() - 1)].name != name) ++at;
    return places_[at & (places_.size() - 1)];
  }
  [[gnu::noinline]] void grow() {
    std::vector<Place> before(2 * places_.size());
    before.swap(places_);
    for (const Place& each : before)
      if (each.number != none) find(each.name) = each;
  }

  std::vector<Place> places_;  ///< a power of two of them
  std::size_t size_ = 0;
};

}  // namespace icesim
