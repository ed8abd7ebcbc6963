// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/spec/bytes.hpp"
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <vector>
#include <zstd.h>

namespace icesim::test {

/// The lines of testbench/golden/NAME.log.zst, what GuestLog wrote of a guest (testbench/linux/record-golden.sh).
inline std::vector<std::string> golden_log(const std::string& name) {
  const std::string packed = read_text_file(ICESIM_SOURCE_DIR "/testbench/golden/" + name + ".log.zst");
  const unsigned long long size = ZSTD_getFrameContentSize(packed.data(), packed.size());
  ensure(size < (1u << 30), "a golden log says its size");
  std::string text(size, '\0');
  ensure(ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size()) == size, "a golden log is whole");
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// A line `TIME KIND NAME VALUE ...`, as words.
struct LogLine {
  std::uint64_t time = 0;
  std::string kind;                           ///< W, R, rung, ended, interrupt
  std::string name;                           ///< of the register; the tag
  std::string value;                          ///< of the register
  std::map<std::string, std::string> fields;  ///< of a request, by name

  explicit LogLine(const std::string& line) {
    std::istringstream words(line);
    words >> time >> kind >> name;
    if (kind == "W" || kind == "R") words >> value;
    for (std::string field, text; words >> field >> text;) fields[field] = text;
  }
  bool writes(const char* reg) const { return kind == "W" && name == reg; }
  std::uint32_t word() const { return static_cast<std::uint32_t>(std::stoul(value, nullptr, 16)); }
  std::uint64_t tag() const { return std::stoull(name); }
  /// Keyslot and word of a write to x-CRYPTOCFG.
  bool is_crypto_config(unsigned& keyslot, unsigned& word_index) const {
    return kind == "W" && std::sscanf(name.c_str(), "CRYPTOCFG[%u].%u", &keyslot, &word_index) == 2;
  }
};

/// The descriptors that a line `rung` shows; all addresses are 0.
struct LoggedRequest {
  Utrd utrd;
  UpiuHeader upiu{};
  std::vector<PrdtEntry> prdt;
  std::vector<std::byte> unmap_list;

  explicit LoggedRequest(LogLine line) {
    const auto number = [&](const char* field) { return std::stoull(line.fields.at(field), nullptr, 16); };
    std::array<std::byte, Utrd::size> bytes{};
    for (const std::size_t word : {0, 2, 6, 7})
      store_le32(&bytes[4 * word], static_cast<std::uint32_t>(number(("dw" + std::to_string(word)).c_str())));
    utrd = Utrd::decode(bytes.data());
    utrd.dun = Dun{number("dun")};
    const auto header = bytes_of(line.fields.at("upiu"));
    ensure(header.size() == upiu.size(), "a UPIU is logged whole");
    std::copy(header.begin(), header.end(), upiu.begin());
    unmap_list = bytes_of(line.fields["list"]);
    std::istringstream pieces(line.fields.at("prdt"));
    for (std::string piece; std::getline(pieces, piece, ',') && piece != "-";) {
      unsigned long size = 0, times = 1;
      ensure(std::sscanf(piece.c_str(), "%lu*%lu", &size, &times) >= 1 && piece.find('+') == std::string::npos,
             "a PRDT entry has a size, and no reserved bits set");
      prdt.insert(prdt.end(), times, PrdtEntry{0, Bytes{size}});
    }
    ensure(prdt.size() == utrd.prdt_length, "a PRDT is logged whole");
  }

 private:
  static std::vector<std::byte> bytes_of(const std::string& hex) {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      bytes.push_back(static_cast<std::byte>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    return bytes;
  }
};

/// The number of the key that each writing of a keyslot put there, by the line of its first register write. Those that
/// no request used have the key that was there before, as after a suspend; 0: the keyslot was cleared, or never used.
inline std::map<std::size_t, std::uint32_t> logged_keys(const std::vector<std::string>& lines) {
  struct Program {
    std::size_t line = 0;
    std::uint32_t key = 0;
    std::size_t before = 0;  ///< in the same keyslot
    bool clears = false;
  };
  std::vector<Program> programs(1);
  std::map<unsigned, std::size_t> current;         // by keyslot
  std::map<std::uint64_t, std::size_t> under_way;  // by tag
  bool begins = true;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const LogLine line(lines[i]);
    unsigned keyslot = 0, word = 0;
    if (line.is_crypto_config(keyslot, word) && word == 16) {
      if (begins) {
        programs.push_back({i, 0, current[keyslot], false});
        current[keyslot] = programs.size() - 1;
      } else {
        programs.back().clears = line.word() == 0;
      }
      begins = !begins;
    }
    if (line.kind == "rung") {
      const Utrd utrd = LoggedRequest(line).utrd;
      under_way[line.tag()] = utrd.crypto_enable ? current.at(static_cast<unsigned>(utrd.cci.n)) : 0;
    }
    if (const auto key = line.fields.find("key"); line.kind == "ended" && key != line.fields.end())
      programs.at(under_way.at(line.tag())).key = static_cast<std::uint32_t>(std::stoul(key->second));
  }
  std::map<std::size_t, std::uint32_t> keys;
  for (std::size_t i = 1; i < programs.size(); ++i) {
    Program& each = programs[i];
    if (each.key == 0 && !each.clears) each.key = programs[each.before].key;
    keys[each.line] = each.key;
  }
  return keys;
}

}  // namespace icesim::test
