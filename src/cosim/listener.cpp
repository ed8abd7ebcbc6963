// SPDX-License-Identifier: Apache-2.0
#include "icesim/cosim/listener.hpp"

#include "icesim/base/error.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace icesim::cosim {
namespace {

constexpr mode_t owner_only = 0600;

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

/// Keeps other servers from looking at the names of a directory while one looks and takes.
class DirectoryLock {
 public:
  explicit DirectoryLock(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    directory_ = FileDescriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    constexpr timespec pause{0, 10'000'000};
    // Servers hold it for an instant; a directory that cannot be read is one in which nobody looks.
    for (int tries = 0; directory_.valid() && ::flock(directory_.get(), LOCK_EX | LOCK_NB) != 0; ++tries) {
      if (errno != EWOULDBLOCK && errno != EINTR) return;
      if (tries > 200) throw UserError(path + ": somebody holds the lock of its directory");
      ::nanosleep(&pause, nullptr);
    }
  }

 private:
  FileDescriptor directory_;
};

/// Makes the name free, or says why not.
void make_room(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) throw UserError(path + ": is there already, and is no socket");
  // A socket of another kind is never connected, but told whether somebody has bound the name: a listener would take a
  // connection for its guest.
  const FileDescriptor probe(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe.valid()) throw_error(path);
  if (::connect(probe.get(), plain(address), sizeof address) == 0 || errno == EPROTOTYPE)
    throw UserError(path + ": another server listens there");
  if (errno != ECONNREFUSED) throw_error(path);
  if (::unlink(path.c_str()) != 0) throw_error(path);
}

}  // namespace

Listener::Listener(std::string path, int stop)
    : path_(std::move(path)), socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)), stop_(stop) {
  const sockaddr_un address = address_of(path_);
  // The name gets the mode of the socket, so that there is no instant at which others could connect.
  if (!socket_.valid() || ::fchmod(fd(), owner_only) != 0) throw_error(path_);
  const DirectoryLock lock(path_);
  make_room(path_, address);
  if (::bind(fd(), plain(address), sizeof address) != 0) throw_error(path_);
  struct stat status {};
  const bool known = ::lstat(path_.c_str(), &status) == 0;
  const bool good = known && (status.st_mode & 0777 & ~owner_only) == 0;
  if (!good || ::listen(fd(), 1) != 0) {
    const int error = errno;
    ::unlink(path_.c_str());
    errno = error;
    if (known && !good) throw UserError(path_ + ": this file system does not keep others away from a socket");
    throw_error(path_);
  }
  device_ = status.st_dev;
  inode_ = status.st_ino;
}

Listener::~Listener() {
  struct stat status {};
  // Not what somebody else has put there meanwhile.
  if (::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_)
    ::unlink(path_.c_str());
}

Connection Listener::accept() {
  for (;;) {
    FileDescriptor socket(::accept4(fd(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket.valid()) return Connection(std::move(socket), stop_);
    if (errno != EINTR && errno != ECONNABORTED && errno != EAGAIN) throw_error(path_);
    if (wait_readable({stop_, fd()}) == stop_ && stop_ >= 0) throw Interrupted();
  }
}

}  // namespace icesim::cosim
