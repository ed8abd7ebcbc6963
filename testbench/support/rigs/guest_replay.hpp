// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "models/guest/guest_log.hpp"
#include "models/guest/guest_simulation.hpp"
#include "testbench/support/golden_log.hpp"
#include "testbench/support/rigs/guest_rig.hpp"

#include <map>
#include <string>
#include <vector>

namespace icesim::test {

/// Does again what a log of a guest says, without the guest: register accesses at their times, and descriptors in the
/// memory before a doorbell is rung. Keys, addresses and data are not in the log; other ones take their places.
class GuestReplay {
 public:
  GuestReplay(const SystemConfig& config, OutputFile& log)
      : simulation_(config, map_),
        layout_{1, static_cast<std::uint32_t>(config.keyslots.num_keyslots),
                static_cast<std::uint32_t>(config.keyslots.config_pointer)},
        log_(log, layout_, map_) {
    map_.map(0, memory_size, file_.get(), 0);
    simulation_.connect(log_);
    for (const Register& reg : ufshci_registers) offsets_[std::string(reg.name)] = reg.offset;
  }

  void connect(GuestObserver& observer) { simulation_.connect(observer); }
  const CryptoCapabilities& layout() const { return layout_; }

  void run(const std::vector<std::string>& lines) {
    cosim::Hardware& hardware = simulation_.hardware();
    const auto keys = logged_keys(lines);
    std::uint32_t key = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const LogLine line(lines[i]);
      if (line.kind != "W" && line.kind != "R") continue;  // what the hardware did comes by itself
      while (hardware.now() < Picoseconds{line.time}) hardware.run(Picoseconds{line.time});
      if (line.kind == "R") hardware.read_register(offset_of(line.name));
      if (line.kind == "R") continue;
      for (std::size_t next = i + 1; next < lines.size(); ++next) {
        const LogLine rung(lines[next]);
        if (rung.kind != "rung") break;
        describe(rung.tag(), LoggedRequest(rung));
      }
      if (const auto found = keys.find(i); found != keys.end()) key = found->second;
      const std::uint32_t word = line.value == "key" ? 0x5a5a'0000 + key : line.word();
      if (line.name == "UTRLBA") list_ = (list_ & ~std::uint64_t{0xffff'ffff}) | word;
      if (line.name == "UTRLBAU") list_ = (list_ & 0xffff'ffff) | std::uint64_t{word} << 32;
      hardware.write_register(offset_of(line.name), word);
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
  void describe(std::uint64_t tag, const LoggedRequest& request) {
    Utrd utrd = request.utrd;
    utrd.ucd_base = descriptors + tag * 0x2000;
    utrd.encode(map_.at(list_ + tag * Utrd::size, Utrd::size, "a UTRD"));
    std::copy(request.upiu.begin(), request.upiu.end(), map_.at(utrd.ucd_base, request.upiu.size(), "a UPIU"));
    std::uint64_t at = utrd.ucd_base + utrd.prdt_offset * 4u;
    for (PrdtEntry entry : request.prdt) {
      entry.address = data;
      entry.encode(map_.at(at, PrdtEntry::size, "a PRDT"));
      at += PrdtEntry::size;
    }
    const std::vector<std::byte>& list = request.unmap_list;
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
