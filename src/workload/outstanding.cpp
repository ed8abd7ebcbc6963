// SPDX-License-Identifier: Apache-2.0
#include "outstanding.hpp"

#include <algorithm>

namespace icesim {

void Outstanding::issue(const IoRequest& request) {
  if (entries_.size() == capacity) {
    entries_.erase(entries_.begin(), entries_.begin() + capacity / 2);
    given_up_ += capacity / 2;
  }
  entries_.push_back(request);
}

std::optional<Outstanding::Issued> Outstanding::complete(const IoRequest& completion) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const IoRequest& r) {
    return r.operation == completion.operation && r.offset == completion.offset;
  });
  if (found == entries_.end()) return std::nullopt;
  const Issued issued{found->time, completion.length >= found->length};
  if (!issued.whole) {
    // A partial completion: the rest completes on its own, later.
    found->offset += completion.length;
    found->length -= completion.length;
  } else {
    entries_.erase(found);
  }
  return issued;
}

bool Outstanding::contains(const IoRequest& request, Picoseconds since) const {
  // Linux may well have two flushes outstanding, one per hardware queue; they all look alike.
  if (request.operation == Operation::flush) return false;
  for (auto r = entries_.rbegin(); r != entries_.rend() && r->time >= since; ++r) {
    if (r->operation == request.operation && r->offset == request.offset && r->length == request.length &&
        r->flags == request.flags) {
      return true;
    }
  }
  return false;
}

}  // namespace icesim
