// SPDX-License-Identifier: Apache-2.0
#include "src/workload/native/native_reader.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;

std::string begin_of(std::uint64_t version) { return std::string(native::magic) + std::to_string(version); }

}  // namespace

NativeReader::NativeReader(std::unique_ptr<ByteSource> bytes, const TraceOptions& options)
    : bytes_(std::move(bytes)), buffer_(buffer_size, '\0'), completed_(options.completed), idle_{options.idle_cap} {
  if (!options.device.empty()) {
    throw UserError(bytes_->name() +
                    ": a native trace is of one device; --device chooses it when the trace is imported");
  }
  if (options.reissue_window.value_or(Picoseconds{}).n > 0) {
    throw UserError(bytes_->name() + ": a native trace shows no request twice; --reissue-window is for its import");
  }
  const std::string first = header_line(native::magic.size() + 20);
  version_ = native::version;
  while (first != begin_of(version_)) {
    if (--version_ < native::oldest_version) {
      throw UserError(bytes_->name() + ": the file begins with \"" + first + "\"; this version reads \"" +
                      begin_of(native::oldest_version) + "\" to \"" + begin_of(native::version) + "\"");
    }
  }
  info_.format = "icetrace";
  info_.provenance = header_line(native::longest_provenance + 1);
  bytes_ = std::make_unique<ZstdBytes>(std::move(bytes_));
  block_.reserve(native::block_records);
  if (version_ > 1) completions_.reserve(native::block_completions);
}

/// Reads byte by byte, because the compressed part begins right behind the line.
std::string NativeReader::header_line(std::size_t longest) {
  std::string line;
  char c = 0;
  while (true) {
    if (bytes_->read(&c, 1) == 0) bytes_->fail("the file ends inside its header: it is truncated");
    checksum_.add(static_cast<std::uint8_t>(c));
    if (c == '\n') return line;
    line.push_back(c);
    if (line.size() > longest) bytes_->fail("the header line does not end");
  }
}

void NativeReader::fail(std::string_view what) const {
  bytes_->fail("record " + std::to_string(decoded_ + 1) + ": " + std::string(what));
}

/// Takes what was used since the last time into the checksum.
void NativeReader::sum() {
  checksum_.add(std::string_view(buffer_).substr(summed_, used_ - summed_));
  summed_ = used_;
}

/// Reads on, since the buffer is used up.
[[gnu::noinline]] void NativeReader::fill() {
  sum();
  used_ = summed_ = 0;
  filled_ = bytes_->read(buffer_.data(), buffer_.size());
  if (filled_ == 0) fail("the file ends without its end marker: it is truncated");
}

std::uint8_t NativeReader::byte() {
  if (used_ == filled_) fill();
  return static_cast<std::uint8_t>(buffer_[used_++]);
}

std::uint64_t NativeReader::long_number(std::uint64_t largest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t digit = byte();
    if (shift == 63 && digit > 1) break;
    value |= (digit & 0x7f) << shift;
    if (digit < 0x80) {
      if (value > largest) fail_number(value, largest);
      return value;
    }
  }
  fail("a number has more than 64 bits");
}

[[gnu::noinline]] void NativeReader::fail_number(std::uint64_t value, std::uint64_t largest) const {
  fail("a number is " + std::to_string(value) + "; at most " + std::to_string(largest));
}

/// Reads on to the next records; false at the end marker.
bool NativeReader::read_block() {
  completions_.clear();
  told_ = 0;
  key_events_.clear();
  told_key_events_ = 0;
  block_.clear();
  given_ = 0;
  const std::uint64_t most = version_ > 4   ? native::names_mark
                             : version_ > 3 ? native::key_events_mark
                             : version_ > 1 ? native::completions_mark
                                            : native::block_records;
  std::uint64_t count = 0;
  while ((count = number(most)) > native::block_records) {
    if (count == native::names_mark) {
      read_names();
    } else {
      count == native::completions_mark ? read_completions() : read_key_events();
    }
  }
  if (!completions_.empty() && completions_.back().after > count) fail_completion();
  if (!key_events_.empty() && key_events_.back().after > count) fail_key_event();
  if (count > 0) read_records(count);
  return count > 0;
}

