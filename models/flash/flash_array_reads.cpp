// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_array.hpp"

#include <algorithm>

namespace icesim {

/// Starts or queues a read of one row without an event for its arrival, when nothing happens before: no event is due.
/// Should another request turn out to be taken no later, the read is taken back, as if nothing had been done.
bool FlashArray::take_early(const Event& request, Picoseconds at) {
  const Picoseconds t = now();
  ensure(at > t, "flash: a request is told before it happens");
  const Cycles edge = clock_.sample(at);
  const Picoseconds taken = clock_.edge(edge);
  if (request.count == 0 || early_.taken > t || inbox_.next() <= taken) return false;
  const Piece piece = next_piece(request.first, request.first + request.count);
  if (piece.count != request.count || piece.found.where != FlashTranslation::Where::flash) return false;
  const std::uint32_t die = piece.found.place.die;
  FlashDie& d = dies_[die];
  if (ended_quietly(d)) d.finish();
  const bool queued = d.busy();
  if (queued) {
    if (suspension_ && d.active.work != FlashWork::host_read) return false;
    if (d.quiet) {
      if (d.ends <= edge) return false;
      d.quiet = false;
      after(die, Kind::done, d.ends);
    }
    d.queue(read_operation(request, piece));
  } else {
    if (d.waiting()) return false;
    d.begin(read_operation(request, piece));
    sense(die, edge);
  }
  if (translation_.booster() != nullptr) last_request_ = std::max(last_request_, early_.taken);
  early_ = {request, at, taken, die, queued};
  return true;
}

void FlashArray::take_back() {
  const EarlyRead early = early_;
  early_.taken = Picoseconds{};
  FlashDie& d = dies_[early.die];
  if (early.queued) {
    d.unqueue_read();
  } else {
    d.finish();
    ++d.started_as;
  }
  enqueue(early.request, early.at);
}

/// The time of the active read with the retries that are drawn for it; the next read of the die has others when this one has the
/// bus, so that one that is taken back and done again has the same.
Picoseconds FlashArray::with_retries(std::uint32_t die, Picoseconds time) {
  FlashDie& d = dies_[die];
  d.retries = d.active.boosted ? 0 : retries_->draw(die, d.reads, translation_.wear()->erases(die, d.active.superblock));
  return retries_->time(time, d.retries);
}

FlashArray::Piece FlashArray::next_piece(std::uint32_t first, std::uint32_t end) const {
  using Where = FlashTranslation::Where;
  const FlashTranslation::Found found = translation_.find(first);
  std::uint32_t next = first + (found.where == Where::flash ? translation_.in_order(first, found, end) : 1);
  for (; next < end; ++next) {
    const FlashTranslation::Found other = translation_.find(next);
    if (other.where != found.where) break;
    if (found.where == Where::flash &&
        (other.place.die != found.place.die || other.place.superblock != found.place.superblock ||
         geometry_.row(other.place) != geometry_.row(found.place)))
      break;
  }
  return {found, first, next - first};
}

FlashOperation FlashArray::read_operation(const Event& request, const Piece& piece) const {
  FlashOperation operation;
  operation.work = FlashWork::host_read;
  operation.boosted = translation_.boosted(piece.found.place);
  operation.superblock = piece.found.place.superblock;
  operation.first = piece.first;
  operation.end = piece.found.place.offset + 1;
  operation.blocks = piece.count;
  operation.command = request.die_or_command;
  return operation;
}

void FlashArray::read_blocks(const Event& request) {
  using Where = FlashTranslation::Where;
  const std::uint32_t end = request.first + request.count;
  for (std::uint32_t first = request.first; first < end;) {
    const Piece piece = next_piece(first, end);
    if (piece.found.where == Where::flash) {
      dies_.queue(piece.found.place.die, read_operation(request, piece));
    } else {
      (piece.found.where == Where::buffer ? statistics_.buffer_hits : statistics_.unmapped_reads) += piece.count;
      client->flash_read(request.die_or_command, Lba{first}, piece.count, clock_.edge(cycle_ + Cycles{1}));
    }
    first += piece.count;
  }
}

}  // namespace icesim
