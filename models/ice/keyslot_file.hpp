// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/keyslot_partition.hpp"
#include "models/base/ports.hpp"

#include <cstdint>
#include <vector>

namespace icesim {

struct KeyslotFileConfig {
  std::uint64_t num_keyslots = 32;
  bool aes_xts_256 = true;
  bool aes_xts_128 = false;
  std::uint64_t data_units = 0xff;
  std::uint64_t config_pointer = 16;
  bool readable_keys = false;
  KeyslotPartition partition;
  Picoseconds hypervisor{5'000'000};
  /// Events that clear all keyslots.
  struct WipeOn {
    bool hce_clear = true;
    bool hardware_reset = false;
    bool power_collapse = true;

    void describe(Fields& f) {
      f("hce_clear", hce_clear,
        assumption("Software writes 0 to HCE.HCE", "a reset might clear all keys [ufshci-crypto]"));
      f("hardware_reset", hardware_reset, assumption("The controller's reset line", "may wipe [ufshci-crypto]"));
      f("power_collapse", power_collapse, assumption("The controller loses its power", "may wipe [ufshci-crypto]"));
    }
  } wipe_on;

  void describe(Fields& f) {
    using namespace literals;
    f("num_keyslots", num_keyslots, {1, 256},
      fact("Entries of the x-CRYPTOCFG array", "key table of Qualcomm's engine [ice-keyslots]"));
    f("aes_xts_256", aes_xts_256, fact("AES-256-XTS is a capability", "the one Linux uses [ufshci-crypto]"));
    f("aes_xts_128", aes_xts_128, choice("AES-128-XTS is a capability"));
    f("data_units", data_units, {0x01, 0xff},
      fact("SDUSB: bit i stands for data units of 512 << i bytes", "phone with SM8150 [ice-data-unit-sizes]"));
    f("config_pointer", config_pointer, {4, 255},
      assumption("CCAP.CFGPTR: the x-CRYPTOCFG array begins at this x 100h",
                 "behind all registers of the base space [our-choice]"));
    f("readable_keys", readable_keys,
      assumption("Key words read back as written instead of zero",
                 "keys typically cannot be read back [ice-data-units]"));
    f("partition", partition,
      fact("Which keyslots virtual machines have: each its own, in this order, or all together the whole file. Requests say "
           "where they come from by --vm",
           "up to 8 machines, the host first; 16 and 32 in a published device tree [ice-vm-keyslots]"));
    f("hypervisor", hypervisor, {0_ps, 1_ms},
      assumption("Beside the work itself, what it costs a virtual machine, but the first, to have a key programmed or cleared by "
                 "the hypervisor: there and back, while its core waits",
                 "as much as the host needs to wake a thread that serves it [no-figure]", "hypervisor"));
    f.group("wipe_on", wipe_on, "Events that clear all keyslots");
  }
};

/// What happened to the keyslot file.
struct KeyslotFileStatistics {
  std::uint64_t programs = 0;
  std::uint64_t evictions = 0;
  std::uint64_t writes = 0;
  std::uint64_t loads = 0;
  std::uint64_t wipes = 0;
  std::uint64_t violations = 0;
  std::uint64_t hazards = 0;

  void describe(Statistics& s) const {
    s("programs", programs, "Keys put in use: writes of word 16 with CFGE set");
    s("evictions", evictions, "Programming sequences that ended with CFGE clear");
    s("writes", writes, "Register writes to the x-CRYPTOCFG array");
    s("loads", loads, "Times the secure world loaded or wiped a key");
    s("wipes", wipes, "Times all keyslots were cleared at once");
    s("violations", violations, "Key words written while CFGE was set");
    s("hazards", hazards, "Writes, loads and wipes that hit a keyslot while a request used it");
  }
};

/// What the engine must know of a keyslot to treat a request with it.
struct KeyslotUse {
  std::uint64_t generation = 0;  ///< counts what was programmed, so that an expanded key is known to be stale
  Bytes data_unit{};
  std::uint8_t capability = 0;
};

enum class KeyslotState : std::uint8_t { usable, invalid_configuration };

/// Who has made something of the keys in the keyslots.
class KeyUser {
 public:
  virtual ~KeyUser() = default;
  /// The key of a keyslot was wiped or evicted: what was made of it must go, too.
  virtual void key_gone(Keyslot keyslot) = 0;
};

/// The array of keyslots (x-CRYPTOCFG) and the capability registers beside it.
///
/// **Timing**: a write takes effect when it is made, at the controller's register file; a lookup sees all writes made
/// before. Loading a key from here into the engine costs AesXtsPipelineConfig::key_load_cycles. A keyslot is usable
/// when its index exists, CFGE is set, CAPIDX names a capability and DUSIZE is one size which that capability supports.
/// Key words written while CFGE is set take effect, and count as a violation of the programming order. Its generation
/// increases by one with each write of word 16 that sets CFGE.
/// **Spec**: registers and programming order [ufshci-crypto]; usability, write-only keys and rewriting in use
/// [ice-data-units].
/// What the secure world loads takes effect at once.
/// **Not modelled**: keys that are wrapped in hardware (they come unwrapped by load()), multi-host identifiers.
class KeyslotFile final : public KeyslotLoader {
 public:
  explicit KeyslotFile(const KeyslotFileConfig& config);
  ~KeyslotFile() override;
  KeyslotFile(const KeyslotFile&) = delete;
  KeyslotFile& operator=(const KeyslotFile&) = delete;

