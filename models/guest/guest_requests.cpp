// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_requests.hpp"

#include "icesim/crypto/key_derivation.hpp"
#include "icesim/spec/bytes.hpp"
#include "models/system/ufs_system.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace icesim {
namespace {

constexpr std::uint64_t low_half = 0xffff'ffff;

/// Sets operation, address and length of a request to logical unit 0 by its CDB; what goes to another is not among those that a
/// trace tells of.
void classify(GuestRequest& request) {
  if (transaction_of(request.upiu) != Transaction::command) return;
  const CommandUpiu command = CommandUpiu::decode(request.upiu);
  if (command.lun != 0) return;
  const scsi::Cdb& cdb = command.cdb;
  if (const auto transfer = scsi::parse_transfer(cdb)) {
    request.operation = transfer->write ? Operation::write : Operation::read;
    request.lba = transfer->lba;
    request.blocks = transfer->blocks;
    request.fua = transfer->fua;
  } else if (scsi::opcode_of(cdb) == scsi::Opcode::synchronize_cache_10) {
    request.operation = Operation::flush;
  } else if (scsi::opcode_of(cdb) == scsi::Opcode::unmap) {
    request.operation = Operation::discard;
  }
}

RequestRecord record_of(Tag tag, const GuestRequest& request, bool failed, const Timeline& timeline) {
  RequestRecord record;
  record.id = request.number;
  record.operation = operation_names.at(static_cast<std::size_t>(*request.operation));
  if (const auto range = request.range()) {
    record.lba = range->lba;
    record.length = logical_block * range->blocks;
  }
  record.key = request.key;
  record.has_keyslot = request.utrd.crypto_enable;
  record.keyslot = request.utrd.cci;
  record.tag = tag;
  record.failed = failed;
  record.timeline = timeline;
  return record;
}

}  // namespace

std::optional<scsi::BlockRange> GuestRequest::range() const {
  if (operation == Operation::discard) return scsi::parse_unmap_list(unmap_list);
  return scsi::BlockRange{lba, blocks};
}

void GuestRequests::written(std::uint32_t offset, std::uint32_t value, Picoseconds at) {
  for (GuestObserver* const observer : observers_) observer->access(true, offset, value, at);
  switch (static_cast<Reg>(offset)) {
    case Reg::UTRLBA:
      list_ = (list_ & ~low_half) | UTRLBA::BASE.put(UTRLBA::BASE.of(value));
      break;
    case Reg::UTRLBAU:
      list_ = (list_ & low_half) | std::uint64_t{value} << 32;
      break;
    case Reg::UTRLDBR:
      for (; value != 0; value &= value - 1) {
        const Tag tag{static_cast<std::uint64_t>(__builtin_ctz(value))};
        if (entries_[tag.n].state != State::under_way) ring(tag, look(list_ + tag.n * Utrd::size), at);
      }
      break;
    case Reg::UTRLCLR:
      for (std::size_t tag = 0; tag < 32; ++tag) {
        if ((value >> tag & 1) == 0) entries_[tag].state = State::idle;
      }
      break;
    case Reg::HCE:
      if ((value & HCE::HCE) == 0) {
        for (Entry& entry : entries_) entry.state = State::idle;
        queues_.reset();
      }
      break;
    default:
      for (const std::uint64_t entry : queues_.written(offset, value)) submit(entry, at);
      break;
  }
}

void GuestRequests::read(std::uint32_t offset, std::uint32_t value, Picoseconds issued, Picoseconds answered) {
  for (GuestObserver* const observer : observers_) observer->access(false, offset, value, issued);
  for (const Tag tag : queues_.read(offset, value)) {
    if (tag.n < entries_.size() && entries_[tag.n].state == State::ended) finish(tag, answered);
  }
  if (static_cast<Reg>(offset) != Reg::UTRLDBR) return;
  for (std::size_t tag = 0; tag < 32; ++tag) {
    Entry& entry = entries_[tag];
    if (entry.state == State::ended && (value >> tag & 1) == 0) finish(Tag{tag}, answered);
  }
}

/// The tag of an entry is in its command UPIU. One that the controller refuses is followed no further.
void GuestRequests::submit(std::uint64_t entry, Picoseconds at) {
  const GuestRequest request = look(entry);
  const Tag tag = tag_of(request.upiu);
  if (tag.n < entries_.size() && entries_[tag.n].state != State::under_way) ring(tag, request, at);
}

void GuestRequests::ring(Tag tag, const GuestRequest& request, Picoseconds at) {
  Entry& entry = entries_[tag.n];
  entry.request = request;
  entry.request.arrival = at;
  if (entry.request.operation) entry.request.number = ++rung_;
  entry.state = State::under_way;
  entry.timeline.restart(at);
  for (GuestObserver* const observer : observers_) observer->rung(tag, entry.request, at);
}

