// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_config.hpp"

#include "icesim/base/wide.hpp"

namespace icesim {

void FlashBoosterConfig::describe(Fields& f) {
  using namespace literals;
  constexpr std::string_view conzone = "[nand-conzone]";
  f("capacity", capacity, {0_B, Bytes{std::uint64_t{1} << 40}, logical_block},
    choice("Bytes that the buffer holds, rounded up to superblocks of every die; 0: there is none"));
  const Fields::Only only(f, capacity.n > 0, ".capacity is 0");
  f("kind", kind, booster_kinds, choice("Where its superblocks come from"));
  f("enabled", enabled, choice("Whether it takes writes before anybody has said so"));
  f("migration", migration, booster_migrations,
    assumption("When what it holds moves to the rest of the flash", "devices do not publish it [no-figure]", "flash"));
  f("idle_time", idle_time, {0_ns, 10_s},
    assumption("Time without any request after which what it holds begins to move",
               "devices do not publish it [no-figure]"));
  f("program_time", program_time, {1_ns, 100_ms}, fact("tPROG of a page in SLC mode", conzone, "flash"));
  f("read_time", read_time, {1_ns, 10_ms}, fact("tR of a page in SLC mode", conzone));
  f("endurance", endurance, {1, 10'000'000},
    assumption("Erases that a superblock in SLC mode is rated for", "order of magnitude of SLC [no-figure]"));
}

void FlashBoosterStatistics::describe(Statistics& s) const {
  s("blocks_written", blocks_written, "Blocks of the host that were programmed in the booster");
  s("passed_blocks", passed_blocks, "Blocks of the host that found no room in the enabled booster");
  s("migration_reads", migration_reads, "Read operations of dies for migration");
  s("migration_programs", migration_programs, "Program operations of dies for migration");
  s("migrated_blocks", migrated_blocks, "Valid blocks that moved to the rest of the flash");
  s("erases", erases, "Erase operations of dies in the booster");
}

void FlashPreconditionConfig::describe(Fields& f) {
  f("fill_ppm", fill_ppm, {0, 1'000'000},
    choice("Blocks that were written before the device is delivered, from the first one on, in millionths of all"));
  f("pattern", pattern, flash_patterns, choice("In which order they were written"));
}

void FlashArrayConfig::describe(Fields& f) {
  using namespace literals;
  constexpr std::string_view conzone = "[nand-conzone]";
  f("capacity", capacity, {1_MiB, Bytes{std::uint64_t{4} << 40}, logical_block}, choice("Bytes that the host sees"));
  f("over_provisioning_ppm", over_provisioning_ppm, {0, 4'000'000},
    assumption("Flash beyond the capacity, in millionths of it; a few superblocks per die are always added",
               "about GiB against GB, as common in consumer devices [our-choice]"));
  f("channels", channels, {1, 64}, fact("Channel buses", conzone));
  f("dies_per_channel", dies_per_channel, {1, 64}, fact("Dies that share a channel bus", conzone));
  f("planes", planes, {1, 16}, fact("Planes of a die, used together by every program and erase", conzone));
  f("page_bytes", page_bytes, {4_KiB, 128_KiB, logical_block}, fact("Page of one plane", conzone));
  f("pages_per_block", pages_per_block, {1, 16384},
    assumption("Pages of one plane that are erased together", "order of magnitude of 3D TLC [no-figure]"));
  f("pages_per_program", pages_per_program, {1, 4},
    fact("Pages of one plane written by one program: 1 is SLC, 3 is one-shot TLC", conzone));
  f("read_time", read_time, {1_ns, 10_ms}, fact("tR, from page to page register", conzone));
  f("program_time", program_time, {1_ns, 100_ms}, fact("tPROG of one program unit", conzone, "flash"));
  f("erase_time", erase_time, {1_ns, 1_s}, fact("tBERS of one block in all planes", conzone));
  f("channel_bytes_per_cycle", channel_bytes_per_cycle, {1_B, 64_B},
    fact("Bytes a channel bus moves per cycle of the nand clock; 2 is DDR at 8 bits", "1422 MB/s [nand-conzone]"));
  f("write_buffer", write_buffer, {4_KiB, 1_GiB},
    assumption("Room for blocks that are written but not yet programmed; in less than a program unit they wait for "
               "`device.buffer_patience`",
               "holds two program units per die [our-choice]", "flash"));
  f("gc_threshold", gc_threshold, {2, 1024},
    assumption("Free superblocks of a die at which collection starts",
               "translation layers do not publish it [no-figure]"));
  f("gc_priority", gc_priority, gc_priorities,
    assumption("Who goes first on a die", "translation layers do not publish it [no-figure]"));
  f("gc_victim", gc_victim, gc_victims,
    assumption("Which superblock of a die is collected",
               "the policies are [victim-policies]; translation layers do not publish theirs [no-figure]"));
  f("gc_window", gc_window, {1, 1024},
    assumption("Superblocks of a die among which flash.gc_victim=windowed chooses",
               "translation layers do not publish it [no-figure]")
      .only_if(gc_victim == GcVictim::windowed, "only flash.gc_victim=windowed looks at it"));
  f.group("wordline", wordline, "Pages that share cells, with times of their own");
  f.group("cache_program", cache_program, "Programs whose data come while another one is under way");
  f.group("suspension", suspension, "Programs and erases that make way for reads");
  f.group("retry", retry, "Reads that are done again");
  f.group("wear", wear, "Erases, and what they do");
  f.group("booster", booster, "WriteBooster buffer in SLC mode");
  f.group("streams", streams, "Data of different lives apart");
  f.group("precondition", precondition, "What the device was used for before");
}

void FlashStatistics::describe(Statistics& s) const {
  s("reads", reads, "Read operations of dies for the host");
  s("programs", programs, "Program operations of dies for the host");
  s("erases", erases, "Erase operations of dies");
  s("gc_reads", gc_reads, "Read operations of dies for garbage collection");
  s("gc_programs", gc_programs, "Program operations of dies for garbage collection");
  s("gc_moved_blocks", gc_moved_blocks, "Valid blocks moved by garbage collection");
  s("host_blocks_written", host_blocks_written, "Blocks written by the host");
  s("flash_blocks_programmed", flash_blocks_programmed,
    "Blocks programmed, padding included; divided by host_blocks_written it is the write amplification");
  s("buffer_hits", buffer_hits, "Blocks read from a buffer because their program was not complete");
  s("unmapped_reads", unmapped_reads, "Blocks read that were trimmed, answered without reading flash");
  s("waited_writes", waited_writes, "Blocks that waited in the write buffer for a free superblock");
  s("die_busy", die_busy, "Time of complete operations, summed over dies, bus waits included");
  s("channel_busy", channel_busy, "Time of complete operations' transfers, summed over channels");
  if (boosted) s.group("booster", booster);
  if (parts_hot) s.group("streams", streams);
  if (caches) s.group("cache_program", cache);
  if (suspends) s.group("suspension", suspension);
  if (retries) s.group("retry", retry);
  if (!wears) return;
  FlashWearStatistics worn = wear;
  worn.write_amplification_ppm = parts_per_million(flash_blocks_programmed, host_blocks_written);
  s.group("wear", worn);
}

}  // namespace icesim
