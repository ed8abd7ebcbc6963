// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace icesim {

/// Reads a whole file; throws UserError that names it and the reason.
std::string read_text_file(const std::string& path);

/// Writes a file so that nobody ever sees half of it: under a temporary name in the same directory, then renamed.
/// "-" is the standard output; pipes and devices are written directly. Throws UserError and leaves no file behind.
void write_file_atomically(const std::string& path, std::string_view text);

/// A file that is written piece by piece, and that nobody ever sees half of: it has a temporary name in the same directory
/// until it is committed, and is removed when it is not. Pipes and devices are written directly, and "-" is the standard
/// output. Every function throws UserError that names the file when it cannot be written.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  void write(std::string_view text);
  /// Writes out what is buffered and gives the file its name; nothing is written behind that.
  void commit();

 private:
  class Descriptor;
  void flush();

  std::string path_;
  std::string target_;  ///< empty: written directly
  std::unique_ptr<Descriptor> file_;
  std::string buffer_;
};

}  // namespace icesim
