// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/base/leftover.hpp"
#include "src/base/file_target.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <unistd.h>

namespace icesim {
namespace {

constexpr std::size_t enough = 1 << 16;
/// A name has 255 bytes, and ours needs some of them.
constexpr std::size_t longest_beginning = 200;

/// "out.csv.part-" and 16 letters that nobody can guess.
std::string temporary_name(const std::string& name) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz234567";
  std::array<unsigned char, 16> bytes{};
  ensure(::getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()), "the system gives random bytes");
  std::string text = name.substr(0, longest_beginning) + ".part-";
  for (const unsigned char byte : bytes) text.push_back(letters[byte % letters.size()]);
  return text;
}

/// False with errno set when not all could be written.
bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd wait{descriptor, POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

/// The descriptor, and the temporary name until there is a better one.
class OutputFile::File {
 public:
  explicit File(std::string path) : path_(std::move(path)), target_(find_target(path_)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!temporary_.empty()) ::unlinkat(directory_, temporary_.c_str(), 0);
    leftover_.forget();
    if (directory_ >= 0) ::close(directory_);
  }

  void open() {
    switch (target_.kind) {
      case FileTarget::Kind::descriptor: duplicate(); break;
      case FileTarget::Kind::regular: open_temporary(); break;
      case FileTarget::Kind::special: open_special(); break;
    }
  }

  void write(std::string_view text) {
    ensure(!finished_, "nothing is written behind the end of a file");
    if (descriptor_ < 0) open_pipe();
    if (!write_all(descriptor_, text)) fail();
  }

  void skip(std::uint64_t bytes) {
    if (target_.kind == FileTarget::Kind::regular) {
      end_ = ::lseek(descriptor_, static_cast<off_t>(bytes), SEEK_CUR);
      if (end_ < 0) fail();
      return;
    }
    const std::string zeros(std::min<std::uint64_t>(bytes, enough), '\0');
    for (; bytes > 0; bytes -= std::min<std::uint64_t>(bytes, enough))
      write(std::string_view(zeros).substr(0, std::min<std::uint64_t>(bytes, enough)));
  }

  void finish() {
    if (finished_) return;
    if (descriptor_ < 0) open_pipe();
    finished_ = true;
    // A hole at the end.
    if (end_ >= 0 && ::lseek(descriptor_, 0, SEEK_CUR) == end_ && ::ftruncate(descriptor_, end_) != 0) fail();
    const int descriptor = descriptor_;
    descriptor_ = -1;
    if (::close(descriptor) != 0) fail();
  }

  void commit() {
    if (temporary_.empty()) return;
    if (::renameat(directory_, temporary_.c_str(), directory_, target_.name.c_str()) != 0) fail();
    temporary_.clear();
    leftover_.forget();
  }

  bool is_standard_output() const { return target_.descriptor == STDOUT_FILENO; }

 private:
  [[noreturn]] void fail() const { fail_on_file(path_, "write"); }

  void duplicate() {
    if (is_standard_output()) std::fflush(stdout);
    descriptor_ = ::fcntl(target_.descriptor, F_DUPFD_CLOEXEC, 3);
    if (descriptor_ < 0) fail();
    const int flags = ::fcntl(descriptor_, F_GETFL);
    if ((flags & O_ACCMODE) != O_RDONLY) return;
    errno = EBADF;
    fail();
  }

  void open_special() {
    // A pipe waits for its reader, who may wait for what another output brings: it is opened with the first bytes.
    if (S_ISFIFO(target_.status.st_mode) && ::access(path_.c_str(), W_OK) == 0) return;
    open_pipe();
  }

  void open_pipe() {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor_ < 0) fail();
  }

  void open_temporary() {
    // A file that must not be written is not replaced either.
    if (target_.exists && ::access(path_.c_str(), W_OK) != 0) fail();
    directory_ = ::open(target_.directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory_ < 0) fail();
    constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
    const SignalPause pause;
    do {
      temporary_ = temporary_name(target_.name);
      descriptor_ = ::openat(directory_, temporary_.c_str(), flags, target_.exists ? 0600 : 0666);
    } while (descriptor_ < 0 && errno == EEXIST);
    if (descriptor_ < 0) {
      temporary_.clear();
      fail();
    }
    leftover_ = Leftover::file(directory_, temporary_);
    if (target_.exists) keep_mode();
  }

  /// The new file gets the mode of the old one, and its owner where we may give it away.
  void keep_mode() const {
    const struct stat& old = target_.status;
    const bool same_owner = ::fchown(descriptor_, old.st_uid, old.st_gid) == 0;
    if (::fchmod(descriptor_, old.st_mode & (same_owner ? 07777U : 0777U)) != 0) fail();
  }

  std::string path_;
  FileTarget target_;
  int directory_ = -1;
  int descriptor_ = -1;
  std::string temporary_;
  Leftover leftover_;
  off_t end_ = -1;  ///< behind the last hole
  bool finished_ = false;
};

OutputFile::OutputFile(const std::string& path) : file_(std::make_unique<File>(path)) { file_->open(); }
OutputFile::~OutputFile() = default;
OutputFile::OutputFile(OutputFile&&) noexcept = default;

void OutputFile::flush() {
  file_->write(buffer_);
  buffer_.clear();
}

void OutputFile::write(std::string_view text) {
  buffer_ += text;
  if (buffer_.size() >= enough) flush();
}

void OutputFile::skip(std::uint64_t bytes) {
  flush();
  file_->skip(bytes);
}

void OutputFile::finish() {
  if (!buffer_.empty()) flush();
  file_->finish();
}

void OutputFile::commit() {
  finish();
  file_->commit();
}

bool OutputFile::is_standard_output() const { return file_->is_standard_output(); }

void write_file_atomically(const std::string& path, std::string_view text) {
  OutputFile file(path);
  file.write(text);
  file.commit();
}

}  // namespace icesim
