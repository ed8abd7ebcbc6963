// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/scsi.hpp"
#include "icesim/spec/uic.hpp"
#include "icesim/spec/ufshci.hpp"
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"

#include <cstdint>

namespace icesim {

/// The smallest driver there can be, for a processor that has none: it brings a controller up, writes keys and issues
/// commands by register accesses and by descriptors in memory. How both are reached and time passes is somebody else's.
///
/// From `base` on its memory holds the transfer list (4 KiB), the task list (4 KiB) and a UCD of 4 KiB for each of 32 tags.
/// **Spec**: [ufshci-capabilities], [linux-bring-up].
/// **Not modelled**: errors, time-outs, queues, power modes: whatever is not answered is waited for without end.
class BareDriver {
 public:
  /// A command with one segment.
  struct Command {
    scsi::Cdb cdb{};
    DataDirection direction = DataDirection::none;
    std::uint32_t blocks = 0;
    std::uint64_t buffer = 0;
    bool encrypted = false;
    std::uint32_t keyslot = 0;
    Dun dun{};
  };
  static constexpr std::uint64_t size = 0x2000 + 32 * 0x1000;

  explicit BareDriver(std::uint64_t base) : base_(base) {}
  virtual ~BareDriver() = default;

  std::uint32_t read(Reg reg) { return read_word(static_cast<std::uint32_t>(reg)); }
  void write(Reg reg, std::uint32_t value) { write_word(static_cast<std::uint32_t>(reg), value); }

  /// Enables the controller, starts the link and the lists, lets everything interrupt and looks where keyslots are.
  void bring_up() {
    keyslots_at_ = crypto_config_offset(CryptoCapabilities::decode(read(Reg::CCAP)), Keyslot{0});
    write(Reg::HCE, HCE::HCE | HCE::CGE);
    until(Reg::HCE, HCE::HCE);
    write(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_link_startup));
    until(Reg::HCS, HCS::DP);
    start_lists();
  }
  void start_lists() {
    write(Reg::UTRLBA, static_cast<std::uint32_t>(base_));
    write(Reg::UTMRLBA, static_cast<std::uint32_t>(base_ + 0x1000));
    write(Reg::UTMRLRSR, 1);
    write(Reg::UTRLRSR, 1);
    write(Reg::IS, ~std::uint32_t{0});
    write(Reg::IE, ~std::uint32_t{0});
  }
  /// Writes the 64 bytes of an AES-256-XTS key for data units of 4 KiB, as drivers do.
  void program(std::uint32_t keyslot, const std::byte* key) {
    CryptoConfig entry;
    entry.set_xts_key(key, 64);
    entry.set_config({data_unit_mask(logical_block), 0, true});
    const std::uint32_t first = keyslots_at_ + keyslot * static_cast<std::uint32_t>(CryptoConfig::size);
    for (std::size_t step = 0; step < program_writes; ++step) {
      const CryptoConfigWrite word = program_write(entry, step);
      write_word(first + word.offset, word.value);
    }
  }
  /// Writes the descriptors of a command under `tag`.
  void describe(std::uint32_t tag, const Command& command) {
    Utrd utrd;
    utrd.data_direction = command.direction;
    utrd.crypto_enable = command.encrypted;
    utrd.cci = Keyslot{command.keyslot};
    utrd.dun = command.dun;
    utrd.ucd_base = ucd_of(tag);
    utrd.response_offset = utrd.response_length = 128;
    utrd.prdt_offset = prdt_offset / 4;
    utrd.prdt_length = command.blocks > 0 ? 1 : 0;
    std::byte descriptor[Utrd::size], entry[PrdtEntry::size];
    utrd.encode(descriptor);
    store(utrd_of(tag), descriptor, sizeof descriptor);
    CommandUpiu upiu;
    upiu.tag = Tag{tag};
    upiu.cdb = command.cdb;
    upiu.expected_length = logical_block * command.blocks;
    upiu.flags = command.direction == DataDirection::to_device ? CommandUpiu::write
                 : command.direction == DataDirection::to_host ? CommandUpiu::read
                                                               : 0;
    const UpiuHeader header = upiu.encode();
    store(ucd_of(tag), header.data(), header.size());
    if (command.blocks == 0) return;
    PrdtEntry{command.buffer, logical_block * command.blocks}.encode(entry);
    store(ucd_of(tag) + prdt_offset, entry, sizeof entry);
  }
  void ring(std::uint32_t tag) { write(Reg::UTRLDBR, std::uint32_t{1} << tag); }
  /// What the descriptor says of how the command ended.
  Ocs ocs(std::uint32_t tag) {
    std::byte descriptor[Utrd::size];
    load(utrd_of(tag), descriptor, sizeof descriptor);
    return Utrd::decode(descriptor).ocs;
  }
  /// Describes a command, rings its doorbell and waits until the bit is clear.
  Ocs carry_out(std::uint32_t tag, const Command& command) {
    describe(tag, command);
    return carry_out(tag);
  }
  Ocs carry_out(std::uint32_t tag) {
    ring(tag);
    while ((read(Reg::UTRLDBR) >> tag & 1) != 0) pass();
    write(Reg::IS, ~std::uint32_t{0});
    return ocs(tag);
  }

 protected:
  /// A register by its offset.
  virtual std::uint32_t read_word(std::uint32_t offset) = 0;
  virtual void write_word(std::uint32_t offset, std::uint32_t value) = 0;
  virtual void load(std::uint64_t address, std::byte* bytes, std::size_t length) = 0;
  virtual void store(std::uint64_t address, const std::byte* bytes, std::size_t length) = 0;
  /// Lets some time pass between two looks at a register.
  virtual void pass() = 0;

  std::uint32_t keyslots_at_ = 0;

 private:
  static constexpr std::uint32_t prdt_offset = 1024;

  std::uint64_t utrd_of(std::uint32_t tag) const { return base_ + tag * Utrd::size; }
  std::uint64_t ucd_of(std::uint32_t tag) const { return base_ + 0x2000 + tag * 0x1000u; }
  void until(Reg reg, std::uint32_t bits) {
    while ((read(reg) & bits) != bits) pass();
  }

  std::uint64_t base_;
};

}  // namespace icesim
