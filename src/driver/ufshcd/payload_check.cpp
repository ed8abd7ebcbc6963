// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/payload_check.hpp"

#include "icesim/base/error.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "icesim/spec/bytes.hpp"

#include <algorithm>
#include <cstring>

namespace icesim {
namespace {

/// What == says, which compares one byte after the other.
template <class Bytes>
bool same(const Bytes& a, const Bytes& b) {
  return std::memcmp(a.data(), b.data(), a.size()) == 0;
}

BioCryptContext advanced(const BioCryptContext& crypt, std::uint64_t blocks) {
  BioCryptContext result = crypt;
  result.dun.advance(blocks);
  return result;
}

}  // namespace

void PayloadCheck::content(Lba lba, std::uint64_t generation, Block& block) const {
  // Readable in a dump: address and generation, then a pattern that differs in every 8 bytes.
  for (std::size_t i = 0; i < block.size(); i += 16) {
    store_le64(&block[i], lba.n);
    store_le64(&block[i + 8], generation << 16 | i);
  }
}

AesXts& PayloadCheck::cipher(KeyId key) {
  std::unique_ptr<AesXts>& found = ciphers_[key];
  if (!found) {
    std::array<std::byte, CryptoConfig::key_size> bytes;
    keys_.entry(key).get_xts_key(bytes.data(), bytes.size());
    found = std::make_unique<AesXts>(bytes.data(), bytes.size());
    wipe(bytes.data(), bytes.size());
  }
  return *found;
}

void PayloadCheck::crypt(CryptDirection direction, const BioCryptContext& crypt, Block& block) {
  AesXts::Tweak tweak = tweak_of(crypt.dun.low());
  if (wide_) store_le64(&tweak[8], crypt.dun.words[1]);
  cipher(crypt.key).crypt(direction, tweak, 0, block.data(), block.data(), block.size());
}

void PayloadCheck::expected(Lba lba, const Version& version, const BioCryptContext& reader, Block& block) {
  if (version.generation == 0) {
    block.fill(std::byte{0});
  } else {
    content(lba, version.generation, block);
    if (version.crypt.key == reader.key && version.crypt.dun == reader.dun) return;
    if (version.crypt.encrypted()) crypt(CryptDirection::encrypt, version.crypt, block);
  }
  if (reader.encrypted()) crypt(CryptDirection::decrypt, reader, block);
}

void PayloadCheck::start(const Request& request) {
  if (request.tag.n >= started_.size()) started_.resize(request.tag.n + 1, never);
  started_[request.tag.n] = host_.now();
  if (request.operation == Operation::write) start_write(request);
  if (request.operation == Operation::discard) start_discard(request);
}

void PayloadCheck::start_write(const Request& request) {
  Block block;
  for (std::uint64_t i = 0; i < request.blocks; ++i) {
    const Lba lba = request.lba + Lba{i};
    content(lba, ++generation_, block);
    host_.write_memory(memory_map::payload_buffer(request.tag) + i * block.size(), block.data(), block.size());
    std::vector<Version>& versions = blocks_[lba.n];
    if (versions.empty()) {
      for (const Discard& d : discards_) {
        if (lba >= d.lba && lba.n - d.lba.n < d.blocks) versions.push_back({0, {}, d.tag, d.start, never});
      }
    }
    versions.push_back({generation_, advanced(request.crypt, i), request.tag, host_.now(), never});
    ++statistics_.blocks_written;
  }
}

void PayloadCheck::start_discard(const Request& request) {
  discards_.push_back({request.lba, request.blocks, request.tag, host_.now()});
  // Only what was written can change; a discard may span the whole device. The order of the map does not matter.
  for (auto& [lba, versions] : blocks_) {
    if (Lba{lba} >= request.lba && lba - request.lba.n < request.blocks)
      versions.push_back({0, {}, request.tag, host_.now(), never});
  }
}

bool PayloadCheck::matches(Lba lba, const BioCryptContext& reader, Picoseconds started, const Block& got) {
  Block wanted;
  const auto found = blocks_.find(lba.n);
  bool may_be_initial = true;
  if (found != blocks_.end()) {
    for (const Version& v : found->second) {
      const bool replaced = std::any_of(found->second.begin(), found->second.end(), [&](const Version& later) {
        return !later.failed && later.start >= v.end && later.end <= started;
      });
      may_be_initial = may_be_initial && (v.failed || v.end > started);
      if (replaced) continue;
      expected(lba, v, reader, wanted);
      if (same(wanted, got)) return true;
    }
  }
  if (!may_be_initial) return false;
  expected(lba, Version{}, reader, wanted);
  return same(wanted, got);
}

void PayloadCheck::check(const Request& request) {
  Block block;
  for (std::uint64_t i = 0; i < request.blocks; ++i) {
    host_.read_memory(memory_map::payload_buffer(request.tag) + i * block.size(), block.data(), block.size());
    ++statistics_.blocks_checked;
    if (!matches(request.lba + Lba{i}, advanced(request.crypt, i), started_[request.tag.n], block))
      ++statistics_.mismatches;
  }
}

void PayloadCheck::settle(std::vector<Version>& versions, const Request& request, bool failed) {
  for (Version& v : versions) {
    if (v.tag != request.tag || v.end != never) continue;
    v.end = host_.now();
    v.failed = v.failed || failed;
    v.durable = request.fua && !v.failed;
  }
  // History is what ended before another version began that had ended before every request under way began.
  const Picoseconds oldest = *std::min_element(started_.begin(), started_.end());
  const std::vector<Version> all = versions;
  versions.erase(std::remove_if(versions.begin(), versions.end(),
                                [&](const Version& v) {
                                  return std::any_of(all.begin(), all.end(), [&](const Version& later) {
                                    return !later.failed && later.start >= v.end && later.end <= oldest &&
                                           (later.durable || !expects_power_loss_);
                                  });
                                }),
                 versions.end());
}

/// What had ended when a flush was started is in the flash when that ends.
void PayloadCheck::flushed(Picoseconds started) {
  for (auto& [lba, versions] : blocks_) {
    for (Version& v : versions) v.durable = v.durable || (v.end <= started && !v.failed);
  }
}

void PayloadCheck::power_lost() {
  ensure(expects_power_loss_, "PayloadCheck: a loss of power is expected");
  for (auto& [lba, versions] : blocks_) {
    for (Version& v : versions) v.failed = v.failed || !v.durable;
  }
}

void PayloadCheck::end(const Request& request, bool failed) {
  if (request.operation == Operation::flush && !failed && expects_power_loss_) flushed(started_[request.tag.n]);
  if (request.operation == Operation::read && !failed) check(request);
  started_[request.tag.n] = never;
  if (request.operation == Operation::write) {
    for (std::uint64_t i = 0; i < request.blocks; ++i) settle(blocks_[request.lba.n + i], request, failed);
  } else if (request.operation == Operation::discard) {
    discards_.erase(std::find_if(discards_.begin(), discards_.end(), [&](const Discard& d) { return d.tag == request.tag; }));
    for (auto& [lba, versions] : blocks_) {
      if (Lba{lba} >= request.lba && lba - request.lba.n < request.blocks) settle(versions, request, failed);
    }
  }
}

}  // namespace icesim
