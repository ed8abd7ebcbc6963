// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "line_reader.hpp"
#include "request_assembler.hpp"

#include <memory>

namespace icesim {

/// Requests are the D lines of one device in blkparse's text; completions are the C lines.
class BlkparseReader final : public TraceReader {
 public:
  BlkparseReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options);
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  static bool recognises(std::string_view head);

 private:
  LineReader lines_;
  RequestAssembler requests_;
};

}  // namespace icesim
