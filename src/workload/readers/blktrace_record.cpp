// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/blktrace_record.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace icesim::blktrace {
namespace {

constexpr std::size_t buffer_size = 256 * 1024;
constexpr std::uint32_t magic = 0x65617400;
constexpr std::size_t magic_size = 4;
constexpr std::size_t size_v7 = 48;
constexpr std::size_t size_v8 = 64;

std::uint16_t swapped(std::uint16_t value) { return __builtin_bswap16(value); }
std::uint32_t swapped(std::uint32_t value) { return __builtin_bswap32(value); }
std::uint64_t swapped(std::uint64_t value) { return __builtin_bswap64(value); }

/// Size of a record that begins with this word, 0 when it is none.
std::size_t record_size(std::uint32_t word) {
  if (word == (magic | 7)) return size_v7;
  return word == (magic | 8) ? size_v8 : 0;
}

std::uint32_t first_word(const char* at) {
  std::uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// What the categories of version 8 name beyond reads and writes; empty: nothing.
std::string_view zone_word(std::uint64_t categories) {
  constexpr std::pair<Category, std::string_view> words[] = {
      {zone_append, "ZA"}, {zone_reset, "ZR"}, {zone_reset_all, "ZRA"}, {zone_finish, "ZF"},
      {zone_open, "ZO"},   {zone_close, "ZC"}, {write_zeroes, "WZ"}};
  if (categories < zone_append) return {};
  for (const auto& [category, word] : words) {
    if ((categories & category) != 0) return word;
  }
  return {};
}

}  // namespace

std::string_view rwbs(const Record& record, char (&word)[8]) {
  std::size_t size = 0;
  const auto has = [&](Category category) { return (record.categories & category) != 0; };
  if (has(flush)) word[size++] = 'F';
  if (const std::string_view zone = zone_word(record.categories); has(discard))
    word[size++] = 'D';
  else if (!zone.empty())
    size += zone.copy(word + size, zone.size());
  else if (has(write))
    word[size++] = 'W';
  else
    word[size++] = record.bytes > 0 ? 'R' : 'N';
  if (has(fua)) word[size++] = 'F';
  if (has(ahead)) word[size++] = 'A';
  if (has(sync)) word[size++] = 'S';
  if (has(metadata)) word[size++] = 'M';
  return {word, size};
}

bool recognises(std::string_view head) {
  if (head.size() < magic_size) return false;
  const std::uint32_t word = first_word(head.data());
  return record_size(word) != 0 || record_size(swapped(word)) != 0;
}

Records::Records(std::unique_ptr<ByteSource> bytes) : bytes_(std::move(bytes)), buffer_(buffer_size, '\0') {}

/// Reads on until `size` bytes wait; false when the file ends before.
bool Records::available(std::size_t size) {
  while (filled_ - used_ < size) {
    if (used_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + used_, filled_ - used_);
      filled_ -= used_;
      used_ = 0;
    }
    if (broken_) std::rethrow_exception(broken_);
    const std::size_t got = bytes_->read(buffer_.data() + filled_, buffer_.size() - filled_);
    if (got == 0) return false;
    filled_ += got;
  }
  return true;
}

/// Reads on until the buffer is full; what goes wrong is said when it is needed.
void Records::fill() {
  try {
    while (filled_ < buffer_.size()) {
      const std::size_t got = bytes_->read(buffer_.data() + filled_, buffer_.size() - filled_);
      if (got == 0) return;
      filled_ += got;
    }
  } catch (const UserError&) {
    broken_ = std::current_exception();
  }
}

/// Size of the record at hand by its first word, which is in memory; 0 when it is none.
std::size_t Records::size_of_next() {
  const std::uint32_t word = first_word(buffer_.data() + used_);
  swapped_ = record_size(word) == 0;
  return record_size(swapped_ ? swapped(word) : word);
}

bool Records::begins_with(Action action) {
  fill();
  const std::size_t used = used_;
  bool found = false;
  while (!found && filled_ - used_ >= size_v7) {
    const std::size_t size = size_of_next();
    if (size == 0 || filled_ - used_ < size) break;
    const bool wide = size == size_v8;
    const std::uint64_t code = wide ? number<std::uint64_t>(32) : number<std::uint32_t>(28);
    found = (code >> 16 & notify) == 0 && (code & 0xff) == action;
    used_ = std::min(filled_, used_ + size + number<std::uint16_t>(size - (wide ? 14 : 2)));
  }
  used_ = used;
  return found;
}

void Records::skip(std::size_t size) {
  used_ += size;
  taken_ += size;
}

template <class Number>
Number Records::number(std::size_t at) const {
  Number value{};
  std::memcpy(&value, buffer_.data() + used_ + at, sizeof value);
  return swapped_ ? swapped(value) : value;
}

bool Records::next(Record& record) {
  if (!available(magic_size)) {
    if (filled_ == used_) return false;
    fail("the file ends inside a record: it is truncated");
  }
  const std::size_t size = size_of_next();
  if (size == 0) fail("no blktrace record of version 7 or 8 begins here");
  if (!available(size)) fail("the file ends inside a record: it is truncated");

  record.sequence = number<std::uint32_t>(4);
  record.nanoseconds = number<std::uint64_t>(8);
  record.sector = number<std::uint64_t>(16);
  record.bytes = number<std::uint32_t>(24);
  const bool wide = size == size_v8;
  const std::uint64_t action = wide ? number<std::uint64_t>(32) : number<std::uint32_t>(28);
  record.action = static_cast<std::uint16_t>(action & ~std::uint64_t{has_cgroup});
  record.categories = action >> 16;
  record.process = number<std::uint32_t>(wide ? 28 : 32);
  record.device = number<std::uint32_t>(wide ? 40 : 36);
  record.cpu = number<std::uint32_t>(wide ? 44 : 40);
  const std::size_t data = number<std::uint16_t>(size - (wide ? 14 : 2));
  skip(size);
  if (!available(data)) fail("the file ends inside a record's data: it is truncated");
  if ((record.categories & notify) != 0 && record.action == process_name) {
    record.comm = {};
    std::memcpy(record.comm.data(), buffer_.data() + used_, std::min(data, record.comm.size() - 1));
  }
  skip(data);
  return true;
}

}  // namespace icesim::blktrace
