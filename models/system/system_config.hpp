// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/keys/keys_config.hpp"
#include "icesim/driver/keys/path/key_path_config.hpp"
#include "icesim/driver/power/power_config.hpp"
#include "icesim/workload/replay.hpp"
#include "models/controller/ufs_host_controller_config.hpp"
#include "models/device/ufs_device_config.hpp"
#include "models/flash/flash_config.hpp"
#include "models/host/host_cpu.hpp"
#include "models/host/system_memory.hpp"
#include "models/ice/aes_xts_config.hpp"
#include "models/ice/keyslot_file.hpp"
#include "models/link/unipro_link.hpp"
#include "models/power/energy.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace icesim {

struct ClocksConfig {
  Hertz bus{300'000'000};
  Hertz ice{300'000'000};
  Hertz ice_low{75'000'000};
  std::uint64_t ice_low_gears = 0;
  Hertz device{500'000'000};
  Hertz nand{711'000'000};
  Cycles sync_stages{2};

  void describe(Fields& f) {
    using namespace literals;
    f("bus", bus, {10_MHz, 2000_MHz},
      fact("Clock of the host controller, its registers and its DMA port",
           "UniPro core clock of HS-G4 [unipro-rates]"));
    f("ice", ice, {19'200_kHz, 1000_MHz}, fact("Clock of the inline crypto engine", "sdm845 to sm8250 [ice-clocks]"));
    f("ice_low", ice_low, {19'200_kHz, 1000_MHz}, fact("The same at low gears", "low step of sdm845 [ice-clocks]"));
    f("ice_low_gears", ice_low_gears, {0, unipro::max_gear},
      choice("High-speed gears up to which the engine runs at ice_low. 0: none, its clock does not follow the link"));
    f("device", device, {10_MHz, 2000_MHz}, assumption("Clock of the device's controller", "[no-figure]"));
    f("nand", nand, {10_MHz, 2000_MHz},
      fact("Clock of the flash channels, two bytes a cycle", "1422 MB/s [nand-conzone]"));
    f("sync_stages", sync_stages, {1_cycles, 4_cycles},
      assumption("Cycles of the receiving clock that synchronise a signal from another clock",
                 "two flip-flops [our-choice]"));
  }
};

enum class Payload : std::uint8_t { none, verify };

/// All parameters of a simulation: the struct that goes in.
struct SystemConfig {
  std::uint64_t seed = 1;
  Payload payload = Payload::none;
  ReplayConfig replay;
  ClocksConfig clocks;
  HostCpuConfig host;
  BlockLayerConfig block_layer;
  KeyPathConfig crypto;
  KeysConfig keys;
  PowerConfig power;
  SystemMemoryConfig memory;
  UfsHostControllerConfig controller;
  KeyslotFileConfig keyslots;
  AesXtsPipelineConfig ice;
  UniproLinkConfig link;
  UfsDeviceConfig device;
  FlashArrayConfig flash;
  EnergyConfig energy;

  static constexpr std::array<Choice, 2> payloads{
      {{"none", "Timing only: descriptors are real bytes, data is not"},
       {"verify", "Every written block has known content, is encrypted, stored and checked when read"}}};

  /// The engine's clock is ice_low.
  bool engine_is_slow() const { return crypto.engine_stays_slow() || link.gear <= clocks.ice_low_gears; }
  /// The engine's clock. Before the power mode change nothing is encrypted.
  Hertz engine_clock() const { return engine_is_slow() ? clocks.ice_low : clocks.ice; }

  /// The slowest that it has in a run.
  Hertz slowest_engine_clock() const { return power.scaling.clocks() ? std::min(engine_clock(), clocks.ice_low) : engine_clock(); }

  /// Throws UserError when values do not fit each other.
  void check() const;

  void describe(Fields& f) {
    describe_conditions(f);
    f("seed", seed, {0, ~std::uint64_t{0}}, choice("Seed of the keys, and of the keyslots that keys.replacement=random draws"));
    f("payload", payload, payloads, choice("Whether the bytes of reads and writes are simulated"));
    f.group("replay", replay, "How the trace is replayed");
    f.group("clocks", clocks, "Clock domains");
    f.group("host", host, "Processor");
    f.group("block_layer", block_layer, "Linux's block layer");
    f.group("crypto", crypto, "Key paths");
    f.group("keys", keys, "Keys in the driver, and the keyslots they take");
    f.group("power", power, "Power states of the host");
    f.group("memory", memory, "System memory");
    f.group("controller", controller, "UFS host controller");
    f.group("keyslots", keyslots, "Keyslot file of the inline crypto engine");
    f.group("ice", ice, "Inline crypto engine");
    f.group("link", link, "M-PHY and UniPro link");
    f.group("device", device, "UFS device controller");
    f.group("flash", flash, "Flash translation layer and array");
    f.group("energy", energy, "What the work of a run costs in energy, low to high");
  }

 private:
  /// Where one group decides whether something looks at another's.
  void describe_conditions(Fields& f) const;
};

}  // namespace icesim
