// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/reader.hpp"

#include "byte_source.hpp"
#include "ftrace_reader.hpp"
#include "icesim/base/error.hpp"
#include "native_reader.hpp"

namespace icesim {

std::unique_ptr<TraceReader> open_trace(const std::filesystem::path& path, const TraceOptions& options) {
  auto bytes = open_bytes(path);
  const std::string_view head = bytes->head();
  if (head.substr(0, native::magic.size()) == native::magic) return std::make_unique<NativeReader>(std::move(bytes));
  if (FtraceReader::recognises(head)) return std::make_unique<FtraceReader>(std::move(bytes), options);
  const bool html = head.find("<html") != std::string_view::npos || head.find("<!DOCTYPE") != std::string_view::npos;
  throw UserError(path.string() + ": " + (html ? "this is a systrace page" : "not a trace that icesim knows") +
                  "; allowed are ftrace text, also compressed with zstd, and icesim's own format (.icetrace)");
}

}  // namespace icesim