  /// The one who is told that keys are gone.
  void connect(KeyUser& user) { user_ = &user; }

  /// Register CCAP.
  std::uint32_t ccap() const { return layout_.encode(); }
  const CryptoCapabilities& layout() const { return layout_; }
  /// Word `index` of the x-CRYPTOCAP array, 0 when there is none.
  std::uint32_t capability(std::uint32_t index) const;

  /// Register write to the array; `word` counts 32-bit words from its start, 32 a keyslot. Reserved words keep nothing.
  void write(std::uint32_t word, std::uint32_t value);
  /// Register read from the array. Key words read as zero, unless `readable_keys`.
  std::uint32_t read(std::uint32_t word) const;
  /// Words in the array.
  std::uint32_t words() const { return static_cast<std::uint32_t>(entries_.size() * CryptoConfig::word_count); }

  /// A key that does not come through the registers. A keyslot without a key afterwards is one whose key is gone.
  void load(Keyslot keyslot, const CryptoConfig& entry, bool configure) override;
  void reset() override { wipe(WipeCause::hardware_reset); }

  enum class WipeCause : std::uint8_t { hce_clear, hardware_reset, power_collapse };
  /// Tells that `cause` happened; clears all keyslots when the configuration says so.
  void wipe(WipeCause cause);

  /// Says whether a request may use `keyslot`, and fills `use` when it may.
  KeyslotState lookup(Keyslot keyslot, KeyslotUse& use) const {
    if (keyslot.n >= entries_.size() || entries_[keyslot.n].data_unit.n == 0)
      return KeyslotState::invalid_configuration;
    const Entry& entry = entries_[keyslot.n];
    use = {entry.generation, entry.data_unit, entry.capability};
    return KeyslotState::usable;
  }

  /// A request with this keyslot is under way until `release`. The keyslot exists.
  void acquire(Keyslot keyslot);
  void release(Keyslot keyslot);
  std::uint32_t in_use(Keyslot keyslot) const { return entries_.at(keyslot.n).users; }

  /// Content, for the engine's function.
  const CryptoConfig& content(Keyslot keyslot) const { return entries_.at(keyslot.n).config; }
  /// Counts changes of the content, so that the engine's function knows when to take the key anew.
  std::uint64_t version(Keyslot keyslot) const { return entries_.at(keyslot.n).version; }
  /// Size of one AES key of the capability `index`.
  CryptoKeySize key_size(std::uint8_t index) const { return capabilities_.at(index).key_size; }

  /// Statistics group `keyslots_hw`.
  const KeyslotFileStatistics& statistics() const { return statistics_; }

 private:
  struct Entry {
    CryptoConfig config{};
    std::uint64_t generation = 0;
    std::uint64_t version = 0;
    Bytes data_unit{};  ///< 0: not usable
    std::uint32_t users = 0;
    std::uint8_t capability = 0;
    bool sequence = false;  ///< words other than 16 were written since word 16
  };

  void set_config(Entry& entry, std::uint32_t value);

  KeyUser* user_ = nullptr;
  KeyslotFileConfig::WipeOn wipe_on_;
  bool readable_keys_;
  std::vector<CryptoCapability> capabilities_;
  CryptoCapabilities layout_;
  std::vector<Entry> entries_;
  KeyslotFileStatistics statistics_;
};

/// Whether a job's key may be used, and what is known of it: one that came with the command always may.
inline bool has_key(const KeyslotFile& keyslots, const CryptoJob& job, KeyslotUse& use) {
  if (job.own == nullptr) return keyslots.lookup(job.keyslot, use) == KeyslotState::usable;
  use = {job.own->number, PageCrypto::page, 0};
  return true;
}

}  // namespace icesim
