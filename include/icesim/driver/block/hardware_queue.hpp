// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/deadline.hpp"
#include "icesim/driver/block/errors/scsi_device.hpp"
#include "icesim/driver/block/request_list.hpp"
#include "icesim/driver/block/software_queues.hpp"
#include "icesim/driver/block/tag_set.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

/// Whether the device was busy lately (Linux: blk_mq_update_dispatch_busy): an average of 16 for a list that did not go
/// out whole and 0 for one that did, an eighth of it the last one, rounded down.
class DispatchBusy {
 public:
  void update(bool busy) { average_ = (7 * average_ + (busy ? 16 : 0)) / 8; }
  explicit operator bool() const { return average_ != 0; }

 private:
  std::uint32_t average_ = 0;
};

/// Which of the hardware's queues, 1 or more, the requests of a core go through. Cores have queues in runs, the first ones one
/// core more where they do not share them evenly (Linux: group_cpus_evenly, on one node) [ufshci-mcq].
constexpr std::uint32_t queue_of_core(Core core, std::uint32_t cores, std::uint32_t queues) {
  const std::uint32_t run = cores / queues, longer = cores % queues;
  const std::uint32_t in_longer = longer * (run + 1);
  return core < in_longer ? core / (run + 1) : longer + (core - in_longer) / run;
}

/// The hardware's queue below a scheduler, with the driver's tags (Linux: blk_mq_hw_ctx, for one logical unit)
/// [linux-run-queue]. Whoever runs it takes requests out of the scheduler, each with a tag, until tags or requests run
/// out, or one at a time while the device was busy lately, and then issues what it took. The request that finds no tag
/// waits outside of the scheduler: no bio joins it any more, and it goes first when a tag is freed.
///
/// Without a scheduler requests have their tags already, and all that are in the software queues are taken out.
class HardwareQueue {
 public:
  HardwareQueue(Deadline& scheduler, std::vector<Request>& requests, std::uint32_t num_tags)
      : scheduler_(&scheduler), requests_(requests), tags_(num_tags) {}
  HardwareQueue(SoftwareQueues& software, std::vector<Request>& requests, std::uint32_t num_tags)
      : software_(&software), requests_(requests), tags_(num_tags) {}

  /// What somebody who runs the queue has taken out and not issued yet.
  struct Run {
    RequestList taken;
    bool issued = false;
  };

  /// Who says whether a command may go out; nobody, unless set.
  void connect(ScsiDevice& device) { device_ = &device; }
  /// A request that goes past the scheduler, behind others that do (Linux: one that was tried and put back).
  void put_back(std::uint32_t number) { waiting_.push(requests_, number); }
  /// A request that goes past the scheduler, and before all others (Linux: a flush).
  void bypass(std::uint32_t number) { waiting_.push_front(requests_, number); }
  bool has_work() const {
    return !waiting_.empty() || (scheduler_ != nullptr ? !scheduler_->empty() : !software_->empty());
  }
  /// The next request to be issued, which has its tag now; no_index: the run is at its end.
  std::uint32_t next(Run& run, Picoseconds now);
  /// Whether a request that is in no list may go out now; it has its tag then.
  bool may_go(Request& request);
  /// A tag is free again. True when the queue has to be run for what waits for one (Linux: blk_mq_sched_restart).
  bool put(Tag tag);

  std::uint64_t restarts() const { return restarts_; }

 private:
  bool take_out(Run& run, Picoseconds now);
  bool get_tag(Request& request);

  Deadline* scheduler_ = nullptr;
  SoftwareQueues* software_ = nullptr;  ///< where there is no scheduler
  std::vector<Request>& requests_;
  TagSet tags_;
  RequestList waiting_;
  ScsiDevice* device_ = nullptr;
  bool restart_ = false;
  DispatchBusy busy_;
  std::uint64_t restarts_ = 0;
};

}  // namespace icesim
