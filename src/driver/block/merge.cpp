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

Merge merge_of(const Request& request, const Bio& bio, const RequestLimits& limits) {
  if (bio.io.operation != request.operation || !request.may_merge || !may_merge(bio) || !fits(request, bio, limits))
    return Merge::none;
  if (request.lba + Lba{request.blocks} == bio.lba)
    return crypt_mergeable(request.crypt, request.bytes(), bio.crypt) ? Merge::back : Merge::none;
  if (bio.lba + Lba{bio.blocks} == request.lba)
    return crypt_mergeable(bio.crypt, bio.bytes(), request.crypt) ? Merge::front : Merge::none;
  return Merge::none;
}

void merge(Request& request, const Bio& bio, Merge where) {
  if (where == Merge::front) {
    request.lba = bio.lba;
    request.crypt.dun = bio.crypt.dun;
  }
  request.blocks += bio.blocks;
  if (request.operation != Operation::discard) request.segments += bio.segments;
}

}  // namespace icesim
