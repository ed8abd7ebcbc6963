// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>

namespace icesim {

/// Writes a trace in icesim's own format (docs/traces.md): the same requests give the same bytes.
///
/// The file is an OutputFile, which `finish` commits: the target never holds half a trace, and a writer destroyed before
/// leaves nothing behind. Throws UserError when the file cannot be written.
class NativeWriter {
 public:
  /// `provenance` is one line of text: source, licence, how the trace was made.
  NativeWriter(const std::filesystem::path& path, std::string_view provenance);
  ~NativeWriter();
  NativeWriter(const NativeWriter&) = delete;
  NativeWriter& operator=(const NativeWriter&) = delete;

  /// Appends a request; times must not decrease.
  void write(const IoRequest& request);
  /// Says how long an earlier request took when it was recorded.
  void completed(Operation operation, Picoseconds latency);
  /// Writes end marker, count and checksum, and gives the file its name.
  void finish();
  std::uint64_t records() const;

 private:
  class File;
  std::unique_ptr<File> file_;
};

}  // namespace icesim
