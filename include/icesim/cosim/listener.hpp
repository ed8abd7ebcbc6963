// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/socket.hpp"

#include <string>
#include <sys/types.h>

namespace icesim::cosim {

/// A name in the file system at which the guest connects: its owner's alone (mode 0600), and gone with the listener.
///
/// What an earlier server left there is replaced. A name at which somebody listens is refused, and he does not notice;
/// so is one that is no socket, a symbolic link too. Throws UserError.
class Listener {
 public:
  /// `stop` can be read once nobody is to be waited for any more, here and on the connections.
  explicit Listener(std::string path, int stop = -1);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  int fd() const { return socket_.get(); }
  int stop() const { return stop_; }
  const std::string& path() const { return path_; }
  /// The connection that waits, or the next one.
  Connection accept();

 private:
  std::string path_;
  FileDescriptor socket_;
  int stop_;
  dev_t device_ = 0;  ///< of the name in the file system
  ino_t inode_ = 0;
};

}  // namespace icesim::cosim
