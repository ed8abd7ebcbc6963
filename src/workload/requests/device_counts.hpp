// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/reader.hpp"
#include "src/workload/requests/request_event.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace icesim {

/// Keeps a TraceInfo's counts per device. Hostile traces have more devices than it tells apart.
class DeviceCounts {
 public:
  static constexpr std::size_t most = 256;

  explicit DeviceCounts(TraceInfo& info) : info_(info) { info_.devices.reserve(8); }
  DeviceCounts(const DeviceCounts&) = delete;
  DeviceCounts& operator=(const DeviceCounts&) = delete;

  void count(BlockDevice device) {
    std::vector<TraceInfo::DeviceCount>& all = info_.devices;
    if (last_ >= all.size() || !is(all[last_], device)) {
      for (last_ = 0; last_ < all.size() && !is(all[last_], device); ++last_) {
      }
      if (last_ == most) return;
      if (last_ == all.size()) all.push_back({device.major, device.minor, 0});
    }
    ++all[last_].requests;
  }

  /// Counts a completion before the first request, when nobody knows yet which device is taken.
  void count_before(const RequestEvent& completion) {
    const auto found = std::find_if(before_.begin(), before_.end(),
                                    [&](const Before& each) { return each.device == completion.device; });
    if (found == before_.end() && before_.size() == most) return;
    Before& before = found == before_.end() ? before_.emplace_back() : *found;
    before.device = completion.device;
    const IoRequest& r = completion.request;
    ++(r.length.n == 0 && r.operation != Operation::flush ? before.sequences : before.orphans);
  }
  /// Adds those of the device that is taken; true when there are any.
  bool take_before(BlockDevice device) {
    const auto found =
        std::find_if(before_.begin(), before_.end(), [&](const Before& each) { return each.device == device; });
    if (found == before_.end()) return false;
    info_.completions += found->orphans + found->sequences;
    info_.orphans += found->orphans;
    info_.flush_sequences += found->sequences;
    return true;
  }

 private:
  struct Before {
    BlockDevice device;
    std::uint64_t orphans = 0;
    std::uint64_t sequences = 0;
  };

  static bool is(const TraceInfo::DeviceCount& count, BlockDevice device) {
    return count.major == device.major && count.minor == device.minor;
  }

  TraceInfo& info_;
  std::size_t last_ = 0;
  std::vector<Before> before_;
};

}  // namespace icesim
