// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>

namespace icesim::app {

/// The hashes of files, each read once.
class FileHashes {
 public:
  /// SHA-256 of a trace, all its files. Throws UserError when it cannot be read, or is no file that can be read again.
  const std::string& trace(const std::string& path);
  /// SHA-256 of a file.
  const std::string& file(const std::string& path);
  /// SHA-256 of this program.
  const std::string& program() { return file("/proc/self/exe"); }

 private:
  std::map<std::string, std::string> known_;
};

}  // namespace icesim::app
