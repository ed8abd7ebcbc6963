// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/readers/device_event.hpp"
#include "src/workload/readers/ftrace_line.hpp"
#include "src/workload/readers/ufs_lba_unit.hpp"
#include "src/workload/requests/request_assembler.hpp"
#include "src/workload/text/line_reader.hpp"

#include <memory>

namespace icesim {

/// Requests are the block_rq_issue events of one device in Linux ftrace text, or, where there are none, the commands that
/// the device's driver sends (EventLevel); other events are passed over.
class FtraceReader final : public TraceReader {
 public:
  FtraceReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options, std::string format = "ftrace");
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  std::string_view process_name() const override { return comm_; }
  RequestOrigin origin() const override {
    RequestOrigin told = requests_.origin();
    told.process_name = process_name();
    told.line = lines_.number();
    return told;
  }
  /// True when `text` begins like ftrace text.
  static bool recognises(std::string_view text);

 private:
  void look_ahead();
  bool next_event(ftrace::Line& line);
  bool decode(ftrace::Line& line, RequestEvent& event, ftrace::Step& step);
  bool decode_command(ftrace::Line& line, RequestEvent& event, ftrace::Step& step);
  void settle_unit(ftrace::Line& line, const ftrace::UfshcdCommand& command);
  bool hear(ftrace::Line& line, IoRequest& request);
  bool hear_wait(const ftrace::Line& line);

  LineReader lines_;
  std::string_view text_;  ///< the line given last
  UfsLbaUnit unit_;
  bool unit_is_told_ = false;
  FileListener* files_;
  EventLevel level_;
  bool looked_ahead_ = false;
  unsigned completed_levels_ = 0;  ///< bits
  std::string_view comm_;
  RequestAssembler requests_;
};

}  // namespace icesim
