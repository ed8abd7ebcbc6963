// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/software_queues.hpp"

#include <algorithm>

namespace icesim {

std::uint32_t SoftwareQueues::merge(Core core, const Bio& bio) {
  const auto& row = rows_[core];
  const std::size_t tried = std::min(row.size(), most_tried);
  for (auto at = row.rbegin(); at != row.rbegin() + static_cast<std::ptrdiff_t>(tried); ++at) {
    Request& request = requests_[*at];
    if (!may_join(request, bio)) continue;
    const Merge where = touches(request, bio);
    if (where != Merge::none) return take(request, bio, where, limits_) ? *at : no_index;
  }
  return no_index;
}

void SoftwareQueues::take_all(RequestList& list) {
  for (auto& row : rows_) {
    for (const std::uint32_t number : row) list.push(requests_, number);
    row.clear();
  }
  count_ = 0;
}

}  // namespace icesim
