// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/stages.hpp"
#include "icesim/driver/keys/blk_crypto.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstdint>

namespace icesim {

inline constexpr std::uint32_t no_index = ~std::uint32_t{0};

/// A piece of I/O on its way down, in blocks of the device (Linux: bio).
struct Bio {
  IoRequest io;
  BioCryptContext crypt;
  Lba lba{};
  std::uint64_t blocks = 0;
  Timeline timeline;
  std::uint32_t next = no_index;    ///< in its submitter's queue, then in its request
  std::uint32_t parent = no_index;  ///< the bio it was split from
  std::uint32_t parts = 0;      ///< of a parent: splits not yet ended
  bool failed = false;
};

/// What goes to the hardware under one tag: one bio, or several that were merged (Linux: request).
struct Request {
  Operation operation = Operation::read;
  bool fua = false;
  bool preflush = false;  ///< a cache flush has to go first, under the same tag
  bool has_keyslot = false;
  Tag tag{};
  Keyslot keyslot{};
  BioCryptContext crypt;
  Lba lba{};
  std::uint64_t blocks = 0;
  Timeline timeline;
  std::uint32_t submitter = no_index;
  std::uint32_t first_bio = no_index;
  std::uint32_t last_bio = no_index;

  Bytes bytes() const { return Bytes{blocks * logical_block.n}; }
  bool moves_payload() const { return operation == Operation::read || operation == Operation::write; }
};

}  // namespace icesim
