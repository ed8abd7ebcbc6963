// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <exception>
#include <string>
#include <vector>

namespace icesim::cosim {

/// The other side has closed the connection between two messages.
class Disconnected : public std::exception {};

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

/// One end of a Unix stream socket. Throws Disconnected when the other side is gone, and UserError when it goes in the
/// middle of what is read.
class Connection {
 public:
  Connection() = default;
  explicit Connection(FileDescriptor socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  bool open() const { return socket_.valid(); }
  void close() { socket_ = FileDescriptor(); }

  /// Reads exactly `size` bytes, and takes the file descriptors that come along.
  void read(std::byte* to, std::size_t size, std::vector<FileDescriptor>* descriptors = nullptr);
  /// Reads exactly `size` bytes of a message that has begun.
  void read_rest(std::byte* to, std::size_t size);
  /// Writes all bytes, and hands over these file descriptors with the first of them.
  void write(const std::byte* from, std::size_t size, const std::vector<int>& descriptors = {});

 private:
  FileDescriptor socket_;
};

/// A name in the file system at which the guest connects. Throws UserError when there cannot be one; what an earlier
/// run left there is taken over.
class Listener {
 public:
  explicit Listener(std::string path);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int fd() const { return socket_.get(); }
  const std::string& path() const { return path_; }
  /// The connection that waits, or the next one.
  Connection accept();

 private:
  std::string path_;
  FileDescriptor socket_;
};

/// Waits until one of these descriptors can be read; negative ones are left out. Returns which, the first of several,
/// or -1 when `wait` is false and none can.
int wait_readable(const std::vector<int>& descriptors, bool wait = true);

}  // namespace icesim::cosim
