// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/units.hpp"
#include "models/device/firmware/hesitation.hpp"
#include "models/device/background/background_config.hpp"
#include "models/device/map/map_cache_config.hpp"
#include "models/device/read_ahead_config.hpp"
#include "models/device/firmware/task_order.hpp"
#include "models/device/units/unit_sizes.hpp"

#include <array>
#include <optional>

namespace icesim {

/// Whether DATA INs of one command leave in the order of their offsets.
enum class DataOrdering : std::uint8_t { in_order, allowed, always };
inline constexpr std::array<Choice, 3> data_orderings{{
    {"in-order", "in the order of their offsets; bDataOrdering is 0"},
    {"allowed", "as the flash delivers them once the driver has set bOutOfOrderDataEn, which Linux never does; bDataOrdering is 2"},
    {"always", "as the flash delivers them; bOutOfOrderDataEn is set from the start"},
}};

/// Parameters of the device controller; those of the flash behind it stand in the flash's own configuration.
struct UfsDeviceConfig {
  std::uint64_t queue_depth = 32;
  Bytes max_data_in{32 << 10};
  Bytes max_data_out{32 << 10};
  std::uint64_t max_rtt = 2;
  std::uint64_t rtt_capability = 8;
  std::uint64_t capacity_blocks = std::uint64_t{128} << 18;
  bool write_cache = true;
  bool unit_attention = false;
  std::uint64_t logical_units = 1;
  Bytes other_unit_size{4 << 20};
  UnitSizes unit_sizes;
  bool boot_unit = false;
  Picoseconds command_occupancy{10'000'000};
  Picoseconds write_occupancy{};
  Picoseconds read_firmware_latency{10'000'000};
  Picoseconds read_firmware_latency_large{3'000'000};
  Picoseconds write_firmware_latency{0};
  Picoseconds write_firmware_latency_per_block{600'000};
  Picoseconds control_firmware_latency{5'000'000};
  Picoseconds unmap_latency{0};
  Picoseconds response_latency{1'000'000};
  TaskOrdering task_order = TaskOrdering::arrival;
  DataOrdering data_ordering = DataOrdering::in_order;
  Picoseconds initialisation{1'000'000'000};
  Picoseconds restart{50'000'000'000};
  Picoseconds map_rebuild{1'400'000'000};
  Picoseconds buffer_patience{5'000'000'000};
  MapCacheConfig map;
  ReadAheadConfig ahead;
  HesitationConfig hesitation;
  BackgroundConfig background;
  bool simulate_payload = false;
  std::uint32_t booster_factor = 1;  ///< pages of the flash that one of its WriteBooster buffer takes

  /// From a loss of power until the firmware takes requests, of a device of so many blocks.
  Picoseconds recovery(std::uint64_t blocks) const {
    return restart + map_rebuild * divide_up(blocks, std::uint64_t{1} << 18);
  }

  /// Blocks that the logical units other than 0 take, one behind the other at the end of the device's.
  std::uint64_t other_blocks() const {
    std::uint64_t blocks = 0;
    for (std::uint64_t lun = 1; lun < logical_units; ++lun) blocks += blocks_of_unit(lun);
    return blocks;
  }

  std::uint64_t blocks_of_unit(std::uint64_t lun) const {
    if (lun == 0) return capacity_blocks - other_blocks();
    return (unit_sizes.equal() ? other_unit_size : unit_sizes.of_unit(lun)) / logical_block;
  }

  void describe(Fields& f) {
    constexpr std::uint64_t us = 1'000'000, ms = 1'000 * us;
    constexpr std::string_view conzone = "[nand-conzone]";
    f("queue_depth", queue_depth, {1, 256},
      assumption("Commands the device holds at once; one more ends in TASK SET FULL",
                 "as many as a single-doorbell host has tags [ufshci-capabilities]"));
    f("max_data_in", max_data_in, {Bytes{4096}, Bytes{61440}, logical_block},
      assumption("Most bytes of one DATA IN UPIU",
                 "no device's value was found, the length field allows less than 64 KiB [ufs-data-limits]", "device"));
    f("max_data_out", max_data_out, {Bytes{4096}, Bytes{61440}, logical_block},
      assumption("Most bytes one READY TO TRANSFER asks for",
                 "no device's value was found, the length field allows less than 64 KiB [ufs-data-limits]", "device"));
    f("max_rtt", max_rtt, {1, 255},
      fact("READY TO TRANSFERs outstanding over all commands (bMaxNumOfRTT)",
           "2 after manufacturing [ufs-data-limits]"));
    f("rtt_capability", rtt_capability, {1, 255},
      assumption("Largest bMaxNumOfRTT the host may set (bDeviceRTTCap)",
                 "1 to 255, no device's value was found [ufs-data-limits]"));
    f("write_cache", write_cache, choice("Write cache enabled: a write ends when its data is in the write buffer"));
    f("unit_attention", unit_attention,
      fact("Behind a reset in service the logical unit answers its first command with a unit attention and does nothing else",
           "[scsi-unit-attention]"));
    f("logical_units", logical_units, {1, 8},
      choice("Logical units, of which the host's requests go to number 0; a guest may use the others, which share the flash"));
    f("other_unit_size", other_unit_size, {Bytes{4096}, Bytes{std::uint64_t{1} << 36}, logical_block},
      assumption("Size of each logical unit but number 0, which has the rest of flash.capacity", "4 MiB and more for boot code [no-figure]")
        .only_if(logical_units > 1, "device.logical_units is 1")
        .only_if(unit_sizes.equal(), "device.unit_sizes has them all"));
    f("unit_sizes", unit_sizes,
      choice("Sizes of logical units 1, 2 and so on, where they are not all device.other_unit_size; the last one is also that of all behind it")
        .only_if(logical_units > 1, "device.logical_units is 1"));
    f("boot_unit", boot_unit,
      choice("The last logical unit is boot LU A, which the well-known boot unit reads while bBootLunEn is 1"));
    f("command_occupancy", command_occupancy, {0, 100 * us},
      assumption("Time the firmware works on one command and on nothing else",
                 "fitted: 4 KiB random reads peak near the 100k IOPS of a UFS 3.1 part [ufs-data-sheets]", "device"));
    f("write_occupancy", write_occupancy, {0, 100 * us},
      assumption("What a write adds to that time", "data sheets tell fewer random writes than reads [ufs-data-sheets]", "device"));
    f("read_firmware_latency", read_firmware_latency, {0, 1 * ms},
      fact("Firmware time of a read of one block, after its occupancy, beside other commands",
           "20 us with the occupancy [nand-conzone]", "device"));
    f("read_firmware_latency_large", read_firmware_latency_large, {0, 1 * ms},
      fact("The same for a read of more than one block", "13 us with the occupancy [nand-conzone]"));
    f("write_firmware_latency", write_firmware_latency, {0, 1 * ms},
      fact("Firmware time of a write, after its occupancy, beside other commands",
           "5.6 us, which the occupancy exceeds [nand-conzone]"));
    f("write_firmware_latency_per_block", write_firmware_latency_per_block, {0, 1 * ms},
      fact("Part of it that each block adds", conzone));
    f("control_firmware_latency", control_firmware_latency, {0, 10 * ms},
      assumption("Firmware time of everything else (flush, UNMAP, INQUIRY, query, NOP, task management)",
                 "near the fixed part of a write [no-figure]", "device"));
    f("unmap_latency", unmap_latency, {0, 100 * ms},
      assumption("Firmware time of the range of an UNMAP, from its parameter list on, beside other commands", "[no-figure]",
                 unmap_latency.n > 0 ? "device" : ""));
    f("task_order", task_order, task_orderings,
      choice("In which order the firmware takes the commands and other requests that wait for it"));
    f("data_ordering", data_ordering, data_orderings,
      choice("In which order the DATA IN UPIUs of one command leave"));
    f("response_latency", response_latency, {0, 1 * ms},
      assumption("From the end of a command's work to its RESPONSE in the transmit buffer", "[no-figure]", "device"));
    f("initialisation", initialisation, {0, 1'500 * ms},
      assumption("Time for which fDeviceInit reads 1 after it was set",
                 "the driver polls for 1500 ms [linux-bring-up]"));
    f("restart", restart, {0, 1'000 * ms},
      assumption("Time after a loss of power until the firmware works, without that for the map", "[no-figure]"));
    f("map_rebuild", map_rebuild, {0, 100 * ms},
      assumption("Time for each GiB that the host sees, begun or whole, to build the table of where blocks lie again after a loss of "
                 "power",
                 "1 MiB of table read at 750 MB/s [no-figure]"));
    f("buffer_patience", buffer_patience, {1 * us, 1'000 * ms},
      assumption("A write that waits for room in the write buffer while none comes back for this long makes the "
                 "flash programme what it holds",
                 "longer than a programming step, so that it never happens while the flash is busy [no-figure]"));
    map.describe(f);
    ahead.describe(f);
    f.group("hesitation", hesitation, "A command waits for something of the device's own, beside other commands");
    background.describe(f);
  }
};

struct UfsDeviceStatistics {
  std::uint64_t reads = 0, writes = 0, synchronize_caches = 0, unmaps = 0, other_commands = 0;
  std::uint64_t nops = 0, queries = 0, task_managements = 0;
  std::uint64_t rtts = 0, data_ins = 0, data_outs = 0;
  std::uint64_t rejects = 0, check_conditions = 0, task_set_full = 0, aborted = 0;
  Picoseconds firmware_busy{};
  std::uint64_t buffer_waits = 0, buffer_flushes = 0, rtt_waits = 0;
  std::optional<MapStatistics> map;          ///< with `map_cache`
  std::optional<ReadAheadStatistics> ahead;  ///< with `read_ahead`
  std::optional<TimeSum> hesitated;          ///< with `hesitation`
  std::optional<BackgroundStatistics> background;  ///< with `background_ops`
  std::optional<std::uint64_t> early_data_ins;     ///< with `data_ordering`

  void describe(Statistics& s) const {
    s("reads", reads, "READ commands taken");
    s("writes", writes, "WRITE commands taken");
    s("synchronize_caches", synchronize_caches, "SYNCHRONIZE CACHE commands taken");
    s("unmaps", unmaps, "UNMAP commands taken");
    s("other_commands", other_commands, "Other SCSI commands taken");
    s("nops", nops, "NOP OUT answered");
    s("queries", queries, "Query requests answered");
    s("task_managements", task_managements, "Task management requests answered");
    s("rtts", rtts, "READY TO TRANSFERs sent");
    s("data_ins", data_ins, "DATA IN UPIUs sent");
    s("data_outs", data_outs, "DATA OUT UPIUs taken");
    s("rejects", rejects, "REJECT UPIUs sent");
    s("check_conditions", check_conditions, "Commands that ended in CHECK CONDITION");
    s("task_set_full", task_set_full, "Commands that ended in TASK SET FULL");
    s("aborted", aborted, "Commands ended by task management, or by another under their tag");
    s("firmware_busy", firmware_busy, "Time the firmware worked on commands");
    s("buffer_waits", buffer_waits, "READY TO TRANSFERs that waited for room in the write buffer");
    s("rtt_waits", rtt_waits, "READY TO TRANSFERs that waited because bMaxNumOfRTT were outstanding");
    s("buffer_flushes", buffer_flushes, "Flushes asked for to make room in the write buffer");
    if (map) s.group("map", *map);
    if (ahead) s.group("read_ahead", *ahead);
    if (hesitated) s("hesitated", *hesitated, "Time for which commands waited for something of the device's own");
    if (background) s.group("background", *background);
    if (early_data_ins) s("early_data_ins", *early_data_ins, "DATA IN UPIUs sent before another of a smaller offset");
  }
};

}  // namespace icesim
