// SPDX-License-Identifier: Apache-2.0
#include "src/workload/requests/outstanding.hpp"

#include <algorithm>

namespace icesim {

void Outstanding::issue(const IoRequest& request) {
  if (entries_.size() == capacity) {
    entries_.erase(entries_.begin(), entries_.begin() + capacity / 2);
    given_up_ += capacity / 2;
  }
  entries_.push_back({request, request.time});
}

std::optional<Outstanding::Issued> Outstanding::complete(const IoRequest& completion) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.request.operation == completion.operation && entry.request.offset == completion.offset;
  });
  if (found == entries_.end()) return std::nullopt;
  IoRequest& request = found->request;
  const Issued issued{request.time, completion.length >= request.length};
  if (!issued.whole) {
    // A partial completion: the rest completes on its own, later.
    request.offset += completion.length;
    request.length -= completion.length;
  } else {
    entries_.erase(found);
  }
  return issued;
}

bool Outstanding::issued_again(const IoRequest& request, Picoseconds window) {
  // Linux may well have two flushes outstanding, one per hardware queue; they all look alike.
  if (request.operation == Operation::flush) return false;
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && entry->last_issue + window > request.time; ++entry) {
    const IoRequest& r = entry->request;
    if (r.operation != request.operation || r.offset != request.offset || r.length != request.length ||
        r.flags != request.flags) {
      continue;
    }
    entry->last_issue = request.time;
    std::rotate(entry.base() - 1, entry.base(), entries_.end());
    return true;
  }
  return false;
}

}  // namespace icesim
