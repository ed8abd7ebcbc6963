// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/fetch/fetch_twin.hpp"

namespace icesim::twin {

bool FetchTwin::fetch_bytes(std::uint64_t address, std::byte* to, std::size_t size) const {
  if (!memory_.contains(address, size)) return false;
  memory_.read(address, to, size);
  return true;
}

void FetchTwin::take_utrd(Unit& unit) const {
  std::array<std::byte, Utrd::size> bytes{};
  unit.bus_error = !fetch_bytes(unit.descriptor, bytes.data(), bytes.size());
  unit.utrd = Utrd::decode(bytes.data());
}

void FetchTwin::take_command(Unit& unit) const {
  unit.bus_error |= !fetch_bytes(unit.utrd.ucd_base, unit.command.data(), unit.command.size());
}

/// The contract gives a command that cannot be carried out no place among the UPIUs that leave, from the beginning.
/// Hardware would give the place back when it knows; the twin looks at the descriptors when a unit takes the tag.
bool FetchTwin::can_be_carried_out(Unit unit) const {
  take_utrd(unit);
  if (check_utrd(unit) != Ocs::success) return false;
  take_command(unit);
  return check_body(unit) == Ocs::success;
}

Ocs FetchTwin::check_utrd(const Unit& unit) const {
  const Utrd& utrd = unit.utrd;
  if (unit.bus_error) return Ocs::fatal_error;
  const bool data = utrd.data_direction == DataDirection::to_device || utrd.data_direction == DataDirection::to_host;
  const bool sound_header = utrd.command_type == CommandType::ufs_storage && !utrd.has_reserved_bits() &&
                            utrd.ehs_length == 0 && (data || utrd.data_direction == DataDirection::none);
  if (!sound_header) return Ocs::invalid_command_table;
  if (data ? utrd.prdt_length == 0 : utrd.prdt_length != 0) return Ocs::invalid_command_table;
  // The parts of the command descriptor do not overlap: command, response, PRDT.
  if (utrd.response_offset * 4u < upiu_header_size) return Ocs::invalid_command_table;
  if (data && utrd.response_offset + utrd.response_length > utrd.prdt_offset) return Ocs::invalid_command_table;
  return utrd.response_length * 4u < upiu_header_size ? Ocs::mismatch_response_size : Ocs::success;
}

Ocs FetchTwin::check_body(Unit& unit) const {
  const Utrd& utrd = unit.utrd;
  if (unit.bus_error) return Ocs::fatal_error;
  const std::uint64_t size = entry_size(config_.prdt);
  PageCrypto first;
  for (std::uint64_t i = 0; i < utrd.prdt_length; ++i) {
    // An entry that is not there is found when its group of 16 is looked at.
    const std::uint64_t table = utrd.ucd_base + utrd.prdt_offset * 4u;
    const std::uint64_t group = std::min<std::uint64_t>(16, utrd.prdt_length - i / 16 * 16);
    if (!memory_.contains(table + i / 16 * 16 * size, group * size)) return Ocs::fatal_error;
    if (config_.prdt != PrdtFormat::standard) {
      const Ocs ocs = check_long_entry(unit, i, table + i * size, first);
      if (ocs != Ocs::success) return ocs;
      continue;
    }
    std::array<std::byte, PrdtEntry::size> bytes{};
    memory_.read(table + i * PrdtEntry::size, bytes.data(), bytes.size());
    const PrdtEntry entry = PrdtEntry::decode(bytes.data());
    if (!entry.valid()) return Ocs::invalid_prdt;
    unit.buffer += entry.byte_count;
  }
  if (tag_of(unit.command) != unit.tag || unit.tag.n >= config_.tags) return Ocs::invalid_command_table;
  if (transaction_of(unit.command) == Transaction::command) {
    unit.expected = CommandUpiu::decode(unit.command).expected_length;
    if (utrd.data_direction != DataDirection::none && unit.buffer < unit.expected)
      return Ocs::mismatch_data_buffer_size;
  }
  return config_.prdt == PrdtFormat::standard ? check_crypto(unit) : check_page_keys(unit, first.encrypted);
}

/// Number, key and enable of an entry go into registers of the unit with the first; the others must say the same but
/// for the number.
Ocs FetchTwin::check_long_entry(Unit& unit, std::uint64_t number, std::uint64_t address, PageCrypto& first) const {
  std::array<std::byte, 128> bytes{};
  memory_.read(address, bytes.data(), bytes.size());
  PrdtEntry entry;
  const PageCrypto page = decode_page(config_.prdt, bytes.data(), entry);
  if (!entry.valid()) return Ocs::invalid_prdt;
  if (number == 0) first = page;
  if (page.encrypted != first.encrypted || page.key != first.key || page.keyslot != first.keyslot)
    return Ocs::invalid_prdt;
  unit.buffer += entry.byte_count;
  if (number == 0) unit.own_key = page.encrypted && config_.prdt == PrdtFormat::fmp;
  if (number == 0 && page.encrypted) unit.utrd.dun = Dun{page.dun.low};
  if (number == 0 && page.encrypted && !unit.own_key) unit.utrd.cci = page.keyslot;
  return Ocs::success;
}

Ocs FetchTwin::check_page_keys(Unit& unit, bool encrypted) const {
  if (unit.utrd.crypto_enable) return Ocs::invalid_crypto_configuration;
  if (encrypted && unit.expected.n % 4096 != 0) return Ocs::invalid_crypto_configuration;
  const KeyslotTwin::Key key = keyslots_.look_up(unit.utrd.cci);
  if (encrypted && !unit.own_key && !(key.usable && key.data_unit.n == 4096)) return Ocs::invalid_crypto_configuration;
  unit.utrd.crypto_enable = encrypted;
  return Ocs::success;
}

Ocs FetchTwin::check_crypto(const Unit& unit) const {
  if (!unit.utrd.crypto_enable) return Ocs::success;
  const bool enabled = (registers_.hw_read(Reg::HCE) & HCE::CGE) != 0;
  const KeyslotTwin::Key key = keyslots_.look_up(unit.utrd.cci);
  const bool fits = key.usable && unit.expected.n % key.data_unit.n == 0;
  return enabled && fits ? Ocs::success : Ocs::invalid_crypto_configuration;
}

}  // namespace icesim::twin
