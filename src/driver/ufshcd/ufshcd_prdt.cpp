// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/secret.hpp"
#include "icesim/driver/ufshcd/ufshcd.hpp"

#include <algorithm>

/// PRDT entries of 128 bytes.
namespace icesim {

/// Whether a request says in its PRDT how it is encrypted.
bool Ufshcd::speaks_by_prdt(const Request& request) const {
  return prdt_ != PrdtFormat::standard && request.crypt.encrypted() && !request.preflush;
}

/// Whether its key lies there.
bool Ufshcd::keys_lie_in(const Request& request) const {
  return prdt_ == PrdtFormat::fmp && speaks_by_prdt(request);
}

/// Of an encrypted request all segments are pages.
std::uint16_t Ufshcd::write_long_prdt(Tag tag, std::uint64_t address, Bytes length, const Request* encrypted) {
  constexpr std::size_t size = entry_size(PrdtFormat::fmp);
  std::array<std::byte, ucd::max_prdt_entries * size> table;
  ensure(divide_up(length.n, segment_.n) <= ucd::max_prdt_entries, "a request has no more segments than its PRDT entries");
  PageCrypto page;
  if (encrypted != nullptr) {
    page.encrypted = true;
    page.dun.low = encrypted->crypt.dun.words[0];
    if (keys_lie_in(*encrypted)) {
      page.dun.high = encrypted->crypt.dun.words[1];
      keys_.entry(encrypted->crypt.key).get_xts_key(page.key.data(), page.key.size());
    } else {
      page.keyslot = encrypted->keyslot;
    }
  }
  std::size_t entries = 0;
  for (Bytes done{}; done < length; done += segment_, ++entries) {
    const PrdtEntry entry{address + done.n, std::min(segment_, length - done)};
    std::byte* const to = &table[entries * size];
    if (encrypted == nullptr) {
      encode_page(prdt_, to, entry, page);
    } else {
      path_.write_page(to, entry, page);
      page.dun.advance();
      if (!keys_lie_in(*encrypted)) page.dun.high = 0;  // numbers of 64 bits go on with 0
    }
  }
  wipe(page.key.data(), page.key.size());
  host_.write_memory(command_address(tag) + ucd::prdt_offset, table.data(), entries * size);
  wipe(table.data(), entries * size);
  if (encrypted != nullptr) path_.count_entries(path_.config().entry_write * entries);
  return static_cast<std::uint16_t>(entries);
}

/// Work to clear the keys of the command under a tag.
Picoseconds Ufshcd::wipe_time(Tag tag) {
  if (prdt_ != PrdtFormat::fmp || tag == reserved_tag_) return {};
  const Request& request = blocks_->request(tag);
  return keys_lie_in(request) ? path_.config().entry_wipe * request.blocks : Picoseconds{};
}

void Ufshcd::wipe_keys(Request& request) {
  constexpr std::array<std::byte, entry_size(PrdtFormat::fmp)> zeros{};
  for (std::uint64_t i = 0; i < request.blocks; ++i)
    host_.write_memory(command_address(request.tag) + ucd::prdt_offset + i * zeros.size(), zeros.data(), zeros.size());
  request.timeline->mark(Stage::descriptors, host_.now());
}

}  // namespace icesim
