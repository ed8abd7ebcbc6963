// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

namespace icesim {

/// The files that a command is about to read and to write, by what they are and not by how they are called: a symbolic
/// link, a hard link and "./a" are the file itself, and so is a name that two options give to a file that is yet to be.
class FileUse {
 public:
  /// `option` begins the message: "--requests". "-" is the standard input. Throws UserError when the file is written, too.
  void reads(std::string_view option, const std::string& path);
  /// "-" is the standard output. Throws UserError when the file is read or written already, also as the program's standard
  /// input, output or error, and where nothing can be written. A character device, such as /dev/null, may have many uses.
  void writes(std::string_view option, const std::string& path);

 private:
  /// A file; where there is none yet, its directory and the name in there.
  struct Use {
    std::string option;
    std::string path;
    bool written = false;
    dev_t device = 0;
    ino_t inode = 0;
    std::string name;
  };
  void add(Use use);

  std::vector<Use> uses_;
};

}  // namespace icesim
