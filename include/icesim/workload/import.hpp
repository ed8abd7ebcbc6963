// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/key_tagging.hpp"
#include "icesim/workload/reader.hpp"

#include <filesystem>
#include <string>

namespace icesim {

/// How a trace becomes a native one.
struct ImportOptions {
  KeyMode keys = KeyMode::none;
  /// Owners of the data requests, one line each: timestamp,rw,sector,nsect,comm,inodes[,policy_dir] (docs/traces.md).
  /// Needed for keys, unless the input is a native trace that has inodes already.
  std::filesystem::path inode_csv;
  /// One line: source, licence, how it was made; empty: that of the input.
  std::string provenance;
  TraceOptions trace;
};

/// What an import wrote.
struct ImportResult {
  TraceInfo input;
  std::uint64_t records = 0;
  std::uint64_t references = 0;  ///< records with a key
  std::uint64_t keys = 0;
  std::uint64_t split = 0;         ///< requests cut because they hold several files
  std::uint64_t split_evenly = 0;  ///< of these: cut evenly, because the trace does not say where the files meet
  std::uint64_t with_dun = 0;      ///< records whose DUN the trace tells
};

/// Writes the trace `in` as native trace `out`, with keys. Throws UserError; then `out` is as before.
ImportResult import_trace(const std::filesystem::path& in, const std::filesystem::path& out,
                          const ImportOptions& options = {});

}  // namespace icesim
