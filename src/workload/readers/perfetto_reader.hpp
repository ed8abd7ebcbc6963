// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/readers/perfetto_events.hpp"
#include "src/workload/readers/ufs_lba_unit.hpp"
#include "src/workload/requests/request_assembler.hpp"

#include <memory>
#include <string_view>

namespace icesim {

/// Requests are the block_rq_issue events of one device in a Perfetto trace. A trace that begins without any is read by
/// its block_io_start events instead, and without these by the ufshcd_command events, which name no device.
class PerfettoReader final : public TraceReader {
 public:
  PerfettoReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options);
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  std::string_view process_name() const override { return comm_; }
  RequestOrigin origin() const override {
    RequestOrigin told = requests_.origin();
    told.process_name = process_name();
    return told;
  }

 private:
  using Event = perfetto::FtraceEvent;

  const Event* next_event();
  bool take(const Event& event, IoRequest& request);
  void refuse(std::string_view what);
  template <class Block>
  bool decode(const Event& event, const Block& block, RequestEvent& out);
  template <class Block>
  bool issue(const Event& event, const Block& block, IoRequest& request);
  void complete(const Event& event, const perfetto::BlockComplete& block);
  void complete(const Event& event, const perfetto::BlockIo& block);
  void put_back(const Event& event, const perfetto::BlockComplete& block);
  bool has_completions() const;
  bool command(const Event& event, const perfetto::UfshcdCommand& command, IoRequest& request);
  void note_evidence(const perfetto::BlockIssue& issue);
  void settle_unit(const ftrace::UfshcdCommand& command);
  bool bring(const RequestEvent& event, IoRequest& request);

  PerfettoEvents events_;
  FileListener* files_;
  EventLevel level_;
  bool keep_going_;
  Event::EventCase issues_ = Event::EVENT_NOT_SET;  ///< the events that are requests, once one is met
  UfsLbaUnit unit_;
  bool unit_is_told_ = false;
  RequestAssembler requests_;
  std::string_view comm_;  ///< in the event given last
};

}  // namespace icesim
