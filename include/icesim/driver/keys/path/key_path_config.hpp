// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/driver/keys/path/registers_config.hpp"
#include "icesim/base/spread/spread.hpp"
#include "icesim/spec/prdt_crypto.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace icesim {

/// How a key gets into the hardware.
enum class KeyPathKind : std::uint8_t { registers, firmware, hwkm_v1, hwkm_v2, drained, pfk, prdt, none };

/// When the keys of all keyslots are written again.
enum class KeyRestore : std::uint8_t { never, idle, trace };

/// How many bits of a data unit number the hardware takes.
enum class DunBits : std::uint8_t { sixty_four, thirty_two };

/// A call into the secure world, whose time is drawn for each, and who else calls it.
struct SecureCallConfig : SpreadTime {
  SecureCallConfig() : SpreadTime{Spread::fixed, Picoseconds{50'000'000}, Picoseconds{200'000'000}, 10'000} {}

  Picoseconds entry{2'000'000};
  bool yields = true;
  Picoseconds leave{1'000'000};
  bool by_core = true;  ///< a core works there; of the path, no parameter
  Picoseconds buffer{1'000'000};
  std::uint64_t others_ppm = 0;
  Picoseconds others_hold{50'000'000};
  std::uint64_t busy_ppm = 0;

  void describe(Fields& f) {
    using namespace literals;
    constexpr std::string_view no_core = "with crypto.path=drained no core works in the secure world";
    SpreadTime::describe(f, {"Time of the secure world for one call", "no vendor has published it [no-figure]", "firmware", {5_us, 200_us}, {5_us, 10_ms}});
    f("entry", entry, {0_ps, 100_us},
      assumption("Into the secure world and back, beside its work", "0.5 to 3.1 us on Arm's boards [smc-round-trip]",
                 "firmware"));
    f("yields", yields,
      fact("Interrupts suspend the secure world, which is entered again behind their handlers; else they wait for its end",
           "the calls are yielding ones [linux-qcom-scm]")
        .only_if(by_core, no_core));
    f("leave", leave, {0_ps, 100_us},
      assumption("Out of the secure world for an interrupt; coming back takes `entry` again", "half of a round trip [no-figure]",
                 "firmware")
        .only_if(by_core, no_core)
        .only_if(yields, "with crypto.call.yields=false interrupts wait"));
    f("buffer", buffer, {0_ps, 100_us},
      assumption("Taking and giving back one buffer that the secure world may read", "two locks and a tree [no-figure]",
                 "firmware"));
    f("others_ppm", others_ppm, {0, 900'000},
      assumption("Share of the time in which another caller holds the mutex of all calls, in parts per million",
                 "crypto, displays and remote processors use it, too [linux-qcom-scm]", "firmware"));
    f("others_hold", others_hold, {0_ps, 1_ms},
      assumption("Longest time for which such a caller holds it", "[no-figure]", "firmware").only_if(others_ppm > 0, ".others_ppm is 0"));
    f("busy_ppm", busy_ppm, {0, 1'000'000},
      assumption("Calls of a million that the secure world refuses as busy; each is tried again after 30 ms, 21 times",
                 "[linux-qcom-scm]", "firmware"));
  }
};

/// Key paths: `crypto.path` and what its steps cost.
struct KeyPathConfig {
  KeyPathKind path = KeyPathKind::registers;
  RegistersConfig registers;
  SecureCallConfig call;
  Picoseconds derivation{20'000'000};
  Picoseconds entry_write{100'000};
  Picoseconds entry_wipe{30'000};
  std::uint64_t reserved_keyslots = 0;
  Picoseconds drain_poll{1'000'000};
  Picoseconds retry{3'000'000'000};
  DunBits dun_bits = DunBits::sixty_four;
  bool key_operations = false;
  Picoseconds operation_pause{1'000'000'000'000};
  KeyRestore restore = KeyRestore::never;
  Picoseconds restore_idle{3'000'000'000'000};
  std::uint64_t failing_program = 0;

  static constexpr std::array<Choice, 8> paths{
      {{"registers", "The CPU writes the key to x-CRYPTOCFG: 19 register writes (JEDEC)"},
       {"firmware", "The secure world writes it, called by the CPU with the key (Qualcomm ICE)"},
       {"hwkm-v1", "The CPU hands a wrapped key to a key manager in hardware, word by word (Qualcomm HWKM 1)"},
       {"hwkm-v2", "The secure world unwraps the key inside of the hardware (Qualcomm HWKM 2)"},
       {"drained", "A security processor does, when the controller has been drained; PRDT entries name the keyslot (Tensor KDN)"},
       {"pfk", "The secure world does, called by a worker, for a request that has its tag already (older Qualcomm stacks)"},
       {"prdt", "There are no keyslots: the CPU writes the key into every PRDT entry (Exynos FMP)"},
       {"none", "The controller does not encrypt; keys in the trace are ignored"}}};

  static constexpr std::array<Choice, 2> widths{
      {{"64", "As those of UFS"},
       {"32", "As those of eMMC: a longer number has its high half hashed into the low one, as with IV_INO_LBLK_32"}}};
  static constexpr std::array<Choice, 3> restores{
      {{"never", "Keyslots keep their keys"},
       {"idle", "With the first request after `restore_idle` without any, as hosts of eMMC do when they resume"},
       {"trace", "At each resume that the trace tells of: native traces can, and those of 'icesim record' do"}}};

  bool encrypts() const { return path != KeyPathKind::none; }
  /// Requests take one of the keyslots.
  bool has_keyslots() const { return encrypts() && path != KeyPathKind::prdt; }
  /// UTRDs say how requests are encrypted, as in the standard, and HCE.CGE lets them.
  bool by_standard() const { return encrypts() && prdt_format() == PrdtFormat::standard; }
  PrdtFormat prdt_format() const {
    return path == KeyPathKind::prdt      ? PrdtFormat::fmp
           : path == KeyPathKind::drained ? PrdtFormat::kdn
                                          : PrdtFormat::standard;
  }
  /// Requests are held back while a key is programmed.
  bool holds_requests() const { return path == KeyPathKind::drained || path == KeyPathKind::pfk; }
  /// Or while all keys are written again.
  bool blocks_requests() const { return holds_requests() || restores_keys(); }
  /// All keys are written again, now and then.
  bool restores_keys() const { return has_keyslots() && restore != KeyRestore::never; }
  /// The CPU itself works in the secure world.
  bool enters_secure_world() const { return calls_secure_world() && path != KeyPathKind::drained; }
  bool calls_secure_world() const {
    return path == KeyPathKind::pfk || path == KeyPathKind::firmware || path == KeyPathKind::hwkm_v2 || path == KeyPathKind::drained;
  }

  /// How the engine is enabled.
  RegistersVariant variant() const { return path == KeyPathKind::registers ? registers.variant : RegistersVariant::jedec; }
  /// Nobody raises the engine's clock.
  bool engine_stays_slow() const { return variant() == RegistersVariant::mediatek && !registers.boost; }

  /// User space asks for operations on wrapped keys.
  bool operates_on_keys() const { return key_operations && path == KeyPathKind::hwkm_v2; }

  /// Throws UserError where values do not fit each other.
  void check() const;

  void describe(Fields& f) {
    using namespace literals;
    f("path", path, paths, choice("How a key reaches the engine"));
    f.only_if(path == KeyPathKind::registers, "crypto.registers", "only with crypto.path=registers keys are written into registers");
    f.only_if(calls_secure_world(), "crypto.call", "only crypto.path=firmware, hwkm-v2, drained and pfk call the secure world");
    f.group("registers", registers, "Controllers with the standard's registers for keys: registers");
    call.by_core = enters_secure_world();
    f.group("call", call, "Calls into the secure world: firmware, hwkm-v2, pfk; of a security processor: drained");
    f("derivation", derivation, {0_ps, 1_ms},
      assumption("Time in which the key manager in hardware derives a key: hwkm-v1", "[no-figure]",
                 "keyslot_program")
        .only_if(path == KeyPathKind::hwkm_v1, "only crypto.path=hwkm-v1 waits for it by itself"));
    f("entry_write", entry_write, {0_ps, 10_us},
      assumption("Work to write data unit number and key, or keyslot, into a PRDT entry: prdt, drained",
                 "80 or 20 of 128 bytes, in memory that is coherent or not cached [no-figure]", "descriptors")
        .only_if(prdt_format() != PrdtFormat::standard, "only crypto.path=prdt and drained write more into the PRDT"));
    f("entry_wipe", entry_wipe, {0_ps, 10_us},
      assumption("Work to clear a PRDT entry with a key in it when its request has ended: prdt", "128 bytes [no-figure]",
                 "descriptors")
        .only_if(path == KeyPathKind::prdt, "only crypto.path=prdt has keys in the PRDT"));
    f("reserved_keyslots", reserved_keyslots, {0, 8},
      fact("Keyslots of the hardware, the last ones, that software leaves alone", "the Tensor's driver 1 of 16 [tensor-kdn], older Qualcomm stacks 2 of 32 [qcom-pfk]"));
    f("drain_poll", drain_poll, {1_us, 20_ms},
      assumption("Time between two looks at the doorbells while the controller is drained: drained",
                 "Linux asks for 20 ms, but stays runnable, so that it may be no more than a yield [tensor-kdn]",
                 "drain")
        .only_if(path == KeyPathKind::drained, "only crypto.path=drained drains the controller"));
    f("retry", retry, {1_us, 100_ms},
      assumption("Time after which a request that found all keyslots in use is tried again: pfk",
                 "the SCSI layer waits 3 ms, or for the next command that ends [qcom-pfk]",
                 "blocked")
        .only_if(path == KeyPathKind::pfk, "only crypto.path=pfk tries requests again that find no keyslot"));
    f("dun_bits", dun_bits, widths,
      fact("Bits of a data unit number that the hardware takes", "[ufshci-descriptors], of eMMC 32 [cqhci-dun]")
        .only_if(encrypts(), "with crypto.path=none nothing is encrypted"));
    f("key_operations", key_operations,
      fact("Processes generate, import or prepare wrapped keys or derive secrets, each by a call under the keyslots' lock: hwkm-v2",
           "[linux-qcom-hwkm]")
        .only_if(path == KeyPathKind::hwkm_v2, "only with crypto.path=hwkm-v2 user space asks the secure world for wrapped keys"));
    f("operation_pause", operation_pause, {10_ms, Picoseconds{std::uint64_t{3600} * 1'000'000'000'000}},
      assumption("Time from the end of one such operation to the next, with key_operations",
                 "some when a user is unlocked, then none for long [no-figure]", "keyslot_lock")
        .only_if(operates_on_keys(), "crypto.key_operations is false"));
    f("restore", restore, restores,
      fact("When all keys are written again, while no command is sent",
           "UFS at its default level keeps them, eMMC does not [linux-mmc-crypto]")
        .only_if(has_keyslots(), "no keyslots have keys with this crypto.path"));
    f("restore_idle", restore_idle, {1_us, Picoseconds{std::uint64_t{3600} * 1'000'000'000'000}},
      assumption("Time without a request after which the controller has been without power, with restore=idle",
                 "3 s after the last request an eMMC is suspended [linux-mmc-crypto]",
                 "keyslot_lock")
        .only_if(restore == KeyRestore::idle, "only crypto.restore=idle looks at it"));
    f("failing_program", failing_program, {0, ~std::uint64_t{0}},
      choice("The key program of this number fails, counted from 1; 0: none"));
  }
};

}  // namespace icesim
