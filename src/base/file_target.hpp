// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <sys/stat.h>

namespace icesim {

/// Where the name of an output leads, behind all symbolic links.
struct FileTarget {
  enum class Kind {
    descriptor,  ///< one that this process has: "-", /dev/stdout, /proc/self/fd/N
    regular,     ///< an ordinary file, or none yet: a new one takes its place
    special      ///< a pipe, a device, a socket: written through
  };
  Kind kind = Kind::regular;
  int descriptor = -1;
  std::string directory;  ///< "." and the like; never empty
  std::string name;       ///< in that directory
  bool exists = false;
  struct stat status {};  ///< of what exists

  std::string path() const { return directory + "/" + name; }
};

/// Throws UserError "PATH: cannot write: ..." where nothing can be written: a directory, a missing directory, a loop of
/// links, a name that is too long.
FileTarget find_target(const std::string& path);

/// Throws UserError "PATH: cannot VERB: " and the reason that errno holds.
[[noreturn]] void fail_on_file(const std::string& path, const char* verb);

}  // namespace icesim
