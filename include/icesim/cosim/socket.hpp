// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <exception>
#include <vector>

namespace icesim::cosim {

/// The other side has closed the connection between two messages.
class Disconnected : public std::exception {};

/// Somebody wants serving to end, while the other side was waited for.
class Interrupted : public std::exception {};

/// A file descriptor that is closed with its owner.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor();
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release() {
    const int fd = fd_;
    fd_ = -1;
    return fd;
  }

 private:
  int fd_ = -1;
};

/// One end of a Unix stream socket. Throws Disconnected when the other side is gone, UserError when it goes in the
/// middle of what is read, and Interrupted when it is to be waited for no longer.
class Connection {
 public:
  /// So many file descriptors come along with a message at most.
  static constexpr std::size_t max_descriptors = 8;

  Connection() = default;
  /// `stop` can be read once nobody is to be waited for any more.
  explicit Connection(FileDescriptor socket, int stop = -1) : socket_(std::move(socket)), stop_(stop) {}

  int fd() const { return socket_.get(); }
  int stop() const { return stop_; }
  bool open() const { return socket_.valid(); }
  void close() { socket_ = FileDescriptor(); }
  /// Whoever waits here is also told when the other side of that socket is gone.
  void watch(int other) { watched_ = other; }

  /// Reads exactly `size` bytes, and takes the file descriptors that come along.
  void read(std::byte* to, std::size_t size, std::vector<FileDescriptor>* descriptors = nullptr);
  /// Reads exactly `size` bytes of a message that has begun.
  void read_rest(std::byte* to, std::size_t size);
  /// Writes all bytes, and hands over these file descriptors with the first of them.
  void write(const std::byte* from, std::size_t size, const std::vector<int>& descriptors = {});

 private:
  void wait_for(short event) const;

  FileDescriptor socket_;
  int stop_ = -1;
  int watched_ = -1;
};

/// Waits until one of these descriptors can be read; negative ones are left out. Returns which, the first of several,
/// or -1 when `wait` is false and none can. Throws Disconnected when none can and the other side of `watched` is gone.
int wait_readable(const std::vector<int>& descriptors, bool wait = true, int watched = -1);

}  // namespace icesim::cosim
