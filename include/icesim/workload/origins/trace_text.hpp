// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/workload/keys/keyed_trace.hpp"

#include <cstdint>
#include <filesystem>

namespace icesim {

/// Writes a trace of any format as a table with named columns, one line per request, which icesim reads back (docs/traces.md):
/// time_ns, operation (rwbs), offset, length, process, comm, key and latency_ns, then inode, policy and path, which a reader
/// passes over. Texts are printable, and their commas escaped ("\x2c"); what is not known is empty, but for numbers of processes
/// and keys, which are 0. The number of lines is returned. Throws UserError.
std::uint64_t write_trace_text(const std::filesystem::path& path, TraceOptions options, KeyOptions keys, OutputFile& out);

}  // namespace icesim
