// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/import.hpp"

#include "icesim/workload/native_writer.hpp"

namespace icesim {

ImportResult import_trace(const std::filesystem::path& in, const std::filesystem::path& out,
                          const ImportOptions& options) {
  KeyedTrace trace(in, options.trace, options.keys);
  NativeWriter writer(out, options.provenance.empty() ? trace.info().provenance : options.provenance);
  IoRequest request;
  while (trace.next(request)) writer.write(request);
  writer.finish();
  return {trace.info(), trace.keys()};
}

}  // namespace icesim
