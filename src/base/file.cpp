// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"

#include "icesim/base/error.hpp"
#include "src/base/file_target.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace icesim {
namespace {

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

}  // namespace

std::string read_text_file(const std::string& path, std::uint64_t most) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)};
  if (file.number < 0) fail_on_file(path, "read");
  std::string text;
  char buffer[65536];
  while (true) {
    const ssize_t count = ::read(file.number, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_on_file(path, "read");
    if (count == 0) return text;
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > most)
      throw UserError(path + ": cannot read: it has more than " + std::to_string(most >> 20) + " MiB");
  }
}

NamedText read_named_text(const std::string& path, std::uint64_t most) {
  const bool standard = path == "-";
  return {standard ? "standard input" : path, read_text_file(standard ? "/dev/stdin" : path, most)};
}

}  // namespace icesim
