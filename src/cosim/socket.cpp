// SPDX-License-Identifier: Apache-2.0
#include "icesim/cosim/socket.hpp"

#include "icesim/base/error.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace icesim::cosim {
namespace {

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

bool is_temporary(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

void poll_for_ever(pollfd* set, std::size_t count) {
  while (::poll(set, count, -1) < 0) {
    if (errno != EINTR) throw UserError(std::string("poll: ") + std::strerror(errno));
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

void Connection::wait_for(short event) const {
  std::array<pollfd, 3> set{{{stop_, POLLIN, 0}, {fd(), event, 0}, {watched_, 0, 0}}};
  poll_for_ever(set.data(), set.size());
  if (set[0].revents != 0) throw Interrupted();
  if (set[1].revents == 0) throw Disconnected();
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
    const ssize_t got = ::recvmsg(fd(), &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (got < 0 && is_temporary(errno)) {
      wait_for(POLLIN);
      continue;
    }
    if (got <= 0 && done == 0) throw Disconnected();
    if (got <= 0) throw UserError("guest: the connection ends in the middle of a message");
    take_descriptors(message, descriptors);
    if ((message.msg_flags & MSG_CTRUNC) != 0)
      throw UserError("guest: more than " + std::to_string(max_descriptors) + " file descriptors come with a message");
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
  ensure(descriptors.size() <= max_descriptors, "Connection: few descriptors are handed over at a time");
  std::size_t done = 0;
  while (done < size) {
    iovec part{const_cast<std::byte*>(from) + done, size - done};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(max_descriptors * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (done == 0 && !descriptors.empty()) {
      const std::size_t bytes = descriptors.size() * sizeof(int);
      message.msg_control = control.data();
      message.msg_controllen = CMSG_SPACE(bytes);
      cmsghdr* const rights = CMSG_FIRSTHDR(&message);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(bytes);
      std::memcpy(CMSG_DATA(rights), descriptors.data(), bytes);
    }
    const ssize_t sent = ::sendmsg(fd(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && is_temporary(errno)) {
      wait_for(POLLOUT);
      continue;
    }
    if (sent < 0) throw Disconnected();
    done += static_cast<std::size_t>(sent);
  }
}

int wait_readable(const std::vector<int>& descriptors, bool wait, int watched) {
  std::vector<pollfd> set;
  for (const int fd : descriptors) set.push_back({fd, POLLIN, 0});  // poll() leaves out negative ones
  set.push_back({watched, 0, 0});
  if (wait) {
    poll_for_ever(set.data(), set.size());
  } else if (::poll(set.data(), set.size(), 0) <= 0) {
    return -1;
  }
  for (std::size_t i = 0; i < descriptors.size(); ++i) {
    if (set[i].revents != 0) return set[i].fd;
  }
  throw Disconnected();
}

}  // namespace icesim::cosim
