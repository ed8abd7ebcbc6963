// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/requests/request_assembler.hpp"
#include "src/workload/text/line_reader.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace icesim {

/// Requests are the read, write, trim and sync lines of a fio iolog, version 2 or 3, of one file. Version 2 tells no
/// times: only its `wait` lines let time pass. The files are devices 0,0 and 0,1 and so on, in the order of their `add`.
class IologReader final : public TraceReader {
 public:
  IologReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options);
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  RequestOrigin origin() const override {
    RequestOrigin told = requests_.origin();
    told.line = lines_.number();
    return told;
  }
  static bool recognises(std::string_view head);

 private:
  bool parse(std::string_view line, RequestEvent& event, bool& is_request);

  LineReader lines_;
  RequestAssembler requests_;
  unsigned version_ = 0;
  std::uint64_t waited_ = 0;  ///< microseconds so far, version 2
  std::map<std::string, std::uint32_t, std::less<>> files_;  ///< number in the order in which they were added
};

}  // namespace icesim
