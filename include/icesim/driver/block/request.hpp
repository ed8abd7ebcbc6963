// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/stages.hpp"
#include "icesim/driver/block/errors/failure.hpp"
#include "icesim/driver/keys/blk_crypto.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstdint>

namespace icesim {

inline constexpr std::uint32_t no_index = ~std::uint32_t{0};

constexpr bool moves_payload(Operation operation) { return operation == Operation::read || operation == Operation::write; }

/// A piece of I/O on its way down, in blocks of the device (Linux: bio).
struct Bio {
  IoRequest io;
  BioCryptContext crypt;
  Lba lba{};
  std::uint64_t blocks = 0;
  Timeline timeline;
  std::uint32_t next = no_index;    ///< in its submitter's queue, then in its request
  std::uint32_t parent = no_index;  ///< the bio it was split from
  std::uint32_t parts = 0;          ///< of a parent: splits not yet ended
  std::uint32_t segments = 0;       ///< contiguous pieces of memory; 1 of a discard, 0 of a flush
  Failure failure;                  ///< of the first of its commands that failed

  Bytes bytes() const { return Bytes{blocks * logical_block.n}; }
  bool has(IoRequest::Flag flag) const { return (io.flags & flag) != 0; }
};

/// Neither a bio nor a request with a flush or force unit access ever merges (Linux: REQ_NOMERGE_FLAGS).
inline bool may_merge(const Bio& bio) { return (bio.io.flags & (IoRequest::fua | IoRequest::preflush)) == 0; }

/// How far the command of a request has come.
enum class UnderWay : std::uint8_t {
  no,       ///< it is not in the hardware, or has ended
  issued,   ///< it is in the controller's list or queue
  received  ///< the device has taken it
};

/// What goes to the hardware under one tag: one bio, or several that were merged (Linux: request). It has its number
/// from the beginning, and with a scheduler its tag only once it is given out.
struct Request {
  Operation operation = Operation::read;
  bool fua = false;
  bool preflush = false;  ///< a cache flush has to go first, under the same tag
  bool has_keyslot = false;
  bool may_merge = true;
  bool has_tag = false;
  bool held = false;       ///< back, until another one's key is there
  bool stopped = false;    ///< held back, until errors have been handled
  bool owned = false;      ///< by the error handler, until that gives it back
  UnderWay under_way = UnderWay::no;
  bool throttled = false;  ///< counts in the writeback throttling
  std::uint8_t key_failures = 0;  ///< times its key could not be programmed
  std::uint8_t vm = 0;     ///< of its first bio, and where it is encrypted of all
  bool sequenced = false;  ///< goes through the steps of the flush machinery (Linux: RQF_FLUSH_SEQ)
  std::uint32_t number = 0;
  std::uint64_t record = 0;  ///< of the bio that it was made for
  Tag tag{};
  Keyslot keyslot{};
  BioCryptContext crypt;
  Lba lba{};
  std::uint64_t blocks = 0;
  Timeline* timeline = nullptr;  ///< that of its first bio
  std::uint32_t submitter = no_index;
  std::uint32_t core = 0;  ///< that it was made on
  std::uint32_t first_bio = no_index;
  std::uint32_t last_bio = no_index;
  std::uint32_t segments = 0;  ///< of its bios together
  std::uint32_t next = no_index;  ///< in a list of requests
  Picoseconds issued{};           ///< to the device, with writeback throttling
  Picoseconds sent{};             ///< the command that is under way, where commands are tried again

  /// Becomes what `bio` asks for.
  void begin(const Bio& bio) {
    operation = bio.io.operation;
    fua = bio.has(IoRequest::fua) && operation == Operation::write;
    preflush = bio.has(IoRequest::preflush) && operation == Operation::write;
    has_keyslot = has_tag = held = stopped = throttled = sequenced = false;
    key_failures = 0;
    vm = bio.io.vm;
    record = bio.io.record;
    may_merge = icesim::may_merge(bio);
    crypt = bio.crypt;
    lba = bio.lba;
    blocks = bio.blocks;
    segments = bio.segments;
  }
  Bytes bytes() const { return Bytes{blocks * logical_block.n}; }
  bool moves_payload() const { return icesim::moves_payload(operation); }
};

}  // namespace icesim
