// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// Reads a whole file of at most so many bytes, since a device or a pipe may have no end; throws UserError that names it
/// and the reason.
inline constexpr std::uint64_t longest_text_file = 256 << 20;
std::string read_text_file(const std::string& path, std::uint64_t most = longest_text_file);

/// A file as the command line names it, "-" being the standard input, under the name that messages have for it.
struct NamedText {
  std::string name;
  std::string text;
};
NamedText read_named_text(const std::string& path, std::uint64_t most = longest_text_file);

/// Writes a file at once, as OutputFile does.
void write_file_atomically(const std::string& path, std::string_view text);

/// What every output of every command is written with, piece by piece.
///
/// An ordinary file is never seen half written: what is written has a name of its own beside it, which nobody can guess
/// and nobody else can have, until it is committed and takes the place of the old file, whose mode it keeps. What is not
/// committed is removed, also when a signal ends the program. A symbolic link stays, and the file behind it is replaced.
/// Pipes, devices and descriptors (/dev/null, /dev/stdout, /proc/self/fd/N) are written through, a pipe from the first
/// byte on; "-" is the standard output.
///
/// Every function throws UserError that names the file when it cannot be written.
class OutputFile {
 public:
  explicit OutputFile(const std::string& path);
  ~OutputFile();
  OutputFile(OutputFile&&) noexcept;
  OutputFile& operator=(OutputFile&&) = delete;

  void write(std::string_view text);
  /// Zeros; in an ordinary file a hole.
  void skip(std::uint64_t bytes);
  /// Writes out what is buffered: after it only the name is missing. Nothing is written behind that.
  void finish();
  /// Finishes, and gives the file its name.
  void commit();
  bool is_standard_output() const;
  /// Throws again what a write threw: whoever ran in between, such as the kernel, may have made another error of it.
  void throw_if_failed() const;

 private:
  class File;
  void flush();

  std::unique_ptr<File> file_;
  std::string buffer_;
};

/// Commits several files as one: all are finished first, so that none gets its name when another cannot be written, or
/// when a signal comes.
void commit_together(const std::vector<OutputFile*>& files);

}  // namespace icesim