void NativeReader::read_records(std::uint64_t count) {
  block_.assign(count, IoRequest{});
  const std::uint64_t time_scale = number(native::time_scales.front());
  const std::uint64_t byte_scale = number(native::byte_scales.front());
  const std::uint64_t columns = version_ == 1 ? 0 : number(native::known_columns);
  for (IoRequest& r : block_) r.operation = static_cast<Operation>(number(native::operations - 1));
  for (IoRequest& r : block_) r.flags = static_cast<std::uint8_t>(number(version_ > 3 ? native::known_flags : native::old_flags));
  for (IoRequest& r : block_) {
    std::uint64_t step = 0;
    if (__builtin_mul_overflow(number(native::any), time_scale, &step) || __builtin_add_overflow(time_, step, &time_))
      fail("the time of record " + std::to_string(decoded_ + static_cast<std::uint64_t>(&r - block_.data()) + 1) +
           " has more than 64 bits of picoseconds, 213 days");
    r.time = Picoseconds{time_};
  }
  for (IoRequest& r : block_) {
    r.offset.n = static_cast<std::uint64_t>(native::unzigzag(number(native::any))) * byte_scale;
  }
  for (IoRequest& r : block_) r.length.n = number(native::any) * byte_scale;
  IoRequest before;
  for (IoRequest& r : block_) {
    r.offset.n += native::end_of(before);
    before = r;
  }
  for (IoRequest& r : block_) r.inode = number(native::any);
  before = {};
  for (IoRequest& r : block_) {
    if ((r.flags & IoRequest::has_dun) == 0) continue;
    r.dun.n = native::dun_end_of(before) + static_cast<std::uint64_t>(native::unzigzag(number(native::any)));
    before = r;
  }
  for (IoRequest& r : block_) r.key = static_cast<KeyId>(number(native::any32));
  for (IoRequest& r : block_) r.process = static_cast<std::uint32_t>(number(native::any32));
  for (IoRequest& r : block_) r.policy = static_cast<std::uint32_t>(number(native::any32));
  if ((columns & native::keyslot) != 0) {
    for (IoRequest& r : block_) {
      const std::uint64_t place = number(native::most_keyslots);
      if (place > 0) r.set_keyslot(place - 1);
    }
  }
  decoded_ += count;
}

void NativeReader::read_end() {
  const std::uint64_t count = number(native::any);
  if (count != decoded_) {
    fail("the end marker counts " + std::to_string(count) + " records, the file holds " + std::to_string(decoded_));
  }
  if (version_ > 2) {
    for (std::uint64_t TraceInfo::*const total : native::totals) info_.*total = number(native::any);
  }
  sum();
  const std::uint64_t expected = checksum_.value();
  std::uint64_t stored = 0;
  for (unsigned shift = 0; shift < 64; shift += 8) stored |= std::uint64_t{byte()} << shift;
  if (stored != expected) fail("the checksum differs: the file is damaged");
  if (used_ != filled_ || bytes_->read(buffer_.data(), 1) != 0) fail("there is data behind the end marker");
}

bool NativeReader::next(IoRequest& request) {
  tell();
  if (given_ == block_.size()) {
    if (ended_) return false;
    const bool has_records = read_block();
    tell();
    if (!has_records) {
      read_end();
      ended_ = true;
      return false;
    }
  }
  request = block_[given_++];
  process_ = request.process;
  last_recorded_ = request.time;
  last_time_ = request.time = idle_.take(request.time - idle_.cut, last_time_, info_);
  counter_.count(request);
  if ((request.flags & IoRequest::continuation) == 0) ++info_.outstanding;
  return true;
}

}  // namespace icesim
