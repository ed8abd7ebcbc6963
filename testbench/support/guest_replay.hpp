// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "models/guest_log.hpp"
#include "models/guest_simulation.hpp"
#include "testbench/support/guest_rig.hpp"

#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace icesim::test {

/// Does again what a log of a guest says, without the guest: register accesses at their times, and descriptors in the
/// memory before a doorbell is rung. Keys and data are not in the log; other ones take their places.
class GuestReplay {
 public:
  GuestReplay(const SystemConfig& config, OutputFile& log)
      : simulation_(config, map_),
        layout_{1, static_cast<std::uint32_t>(config.keyslots.num_keyslots),
                static_cast<std::uint32_t>(config.keyslots.config_pointer)},
        log_(log, layout_) {
    map_.map(0, memory_size, file_.get(), 0);
    simulation_.connect(log_);
    for (const Register& reg : ufshci_registers) offsets_[std::string(reg.name)] = reg.offset;
  }

  void run(const std::vector<std::string>& lines) {
    cosim::Hardware& hardware = simulation_.hardware();
    for (std::size_t i = 0; i < lines.size(); ++i) {
      std::istringstream words(lines[i]);
      std::uint64_t time = 0;
      std::string kind, name, value;
      words >> time >> kind >> name >> value;
      if (kind != "W" && kind != "R") continue;  // what the hardware did comes by itself
      while (hardware.now() < Picoseconds{time}) hardware.run(Picoseconds{time});
      if (kind == "R") hardware.read_register(offset_of(name));
      if (kind == "R") continue;
      for (std::size_t next = i + 1; next < lines.size() && lines[next].find(" rung ") != std::string::npos; ++next)
        describe(lines[next]);
      const std::uint32_t word =
          value == "key" ? 0x5a5a'5a5a : static_cast<std::uint32_t>(std::stoul(value, nullptr, 16));
      if (name == "UTRLBA") list_ = (list_ & ~std::uint64_t{0xffff'ffff}) | word;
      if (name == "UTRLBAU") list_ = (list_ & 0xffff'ffff) | std::uint64_t{word} << 32;
      hardware.write_register(offset_of(name), word);
    }
  }

 private:
  static constexpr std::uint64_t memory_size = 256 << 20;  ///< nearly all of it never touched
  static constexpr std::uint64_t descriptors = 0xe00'0000;
  static constexpr std::uint64_t data = 0xf00'0000;

  std::uint32_t offset_of(const std::string& name) const {
    if (const auto found = offsets_.find(name); found != offsets_.end()) return found->second;
    unsigned keyslot = 0, word = 0;
    if (std::sscanf(name.c_str(), "CRYPTOCFG[%u].%u", &keyslot, &word) == 2)
      return crypto_config_offset(layout_, Keyslot{keyslot}) + 4 * word;
    return static_cast<std::uint32_t>(std::stoul(name, nullptr, 16));
  }
  static std::vector<std::byte> bytes_of(const std::string& hex) {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
      bytes.push_back(static_cast<std::byte>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    return bytes;
  }
  /// Writes the descriptors of "T rung TAG dw0 X [dun Y] prdt N upiu HEX [list HEX]".
  void describe(const std::string& line) {
    std::istringstream words(line);
    std::string time, word, value;
    std::uint64_t tag = 0;
    words >> time >> word >> tag;
    std::map<std::string, std::string> is;
    while (words >> word >> value) is[word] = value;
    std::array<std::byte, Utrd::size> bytes{};
    store_le32(bytes.data(), static_cast<std::uint32_t>(std::stoul(is["dw0"], nullptr, 16)));
    Utrd utrd = Utrd::decode(bytes.data());
    if (is.count("dun") != 0) utrd.dun = Dun{std::stoull(is["dun"], nullptr, 16)};
    utrd.ocs = Ocs::invalid;
    utrd.ucd_base = descriptors + tag * 0x2000;
    utrd.response_offset = utrd.response_length = ucd::response_offset / 4;
    utrd.prdt_offset = ucd::prdt_offset / 4;
    utrd.prdt_length = static_cast<std::uint16_t>(std::stoul(is["prdt"]));
    utrd.encode(map_.at(list_ + tag * Utrd::size, Utrd::size, "a UTRD"));
    const auto upiu = bytes_of(is["upiu"]);
    std::copy(upiu.begin(), upiu.end(), map_.at(utrd.ucd_base, upiu.size(), "a UPIU"));
    // Only the number of pieces and their sum count.
    std::uint64_t left = load_be32(&upiu[12]);
    const std::uint64_t share = utrd.prdt_length == 0 ? 0 : divide_up(divide_up(left, utrd.prdt_length), 4096) * 4096;
    for (std::uint64_t i = 0; i < utrd.prdt_length; ++i) {
      const std::uint64_t part = std::max<std::uint64_t>(std::min(left, share), 4);
      PrdtEntry{data, Bytes{divide_up(part, 4) * 4}}.encode(
          map_.at(utrd.ucd_base + ucd::prdt_offset + i * PrdtEntry::size, PrdtEntry::size, "a PRDT"));
      left -= std::min(left, part);
    }
    const auto list = bytes_of(is["list"]);
    std::copy(list.begin(), list.end(), map_.at(data, scsi::unmap_list_size, "data"));
  }

  cosim::FileDescriptor file_ = cosim::test::memory_file(memory_size);
  cosim::GuestMap map_;
  GuestSimulation simulation_;
  CryptoCapabilities layout_;
  GuestLog log_;
  std::map<std::string, std::uint32_t> offsets_;
  std::uint64_t list_ = 0;
};

}  // namespace icesim::test
