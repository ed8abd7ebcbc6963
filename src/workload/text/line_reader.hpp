// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "src/workload/bytes/byte_source.hpp"

#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

namespace icesim {

/// The lines of a text, without copying them: a line is valid until the next call.
class LineReader {
 public:
  /// With `keep_going`, `refuse` counts instead of throwing.
  explicit LineReader(std::unique_ptr<ByteSource> bytes, bool keep_going = false)
      : bytes_(std::move(bytes)), keep_going_(keep_going), buffer_(buffer_size, '\0') {}

  /// Sets `line` (without its end) and returns true, or returns false at the end of the text.
  bool next(std::string_view& line) {
    while (true) {
      const char* begin = buffer_.data() + used_;
      if (const void* found = std::memchr(begin + searched_, '\n', filled_ - used_ - searched_)) {
        const auto size = static_cast<std::size_t>(static_cast<const char*>(found) - begin);
        give(line, size);
        ++used_;
        return true;
      }
      searched_ = filled_ - used_;
      if (!refill()) {
        if (used_ == filled_) return false;
        give(line, filled_ - used_);
        return true;
      }
    }
  }

  /// The beginning of the text: 256 KiB of it, or all that there is, or what comes before the place where it is broken.
  /// Only in front of the first line.
  std::string_view head() {
    try {
      while (filled_ < buffer_.size()) {
        const std::size_t got = bytes_->read(buffer_.data() + filled_, buffer_.size() - filled_);
        if (got == 0) break;
        filled_ += got;
      }
    } catch (const UserError&) {
      broken_ = std::current_exception();
    }
    return std::string_view(buffer_).substr(0, filled_);
  }

  /// Number of the line given last, from 1.
  std::uint64_t number() const { return number_; }
  const std::string& name() const { return bytes_->name(); }
  [[noreturn]] void fail(std::string_view what) const {
    throw UserError(name() + ":" + std::to_string(number_) + ": " + std::string(what));
  }
  /// Says that the line given last makes no sense, quoting it, and what would be allowed.
  void refuse(std::string_view what, std::string_view allowed, std::uint64_t& skipped) const {
    if (keep_going_) {
      ++skipped;
      return;
    }
    fail(std::string(what) + ": \"" + std::string(line_.substr(0, longest_quote)) + "\"; " + std::string(allowed) +
         "; --keep-going skips and counts such lines");
  }

  /// The text behind `line`, which is the one given last: `size` bytes of it, or all that there are. Moves `line`, and
  /// makes every other view of it invalid.
  std::string_view look_ahead(std::size_t size, std::string_view& line) {
    const auto begin = static_cast<std::size_t>(line.data() - buffer_.data());
    std::memmove(buffer_.data(), buffer_.data() + begin, filled_ - begin);
    filled_ -= begin;
    used_ -= begin;
    if (buffer_.size() < used_ + size) buffer_.resize(used_ + size);
    while (filled_ < used_ + size) {
      const std::size_t got = bytes_->read(buffer_.data() + filled_, buffer_.size() - filled_);
      if (got == 0) break;
      filled_ += got;
    }
    line = line_ = std::string_view(buffer_).substr(0, line.size());
    return std::string_view(buffer_).substr(used_, filled_ - used_);
  }

 private:
  static constexpr std::size_t buffer_size = 256 * 1024;
  static constexpr std::size_t longest_quote = 160;

  void give(std::string_view& line, std::size_t size) {
    line = std::string_view(buffer_).substr(used_, size);
    used_ += size;
    searched_ = 0;
    ++number_;
    // Files that went through several systems end their lines in \r\r\n.
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    line_ = line;
  }

  bool refill() {
    if (used_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + used_, filled_ - used_);
      filled_ -= used_;
      used_ = 0;
    }
    if (filled_ == buffer_.size()) {
      ++number_;
      fail("the line is longer than " + std::to_string(buffer_.size()) + " characters");
    }
    if (broken_) std::rethrow_exception(broken_);
    const std::size_t got = bytes_->read(buffer_.data() + filled_, buffer_.size() - filled_);
    filled_ += got;
    return got > 0;
  }

  std::unique_ptr<ByteSource> bytes_;
  bool keep_going_;
  std::string_view line_;
  std::string buffer_;
  std::size_t used_ = 0;
  std::size_t searched_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t number_ = 0;
  std::exception_ptr broken_;
};

}  // namespace icesim
