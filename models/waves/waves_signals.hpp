// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/signals.hpp"

#include <array>

namespace icesim::pins {

struct Pin {
  const char* name;
  unsigned width;
  const char* sentence;
};

// One enumerator for each row of the table below it.

enum Controller : std::size_t {
  mmio_write,
  mmio_read,
  mmio_address,
  mmio_data,
  doorbell,
  complete,
  complete_tag,
  complete_ocs,
  interrupt,
  controller_count
};
inline constexpr std::array<Pin, controller_count> controller{{
    {"mmio_write", 1, "A register write takes effect in this bus cycle"},
    {"mmio_read", 1, "A register is read in this bus cycle"},
    {"mmio_address", 20, "Its offset"},
    {"mmio_data", 32, "What was written or read; x for the words of x-CRYPTOCFG that hold keys"},
    {"doorbell", 32, "UTRLDBR: tags whose doorbell was rung and whose commands have not ended"},
    {"complete", 1, "A command ends in this bus cycle: its OCS is visible in memory"},
    {"complete_tag", 8, "Its tag"},
    {"complete_ocs", 4, "Its OCS"},
    {"interrupt", 1, "The interrupt pin"},
}};

/// # stands for the number of the unit.
enum Fetch : std::size_t { fetch, fetch_tag, fetch_count };
inline constexpr std::array<Pin, fetch_count> fetch_unit{{
    {"fetch#", 1, "This fetch unit reads UTRD, command UPIU and PRDT of a tag"},
    {"fetch#_tag", 8, "That tag"},
}};

enum Engine : std::size_t {
  in_valid,
  in_tag,
  in_crypto,
  in_blocks,
  issue_valid,
  issue_tag,
  issue_keyslot,
  issue_dun,
  issue_blocks,
  out_valid,
  out_tag,
  out_blocks,
  engine_count
};
inline constexpr std::array<Pin, engine_count> engine{{
    {"in_valid", 1, "At least one block has come to the engine and been synchronised in this cycle of the ice clock"},
    {"in_tag", 8, "Tag of its command"},
    {"in_crypto", 1, "1: it will be encrypted or decrypted; 0: it passes by"},
    {"in_blocks", 32, "Blocks of 16 bytes that have come so far, modulo 2^32"},
    {"issue_valid", 1, "At least one block enters a core in this cycle of the ice clock"},
    {"issue_tag", 8, "Tag of its command"},
    {"issue_keyslot", 8, "Its keyslot"},
    {"issue_dun", 64, "Number of its data unit, which becomes its tweak"},
    {"issue_blocks", 32, "Blocks that have entered a core so far, modulo 2^32"},
    {"out_valid", 1, "At least one block leaves in this cycle of the ice clock"},
    {"out_tag", 8, "Tag of its command"},
    {"out_blocks", 32, "Blocks that have left so far, modulo 2^32"},
}};

enum Link : std::size_t {
  upiu,
  upiu_transaction,
  upiu_tag,
  upiu_length,
  received,
  received_transaction,
  received_tag,
  afc,
  afc_frames,
  acknowledged,
  link_count
};
inline constexpr std::array<Pin, link_count> link{{
    {"upiu", 1, "A UPIU is on the wire: from its first symbol until the last one has left"},
    {"upiu_transaction", 6, "Its transaction code"},
    {"upiu_tag", 8, "Its task tag"},
    {"upiu_length", 16, "Bytes of its data segment"},
    {"received", 1, "The last frame of a UPIU has been received (for one symbol)"},
    {"received_transaction", 6, "Its transaction code"},
    {"received_tag", 8, "Its task tag"},
    {"afc", 1, "An AFC that acknowledges frames of this direction is on the lanes of the other one"},
    {"afc_frames", 8, "Data frames that it acknowledges"},
    {"acknowledged", 32, "Data frames of which the transmitter knows that they are acknowledged, modulo 2^32"},
}};

/// Where the signals of a system with so many fetch units lie in their list: the controller's, the fetch units', then
/// the engine's and the link's, each for to_device and to_host.
struct Layout {
  std::size_t fetch_units = 0;

  std::size_t of_fetch_unit(std::size_t unit) const { return controller_count + unit * fetch_count; }
  std::size_t of_engine(std::size_t direction) const { return of_fetch_unit(fetch_units) + direction * engine_count; }
  std::size_t of_link(std::size_t direction) const { return of_engine(2) + direction * link_count; }

  std::vector<Signal> list() const;
};

}  // namespace icesim::pins
