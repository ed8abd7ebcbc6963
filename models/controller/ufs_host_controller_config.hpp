// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/spec/prdt_crypto.hpp"
#include "models/controller/dma/dma_config.hpp"

#include <array>
#include <cstdint>

namespace icesim {

enum class Arbitration : std::uint8_t { fifo, round_robin };

struct UfsHostControllerConfig {
  static constexpr std::uint64_t most_doorbell_tags = 32;

  std::uint64_t version = 0x0310;
  std::uint64_t tags = 32;
  std::uint64_t mcq = 0;
  bool esi = false;
  bool auto_hibern8 = false;
  std::uint64_t prefetch_depth = 2;
  Arbitration arbitration = Arbitration::fifo;
  Cycles decode_cycles{4};
  Picoseconds enable_time{200'000'000};
  Picoseconds uic_time{10'000'000};
  Picoseconds link_startup_time{10'000'000'000};
  DmaConfig dma;
  PrdtFormat prdt = PrdtFormat::standard;  ///< follows from crypto.path
  bool late_crypto = false;  ///< CGE is taken only while HCE reads 1; follows from crypto.registers.variant

  static constexpr std::array<Choice, 2> arbitrations{
      {{"fifo", "Tags, or entries of queues, are fetched in the order of their doorbells"},
       {"round_robin", "The next pending tag, or queue, after the last one fetched goes first"}}};

  void describe(Fields& f) {
    using namespace literals;
    f("version", version, {0x0200, 0x0500}, fact("UFSHCI version register", "[ufshci-registers]"));
    f("tags", tags, {2, 64},
      fact("Commands at a time (NUTRS), the last one for device management; more than 32 in queues only", "[ufshci-capabilities] [ufshci-mcq]"));
    f("mcq", mcq, {0, 32},
      fact("Multi-circular queues that the controller offers; 0: the doorbell alone", "UFSHCI 4.0 [ufshci-mcq]"));
    f("esi", esi,
      fact("Each queue has an interrupt of its own, by message (ESI). The driver uses them; else the pin is that of all",
           "UFSHCI 4.0; Qualcomm's driver uses them [ufshci-esi]"));
    f("auto_hibern8", auto_hibern8,
      fact("The controller lets an idle link hibernate by itself, and wakes it. The driver asks for that by power.auto_hibern8",
           "[ufshci-auto-hibern8]"));
    f("prefetch_depth", prefetch_depth, {1, 32},
      assumption("Descriptors that may be fetched at a time", "[no-figure]", "fetch"));
    f("arbitration", arbitration, arbitrations,
      assumption("Which pending tag, or queue, is fetched from next", "FIFO or round robin [no-figure]", "fetch"));
    f("decode_cycles", decode_cycles, {1_cycles, 1000_cycles},
      assumption("Bus cycles to check a UTRD, and again command UPIU and PRDT", "[no-figure]", "fetch"));
    f("enable_time", enable_time, {1_us, 40_ms},
      assumption("From writing HCE until it reads 1", "Linux waits up to 50 ms [ufshci-enable]"));
    f("uic_time", uic_time, {100_ns, 400_ms}, assumption("A UIC command", "Linux waits up to 500 ms [ufshci-uic]"));
    f("link_startup_time", link_startup_time, {1_us, 400_ms}, assumption("DME_LINKSTARTUP", "[no-figure]"));
    f.group("dma", dma, "DMA port: two read channels (descriptors, data) and a write channel");
  }
};

struct UfsHostControllerStatistics {
  std::uint64_t commands = 0;
  std::uint64_t interrupts = 0;
  bool sends_messages = false;  ///< queues have interrupts of their own
  std::uint64_t messages = 0;
  bool hibernates = false;      ///< by itself
  std::uint64_t hibernations = 0;
  TimeSum hibernated_time;
  std::uint64_t dropped_upius = 0;
  std::array<std::uint64_t, 16> ocs{};
  Bytes data_read;
  Bytes data_written;

  void describe(Statistics& s) const {
    s("commands", commands, "Commands fetched");
    s("interrupts", interrupts, "Rising edges of the interrupt pin");
    if (sends_messages) s("messages", messages, "Interrupt messages of queues");
    if (hibernates) {
      s("hibernations", hibernations, "Times the link hibernated because the controller was idle, and was woken");
      s("hibernated_time", hibernated_time, "Time from there until something was to be done");
    }
    s("dropped_upius", dropped_upius, "UPIUs that belong to no command under way");
    s("invalid_command_table", ocs[1], "Commands ended with OCS 1");
    s("invalid_prdt", ocs[2], "Commands ended with OCS 2");
    s("mismatch_data_buffer_size", ocs[3], "Commands ended with OCS 3");
    s("mismatch_response_size", ocs[4], "Commands ended with OCS 4");
    s("peer_communication_failure", ocs[5], "Commands ended with OCS 5");
    s("fatal_error", ocs[7], "Commands ended with OCS 7, a bus error among them");
    s("invalid_crypto_configuration", ocs[9], "Commands ended with OCS 9");
    s("data_read", data_read, "Data read from memory, for the device");
    s("data_written", data_written, "Data written to memory, from the device");
  }
};

}  // namespace icesim
