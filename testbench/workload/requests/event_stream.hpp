// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "src/workload/requests/request_assembler.hpp"

#include <string>
#include <vector>

namespace icesim::test {

/// An event by hand: what happens, when, to which blocks.
struct BlockStep {
  enum class Kind { issue, complete, put_back } kind = Kind::issue;
  std::uint64_t microseconds = 0;
  Operation operation = Operation::read;
  std::uint64_t block = 0;
  std::uint64_t blocks = 1;
  std::uint32_t tag = RequestEvent::no_tag;
  std::uint8_t flags = 0;
};

/// Gives steps to an assembler and keeps what comes out.
class EventStream {
 public:
  explicit EventStream(TraceOptions options = {}, Completions completions = Completions::recorded)
      : assembler_("test", completions, with_ear(options, told),
                   [](std::string_view what) { throw UserError(std::string(what)); }) {
    assembler_.expect_completions();
  }
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  EventStream& give(const BlockStep& step) {
    RequestEvent event;
    event.device = {8, 0};
    event.nanoseconds = step.microseconds * 1'000;
    event.tag = step.tag;
    event.request.operation = step.operation;
    event.request.offset = logical_block * step.block;
    event.request.length = logical_block * step.blocks;
    event.request.flags = step.flags;
    if (step.operation == Operation::flush) event.request.offset = event.request.length = {};
    IoRequest request;
    if (step.kind == BlockStep::Kind::complete) assembler_.complete(event);
    if (step.kind == BlockStep::Kind::put_back) assembler_.put_back(event);
    if (step.kind == BlockStep::Kind::issue && assembler_.issue(event, request)) requests.push_back(request);
    return *this;
  }
  EventStream& issue(std::uint64_t at, std::uint64_t block, std::uint64_t blocks = 1,
                     Operation operation = Operation::read, std::uint32_t tag = RequestEvent::no_tag) {
    return give({BlockStep::Kind::issue, at, operation, block, blocks, tag});
  }
  EventStream& complete(std::uint64_t at, std::uint64_t block, std::uint64_t blocks = 1,
                        Operation operation = Operation::read, std::uint32_t tag = RequestEvent::no_tag) {
    return give({BlockStep::Kind::complete, at, operation, block, blocks, tag});
  }
  EventStream& put_back(std::uint64_t at, std::uint64_t block, std::uint64_t blocks = 1) {
    return give({BlockStep::Kind::put_back, at, Operation::read, block, blocks});
  }
  const TraceInfo& end() {
    assembler_.finish("");
    return assembler_.info();
  }
  RequestAssembler& assembler() { return assembler_; }
  /// Latencies in microseconds, in the order in which they were told.
  std::vector<std::uint64_t> latencies() const {
    std::vector<std::uint64_t> all;
    for (const TraceCompletion& each : told) {
      if (each.kind != TraceCompletion::Kind::left) all.push_back(each.latency.n / 1'000'000);
    }
    return all;
  }

  std::vector<IoRequest> requests;
  std::vector<TraceCompletion> told;

 private:
  static TraceOptions with_ear(TraceOptions options, std::vector<TraceCompletion>& told) {
    options.completed = [&told](const TraceCompletion& completion) { told.push_back(completion); };
    return options;
  }

  RequestAssembler assembler_;
};

}  // namespace icesim::test
