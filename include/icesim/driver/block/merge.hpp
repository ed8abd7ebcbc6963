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

/// Whether `bio` is of the kind of `request` (Linux: blk_rq_merge_ok): the same operation without flush or force unit
/// access, the same key or none.
bool may_join(const Request& request, const Bio& bio);

/// At which end of `request` the addresses of `bio` go on (Linux: blk_try_merge).
Merge touches(const Request& request, const Bio& bio);

/// `bio`, which may join `request` and touches it there, does so (Linux: bio_attempt_back_merge, bio_attempt_front_merge
/// for a disk with max_discard_segments = 1). Data unit numbers have to follow each other, and sums to be within the
/// limits; segments add up: two bios never share one. A request that would be too large never merges again. Behind a bio
/// in front it begins with the address and the data unit number of that; its life stays its own. False: nothing joined.
bool take(Request& request, const Bio& bio, Merge where, const RequestLimits& limits);

/// All three (Linux: blk_attempt_bio_merge); where the bio joined the request.
Merge try_merge(Request& request, const Bio& bio, const RequestLimits& limits);

/// Whether `next` may become the end of `request` (Linux: attempt_merge): as a bio could, but two discards never.
bool may_append(const Request& request, const Request& next, const RequestLimits& limits);

/// `request` grows by `next`; bios and keyslots are the caller's.
void append(Request& request, const Request& next);

}  // namespace icesim
