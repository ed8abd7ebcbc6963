// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/results.hpp"
#include "icesim/workload/reader.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace icesim::app {

/// The hashes of a trace's files, made while they are read: of a pipe, too, and without reading anything twice.
class TraceHashes {
 public:
  /// Lets the files that are opened with these options be hashed, as long as this lives.
  void follow(TraceOptions& options);
  /// Tells a summary of the SHA-256 of what was read, once it is closed: of one file as sha256, of several as files.
  /// Says nothing where a file was not read to its end.
  void tell(TraceSummary& trace) const;

 private:
  struct File;
  std::vector<std::shared_ptr<File>> files_;
};

}  // namespace icesim::app
