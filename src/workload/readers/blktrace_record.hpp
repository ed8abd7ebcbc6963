// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"

#include <array>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

namespace icesim::blktrace {

/// Low 16 bits of `action`; of a notification the one that names a process.
enum Action : std::uint16_t { process_name = 0, queue = 1, get = 4, requeue = 6, issue = 7, complete = 8, insert = 12 };
/// Bit of `action` that says that the data begin with the number of a cgroup; taken out of it.
inline constexpr std::uint16_t has_cgroup = 1 << 8;
/// Linux's names of threads are this long at most, with a zero behind.
using Comm = std::array<char, 16>;

/// Bits of `categories`: the upper half of `action`.
enum Category : std::uint64_t {
  write = 1 << 1,
  flush = 1 << 2,
  sync = 1 << 3,
  scsi = 1 << 9,
  notify = 1 << 10,
  ahead = 1 << 11,
  metadata = 1 << 12,
  discard = 1 << 13,
  fua = 1 << 15,
  // Of version 8 only.
  zone_append = 1 << 16,
  zone_reset = 1 << 17,
  zone_reset_all = 1 << 18,
  zone_finish = 1 << 19,
  zone_open = 1 << 20,
  zone_close = 1 << 21,
  write_zeroes = 1 << 22,
};

/// One event of blktrace(8), version 7 or 8 [trace-blktrace].
struct Record {
  std::uint64_t nanoseconds = 0;
  std::uint64_t sector = 0;
  std::uint64_t categories = 0;
  std::uint32_t sequence = 0;  ///< per CPU, from 1; 0 for a notification
  std::uint32_t bytes = 0;
  std::uint32_t process = 0;
  std::uint32_t device = 0;  ///< major << 20 | minor
  std::uint32_t cpu = 0;
  std::uint16_t action = 0;
  Comm comm{};  ///< of a notification that names `process`
};

/// The letters by which blkparse names a record: preflush F, operation D ZA ZR ZRA ZF ZO ZC WZ W R N, then F, A, S, M.
std::string_view rwbs(const Record& record, char (&word)[8]);

/// True when a file begins with a record of either version and either endianness.
bool recognises(std::string_view head);

/// The records of one file, in its order.
class Records {
 public:
  explicit Records(std::unique_ptr<ByteSource> bytes);

  /// Fills `record` and returns true, or returns false at the end. Throws UserError inside a record or between broken ones.
  bool next(Record& record);
  /// Whether such a record is among the next ones: 256 KiB of them, or all there are, or those before a broken place.
  bool begins_with(Action action);
  /// Names the file and the byte at which the record begins.
  [[noreturn]] void fail(std::string_view what) const { bytes_->fail_at(taken_, what); }

 private:
  bool available(std::size_t size);
  void fill();
  std::size_t size_of_next();
  void skip(std::size_t size);
  template <class Number>
  Number number(std::size_t at) const;

  std::unique_ptr<ByteSource> bytes_;
  std::string buffer_;
  std::size_t used_ = 0;
  std::size_t filled_ = 0;
  std::uint64_t taken_ = 0;
  bool swapped_ = false;
  std::exception_ptr broken_;
};

}  // namespace icesim::blktrace
