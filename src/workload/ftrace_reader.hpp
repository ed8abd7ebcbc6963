// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "device_event.hpp"
#include "ftrace_line.hpp"
#include "line_reader.hpp"
#include "request_assembler.hpp"

#include <memory>

namespace icesim {

/// Hears which page of which file a block of a device belongs to.
class OwnerListener {
 public:
  virtual ~OwnerListener() = default;
  virtual void owner(const ftrace::OwnerEvent& event) = 0;
  /// Says which device is traced; owners may have been heard before.
  virtual void traced(ftrace::Device device) = 0;
};

/// Requests are the block_rq_issue events of one device in Linux ftrace text, or, where there are none, the commands that
/// the device's driver sends (EventLevel); other events are passed over.
class FtraceReader final : public TraceReader {
 public:
  FtraceReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options, OwnerListener* owners = nullptr,
               std::string format = "ftrace");
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  /// True when `text` begins like ftrace text.
  static bool recognises(std::string_view text);

 private:
  bool next_event(ftrace::Line& line);
  bool decode(const ftrace::Line& line, RequestEvent& event, ftrace::Step& step);
  bool hear(const ftrace::Line& line, IoRequest& request);
  void hear_owner(const ftrace::Line& line);

  LineReader lines_;
  EventLevel level_;
  OwnerListener* owners_;
  RequestAssembler requests_;
};

}  // namespace icesim
