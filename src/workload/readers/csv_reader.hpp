// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/readers/csv_layout.hpp"
#include "src/workload/text/line_reader.hpp"

#include <memory>

namespace icesim {

/// Requests are the lines of a table. Which family it is of, or what its columns are, is seen from its first line.
class CsvReader final : public TraceReader {
 public:
  CsvReader(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options);
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  std::string_view process_name() const override { return comm_; }
  RequestOrigin origin() const override {
    RequestOrigin told = requests_.origin();
    told.process_name = process_name();
    told.line = lines_.number();
    return told;
  }
  Number number() const override { return {info().requests.total(), 0, has_latency_}; }
  static bool recognises(std::string_view head);
  /// What table a file is that is none of ours, and the way out; empty when nothing tells.
  static std::string foreign(std::string_view head);

 private:
  void correct(csv::Row& row);

  csv::Layout layout_;
  LineReader lines_;
  RequestAssembler requests_;
  bool has_latency_ = false;  ///< that line
  std::string_view comm_;  ///< in the line given last
};

}  // namespace icesim
