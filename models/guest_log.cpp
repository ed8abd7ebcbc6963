// SPDX-License-Identifier: Apache-2.0
#include "models/guest_log.hpp"

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
  std::string name = hex(offset, 4);
  std::string shown = hex(value, 8);
  const std::uint32_t first = layout_.config_offset();
  if (offset >= first && (offset - first) / CryptoConfig::size < layout_.keyslots) {
    const std::uint32_t word = (offset - first) % CryptoConfig::size / 4;
    name = "CRYPTOCFG[" + std::to_string((offset - first) / CryptoConfig::size) + "]." + std::to_string(word);
    if (word < CryptoConfig::config_word && value != 0) shown = "key";
  } else if (const Register* reg = find_register(offset)) {
    name = reg->name;
  }
  line(at, (write ? "W " : "R ") + name + " " + shown);
}

void GuestLog::rung(Tag tag, const GuestRequest& request, Picoseconds at) {
  const Utrd& utrd = request.utrd;
  std::string text = "rung " + std::to_string(tag.n) + " dw0 " + hex(utrd.dw0(), 8);
  if (utrd.crypto_enable) text += " dun " + hex(utrd.dun.n, 1 + 15);
  text += " prdt " + std::to_string(utrd.prdt_length) + " upiu ";
  for (const std::byte each : request.upiu) text += hex(load_u8(&each), 2);
  if (request.operation == Operation::discard) {
    text += " list ";
    for (const std::byte each : request.unmap_list) text += hex(load_u8(&each), 2);
  }
  line(at, text);
}

void GuestLog::ended(Tag tag, const GuestRequest&, Ocs ocs, Picoseconds at) {
  line(at, "ended " + std::to_string(tag.n) + " ocs " + hex(static_cast<std::uint64_t>(ocs), 1));
}

void GuestLog::interrupt(bool level, Picoseconds at) { line(at, level ? "interrupt 1" : "interrupt 0"); }

}  // namespace icesim
