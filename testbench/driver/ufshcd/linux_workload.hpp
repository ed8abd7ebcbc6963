// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/scsi.hpp"
#include "icesim/workload/io_request.hpp"
#include "testbench/support/golden_log.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace icesim::test {

/// A write to x-CRYPTOCFG; words of a key are all the same here, since a log leaves them out.
struct KeyWrite {
  std::uint32_t offset = 0;
  std::uint32_t value = 0;

  static constexpr std::uint32_t part_of_a_key = 0x6b65'79;
  friend bool operator==(const KeyWrite& a, const KeyWrite& b) { return a.offset == b.offset && a.value == b.value; }
};

/// What a guest's Linux did with keyslots and requests, in the order of its log. When a request asked for its keyslot
/// shows in the register writes that put its key there; where there are none, when its doorbell is rung.
struct LinuxWorkload {
  static constexpr CryptoCapabilities layout_of(std::uint32_t keyslots) { return {1, keyslots, 16}; }

  struct Request {
    IoRequest io;
    std::vector<LoggedRequest> descriptors;  ///< one, when its doorbell has been rung
    std::vector<KeyWrite> program;           ///< none: its key was there
    bool pushes_out = false;                 ///< another key was there
  };
  struct Event {
    enum class Kind { submit, complete, clear_all, evict, reprogram };
    Kind kind;
    std::size_t request = 0;  ///< of submit and complete
    KeyId key = no_key;       ///< of evict
    std::vector<KeyWrite> writes{};
  };
  std::vector<Request> requests;  ///< in the order in which they asked for their keyslots
  std::vector<std::size_t> rung;  ///< in the order of their doorbells
  std::vector<Event> events;
  std::set<std::string> handlers;  ///< "R IS R IE ...": what a handler that reads the doorbell does with registers

  LinuxWorkload(const std::vector<std::string>& lines, std::uint32_t keyslots)
      : layout_(layout_of(keyslots)), keys_(logged_keys(lines)) {
    for (std::size_t i = 0; i < lines.size(); ++i) take(LogLine(lines[i]), i);
    ensure(pending_.empty() && under_way_.empty(), "a log ends when all requests have ended");
  }

 private:
  struct Entry {
    std::vector<KeyWrite> writes;
    KeyId key = no_key;
  };

  void take(const LogLine& line, std::size_t number) {
    unsigned keyslot = 0, word = 0;
    if (line.is_crypto_config(keyslot, word)) return take_key_write(line, number, keyslot, word);
    if (line.writes("HCE")) {
      if ((line.word() & 1) != 0 && !restored_.empty()) {
        events.push_back({started_ ? Event::Kind::reprogram : Event::Kind::clear_all, 0, no_key, restored_});
        restored_.clear();
      }
      enabled_ = (line.word() & 1) != 0;
      started_ = started_ || enabled_;
    }
    if (line.kind == "R" || line.kind == "W") note_access(line);
    if (line.kind == "rung") ring(line);
    if (line.kind == "ended") ended_.insert({line.tag(), line.fields});
    if (line.kind == "R" && line.name == "UTRLDBR") complete(line.word());
  }

  /// A keyslot is written with 19 register writes, of which the last one says whether there is a key in it.
  void take_key_write(const LogLine& line, std::size_t number, unsigned keyslot, unsigned word) {
    if (const auto found = keys_.find(number); found != keys_.end()) writing_.key = found->second;
    const std::uint32_t offset = crypto_config_offset(layout_, Keyslot{keyslot}) + 4 * word;
    writing_.writes.push_back({offset, line.value == "key" ? KeyWrite::part_of_a_key : line.word()});
    if (writing_.writes.size() < program_writes) return;
    KeyId& before = holds_[keyslot];
    const bool clears = line.word() == 0;
    if (clears && started_) {
      events.push_back({Event::Kind::evict, 0, before, writing_.writes});
    } else if (!enabled_) {
      restored_.insert(restored_.end(), writing_.writes.begin(), writing_.writes.end());
    } else {
      pending_[keyslot] = submit();
      requests.back().program = writing_.writes;
      requests.back().pushes_out = before != no_key;
    }
    before = clears ? no_key : writing_.key;
    writing_ = {};
  }

