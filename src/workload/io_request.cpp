// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/io_request.hpp"

#include "icesim/base/recorder.hpp"

namespace icesim {

RequestRecord record_of(const IoRequest& request, std::uint64_t number) {
  RequestRecord record;
  record.id = number;
  record.operation = operation_names.at(static_cast<std::size_t>(request.operation));
  record.lba = Lba{request.offset / logical_block};
  record.length = request.length;
  record.key = request.key;
  record.vm = request.vm;
  record.continuation = (request.flags & IoRequest::continuation) != 0;
  record.inode = request.inode;
  record.process = request.process;
  record.policy = request.policy;
  record.arrival = request.time;
  return record;
}

}  // namespace icesim
