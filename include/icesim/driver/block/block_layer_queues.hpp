// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/block_layer_config.hpp"
#include "icesim/driver/block/flush/flush_queue.hpp"
#include "icesim/driver/block/hardware_queue.hpp"
#include "icesim/driver/block/software_queues.hpp"

#include <vector>

namespace icesim {

/// What is below plugs: where requests wait, and kblockd.
struct BlockLayerQueues {
  BlockLayerQueues(const BlockLayerConfig& config, std::vector<Request>& requests, std::uint32_t cores,
                   std::uint32_t num_tags)
      : scheduler(config.deadline, config.limits(), requests),
        software(cores, config.limits(), requests),
        hardware(config.scheduler == Scheduler::none ? HardwareQueue(software, requests, num_tags)
                                                     : HardwareQueue(scheduler, requests, num_tags)) {}
  Deadline scheduler;
  SoftwareQueues software;
  HardwareQueue hardware;
  HardwareQueue::Run run;  ///< of kblockd, as the rest
  std::uint32_t issuing = 0;
  bool asked = false;
  bool running = false;
  RequestList again;       ///< were put back, and kblockd has not seen them
  Picoseconds rerun_at{};  ///< kblockd is asked then, unless somebody asks before, and it is 0
};

/// The flush machinery, and what its decisions wait for until kblockd carries them out (Linux: requeue_list, flush_list).
struct BlockLayerFlushes {
  BlockLayerFlushes(FlushQueue::Client& client, std::uint32_t requests) : queue(client, requests), flush(requests) {}
  FlushQueue queue;
  const std::uint32_t flush;  ///< number of the request that is the cache flush
  Timeline life;              ///< of that, which nobody asks for
  RequestList data;           ///< the latest first
  bool to_be_sent = false;    ///< the flush
};

}  // namespace icesim
