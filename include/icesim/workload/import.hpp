// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/workload/keys/keyed_trace.hpp"

#include <filesystem>
#include <string>

namespace icesim {

/// How a trace becomes a native one.
struct ImportOptions {
  KeyOptions keys;
  /// One line: source, licence, how it was made; empty: that of the input.
  std::string provenance;
  TraceOptions trace;
};

/// What an import read and wrote.
struct ImportResult {
  TraceInfo input;
  KeyCounts keys;
};

/// Writes the trace `in` as native trace `out`, with keys: those it has, or others. Throws UserError; then `out` is as
/// before.
ImportResult import_trace(const std::filesystem::path& in, OutputFile& out, const ImportOptions& options = {});
ImportResult import_trace(const std::filesystem::path& in, const std::filesystem::path& out,
                          const ImportOptions& options = {});

}  // namespace icesim
