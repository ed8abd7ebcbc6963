// SPDX-License-Identifier: Apache-2.0
#include "src/base/file_target.hpp"

#include "icesim/base/error.hpp"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits.h>
#include <linux/magic.h>
#include <memory>
#include <sys/vfs.h>
#include <unistd.h>

namespace icesim {
namespace {

constexpr int most_links = 40;  // as many as the kernel follows

/// Whether a directory holds a process's descriptors: the links in there have no names that could be followed.
bool holds_descriptors(const std::string& directory) {
  struct statfs system {};
  if (::statfs(directory.c_str(), &system) != 0 || system.f_type != PROC_SUPER_MAGIC) return false;
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(directory.c_str(), nullptr), &std::free);
  const std::string text = real ? real.get() : "";
  return text.size() > 3 && text.compare(text.size() - 3, 3, "/fd") == 0;
}

/// Whether these are our own ones.
bool holds_own_descriptors(const std::string& directory) {
  struct stat here {}, own {};
  return ::stat(directory.c_str(), &here) == 0 && ::stat("/proc/self/fd", &own) == 0 && here.st_dev == own.st_dev &&
         here.st_ino == own.st_ino;
}

/// The number that a name is, or -1.
int number_of(const std::string& name) {
  int number = -1;
  const auto end = std::from_chars(name.data(), name.data() + name.size(), number).ptr;
  return end == name.data() + name.size() && number >= 0 ? number : -1;
}

std::string text_of_link(const std::string& link, const std::string& path) {
  std::string text(PATH_MAX, '\0');
  const ssize_t size = ::readlink(link.c_str(), text.data(), text.size());
  if (size <= 0) fail_on_file(path, "write");
  text.resize(static_cast<std::size_t>(size));
  return text;
}

FileTarget own_descriptor(int descriptor, const std::string& path) {
  FileTarget target;
  target.kind = FileTarget::Kind::descriptor;
  target.descriptor = descriptor;
  target.exists = true;
  if (::fstat(descriptor, &target.status) != 0) fail_on_file(path, "write");
  return target;
}

}  // namespace

void fail_on_file(const std::string& path, const char* verb) {
  throw UserError((path == "-" ? "standard output" : path) + ": cannot " + verb + ": " + std::strerror(errno));
}

FileTarget find_target(const std::string& path) {
  if (path == "-") return own_descriptor(STDOUT_FILENO, path);
  std::string way = path;
  for (int links = 0; links <= most_links; ++links) {
    FileTarget target;
    const std::size_t slash = way.rfind('/');
    target.directory = slash == std::string::npos ? "." : slash == 0 ? "/" : way.substr(0, slash);
    target.name = slash == std::string::npos ? way : way.substr(slash + 1);
    target.exists = ::lstat(way.c_str(), &target.status) == 0;
    if (!target.exists && errno != ENOENT) fail_on_file(path, "write");
    if (target.name.empty() || (target.exists && S_ISDIR(target.status.st_mode))) {
      errno = target.exists ? EISDIR : ENOENT;
      fail_on_file(path, "write");
    }
    struct stat directory {};
    if (!target.exists && ::stat(target.directory.c_str(), &directory) != 0) fail_on_file(path, "write");
    if (holds_descriptors(target.directory)) {
      if (!target.exists) {
        errno = ENOENT;
        fail_on_file(path, "write");
      }
      if (const int number = number_of(target.name); number >= 0 && holds_own_descriptors(target.directory))
        return own_descriptor(number, path);
      target.kind = FileTarget::Kind::special;
      if (::stat(way.c_str(), &target.status) != 0) fail_on_file(path, "write");
      return target;
    }
    if (!target.exists || S_ISREG(target.status.st_mode)) return target;
    if (!S_ISLNK(target.status.st_mode)) {
      target.kind = FileTarget::Kind::special;
      return target;
    }
    const std::string text = text_of_link(way, path);
    way = text.front() == '/' ? text : target.directory + "/" + text;
  }
  errno = ELOOP;
  fail_on_file(path, "write");
}

}  // namespace icesim
