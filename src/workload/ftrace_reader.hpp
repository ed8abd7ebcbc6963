// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "ftrace_line.hpp"
#include "line_reader.hpp"
#include "outstanding.hpp"
#include "request_counter.hpp"

#include <memory>

namespace icesim {

/// Requests are the block_rq_issue events of one device in Linux ftrace text; other events are passed over.
class FtraceReader final : public TraceReader {
 public:
  FtraceReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options);
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return info_; }
  std::string_view process_name() const override { return comm_; }
  /// True when `text` begins like ftrace text.
  static bool recognises(std::string_view text);

 private:
  bool next_event(ftrace::Line& line);
  bool issue(const ftrace::Line& line, IoRequest& request);
  void complete(const ftrace::Line& line);
  bool is_traced(ftrace::Device device);
  [[noreturn]] void fail_line(std::string_view what, std::string_view allowed) const;

  LineReader lines_;
  std::string_view text_;
  Picoseconds reissue_window_;
  FileListener* files_;
  std::string_view comm_;
  ftrace::Device device_;
  bool device_known_ = false;
  bool started_ = false;
  std::uint64_t start_ = 0;
  Picoseconds last_time_{};
  Outstanding outstanding_;
  TraceInfo info_;
  RequestCounter counter_{info_};
};

}  // namespace icesim
