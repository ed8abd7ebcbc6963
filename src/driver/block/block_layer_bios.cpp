// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

#include <algorithm>

/// How a request of the trace becomes bios, none of which is larger than a request may be.
namespace icesim {

void BlockLayer::submit(const IoRequest& io) {
  const std::uint64_t first = io.offset / logical_block;
  const std::uint64_t end = divide_up(io.offset.n + io.length.n, logical_block.n);
  const std::uint64_t blocks = io.operation == Operation::flush ? 0 : end - first;
  if (blocks > 0 && (io.offset.n % logical_block.n != 0 || io.length.n % logical_block.n != 0)) ++statistics_.widened;

  const std::uint32_t submitter = submitter_of(io.process);
  const std::uint64_t limit = io.operation == Operation::discard ? limits_.discard_blocks : max_bio_blocks_;
  const std::uint32_t whole = new_bio(io, Lba{first}, blocks);
  if (seldom(narrow_ != nullptr)) narrow(*bios_[whole]);
  std::uint64_t length = piece_of(*bios_[whole], 0, limit);
  if (blocks == length) {
    enqueue(submitter, whole);
    return;
  }
  std::uint32_t parts = 1;
  for (std::uint64_t done = length; done < blocks; ++parts) done += piece_of(*bios_[whole], done, limit);
  bios_[whole]->parts = parts;
  for (std::uint64_t done = 0; done < blocks; done += length) {
    length = piece_of(*bios_[whole], done, limit);
    const std::uint32_t part = new_bio(io, Lba{first + done}, length);
    BioCryptContext crypt = bios_[whole]->crypt;
    crypt.dun.advance(done);
    if (seldom(narrow_ != nullptr)) crypt.dun = NarrowDun::after(bios_[whole]->crypt.dun.low(), done);
    bios_[part]->crypt = crypt;
    bios_[part]->parent = whole;
    if (done > 0) ++statistics_.splits;
    enqueue(submitter, part);
  }
}

/// Blocks of a bio that may go into one request, behind those that are done.
std::uint64_t BlockLayer::piece_of(const Bio& whole, std::uint64_t done, std::uint64_t limit) const {
  const std::uint64_t length = std::min(limit, whole.blocks - done);
  if (narrow_ == nullptr || !whole.crypt.encrypted()) return length;
  return std::min(length, NarrowDun::before_wrap(NarrowDun::after(whole.crypt.dun.low(), done)));
}

/// Gives a bio a data unit number that the hardware can take.
void BlockLayer::narrow(Bio& bio) {
  const Dun dun = bio.crypt.dun.low();
  if (!bio.crypt.encrypted() || NarrowDun::fits(dun)) return;
  bio.crypt.dun = (*narrow_)(dun);
  ++statistics_.hashed_duns;
}

std::uint32_t BlockLayer::submitter_of(std::uint32_t process) {
  const std::uint32_t submitter = processes_[process];
  if (submitter == submitters_.size()) {
    submitters_.emplace_back();
    submitters_.back().core = submitter % num_cores_;
  }
  return submitter;
}

std::uint32_t BlockLayer::new_bio(const IoRequest& io, Lba lba, std::uint64_t blocks) {
  std::uint32_t index = free_bio_;
  if (index == no_index) {
    index = static_cast<std::uint32_t>(bios_.size());
    bios_.push_back(std::make_unique<Bio>());
  } else {
    free_bio_ = bios_[index]->next;
  }
  // Each member once: a bio is long, and there is one for every request.
  Bio& bio = *bios_[index];
  bio.io = io;
  bio.lba = lba;
  bio.blocks = blocks;
  bio.timeline.restart(host_.now());
  bio.next = bio.parent = no_index;
  bio.parts = 0;
  bio.segments = segments_of(io.operation, blocks);
  bio.failure = {};
  // Without a recorded data unit number the address serves, as under dm-default-key [linux-default-key].
  bio.crypt = {io.key, (io.flags & IoRequest::has_dun) != 0 ? io.dun : Dun{lba.n}};
  if (seldom(default_key_ != no_key) && io.key == no_key) bio.crypt = {default_key_ - io.vm, Dun{lba.n}};
  if (!encrypts_ || !moves_payload(io.operation)) bio.crypt = {};
  return index;
}

std::uint32_t BlockLayer::segments_of(Operation operation, std::uint64_t blocks) const {
  if (!moves_payload(operation)) return operation == Operation::discard ? 1 : 0;
  if (blocks == 1) return 1;
  return static_cast<std::uint32_t>(divide_up(blocks * logical_block.n, config_.segment.n));
}

}  // namespace icesim
