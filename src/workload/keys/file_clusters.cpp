// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/file_clusters.hpp"

#include <algorithm>

namespace icesim {

std::uint64_t FileClusters::file_of(const IoRequest& request, std::uint64_t owner) {
  const auto goes_on = std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) {
    return run.process == request.process && run.end == request.offset && request.time - run.time <= longest_pause;
  });
  Run run{request.process, request.offset + request.length, request.time, 0};
  if (goes_on != runs_.end()) {
    run.file = goes_on->file;
    runs_.erase(goes_on);
  } else {
    run.file = owner != 0 ? owner : ++files_;
  }
  // In the order of their last requests, so that the front is the oldest.
  if (runs_.size() == most_runs) runs_.erase(runs_.begin());
  runs_.push_back(run);
  return run.file;
}

}  // namespace icesim
