// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/device_event.hpp"

#include "src/workload/text/cursor.hpp"

namespace icesim::ftrace {
namespace {

constexpr std::uint64_t most_blocks = std::uint64_t{1} << 48;
constexpr std::uint64_t no_lba = ~std::uint64_t{0};
constexpr std::uint8_t fua_or_unmap = 1 << 3;

Step step_of(std::string_view word) {
  if (word == "send_req" || word == "send") return Step::start;
  return word == "complete_rsp" || word == "complete" ? Step::end : Step::other;
}

void set_extent(RequestEvent& event, Operation operation, std::uint64_t lba, Bytes unit, Bytes length) {
  event.known = true;
  event.request.operation = operation;
  event.request.offset = operation == Operation::flush ? Bytes{} : unit * lba;
  event.request.length = operation == Operation::flush ? Bytes{} : length;
}

}  // namespace

bool parse_scsi_device(std::string_view device, std::uint32_t& lun) {
  Cursor at(device);
  std::uint32_t number = 0;
  for (int i = 0; i < 3; ++i) {
    if (!at.number(number) || !at.literal(':')) return false;
  }
  return at.number(lun) && at.at_end();
}

bool parse_ufshcd_command(std::string_view payload, RequestEvent& event, UfshcdCommand& command) {
  constexpr std::string_view tag_mark = ": tag: ";
  const std::size_t word_end = payload.find(": ");
  const std::size_t mark = payload.find(tag_mark);
  if (word_end == std::string_view::npos) return false;
  const std::string_view word = payload.substr(0, word_end);
  command.step = step_of(word);
  if (command.step == Step::other) return true;
  if (mark == std::string_view::npos || mark < word_end + 2) return false;
  Cursor at(payload.substr(mark + tag_mark.size()));
  std::uint64_t ignored = 0;
  if (!at.number(event.tag) || !at.literal(", DB: 0x") || !at.number(ignored, 16) || !at.literal(", size: ") ||
      !at.number(command.size) || !at.literal(", IS: ") || !at.number(ignored) || !at.literal(", LBA: ") ||
      !at.number(command.lba) || !at.literal(", opcode: 0x") || !at.number(command.opcode, 16)) {
    return false;
  }
  const std::string_view device = payload.substr(word_end + 2, mark - word_end - 2);
  command.has_old_step = word == "send" || word == "complete";
  std::uint32_t lun = 0;
  const bool is_scsi = parse_scsi_device(device, lun);
  command.has_new_fields = is_scsi || at.rest().find(", hwq_id: ") != std::string_view::npos;
  event.device = {0, is_scsi ? lun : 0};
  return true;
}

bool set_ufshcd_command(const UfshcdCommand& command, Bytes lba_unit, RequestEvent& event) {
  event.known = false;
  const Bytes length{command.size > 0 ? static_cast<std::uint64_t>(command.size) : 0};
  if (command.opcode == cdb::synchronize_cache_10 || command.opcode == cdb::synchronize_cache_16) {
    set_extent(event, Operation::flush, 0, {}, {});
    return true;
  }
  // Of all other commands old kernels print neither size nor address; newer ones do so of these.
  const bool is_discard = command.opcode == cdb::unmap;
  if ((!is_discard && !command.is_read() && !command.is_write()) || command.size <= 0 || command.lba == no_lba)
    return true;
  if (command.lba > most_blocks) return false;
  const Operation operation = is_discard ? Operation::discard : command.is_read() ? Operation::read : Operation::write;
  set_extent(event, operation, command.lba, is_discard ? logical_block : lba_unit, length);
  return true;
}

bool parse_cdb(std::string_view payload, cdb::Bytes16& bytes) {
  constexpr std::string_view mark = ", CDB:";
  const std::size_t start = payload.find(mark);
  if (start == std::string_view::npos) return false;
  Cursor at(payload.substr(start + mark.size()));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if ((i > 0 && !at.literal(' ')) || !at.number(bytes[i], 16)) return false;
  }
  return true;
}

bool parse_ufshcd_upiu(std::string_view payload, RequestEvent& event, Step& step) {
  constexpr std::string_view header_mark = ": HDR:";
  const std::size_t word_end = payload.find(": ");
  const std::size_t mark = payload.find(header_mark);
  if (word_end == std::string_view::npos || mark == std::string_view::npos) return false;
  step = step_of(payload.substr(0, word_end));
  if (step == Step::other) return true;
  Cursor header(payload.substr(mark + header_mark.size()));
  std::uint8_t byte = 0;
  std::uint8_t lun = 0;
  std::uint8_t tag = 0;
  if (!header.number(byte, 16) || !header.literal(' ') || !header.number(byte, 16) || !header.literal(' ') ||
      !header.number(lun, 16) || !header.literal(' ') || !header.number(tag, 16)) {
    return false;
  }
  cdb::Bytes16 bytes{};
  if (!parse_cdb(payload, bytes)) return false;
  event.device = {0, lun};
  event.tag = tag;
  event.known = false;
  cdb::Command command;
  if (!cdb::decode(bytes, command)) return true;
  if (command.lba > most_blocks) return false;
  const bool flag = (command.flags & fua_or_unmap) != 0;
  const Bytes length = logical_block * command.blocks;
  if (command.opcode == cdb::read_10 || command.opcode == cdb::read_16)
    set_extent(event, Operation::read, command.lba, logical_block, length);
  else if (command.opcode == cdb::write_10 || command.opcode == cdb::write_16)
    set_extent(event, Operation::write, command.lba, logical_block, length);
  else if (command.opcode == cdb::write_same_16 && flag)
    set_extent(event, Operation::discard, command.lba, logical_block, length);
  else if (command.opcode != cdb::write_same_16)
    set_extent(event, Operation::flush, 0, {}, {});
  if (event.request.operation == Operation::write && flag) event.request.flags |= IoRequest::fua;
  return true;
}

bool parse_mmc(std::string_view event_name, std::string_view payload, RequestEvent& event, Step& step) {
  const bool is_erase = event_name.substr(0, 14) == "mmc_blk_erase_";
  if (!is_erase && event_name.substr(0, 11) != "mmc_blk_rw_") {
    step = Step::other;
    return true;
  }
  step = event_name.substr(event_name.size() - 4) == "_end" ? Step::end : Step::start;
  Cursor at(payload);
  std::uint32_t command = 0;
  std::uint32_t sector = 0;
  std::uint32_t sectors = 0;
  if (!at.literal("cmd=") || !at.number(command) || !at.literal(",addr=0x") || !at.number(sector, 16) ||
      !at.literal(",size=0x") || !at.number(sectors, 16)) {
    return false;
  }
  constexpr std::uint32_t read_single = 17;
  constexpr std::uint32_t read_multiple = 18;
  constexpr std::uint32_t write_single = 24;
  constexpr std::uint32_t write_multiple = 25;
  event.known = is_erase || command == read_single || command == read_multiple || command == write_single ||
                command == write_multiple;
  const bool is_read = command == read_single || command == read_multiple;
  event.request.operation = is_erase ? Operation::discard : is_read ? Operation::read : Operation::write;
  event.request.offset = sector_size * sector;
  event.request.length = sector_size * sectors;
  return true;
}

}  // namespace icesim::ftrace
