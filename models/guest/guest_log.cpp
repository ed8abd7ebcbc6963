// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_log.hpp"

#include "icesim/spec/bytes.hpp"

namespace icesim {
namespace {

std::string hex(std::uint64_t value, int digits) {
  static constexpr char names[] = "0123456789abcdef";
  std::string text(static_cast<std::size_t>(digits), '0');
  for (int i = digits; i > 0; --i, value >>= 4) text[static_cast<std::size_t>(i - 1)] = names[value & 0xf];
  return text;
}

}  // namespace

void GuestLog::line(Picoseconds at, const std::string& text) { file_.write(std::to_string(at.n) + " " + text + "\n"); }

void GuestLog::access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) {
  std::string name = hex(offset, offset > 0xffff ? 5 : 4);
  bool key = false;
  const std::uint32_t first = layout_.config_offset();
  if (offset >= first && (offset - first) / CryptoConfig::size < layout_.keyslots) {
    const std::uint32_t word = (offset - first) % CryptoConfig::size / 4;
    name = "CRYPTOCFG[" + std::to_string((offset - first) / CryptoConfig::size) + "]." + std::to_string(word);
    key = word < CryptoConfig::config_word && value != 0;
  } else if (const Register* reg = find_register(offset)) {
    name = reg->name;
  }
  line(at, (write ? "W " : "R ") + name + " " + (key ? "key" : hex(value, 8)));
}

/// The sizes of the pieces, as "4096*3,512"; "+" before what the reserved bits of an entry hold. "-" when there is
/// none.
std::string GuestLog::prdt_of(const Utrd& utrd) const {
  std::string text, last;
  std::uint32_t times = 0;
  const auto flush = [&] {
    if (times > 0) text += (text.empty() ? "" : ",") + last + (times > 1 ? "*" + std::to_string(times) : "");
  };
  for (std::uint64_t i = 0; i < utrd.prdt_length; ++i) {
    const std::byte* const bytes =
        memory_.find(utrd.ucd_base + utrd.prdt_offset * 4u + i * PrdtEntry::size, PrdtEntry::size);
    if (bytes == nullptr) break;  // outside the guest's memory
    const PrdtEntry entry = PrdtEntry::decode(bytes);
    const std::string piece =
        std::to_string(entry.byte_count.n) + (entry.reserved == 0 ? "" : "+" + hex(entry.reserved, 16));
    if (piece != last) {
      flush();
      last = piece;
      times = 0;
    }
    ++times;
  }
  flush();
  return text.empty() ? "-" : text;
}

void GuestLog::rung(Tag tag, const GuestRequest& request, Picoseconds at) {
  const Utrd& utrd = request.utrd;
  std::array<std::byte, Utrd::size> bytes{};
  utrd.encode(bytes.data());
  std::string text =
      "rung " + std::to_string(tag.n) + " dw0 " + hex(load_le32(&bytes[0]), 8) + " dun " + hex(utrd.dun.n, 16);
  for (const std::size_t word : {2, 6, 7})
    text += " dw" + std::to_string(word) + " " + hex(load_le32(&bytes[4 * word]), 8);
  text += " prdt " + prdt_of(utrd) + " upiu ";
  for (const std::byte each : request.upiu) text += hex(load_u8(&each), 2);
  if (request.operation == Operation::discard) {
    text += " list ";
    for (const std::byte each : request.unmap_list) text += hex(load_u8(&each), 2);
  }
  line(at, text);
}

void GuestLog::ended(Tag tag, const GuestRequest& request, Ocs ocs, Picoseconds at) {
  const std::string key = request.key == no_key ? "" : " key " + std::to_string(request.key);
  line(at, "ended " + std::to_string(tag.n) + " ocs " + hex(static_cast<std::uint64_t>(ocs), 1) + key);
}

void GuestLog::interrupt(bool level, Picoseconds at) { line(at, level ? "interrupt 1" : "interrupt 0"); }

}  // namespace icesim
