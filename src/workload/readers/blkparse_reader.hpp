// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/requests/request_assembler.hpp"
#include "src/workload/text/line_reader.hpp"

#include <memory>

namespace icesim {

/// Requests are the D lines of one device in blkparse's text; completions are the C lines, and R puts a request
/// back. A recording ends with totals; what follows is another one.
class BlkparseReader final : public TraceReader {
 public:
  BlkparseReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options);
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  std::string_view process_name() const override { return comm_; }
  RequestOrigin origin() const override {
    RequestOrigin told = requests_.origin();
    told.process_name = process_name();
    told.line = lines_.number();
    return told;
  }
  static bool recognises(std::string_view head);

 private:
  void look_ahead();

  bool looked_ahead_ = false;
  bool has_totals_ = false;  ///< the lines before were those of a recording's end
  LineReader lines_;
  RequestAssembler requests_;
  std::string_view comm_;  ///< in the line given last
};

}  // namespace icesim
