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

/// The flush machinery of each of the hardware's queues, and what its decisions wait for until kblockd carries them out
/// (Linux: requeue_list, flush_list).
struct BlockLayerFlushes {
  struct OfQueue {
    FlushQueue queue;
    std::uint32_t flush;  ///< number of the request that is the cache flush
    Timeline life;        ///< of that, which nobody asks for
  };

  /// The numbers from `requests` on are those of the cache flushes.
  BlockLayerFlushes(FlushQueue::Client& client, std::uint32_t requests, std::uint32_t cores, std::uint32_t num_queues)
      : first_flush(requests), num_cores(cores) {
    queues.reserve(num_queues);
    for (std::uint32_t i = 0; i < num_queues; ++i) queues.push_back({FlushQueue(client, requests), requests + i, {}});
  }
  /// That of the queue which a request goes through.
  OfQueue& of(const Request& request) {
    return queues[queue_of_core(request.core, num_cores, static_cast<std::uint32_t>(queues.size()))];
  }
  bool is_flush(const Request& request) const { return request.number >= first_flush; }

  const std::uint32_t first_flush;
  const std::uint32_t num_cores;
  std::vector<OfQueue> queues;
  RequestList data;        ///< the latest first
  RequestList to_be_sent;  ///< flushes
};

}  // namespace icesim
