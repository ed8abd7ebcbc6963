// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/merge.hpp"

namespace icesim {
namespace {

bool fits(const Request& request, const Bio& bio, const RequestLimits& limits) {
  const std::uint64_t blocks = request.blocks + bio.blocks;
  if (request.operation == Operation::discard) return blocks <= limits.discard_blocks;
  return blocks <= limits.blocks && std::uint64_t{request.segments} + bio.segments <= limits.segments;
}

}  // namespace

bool may_join(const Request& request, const Bio& bio) {
  return bio.io.operation == request.operation && request.may_merge && may_merge(bio) &&
         bio.crypt.key == request.crypt.key;
}

Merge touches(const Request& request, const Bio& bio) {
  if (request.lba + Lba{request.blocks} == bio.lba) return Merge::back;
  return bio.lba + Lba{bio.blocks} == request.lba ? Merge::front : Merge::none;
}

bool take(Request& request, const Bio& bio, Merge where, const RequestLimits& limits) {
  const bool front = where == Merge::front;
  if (front ? !crypt_mergeable(bio.crypt, bio.bytes(), request.crypt)
            : !crypt_mergeable(request.crypt, request.bytes(), bio.crypt))
    return false;
  if (!fits(request, bio, limits)) {
    request.may_merge = false;
    return false;
  }
  if (front) {
    request.lba = bio.lba;
    request.crypt.dun = bio.crypt.dun;
  }
  request.blocks += bio.blocks;
  if (request.operation != Operation::discard) request.segments += bio.segments;
  return true;
}

Merge try_merge(Request& request, const Bio& bio, const RequestLimits& limits) {
  if (!may_join(request, bio)) return Merge::none;
  const Merge where = touches(request, bio);
  return where != Merge::none && take(request, bio, where, limits) ? where : Merge::none;
}

bool may_append(const Request& request, const Request& next, const RequestLimits& limits) {
  return request.may_merge && next.may_merge && request.operation == next.operation && request.moves_payload() &&
         request.lba + Lba{request.blocks} == next.lba && request.blocks + next.blocks <= limits.blocks &&
         std::uint64_t{request.segments} + next.segments <= limits.segments &&
         crypt_mergeable(request.crypt, request.bytes(), next.crypt);
}

void append(Request& request, const Request& next) {
  request.blocks += next.blocks;
  request.segments += next.segments;
}

}  // namespace icesim
