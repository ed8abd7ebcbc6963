// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/base/recorder.hpp"
#include "icesim/result/fio/fio_direction.hpp"

#include <array>
#include <string>

namespace icesim {

/// Latencies as fio reports them [fio]: JSON as of `--output-format=json+`, with fio's buckets and percentiles, so that its own
/// tools (fio_jsonplus_clat2csv) and those of others read it. Reads are fio's reads, writes its writes, discards its trims,
/// and flushes its syncs. What fio measures from the call on is here from the arrival on: all of it is `clat`, and `slat` is 0.
/// Requests that failed are counted in `error` and measured nowhere else, as the screen does.
class FioSummary : public RequestRecorder {
 public:
  void request_ended(const RequestRecord& request) override;
  /// The document; `name` becomes that of its one job.
  std::string json(const std::string& version, const std::string& name) const;

 private:
  std::array<FioDirection, 4> of_;
  std::uint64_t failed_ = 0;
  bool begun_ = false;
  Picoseconds first_{};  ///< arrival
  Picoseconds last_{};   ///< end
};

/// A line for every request as fio's `--write_lat_log` writes them: milliseconds of its end, latency in ns, direction (0 read,
/// 1 write, 2 trim), bytes, priority 0; flushes are in no direction and left out, as are requests that failed.
class FioLog : public RequestRecorder {
 public:
  /// Writes to `file`, which must live as long as the log; committing it is left to its owner.
  explicit FioLog(OutputFile& file) : file_(file) {}
  void request_ended(const RequestRecord& request) override;

 private:
  OutputFile& file_;
  std::string line_;
};

}  // namespace icesim
