// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/issue_gate.hpp"

#include <algorithm>

namespace icesim {

void IssueGate::queue_command(Request& request) {
  // A flush that several share is no record's.
  if (request.first_bio == no_index) return below_.queue_command(request);
  const auto record = static_cast<std::uint32_t>(blocks_->first_bio(request).io.record);
  if (std::find(held_.begin(), held_.end(), record) == held_.end()) return below_.queue_command(request);
  parked_.push_back({record, &request});
}

void IssueGate::issue(std::uint32_t record) {
  held_.erase(std::remove(held_.begin(), held_.end(), record), held_.end());
  // A record may be several requests.
  const auto first = std::stable_partition(parked_.begin(), parked_.end(),
                                           [&](const Parked& each) { return each.record != record; });
  const std::vector<Parked> out(first, parked_.end());
  parked_.erase(first, parked_.end());
  for (const Parked& each : out) send(each);
}

void IssueGate::issue_all() {
  held_.clear();
  std::vector<Parked> out;
  out.swap(parked_);
  for (const Parked& each : out) send(each);
}

void IssueGate::send(const Parked& parked) {
  Timeline& life = *parked.request->timeline;
  // Bios that were merged in the plug take over all that follows it, the time in a scheduler and this.
  if (life.spent(Stage::scheduler).n > 0) {
    life.give_out(host_.now());
  } else {
    life.unplug(host_.now());
  }
  parked.request->sent = host_.now();
  below_.queue_command(*parked.request);
}

}  // namespace icesim
