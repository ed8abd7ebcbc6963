// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device_commands.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"
#include "models/device/ufs_device_config.hpp"

#include <algorithm>
#include <cstring>

namespace icesim {

namespace {

using scsi::Opcode;

bool is_well_known(std::uint8_t lun) {
  return std::find(std::begin(well_known_units), std::end(well_known_units), lun) != std::end(well_known_units);
}

/// Bytes that the host left room for, from the allocation length field of each command.
std::uint32_t allocation_length(const scsi::Cdb& cdb) {
  switch (scsi::opcode_of(cdb)) {
    case Opcode::inquiry:
      return load_be16(&cdb[3]);
    case Opcode::request_sense:
      return load_u8(&cdb[4]);
    case Opcode::mode_sense_10:
      return load_be16(&cdb[7]);
    case Opcode::report_luns:
    case Opcode::security_protocol_in:
      return load_be32(&cdb[6]);
    case Opcode::service_action_in_16:
      return load_be32(&cdb[10]);
    default:
      return scsi::read_capacity_10_size;
  }
}

/// The list of security protocols, in which there is only the list itself.
ScsiAnswer security_protocols(std::byte* to) {
  store_be16(to + 6, 1);
  return {9, {}};
}

template <std::size_t N>
ScsiAnswer copy(const std::array<std::byte, N>& data, std::byte* to) {
  std::memcpy(to, data.data(), N);
  return {N, {}};
}

}  // namespace

ScsiTarget::ScsiTarget(const UfsDeviceConfig& config) : write_cache_(config.write_cache) {
  ensure(config.other_blocks() < config.capacity_blocks, "UfsDevice: logical unit 0 has at least one block");
  Lba first{0};
  for (std::uint64_t lun = 0; lun < config.logical_units; ++lun) {
    units_.push_back({first, config.blocks_of_unit(lun)});
    first += Lba{units_.back().blocks};
  }
}

bool ScsiTarget::has_unit(std::uint8_t lun) const { return lun < units_.size() || is_well_known(lun); }

bool ScsiTarget::tells_attention(const CommandUpiu& command) {
  const Opcode opcode = scsi::opcode_of(command.cdb);
  return opcode != Opcode::inquiry && opcode != Opcode::report_luns && opcode != Opcode::request_sense;
}

void ScsiTarget::settle(ScsiPlan& plan, Bytes moved, Bytes expected) {
  plan.length = static_cast<std::uint32_t>(std::min(moved.n, expected.n));
  plan.residual = static_cast<std::uint32_t>(std::max(moved.n, expected.n) - plan.length);
  plan.flags = moved > expected ? ResponseUpiu::overflow : moved < expected ? ResponseUpiu::underflow : 0;
}

ScsiPlan ScsiTarget::plan(const CommandUpiu& command, bool boots) const {
  const Opcode opcode = scsi::opcode_of(command.cdb);
  ScsiPlan plan;
  settle(plan, Bytes{0}, command.expected_length);
  switch (opcode) {
    case Opcode::inquiry:
    case Opcode::report_luns:
    case Opcode::request_sense:
      plan.work = ScsiPlan::Work::answer;
      return plan;
    default:
      break;
  }
  if (!has_unit(command.lun)) return ScsiPlan::failure(sense::lun_not_supported);
  if (opcode == Opcode::test_unit_ready) return plan;
  if (command.lun >= units_.size()) return plan_well_known(command, plan, boots);
  if (opcode == Opcode::start_stop_unit) return plan;

  const LogicalUnit& unit = units_[command.lun];
  if (const auto transfer = scsi::parse_transfer(command.cdb)) return plan_transfer(*transfer, command, unit);
  switch (opcode) {
    case Opcode::synchronize_cache_10: {
      const auto range = scsi::parse_synchronize_cache_10(command.cdb);
      if (!unit.holds(range.lba, range.blocks)) return ScsiPlan::failure(sense::lba_out_of_range);
      plan.work = ScsiPlan::Work::flush;
      return plan;
    }
    case Opcode::unmap:
      return plan_unmap(command);
    case Opcode::service_action_in_16:
      if (!scsi::is_read_capacity_16(command.cdb)) return ScsiPlan::failure(sense::invalid_field_in_cdb);
      [[fallthrough]];
    case Opcode::read_capacity_10:
    case Opcode::mode_sense_10:
      plan.work = ScsiPlan::Work::answer;
      return plan;
    default:
      return ScsiPlan::failure(sense::invalid_opcode);
  }
}

/// What a well-known unit does beside telling who it is.
ScsiPlan ScsiTarget::plan_well_known(const CommandUpiu& command, ScsiPlan plan, bool boots) const {
  const Opcode opcode = scsi::opcode_of(command.cdb);
  const bool security = opcode == Opcode::security_protocol_in || opcode == Opcode::security_protocol_out;
  if (opcode == Opcode::start_stop_unit && command.lun == scsi::well_known::ufs_device) return plan;
  if (boots && command.lun == scsi::well_known::boot) {
    const auto transfer = scsi::parse_transfer(command.cdb);
    if (transfer && !transfer->write) return plan_transfer(*transfer, command, units_.back());
  }
  if (!security || command.lun != scsi::well_known::rpmb) return ScsiPlan::failure(sense::invalid_opcode);
  const scsi::SecurityProtocol request = scsi::parse_security_protocol(command.cdb);
  if (opcode == Opcode::security_protocol_out || request.protocol != 0 || request.specific != 0)
    return ScsiPlan::failure(sense::invalid_field_in_cdb);
  plan.work = ScsiPlan::Work::answer;
  return plan;
}

ScsiPlan ScsiTarget::plan_transfer(const scsi::Transfer& transfer, const CommandUpiu& command, const LogicalUnit& unit) const {
  if (transfer.blocks > max_transfer_blocks) return ScsiPlan::failure(sense::invalid_field_in_cdb);
  if (!unit.holds(transfer.lba, transfer.blocks)) return ScsiPlan::failure(sense::lba_out_of_range);
  ScsiPlan plan;
  plan.work = transfer.write ? ScsiPlan::Work::write : ScsiPlan::Work::read;
  plan.first = unit.first + transfer.lba;
  plan.fua = transfer.fua;
  settle(plan, logical_block * transfer.blocks, command.expected_length);
  const std::uint8_t direction = transfer.write ? CommandUpiu::write : CommandUpiu::read;
  if (plan.length > 0 && (command.flags & direction) == 0) return ScsiPlan::failure(device_sense::invalid_field_in_command_upiu);
  // A block is written whole or not at all.
  if (transfer.write) plan.length -= plan.length % static_cast<std::uint32_t>(logical_block.n);
  plan.blocks = static_cast<std::uint32_t>(divide_up(plan.length, logical_block.n));
  return plan;
}

ScsiPlan ScsiTarget::plan_unmap(const CommandUpiu& command) const {
  const std::uint32_t length = load_be16(&command.cdb[7]);
  if (length != 0 && length != scsi::unmap_list_size) return ScsiPlan::failure(device_sense::parameter_list_length_error);
  ScsiPlan plan;
  plan.work = length == 0 ? ScsiPlan::Work::none : ScsiPlan::Work::unmap;
  settle(plan, Bytes{length}, command.expected_length);
  if (plan.length < length || (length > 0 && (command.flags & CommandUpiu::write) == 0)) {
    return ScsiPlan::failure(device_sense::invalid_field_in_command_upiu);
  }
  return plan;
}

ScsiPlan ScsiTarget::unmap_range(std::uint8_t lun, const std::byte* list, std::uint32_t length) const {
  ensure(length == scsi::unmap_list_size, "ScsiTarget: an UNMAP parameter list has the planned length");
  if (list == nullptr) return ScsiPlan::failure(device_sense::invalid_field_in_parameter_list);
  scsi::UnmapList bytes;
  std::memcpy(bytes.data(), list, bytes.size());
  const auto range = scsi::parse_unmap_list(bytes);
  if (!range) return ScsiPlan::failure(device_sense::invalid_field_in_parameter_list);
  const LogicalUnit& unit = units_.at(lun);
  if (!unit.holds(range->lba, range->blocks)) return ScsiPlan::failure(sense::lba_out_of_range);
  ScsiPlan plan;
  plan.work = ScsiPlan::Work::unmap;
  plan.first = unit.first + range->lba;
  plan.blocks = range->blocks;
  return plan;
}

ScsiAnswer ScsiTarget::answer(const CommandUpiu& command, bool write_protected, std::byte* to) const {
  std::memset(to, 0, control_data_size);
  ScsiAnswer answer;
  switch (scsi::opcode_of(command.cdb)) {
    case Opcode::inquiry:
      answer = inquiry(command, to);
      break;
    case Opcode::report_luns:
      answer = report_luns(load_u8(&command.cdb[2]), to);
      break;
    case Opcode::request_sense:
      answer = copy(encode_sense(has_unit(command.lun) ? sense::none : sense::lun_not_supported), to);
      break;
    case Opcode::mode_sense_10:
      answer = mode_sense(command, write_protected, to);
      break;
    case Opcode::security_protocol_in:
      answer = security_protocols(to);
      break;
    case Opcode::read_capacity_10:
      answer = copy(scsi::read_capacity_10_data(units_.at(command.lun).blocks), to);
      break;
    case Opcode::service_action_in_16:
      answer = copy(scsi::read_capacity_16_data(units_.at(command.lun).blocks), to);
      break;
    default:
      throw_bug("ScsiTarget: only commands planned as an answer are answered");
  }
  answer.length = std::min(answer.length, allocation_length(command.cdb));
  if (std::min<std::uint64_t>(answer.length, command.expected_length.n) > 0 &&
      (command.flags & CommandUpiu::read) == 0) {
    return {0, device_sense::invalid_field_in_command_upiu};
  }
  return answer;
}

ScsiAnswer ScsiTarget::mode_sense(const CommandUpiu& command, bool write_protected, std::byte* to) const {
  const scsi::ModeSense request = scsi::parse_mode_sense_10(command.cdb);
  const bool all = request.page == 0x3f;
  if (request.subpage != 0 && !(all && request.subpage == 0xff)) return {0, sense::invalid_field_in_cdb};
  std::uint32_t length = 8;
  store_u8(to + 3, write_protected ? 0x90 : 0x10);  // WP, DPOFUA
  if (all || request.page == 0x08) {  // caching
    store_u8(to + length, 0x08);
    store_u8(to + length + 1, 0x12);
    const bool changeable_values = request.page_control == 1;
    store_u8(to + length + 2, write_cache_ && !changeable_values ? 0x04 : 0);
    length += 20;
  }
  if (all || request.page == 0x0a) {  // control
    store_u8(to + length, 0x0a);
    store_u8(to + length + 1, 0x0a);
    length += 12;
  }
  if (length == 8) return {0, sense::invalid_field_in_cdb};
  store_be16(to, static_cast<std::uint16_t>(length - 2));
  return {length, {}};
}

}  // namespace icesim
