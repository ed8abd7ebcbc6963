// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/request.hpp"

#include <cstdint>

namespace icesim {

/// How large a request may become (Linux: queue_limits).
struct RequestLimits {
  std::uint64_t blocks = 0;          ///< of a read or write
  std::uint64_t segments = 0;        ///< of a read or write
  std::uint64_t discard_blocks = 0;  ///< of a discard
};

/// Whether, and at which end, a bio joins a request.
enum class Merge : std::uint8_t { none, back, front };

/// Whether `bio` may join `request` (Linux: blk_rq_merge_ok, blk_try_merge and what those call, for a disk with
/// max_discard_segments = 1): the same operation without flush or force unit access, addresses and data unit numbers
/// that follow each other, the same key or none, and a sum within the limits. Segments add up: two bios never share
/// one.
Merge merge_of(const Request& request, const Bio& bio, const RequestLimits& limits);

/// The request grows by the bio. Behind a bio in front it begins with the address and the data unit number of that; its
/// life stays its own.
void merge(Request& request, const Bio& bio, Merge where);

}  // namespace icesim
