// SPDX-License-Identifier: Apache-2.0
#include "src/driver/keys/replacement/most_wanted.hpp"

namespace icesim {

void MostWanted::wanted(KeyId key) {
  const std::uint32_t number = numbers_[key];
  if (number == times_.size()) times_.push_back(0);
  const std::uint64_t times = ++times_[number];
  if (most_ == 0 || contains(key)) return;
  if (in_.size() == most_) {
    std::size_t least = 0;
    for (std::size_t i = 0; i < in_.size(); ++i)
      if (times_[in_[i].number] <= times_[in_[least].number]) least = i;
    if (times <= times_[in_[least].number]) return;
    in_.erase(in_.begin() + static_cast<std::ptrdiff_t>(least));
  }
  in_.push_back({key, number});
}

}  // namespace icesim
