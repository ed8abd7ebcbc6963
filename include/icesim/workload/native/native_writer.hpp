// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/workload/reader.hpp"

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
  /// The same into a file that must live as long as the writer.
  NativeWriter(OutputFile& file, std::string_view provenance);
  ~NativeWriter();
  NativeWriter(const NativeWriter&) = delete;
  NativeWriter& operator=(const NativeWriter&) = delete;

  /// Appends a request; times must not decrease. `process_name`: of who issued it; empty: not known.
  void write(const IoRequest& request, std::string_view process_name = {});
  /// Says how long an earlier request took when it was recorded, or that it is over.
  void completed(const TraceCompletion& completion);
  /// Says what becomes of a key behind the requests written so far; times of events and requests together do not decrease.
  void key_event(const KeyEvent& event);
  /// Writes end marker, counts and checksum, and gives the file its name; `recording` counts completions and what fitted
  /// none.
  void finish(const TraceInfo& recording = {});
  std::uint64_t records() const;

 private:
  class Columns;
  std::unique_ptr<OutputFile> own_file_;
  std::unique_ptr<Columns> columns_;
};

}  // namespace icesim
