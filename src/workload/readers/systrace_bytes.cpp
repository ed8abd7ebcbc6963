// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/systrace_bytes.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/readers/ftrace_reader.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace icesim {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;
constexpr std::string_view opening = "<script";
constexpr std::string_view mark = "trace-data";
constexpr std::string_view closing = "</script>";
constexpr std::string_view old_mark = "linuxPerfData = \"";
/// How far behind its opening tag a section must show what it is.
constexpr std::size_t first_look = 4096;

/// Where ftrace text begins in a section: with its title, before which atrace may say something, or with an event;
/// nowhere in lists of processes and in JSON.
std::size_t ftrace_begin(std::string_view section) {
  constexpr std::string_view title = "\n# tracer:";
  section = section.substr(0, section.find(closing));
  const std::size_t first = section.find_first_not_of(" \r\n");
  if (first == std::string_view::npos || section.substr(first, 8) == "# tracer") return first;
  const std::size_t at = section.find(title);
  if (at != std::string_view::npos) return at + 1;
  return FtraceReader::recognises(section.substr(0, section.rfind('\n') + 1)) ? 0 : std::string_view::npos;
}

}  // namespace

SystraceBytes::SystraceBytes(std::unique_ptr<ByteSource> page)
    : ByteSource(page->name()), page_(std::move(page)), buffer_(buffer_size, '\0') {}

bool SystraceBytes::recognises(std::string_view head) {
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  head.remove_prefix(first);
  for (const std::string_view start : {"<html", "<!doctype html", "<head", "<!--"}) {
    const std::string_view same = head.substr(0, start.size());
    if (std::equal(same.begin(), same.end(), start.begin(), start.end(),
                   [](unsigned char a, unsigned char b) { return std::tolower(a) == b; })) {
      return true;
    }
  }
  return false;
}

/// Reads on; false when nothing came.
bool SystraceBytes::refill() {
  std::memmove(buffer_.data(), buffer_.data() + used_, filled_ - used_);
  filled_ -= used_;
  used_ = 0;
  const std::size_t got = page_->read(buffer_.data() + filled_, buffer_.size() - filled_);
  filled_ += got;
  return got > 0;
}

/// Goes to the text of the next section of ftrace; false when the page has none any more.
bool SystraceBytes::find_section() {
  while (true) {
    const std::string_view waiting(buffer_.data() + used_, filled_ - used_);
    const std::size_t at = waiting.find(opening);
    if (at == std::string_view::npos) {
      // The tag may have begun.
      used_ = filled_ - std::min(waiting.size(), opening.size() - 1);
      if (!refill()) return false;
      continue;
    }
    used_ += at;
    while (filled_ - used_ < first_look && refill()) {
    }
    const std::string_view section(buffer_.data() + used_, std::min(filled_ - used_, first_look));
    const std::size_t tag_end = section.find('>');
    // Scripts of the page's own have tags without attributes, or with others.
    if (tag_end == std::string_view::npos || section.substr(0, tag_end).find(mark) == std::string_view::npos) {
      const std::size_t string = section.substr(0, section.find(closing)).find(old_mark);
      quoted_ = string != std::string_view::npos;
      used_ += quoted_ ? string + old_mark.size() : opening.size();
      if (!quoted_) continue;
      found_ = true;
      return true;
    }
    const std::size_t begin = ftrace_begin(section.substr(tag_end + 1));
    used_ += tag_end + 1;
    if (begin == std::string_view::npos) continue;
    used_ += begin;
    found_ = true;
    return true;
  }
}

std::size_t SystraceBytes::read(char* out, std::size_t size) {
  while (true) {
    if (!inside_ && !find_section()) {
      if (!found_) fail("this page has no section with ftrace text: it is no systrace, or was recorded without ftrace");
      return 0;
    }
    inside_ = true;
    const std::size_t got = quoted_ ? read_string(out, size) : read_section(out, size);
    if (got > 0) return got;
  }
}

/// What is left of the section up to the next `<`; nothing where it ends, or when more has to be read first.
std::size_t SystraceBytes::read_section(char* out, std::size_t size) {
  if (filled_ - used_ < closing.size() && !refill()) fail("the page ends inside its trace: it is truncated");
  const std::string_view waiting(buffer_.data() + used_, filled_ - used_);
  const std::size_t end = waiting.find(closing.substr(0, 1));
  std::size_t usable = std::min(end, waiting.size());
  if (usable == 0) {
    if (waiting.size() < closing.size()) return 0;
    inside_ = waiting.substr(0, closing.size()) != closing;
    if (!inside_) {
      used_ += closing.size();
      return 0;
    }
    usable = 1;  // a process's name may well be <...>
  }
  usable = std::min(usable, size);
  std::memcpy(out, waiting.data(), usable);
  used_ += usable;
  return usable;
}

/// What is left of a string, without its escapes; nothing where it ends.
std::size_t SystraceBytes::read_string(char* out, std::size_t size) {
  std::size_t got = 0;
  while (got < size) {
    if (filled_ - used_ < 2 && !refill() && filled_ == used_) fail("the page ends inside its trace: it is truncated");
    const char c = buffer_[used_++];
    if (c == '"') {
      inside_ = quoted_ = false;
      return got;
    }
    if (c != '\\') {
      out[got++] = c;
      continue;
    }
    if (filled_ == used_) fail("the page ends inside its trace: it is truncated");
    const char escaped = buffer_[used_++];
    if (escaped == '\r' || escaped == '\n') continue;  // the string goes on in the next line
    out[got++] = escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
  }
  return got;
}

}  // namespace icesim
