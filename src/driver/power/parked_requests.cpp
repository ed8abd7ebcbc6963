// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/power/parked_requests.hpp"

#include <algorithm>
#include <utility>

namespace icesim {

void ParkedRequests::park(Request& request, bool asked) {
  request.timeline->mark(Stage::dispatch, host_.now());
  parked_.push_back({&request, host_.now(), asked, false});
}

void ParkedRequests::let_go(std::optional<Core> worker, Picoseconds cost) {
  for (Parked& each : parked_)
    if (!std::exchange(each.goes, true))
      host_.queue(worker.value_or(each.request->core), Step::compute(issue_, each.request->number, cost));
}

std::vector<ParkedRequests::Parked>::iterator ParkedRequests::find(std::uint32_t number) {
  return std::find_if(parked_.begin(), parked_.end(),
                      [&](const Parked& each) { return each.request->number == number && each.goes; });
}

ParkedRequests::Issued ParkedRequests::issue(std::uint32_t number, Picoseconds cost) {
  const auto found = find(number);
  Request& request = *found->request;
  const Picoseconds begins = host_.now() - cost;
  const Issued issued{found->asked, begins - found->since};
  parked_.erase(found);
  request.timeline->mark(Stage::power, begins);
  request.sent = host_.now();
  below_.queue_command(request);
  return issued;
}

}  // namespace icesim
