// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"

#include "icesim/base/error.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace icesim {
namespace {

[[noreturn]] void fail(const std::string& path, const char* verb) {
  throw UserError(path + ": cannot " + verb + ": " + std::strerror(errno));
}

/// Closes a descriptor and, unless kept, removes the file it belongs to.
class OpenFile {
 public:
  OpenFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    close();
    if (temporary_) ::unlink(path_.c_str());
  }

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }
  void set_temporary(bool temporary) { temporary_ = temporary; }
  bool close() {
    const bool good = descriptor_ < 0 || ::close(descriptor_) == 0;
    descriptor_ = -1;
    return good;
  }

 private:
  std::string path_;
  int descriptor_;
  bool temporary_ = false;
};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string read_text_file(const std::string& path) {
  OpenFile file(path, ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) fail(path, "read");
  std::string text;
  char buffer[65536];
  while (true) {
    const ssize_t count = ::read(file.descriptor(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(path, "read");
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
  }
}

class OutputFile::Descriptor : public OpenFile {
  using OpenFile::OpenFile;
};

OutputFile::OutputFile(const std::string& path) : path_(path == "-" ? "standard output" : path) {
  if (path == "-") {
    std::fflush(stdout);
    file_ = std::make_unique<Descriptor>("", ::dup(STDOUT_FILENO));
    if (!file_->is_open()) fail(path_, "write");
    return;
  }
  std::string target = path;
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) {
      errno = EISDIR;
      fail(path, "write");
    }
    // Renaming over a device or a pipe would replace it, and over a symbolic link would cut it.
    if (!S_ISREG(status.st_mode)) {
      file_ = std::make_unique<Descriptor>(path, ::open(path.c_str(), O_WRONLY | O_CLOEXEC));
      if (!file_->is_open()) fail(path, "write");
      return;
    }
    std::error_code ignored;
    if (auto real = std::filesystem::canonical(path, ignored); !real.empty()) target = real.string();
  }
  const std::string temporary = target + ".part" + std::to_string(::getpid());
  file_ = std::make_unique<Descriptor>(temporary,
                                       ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file_->is_open()) fail(path, "write");
  file_->set_temporary(true);
  target_ = target;
}

OutputFile::~OutputFile() = default;
OutputFile::OutputFile(OutputFile&&) noexcept = default;

void OutputFile::flush() {
  if (!write_all(file_->descriptor(), buffer_)) fail(path_, "write");
  buffer_.clear();
}

void OutputFile::write(std::string_view text) {
  constexpr std::size_t enough = 1 << 16;
  buffer_ += text;
  if (buffer_.size() >= enough) flush();
}

void OutputFile::commit() {
  flush();
  if (!file_->close()) fail(path_, "write");
  if (target_.empty()) return;
  if (std::rename(file_->path().c_str(), target_.c_str()) != 0) fail(path_, "write");
  file_->set_temporary(false);
}

void write_file_atomically(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

}  // namespace icesim
