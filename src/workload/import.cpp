// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"

#include "icesim/workload/native/native_writer.hpp"

namespace icesim {

ImportResult import_trace(const std::filesystem::path& in, const std::filesystem::path& out,
                          const ImportOptions& options) {
  std::unique_ptr<NativeWriter> writer;
  TraceOptions trace_options = options.trace;
  trace_options.completed = [&](Operation operation, Picoseconds latency) { writer->completed(operation, latency); };
  KeyedTrace trace(in, trace_options, options.keys);
  writer =
      std::make_unique<NativeWriter>(out, options.provenance.empty() ? trace.info().provenance : options.provenance);
  IoRequest request;
  while (trace.next(request)) writer->write(request);
  writer->finish();
  return {trace.info(), trace.keys()};
}

}  // namespace icesim
