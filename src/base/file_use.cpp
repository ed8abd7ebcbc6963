// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file_use.hpp"

#include "icesim/base/error.hpp"
#include "src/base/file_target.hpp"

#include <array>
#include <unistd.h>

namespace icesim {
namespace {

/// Terminals, /dev/null and sockets serve any number of readers and writers.
bool is_shared(const struct stat& status) { return S_ISCHR(status.st_mode) || S_ISSOCK(status.st_mode); }

bool is_same(const struct stat& a, const struct stat& b) { return a.st_dev == b.st_dev && a.st_ino == b.st_ino; }

constexpr std::array<const char*, 3> streams{"standard input", "standard output", "standard error"};

/// Which standard stream an ordinary file is, by redirection, or -1.
int stream_of(const struct stat& file) {
  for (int stream = 0; stream < 3; ++stream) {
    struct stat status {};
    if (S_ISREG(file.st_mode) && ::fstat(stream, &status) == 0 && is_same(file, status)) return stream;
  }
  return -1;
}

}  // namespace

void FileUse::reads(std::string_view option, const std::string& path) {
  struct stat status {};
  // What cannot be read is for its reader to say.
  if ((path == "-" ? ::fstat(STDIN_FILENO, &status) : ::stat(path.c_str(), &status)) != 0 || is_shared(status)) return;
  if (stream_of(status) == STDOUT_FILENO)
    throw UserError(std::string(option) + ": " + path + " is also the " + streams[STDOUT_FILENO]);
  add({std::string(option), path, false, status.st_dev, status.st_ino, ""});
}

void FileUse::writes(std::string_view option, const std::string& path) {
  const FileTarget target = find_target(path);
  struct stat status = target.status;
  Use use{std::string(option), path, true, status.st_dev, status.st_ino, ""};
  if (target.exists) {
    if (S_ISCHR(status.st_mode) && target.kind == FileTarget::Kind::special) return;
    // Redirected, or named: the same file twice.
    if (const int stream = stream_of(status); stream >= 0 && target.descriptor != stream)
      throw UserError(std::string(option) + ": " + path + " is also the " + streams[static_cast<std::size_t>(stream)]);
  } else {
    if (::stat(target.directory.c_str(), &status) != 0) fail_on_file(path, "write");
    use.device = status.st_dev;
    use.inode = status.st_ino;
    use.name = target.name;
  }
  add(std::move(use));
}

void FileUse::add(Use use) {
  for (const Use& other : uses_) {
    if (other.device != use.device || other.inode != use.inode || other.name != use.name) continue;
    if (!other.written && !use.written) continue;
    const std::string verb = other.written && use.written ? " writes it, too" : other.written ? " writes it" : " reads it";
    throw UserError(use.option + ": " + use.path + (use.written ? " cannot be written" : " cannot be read") + ": " + other.option +
                    (other.path == use.path ? "" : " (" + other.path + ")") + verb);
  }
  uses_.push_back(std::move(use));
}

}  // namespace icesim
