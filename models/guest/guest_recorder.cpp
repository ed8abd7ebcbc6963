// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_recorder.hpp"

#include <algorithm>
#include <set>

namespace icesim {

void GuestRecorder::access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) {
  if (!write) return;
  if (static_cast<Reg>(offset) == Reg::HCE) return enable((value & HCE::HCE) != 0, at);
  const std::uint32_t first = layout_.config_offset();
  if (offset < first || (offset - first) / CryptoConfig::size >= layout_.keyslots) return;
  Place& place = places_[(offset - first) / CryptoConfig::size];
  const std::size_t word = (offset - first) % CryptoConfig::size / 4;
  if (word < CryptoConfig::config_word) place.has_words = true;
  if (word == CryptoConfig::config_word) configure(place, CryptoConfigWord::decode(value).enabled, at);
}

void GuestRecorder::enable(bool on, Picoseconds at) {
  if (started_ && on != enabled_) events_.push_back({at, on ? KeyEvent::Kind::resume : KeyEvent::Kind::suspend});
  enabled_ = on;
  started_ = started_ || on;
}

/// Word 16 of a keyslot begins a sequence, or ends it.
void GuestRecorder::configure(Place& place, bool enables, Picoseconds at) {
  if (!enables && !(place.cleared && place.has_words)) {
    place.cleared = true;
    place.has_words = false;
    place.began = at;
    return;
  }
  if (!place.cleared) place.began = at;
  place.cleared = false;
  if (!started_ || (enables && !enabled_)) return;  // the first clearing of all, or what was there is written again
  if (!enables && place.key != no_key) events_.push_back({place.began, KeyEvent::Kind::eviction, place.key});
  place.key = no_key;
  place.fresh = enables;
  place.deeds = ++deeds_;
}

void GuestRecorder::rung(Tag tag, const GuestRequest& request, Picoseconds at) {
  if (!request.operation) return;
  Rung& rung = rung_[tag.n] = {at, Picoseconds{}};
  const std::uint64_t deeds = deeds_++;
  if (!request.utrd.crypto_enable) return;
  Place& place = places_[request.utrd.cci.n];
  if (place.fresh) rung = {place.began, place.deeds < deeds ? at : Picoseconds{}};
  place.fresh = false;
}

void GuestRecorder::ended(Tag tag, const GuestRequest& request, Ocs ocs, Picoseconds) {
  if (!request.operation || ocs != Ocs::success) return;
  const auto range = request.range();
  if (!range) return;
  IoRequest io;
  io.time = rung_[tag.n].arrival;
  io.operation = *request.operation;
  io.offset = logical_block * range->lba.n;
  io.length = logical_block * range->blocks;
  io.flags = static_cast<std::uint8_t>(request.fua ? IoRequest::fua : 0);
  io.key = request.key;
  if (request.key != no_key) {
    io.flags = static_cast<std::uint8_t>(io.flags | IoRequest::has_dun);
    io.dun = request.utrd.dun;
    io.set_keyslot(request.utrd.cci.n);
    places_[request.utrd.cci.n].key = request.key;
  }
  requests_.push_back({io, rung_[tag.n].issue});
}

void GuestRecorder::finish() {
  std::stable_sort(requests_.begin(), requests_.end(),
                   [](const Recorded& a, const Recorded& b) { return a.io.time < b.io.time; });
  for (std::size_t i = 0; i < requests_.size(); ++i) {
    Recorded& held = requests_[i];
    if (held.issue == Picoseconds{}) continue;
    held.io.flags = static_cast<std::uint8_t>(held.io.flags | IoRequest::held);
    events_.push_back({held.issue, KeyEvent::Kind::issue, static_cast<KeyId>(i)});
  }
  std::stable_sort(events_.begin(), events_.end(), [](const KeyEvent& a, const KeyEvent& b) { return a.time < b.time; });
  const Picoseconds start = requests_.empty() ? Picoseconds{} : requests_.front().io.time;
  auto event = std::find_if(events_.begin(), events_.end(), [&](const KeyEvent& e) { return e.time >= start; });
  std::set<KeyId> alive;
  std::size_t written = 0;
  const auto write_events = [&](Picoseconds until) {
    for (; event != events_.end() && event->time <= until; ++event) {
      if (event->of_a_key()) alive.erase(event->key);
      if (event->kind == KeyEvent::Kind::issue) event->key = static_cast<KeyId>(written) - event->key;
      writer_.key_event({event->time - start, event->kind, event->key});
    }
  };
  for (const Recorded& each : requests_) {
    IoRequest io = each.io;
    write_events(io.time);
    io.time = io.time - start;
    if (io.key != no_key && alive.insert(io.key).second)
      writer_.key_event({io.time, KeyEvent::Kind::birth, io.key});
    writer_.write(io);
    ++written;
  }
  write_events(Picoseconds{~std::uint64_t{0}});
  writer_.finish();
}

}  // namespace icesim
