// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ftrace_line.hpp"
#include "line_reader.hpp"
#include "request_assembler.hpp"

#include <memory>

namespace icesim {

/// Requests are the block_rq_issue events of one device in Linux ftrace text; other events are passed over.
class FtraceReader final : public TraceReader {
 public:
  FtraceReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options, std::string format = "ftrace");
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  std::string_view process_name() const override { return comm_; }
  /// True when `text` begins like ftrace text.
  static bool recognises(std::string_view text);

 private:
  bool next_event(ftrace::Line& line);
  bool issue(const ftrace::Line& line, IoRequest& request);
  void complete(const ftrace::Line& line);

  LineReader lines_;
  FileListener* files_;
  std::string_view comm_;
  RequestAssembler requests_;
};

}  // namespace icesim
