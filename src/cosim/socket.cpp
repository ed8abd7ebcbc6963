// SPDX-License-Identifier: Apache-2.0
#include "icesim/cosim/socket.hpp"

#include "icesim/base/error.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace icesim::cosim {
namespace {

constexpr std::size_t max_descriptors = 8;

[[noreturn]] void throw_error(const std::string& what) { throw UserError(what + ": " + std::strerror(errno)); }

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    throw UserError("'" + path + "': the name of a socket has 1 to " + std::to_string(sizeof address.sun_path - 1) +
                    " characters");
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

const sockaddr* plain(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

/// Whether a socket lies at `path` on which nobody listens any more.
bool is_left_over(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  return ::connect(probe.get(), plain(address), sizeof address) != 0 && errno == ECONNREFUSED;
}

void take_descriptors(const msghdr& message, std::vector<FileDescriptor>* to) {
  for (const cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(const_cast<msghdr*>(&message), const_cast<cmsghdr*>(part))) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      FileDescriptor owned(fd);  // closed when nobody wants it
      if (to != nullptr) to->push_back(std::move(owned));
    }
  }
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

void Connection::read(std::byte* to, std::size_t size, std::vector<FileDescriptor>* descriptors) {
  std::size_t done = 0;
  while (done < size) {
    iovec part{to + done, size - done};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(max_descriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(fd(), &message, MSG_CMSG_CLOEXEC);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 && done == 0) throw Disconnected();
    if (got <= 0) throw UserError("guest: the connection ends in the middle of a message");
    take_descriptors(message, descriptors);
    done += static_cast<std::size_t>(got);
  }
}

void Connection::read_rest(std::byte* to, std::size_t size) {
  try {
    read(to, size);
  } catch (const Disconnected&) {
    throw UserError("guest: the connection ends in the middle of a message");
  }
}

void Connection::write(const std::byte* from, std::size_t size, const std::vector<int>& descriptors) {
  std::size_t done = 0;
  while (done < size) {
    iovec part{const_cast<std::byte*>(from) + done, size - done};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(max_descriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (done == 0 && !descriptors.empty()) {
      ensure(descriptors.size() <= max_descriptors, "Connection: few descriptors are handed over at a time");
      const std::size_t bytes = descriptors.size() * sizeof(int);
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(bytes);
      cmsghdr* const rights = CMSG_FIRSTHDR(&message);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(bytes);
      std::memcpy(CMSG_DATA(rights), descriptors.data(), bytes);
    }
    const ssize_t sent = ::sendmsg(fd(), &message, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw Disconnected();
    done += static_cast<std::size_t>(sent);
  }
}

Listener::Listener(std::string path)
    : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_un address = address_of(path_);
  if (!socket_.valid()) throw_error(path_);
  if (is_left_over(path_, address)) ::unlink(path_.c_str());
  if (::bind(fd(), plain(address), sizeof address) != 0) throw_error(path_);
  if (::listen(fd(), 1) != 0) throw_error(path_);
}

Listener::~Listener() { ::unlink(path_.c_str()); }

Connection Listener::accept() {
  for (;;) {
    FileDescriptor socket(::accept4(fd(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket.valid()) return Connection(std::move(socket));
    if (errno != EINTR && errno != ECONNABORTED) throw_error(path_);
  }
}

int wait_readable(const std::vector<int>& descriptors, bool wait) {
  std::vector<pollfd> set;
  for (const int fd : descriptors) set.push_back({fd, POLLIN, 0});  // poll() leaves out negative ones
  while (::poll(set.data(), set.size(), wait ? -1 : 0) < 0) {
    if (errno != EINTR) throw_error("poll");
  }
  for (const pollfd& each : set) {
    if (each.revents != 0) return each.fd;
  }
  return -1;
}

}  // namespace icesim::cosim
