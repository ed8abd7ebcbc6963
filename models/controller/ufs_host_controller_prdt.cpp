// SPDX-License-Identifier: Apache-2.0
#include "models/controller/ufs_host_controller.hpp"

#include <algorithm>

/// PRDT entries of 128 bytes. What they say of their pages takes the place of what UTRDs say of crypto.
namespace icesim {

/// Reads a table; `without` is when one of the shorter entries would have come.
Picoseconds UfsHostController::read_long_table(Picoseconds at, std::uint64_t entries, Picoseconds& without) {
  const Picoseconds end = descriptor_reads_.read(at, entries * entry_size(config_.prdt), train_);
  const auto there = [&](const Chunk& chunk) { return chunk.end >= entries * PrdtEntry::size; };
  without = std::find_if(train_.begin(), train_.end(), there)->at;
  return end;
}

Ocs UfsHostController::fetch_long_table(Command& command) {
  const Utrd& utrd = command.utrd;
  const std::uint64_t size = entry_size(config_.prdt);
  constexpr std::uint64_t group = 16;
  std::array<std::byte, group * 128> bytes;
  command.pages->duns.clear();
  Ocs ocs = Ocs::success;
  for (std::uint64_t first = 0; first < utrd.prdt_length && ocs == Ocs::success; first += group) {
    const std::uint64_t count = std::min<std::uint64_t>(group, utrd.prdt_length - first);
    if (!dma(tlm::TLM_READ_COMMAND, utrd.ucd_base + std::uint64_t{utrd.prdt_offset} * 4 + first * size, bytes.data(),
             count * size))
      ocs = Ocs::fatal_error;
    for (std::uint64_t i = 0; i < count && ocs == Ocs::success; ++i) ocs = take_entry(command, &bytes[i * size]);
  }
  wipe_bytes(bytes.data(), bytes.size());
  return ocs;
}

/// All pages are encrypted with the key of the first, or none is.
Ocs UfsHostController::take_entry(Command& command, const std::byte* bytes) {
  PrdtEntry entry;
  PageCrypto page = decode_page(config_.prdt, bytes, entry);
  Pages& pages = *command.pages;
  const bool first = command.prdt.empty();
  if (first) {
    pages.key.bytes = page.key;
    pages.keyslot = page.keyslot;
  }
  const bool alike = first || (page.encrypted == !pages.duns.empty() && page.key == pages.key.bytes &&
                               page.keyslot == pages.keyslot);
  if (page.encrypted) pages.duns.push_back(page.dun);
  command.prdt.push_back(entry);
  command.buffer += entry.byte_count;
  wipe_bytes(page.key.data(), page.key.size());
  return entry.valid() && alike ? Ocs::success : Ocs::invalid_prdt;
}

Ocs UfsHostController::take_page_keys(Command& command) {
  Utrd& utrd = command.utrd;
  // HCE.CGE is clear where entries say it all.
  if (utrd.crypto_enable) return Ocs::invalid_crypto_configuration;
  Pages& pages = *command.pages;
  if (pages.duns.empty()) return Ocs::success;
  if (command.expected.n % PageCrypto::page.n != 0) return Ocs::invalid_crypto_configuration;
  KeyslotUse use;
  if (!has_own_key() && (keyslots_.lookup(pages.keyslot, use) != KeyslotState::usable || use.data_unit != PageCrypto::page))
    return Ocs::invalid_crypto_configuration;
  utrd.crypto_enable = true;
  utrd.cci = has_own_key() ? Keyslot{tag_of(command.request).n} : pages.keyslot;
  utrd.dun = Dun{pages.duns.front().low};
  pages.key.number = command.life;
  return Ocs::success;
}

/// Encrypts or decrypts, page by page where each has a number of its own.
void UfsHostController::transform(const Command& command, CryptoJob job, std::byte* data, std::size_t length) {
  if (command.pages == nullptr) return crypto->transform(job, data, length);
  for (std::uint64_t offset = job.offset; length > 0;) {
    const LongDun& dun = command.pages->duns.at(offset / PageCrypto::page.n);
    job.dun = Dun{dun.low};
    job.dun_high = dun.high;
    job.offset = offset % PageCrypto::page.n;
    const std::size_t count = std::min<std::size_t>(length, PageCrypto::page.n - job.offset);
    crypto->transform(job, data, count);
    offset += count;
    data += count;
    length -= count;
  }
}

}  // namespace icesim
