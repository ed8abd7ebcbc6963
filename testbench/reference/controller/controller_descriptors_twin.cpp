// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/controller_conductor.hpp"

#include <array>

namespace icesim::twin {

/// Where a command's descriptor lies. A defect has the PRDT outside of the memory, or all of it.
std::uint64_t Conductor::descriptor(const SoftwareStep& step) {
  if (step.defect != Defect::body_outside) return 0x10'0000 + step.tag * 0x8000;
  return ControllerPair::memory_size - (step.dun % 2 == 0 ? 0 : ucd::prdt_offset);
}

/// An encrypted entry of 128 bytes holds a page.
std::uint64_t Conductor::entry_bytes(const SoftwareStep& step) const {
  return long_entries() && step.crypto ? 4096 : step.entry_bytes;
}

void Conductor::place(const SoftwareStep& step) {
  const bool data = step.direction != DataDirection::none;
  const std::uint64_t entries = data ? step.entries : 0;
  const std::uint64_t buffer = entries * entry_bytes(step);
  Utrd utrd;
  utrd.data_direction = step.direction;
  utrd.interrupt = step.interrupt;
  utrd.crypto_enable = step.crypto && !long_entries();
  utrd.cci = Keyslot{step.keyslot};
  utrd.dun = Dun{step.dun};
  utrd.ucd_base = descriptor(step);
  utrd.response_offset = ucd::response_offset / 4;
  utrd.response_length = ucd::response_size / 4;
  utrd.prdt_offset = ucd::prdt_offset / 4;
  utrd.prdt_length = static_cast<std::uint16_t>(entries);
  CommandUpiu upiu;
  upiu.tag = Tag{step.tag};
  const std::uint64_t unit = long_entries() && step.crypto && step.dun % 8 != 0 ? 4096 : 512;
  upiu.expected_length = Bytes{buffer * step.expected / 16 / unit * unit};
  for (std::size_t i = 0; i < upiu.cdb.size(); ++i) upiu.cdb[i] = static_cast<std::byte>(step.dun + i);
  std::uint64_t bad_entry = ~std::uint64_t{0};
  switch (step.defect) {
    case Defect::reserved_bits:
      utrd.reserved = 1u << 27;
      break;
    case Defect::no_prdt:
      utrd.prdt_length = data ? 0 : 1;
      break;
    case Defect::response_too_short:
      utrd.response_length = static_cast<std::uint16_t>(step.dun % 8);
      break;
    case Defect::wrong_tag:
      // The tag of an entry is in its command UPIU alone: one that no command may have.
      upiu.tag = Tag{case_.queued ? case_.controller.tags + step.dun % (256 - case_.controller.tags) : step.tag + 1};
      break;
    case Defect::bad_entry:
      bad_entry = entries == 0 ? bad_entry : step.dun % entries;
      break;
    case Defect::buffer_too_small:
      upiu.expected_length = Bytes{buffer + 512};
      break;
    case Defect::no_key:
      utrd.crypto_enable = true;
      utrd.cci = Keyslot{255 - step.dun % 8};
      if (utrd.cci.n + 1 == case_.keyslots.num_keyslots) utrd.cci = Keyslot{128};  // not the last one, which has a key
      break;
    case Defect::nullified:
      if (!case_.queued) utrd.command_type = CommandType::nullified;
      break;
    case Defect::none:
    case Defect::body_outside:
    case Defect::count:
      break;
  }
  std::array<std::byte, Utrd::size> bytes{};
  utrd.encode(bytes.data());
  if (!case_.queued) pair_.store(ControllerPair::list + step.tag * Utrd::size, bytes.data(), bytes.size());
  const UpiuHeader header = upiu.encode();
  pair_.store(utrd.ucd_base, header.data(), header.size());
  for (std::uint64_t i = 0; i < entries; ++i) store_entry(step, utrd.ucd_base + ucd::prdt_offset, i, i == bad_entry);
  tags_[step.tag] = {};
  tags_[step.tag].step = &step;
  tags_[step.tag].buffer = Bytes{buffer};
  if (case_.queued) place_entry(step, bytes.data());
}

void Conductor::store_entry(const SoftwareStep& step, std::uint64_t table, std::uint64_t number, bool bad) {
  const std::uint64_t size = entry_size(case_.controller.prdt);
  PrdtEntry entry{ControllerPair::memory_size + number * entry_bytes(step), Bytes{entry_bytes(step)}};
  std::array<std::byte, 128> bytes{};
  if (!long_entries()) {
    if (bad) entry.address += 2;
    entry.encode(bytes.data());
    return pair_.store(table + number * size, bytes.data(), size);
  }
  PageCrypto page;
  page.encrypted = step.crypto;
  // Numbers need not follow each other; the key is that of all entries.
  page.dun = {step.dun + number * (step.dun % 3), step.dun >> 7};
  for (std::size_t i = 0; i < page.key.size(); ++i) page.key[i] = static_cast<std::byte>(step.keyslot * 7 + i);
  // What is wrong: where it lies, an algorithm that is none, or another key or keyslot than before.
  const std::uint64_t what = step.dun / 2 % 3;
  if (bad && what == 0) entry.address += 2;
  page.keyslot = Keyslot{step.keyslot};
  if (bad && what == 2) page.key[step.dun % 64] ^= std::byte{1};
  if (bad && what == 2) page.keyslot.n ^= 1;
  encode_page(case_.controller.prdt, bytes.data(), entry, page);
  if (bad && what == 1) bytes[15] ^= std::byte{0x10};
  pair_.store(table + number * size, bytes.data(), size);
}

}  // namespace icesim::twin
