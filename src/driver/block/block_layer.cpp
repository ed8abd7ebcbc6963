// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/block_layer.hpp"

#include <algorithm>

namespace icesim {

BlockLayer::BlockLayer(const BlockLayerConfig& config, const HostCosts& costs, HostPort& host, RequestQueue& queue,
                       KeyslotManager* keyslots, std::uint32_t num_cores, std::uint32_t num_tags)
    : config_(config),
      costs_(costs),
      host_(host),
      queue_(queue),
      keyslots_(keyslots),
      num_cores_(num_cores),
      requests_(num_tags),
      free_tags_(num_tags == 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << num_tags) - 1) {
  ensure(num_tags >= 1 && num_tags <= 32, "the doorbell has 1 to 32 tags");
  processes_.reserve(usual_processes);
  submitters_.reserve(usual_processes);
}

void BlockLayer::submit(const IoRequest& io) {
  const std::uint64_t first = io.offset / logical_block;
  const std::uint64_t end = divide_up(io.offset.n + io.length.n, logical_block.n);
  const std::uint64_t blocks = io.operation == Operation::flush ? 0 : end - first;
  if (blocks > 0 && (io.offset.n % logical_block.n != 0 || io.length.n % logical_block.n != 0)) ++statistics_.widened;

  const std::uint32_t submitter = submitter_of(io.process);
  const std::uint64_t limit = config_.max_request / logical_block;
  const bool has_payload = io.operation == Operation::read || io.operation == Operation::write;
  const std::uint32_t whole = new_bio(io, Lba{first}, blocks);
  if (!has_payload || blocks <= limit) {
    enqueue(submitter, whole);
    return;
  }
  bios_[whole]->parts = static_cast<std::uint32_t>(divide_up(blocks, limit));
  for (std::uint64_t done = 0; done < blocks; done += limit) {
    const std::uint32_t part = new_bio(io, Lba{first + done}, std::min(limit, blocks - done));
    bios_[part]->crypt.dun = bios_[whole]->crypt.dun + Dun{done};
    bios_[part]->parent = whole;
    if (done > 0) ++statistics_.splits;
    enqueue(submitter, part);
  }
}

std::uint32_t BlockLayer::submitter_of(std::uint32_t process) {
  const auto at = std::lower_bound(processes_.begin(), processes_.end(), process,
                                   [](const Process& p, std::uint32_t number) { return p.number < number; });
  if (at != processes_.end() && at->number == process) return at->submitter;
  const auto submitter = static_cast<std::uint32_t>(submitters_.size());
  processes_.insert(at, {process, submitter});
  submitters_.emplace_back();
  submitters_.back().core = submitter % num_cores_;
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
  bio.failed = false;
  // Without a recorded data unit number the address serves, as under dm-default-key [linux-default-key].
  bio.crypt = {io.key, (io.flags & IoRequest::has_dun) != 0 ? io.dun : Dun{lba.n}};
  if (keyslots_ == nullptr) bio.crypt.key = no_key;
  return index;
}

void BlockLayer::enqueue(std::uint32_t submitter, std::uint32_t bio) {
  Submitter& s = submitters_[submitter];
  if (s.first_bio == no_index) {
    s.first_bio = bio;
  } else {
    bios_[s.last_bio]->next = bio;
  }
  s.last_bio = bio;
  if (s.running) return;
  s.running = true;
  host_.queue(s.core, Step::compute(Work::Kind::submit, submitter, costs_.submit));
}

std::uint32_t BlockLayer::pop_bio(Submitter& s) {
  const std::uint32_t bio = s.first_bio;
  s.first_bio = bios_[bio]->next;
  bios_[bio]->next = no_index;
  return bio;
}

Step BlockLayer::step(Work work) {
  const Picoseconds now = host_.now();
  if (work.kind == Work::Kind::redispatch) {
    queue_.queue_command(requests_[work.index]);
    return Step::done();
  }
  Submitter& s = submitters_[work.index];
  switch (work.kind) {
    case Work::Kind::submit: {
      Timeline& life = bios_[s.first_bio]->timeline;
      life.mark(Stage::cpu, now - costs_.submit);
      life.mark(Stage::submit, now);
      return place(work.index);
    }
    case Work::Kind::resume:
      if (s.waiting == Waiting::tag) {
        s.waiting = Waiting::nothing;
        bios_[s.first_bio]->timeline.mark(Stage::tag, now);
        return place(work.index);
      }
      s.waiting = Waiting::nothing;
      requests_[s.current.n].timeline.mark(Stage::keyslot_wait, now);
      return take_keyslot(work.index);
    case Work::Kind::key_programmed: {
      Request& request = requests_[s.current.n];
      keyslots_->programmed(request.keyslot, request.crypt.key);
      request.has_keyslot = true;
      request.timeline.mark(Stage::keyslot_program, now);
      wake_all(lock_waiters_);
      return plug(work.index);
    }
    case Work::Kind::dispatch: {
      Request& request = requests_[s.plug[s.dispatched++]];
      request.timeline.unplug(now - costs_.dispatch);
      queue_.queue_command(request);
      return next(work.index);
    }
    default:
      throw_bug("this work is not the block layer's");
  }
}