  /// A handler begins with an IS that is not 0, and ends when it is.
  void note_access(const LogLine& line) {
    const bool reads_status = line.kind == "R" && line.name == "IS";
    if (handler_.empty() && !(reads_status && line.word() != 0)) return;
    handler_ += line.kind + " " + line.name + " ";
    if (!reads_status || line.word() != 0) return;
    if (handler_.find("R UTRLDBR") != std::string::npos) handlers.insert(handler_);
    handler_.clear();
  }

  std::size_t submit() {
    requests.emplace_back();
    events.push_back({Event::Kind::submit, requests.size() - 1});
    return requests.size() - 1;
  }

  void ring(const LogLine& line) {
    const LoggedRequest descriptors(line);
    IoRequest io;
    if (!is_of_the_block_layer(descriptors, io)) return;
    std::size_t index = 0;
    if (const auto found = pending_.find(static_cast<unsigned>(descriptors.utrd.cci.n));
        descriptors.utrd.crypto_enable && found != pending_.end()) {
      index = found->second;
      pending_.erase(found);
    } else {
      index = submit();
    }
    if (descriptors.utrd.crypto_enable) {
      io.key = holds_.at(static_cast<unsigned>(descriptors.utrd.cci.n));
      io.dun = descriptors.utrd.dun;
      io.flags = static_cast<std::uint8_t>(io.flags | IoRequest::has_dun);
    }
    io.process = static_cast<std::uint32_t>(index);  // nobody waits for another one
    requests[index].io = io;
    requests[index].descriptors.push_back(descriptors);
    rung.push_back(index);
    under_way_[line.tag()] = index;
  }

  static bool is_of_the_block_layer(const LoggedRequest& descriptors, IoRequest& io) {
    if (transaction_of(descriptors.upiu) != Transaction::command) return false;
    const scsi::Cdb cdb = CommandUpiu::decode(descriptors.upiu).cdb;
    scsi::BlockRange range;
    if (const auto transfer = scsi::parse_transfer(cdb)) {
      io.operation = transfer->write ? Operation::write : Operation::read;
      if (transfer->fua) io.flags = IoRequest::fua;
      range = {transfer->lba, transfer->blocks};
    } else if (scsi::opcode_of(cdb) == scsi::Opcode::synchronize_cache_10) {
      io.operation = Operation::flush;
    } else if (scsi::opcode_of(cdb) == scsi::Opcode::unmap) {
      io.operation = Operation::discard;
      scsi::UnmapList list{};
      std::copy(descriptors.unmap_list.begin(), descriptors.unmap_list.end(), list.begin());
      range = scsi::parse_unmap_list(list).value();
    } else {
      return false;
    }
    io.offset = logical_block * range.lba.n;
    io.length = logical_block * range.blocks;
    return true;
  }

  /// Those whose bits are clear now, in the order of their tags, as the handler takes them.
  void complete(std::uint32_t doorbell) {
    for (auto at = ended_.begin(); at != ended_.end();) {
      const std::uint64_t tag = at->first;
      if ((doorbell >> tag & 1) != 0) {
        ++at;
        continue;
      }
      if (const auto found = under_way_.find(tag); found != under_way_.end()) {
        ensure(at->second.at("ocs") == "0", "what a golden log holds has succeeded");
        events.push_back({Event::Kind::complete, found->second});
        under_way_.erase(found);
      }
      at = ended_.erase(at);
    }
  }

  CryptoCapabilities layout_;
  std::map<std::size_t, std::uint32_t> keys_;
  Entry writing_;
  std::map<unsigned, KeyId> holds_;
  std::map<unsigned, std::size_t> pending_;         ///< by keyslot: the request that it was programmed for
  std::map<std::uint64_t, std::size_t> under_way_;  ///< by tag
  std::map<std::uint64_t, std::map<std::string, std::string>> ended_;
  std::vector<KeyWrite> restored_;
  std::string handler_;
  bool enabled_ = false;
  bool started_ = false;
};

}  // namespace icesim::test