/// What the descriptors of a request say now; zeros where there is no memory.
GuestRequest GuestRequests::look(std::uint64_t descriptor) const {
  GuestRequest request;
  request.descriptor = descriptor;
  const std::byte* const utrd = memory_.find(request.descriptor, Utrd::size);
  if (utrd == nullptr) return request;
  request.utrd = Utrd::decode(utrd);
  const std::byte* const upiu = memory_.find(request.utrd.ucd_base, upiu_header_size);
  if (upiu == nullptr) return request;
  std::memcpy(request.upiu.data(), upiu, upiu_header_size);
  classify(request);
  if (request.operation == Operation::discard) {
    const std::byte* const entry = memory_.find(request.utrd.ucd_base + request.utrd.prdt_offset * 4u, PrdtEntry::size);
    const std::byte* const bytes =
        entry == nullptr ? nullptr : memory_.find(PrdtEntry::decode(entry).address, request.unmap_list.size());
    if (bytes != nullptr) std::memcpy(request.unmap_list.data(), bytes, request.unmap_list.size());
  }
  return request;
}

void GuestRequests::count_keyslot(GuestRequest& request) {
  KeyslotUse use;
  if (!request.utrd.crypto_enable || keyslots_.lookup(request.utrd.cci, use) != KeyslotState::usable) return;
  Served& served = served_[request.utrd.cci.n];
  ++(served.generation == use.generation ? keyslot_statistics_.hits : keyslot_statistics_.first_uses);
  served.generation = use.generation;
  const std::uint64_t version = keyslots_.version(request.utrd.cci);
  if (served.key == no_key || served.version != version) served.key = number_of(keyslots_.content(request.utrd.cci));
  served.version = version;
  request.key = served.key;
}

KeyId GuestRequests::number_of(const CryptoConfig& content) {
  constexpr std::string_view purpose = "icesim key number";
  Secret key = Secret::zeroes(CryptoConfig::key_size);
  for (std::size_t word = 0; word < CryptoConfig::config_word; ++word)
    store_le32(key.mutable_data() + 4 * word, content.words[word]);
  Fingerprint print{};
  const Secret derived =
      hkdf_sha512(key, reinterpret_cast<const std::byte*>(purpose.data()), purpose.size(), print.size());
  std::memcpy(print.data(), derived.data(), print.size());
  auto found = std::find(keys_.begin(), keys_.end(), print);
  if (found == keys_.end()) found = keys_.insert(keys_.end(), print);
  return static_cast<KeyId>(found - keys_.begin() + 1);
}

void GuestRequests::mark(Tag tag, Stage stage, Picoseconds at) {
  Entry& entry = entries_[tag.n];
  // What is still told of a command that was cleared comes late, or finds the tag with another one.
  if (entry.state != State::under_way || at < entry.timeline.last()) return;
  entry.timeline.mark(stage, at);
  // The doorbell has arrived, and the key that was written before it.
  if (stage == Stage::dispatch) count_keyslot(entry.request);
}

void GuestRequests::milestone(std::uint32_t tag, DeviceMilestone::Kind kind, Picoseconds at) {
  if (tag >= entries_.size()) return;
  if (const auto stage = stage_before(kind, entries_[tag].request.operation == Operation::read)) mark(Tag{tag}, *stage, at);
}

void GuestRequests::completion(Tag tag, Ocs ocs, Picoseconds at) {
  Entry& entry = entries_[tag.n];
  if (entry.state != State::under_way) return;
  entry.state = State::ended;
  entry.ocs = ocs;
  for (GuestObserver* const observer : observers_) observer->ended(tag, entry.request, ocs, at);
}

void GuestRequests::interrupt(bool level, Picoseconds at) {
  for (GuestObserver* const observer : observers_) observer->interrupt(level, at);
}

/// The guest has seen that a command ended.
void GuestRequests::finish(Tag tag, Picoseconds at) {
  Entry& entry = entries_[tag.n];
  entry.state = State::idle;
  const GuestRequest& request = entry.request;
  if (!request.operation) {
    ++statistics_.other_commands;
    return;
  }
  if (request.utrd.crypto_enable) ++statistics_.encrypted;
  // What was told ahead of one that failed may not have come.
  entry.timeline.mark(Stage::interrupt, std::max(at, entry.timeline.last()));
  if (recorder_ != nullptr)
    recorder_->request_ended(record_of(tag, request, entry.ocs != Ocs::success, entry.timeline));
  if (entry.ocs != Ocs::success) {
    ++statistics_.failed;
    statistics_.failures.add({entry.ocs}, request.number);
    return;
  }
  ++statistics_.completed;
  const bool reads = *request.operation == Operation::read;
  const bool writes = *request.operation == Operation::write;
  if (reads) statistics_.bytes_read += logical_block * request.blocks;
  if (writes) statistics_.bytes_written += logical_block * request.blocks;
  latency_.add(*request.operation, entry.timeline);
}

GuestKeyslotStatistics GuestRequests::keyslots() const {
  GuestKeyslotStatistics result = keyslot_statistics_;
  result.programs = keyslots_.statistics().programs;
  result.evictions = keyslots_.statistics().evictions;
  return result;
}

}  // namespace icesim
