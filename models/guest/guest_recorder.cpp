// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_recorder.hpp"

#include <algorithm>

namespace icesim {

void GuestRecorder::ended(Tag, const GuestRequest& request, Ocs ocs, Picoseconds) {
  if (!request.operation || ocs != Ocs::success) return;
  IoRequest io;
  io.time = request.arrival;
  io.operation = *request.operation;
  const auto range = request.range();
  if (!range) return;
  io.offset = logical_block * range->lba.n;
  io.length = logical_block * range->blocks;
  io.flags = static_cast<std::uint8_t>(request.fua ? IoRequest::fua : 0);
  io.key = request.key;
  if (request.key != no_key) {
    io.flags = static_cast<std::uint8_t>(io.flags | IoRequest::has_dun);
    io.dun = request.utrd.dun;
    io.keyslot = static_cast<std::uint16_t>(request.utrd.cci.n);
  }
  requests_.push_back(io);
}

void GuestRecorder::finish() {
  std::stable_sort(requests_.begin(), requests_.end(),
                   [](const IoRequest& a, const IoRequest& b) { return a.time < b.time; });
  const Picoseconds start = requests_.empty() ? Picoseconds{} : requests_.front().time;
  for (IoRequest& request : requests_) {
    request.time = request.time - start;
    writer_.write(request);
  }
  writer_.finish();
}

}  // namespace icesim