Step BlockLayer::place(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  if (try_merge(s, s.first_bio)) return next(submitter);
  if (free_tags_ == 0) {
    ++statistics_.tag_waits;
    return sleep(submitter, Waiting::tag, tag_waiters_);
  }
  const auto tag = static_cast<std::uint32_t>(__builtin_ctz(free_tags_));
  free_tags_ &= free_tags_ - 1;
  make_request(submitter, Tag{tag});
  return take_keyslot(submitter);
}

bool BlockLayer::try_merge(Submitter& s, std::uint32_t index) {
  if (s.plugged == s.dispatched) return false;
  Request& request = requests_[s.plug[s.plugged - 1]];
  const Bio& bio = *bios_[index];
  const bool fua = (bio.io.flags & IoRequest::fua) != 0;
  if (bio.io.operation != request.operation || !request.moves_payload() || fua != request.fua || request.preflush ||
      (bio.io.flags & IoRequest::preflush) != 0 ||
      request.bytes() + Bytes{bio.blocks * logical_block.n} > config_.max_request) {
    return false;
  }
  const Bytes bio_bytes{bio.blocks * logical_block.n};
  if (request.lba + Lba{request.blocks} == bio.lba && crypt_mergeable(request.crypt, request.bytes(), bio.crypt)) {
    bios_[request.last_bio]->next = pop_bio(s);
    request.last_bio = index;
  } else if (bio.lba + Lba{bio.blocks} == request.lba && crypt_mergeable(bio.crypt, bio_bytes, request.crypt)) {
    // The request takes over the address and the data unit number of what comes first; its life stays its own.
    pop_bio(s);
    bios_[request.last_bio]->next = index;
    request.last_bio = index;
    request.lba = bio.lba;
    request.crypt.dun = bio.crypt.dun;
  } else {
    return false;
  }
  request.blocks += bio.blocks;
  ++statistics_.merges;
  return true;
}

void BlockLayer::make_request(std::uint32_t submitter, Tag tag) {
  Submitter& s = submitters_[submitter];
  const std::uint32_t index = pop_bio(s);
  const Bio& bio = *bios_[index];
  Request& request = requests_[tag.n];
  request.operation = bio.io.operation;
  request.fua = (bio.io.flags & IoRequest::fua) != 0 && bio.io.operation == Operation::write;
  request.preflush = (bio.io.flags & IoRequest::preflush) != 0 && bio.io.operation == Operation::write;
  request.has_keyslot = false;
  request.tag = tag;
  request.crypt = bio.crypt;
  if (!request.moves_payload()) request.crypt = {};
  request.lba = bio.lba;
  request.blocks = bio.blocks;
  request.timeline = bio.timeline;
  request.submitter = submitter;
  request.first_bio = request.last_bio = index;
  s.current = tag;
}

Step BlockLayer::take_keyslot(std::uint32_t submitter) {
  Request& request = requests_[submitters_[submitter].current.n];
  if (!request.crypt.encrypted()) return plug(submitter);
  const KeyslotManager::Result result = keyslots_->get(request.crypt.key);
  request.keyslot = result.keyslot;
  switch (result.outcome) {
    case KeyslotManager::Outcome::hit:
      request.has_keyslot = true;
      return plug(submitter);
    case KeyslotManager::Outcome::program:
      return Step::compute(Work::Kind::key_programmed, submitter,
                           queue_.program_keyslot(result.keyslot, request.crypt.key));
    case KeyslotManager::Outcome::wait_idle:
      return sleep(submitter, Waiting::keyslot, idle_waiters_);
    case KeyslotManager::Outcome::wait_unlocked:
      break;
  }
  return sleep(submitter, Waiting::keyslot, lock_waiters_);
}

Step BlockLayer::plug(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  if (s.plugged == s.dispatched) s.plugged = s.dispatched = 0;
  s.plug[s.plugged++] = static_cast<std::uint8_t>(s.current.n);
  return next(submitter);
}

/// What a submitter does after a bio was placed or a request dispatched: gather more, flush the plug, sleep, or be done.
Step BlockLayer::next(std::uint32_t submitter) {
  Submitter& s = submitters_[submitter];
  const bool flushing = s.dispatched > 0 && s.dispatched < s.plugged;
  if (s.dispatched < s.plugged) {
    const Request& last = requests_[s.plug[s.plugged - 1]];
    const bool gather = !flushing && s.waiting == Waiting::nothing && s.first_bio != no_index &&
                        s.plugged < config_.plug_requests && last.moves_payload() &&
                        last.bytes() < config_.plug_bytes && !last.fua && !last.preflush;
    if (!gather) return Step::compute(Work::Kind::dispatch, submitter, costs_.dispatch);
  } else {
    s.plugged = s.dispatched = 0;
  }
  if (s.waiting != Waiting::nothing) return Step::done();
  if (s.first_bio != no_index) return Step::compute(Work::Kind::submit, submitter, costs_.submit);
  s.running = false;
  return Step::done();
}

Step BlockLayer::sleep(std::uint32_t submitter, Waiting what, Ring<std::uint32_t>& list) {
  submitters_[submitter].waiting = what;
  list.push(submitter);
  return next(submitter);
}

void BlockLayer::wake(std::uint32_t submitter) {
  host_.queue(submitters_[submitter].core, Step::compute(Work::Kind::resume, submitter, costs_.thread_wake));
}

void BlockLayer::wake_all(Ring<std::uint32_t>& list) {
  for (; !list.empty(); list.pop()) wake(list.front());
}

}  // namespace icesim
