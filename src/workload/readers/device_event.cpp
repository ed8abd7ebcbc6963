// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/device_event.hpp"

#include "src/workload/text/cursor.hpp"

namespace icesim::ftrace {
namespace {

constexpr std::uint64_t most_blocks = std::uint64_t{1} << 48;
constexpr std::uint8_t fua_or_unmap = 1 << 3;

Step step_of(std::string_view word) {
  if (word == "send_req" || word == "send") return Step::start;
  return word == "complete_rsp" || word == "complete" ? Step::end : Step::other;
}

/// The LUN of `0:0:0:3`, 0 for the name of a host controller.
std::uint32_t lun_of(std::string_view device) {
  Cursor at(device);
  std::uint32_t number = 0;
  const bool is_scsi = at.number(number) && at.literal(':') && at.number(number) && at.literal(':') &&
                       at.number(number) && at.literal(':') && at.number(number) && at.at_end();
  return is_scsi ? number : 0;
}

void set_extent(RequestEvent& event, Operation operation, std::uint64_t lba, Bytes length) {
  event.known = true;
  event.request.operation = operation;
  event.request.offset = operation == Operation::flush ? Bytes{} : logical_block * lba;
  event.request.length = operation == Operation::flush ? Bytes{} : length;
}

}  // namespace

bool parse_ufshcd_command(std::string_view payload, RequestEvent& event, Step& step) {
  constexpr std::string_view tag_mark = ": tag: ";
  const std::size_t word_end = payload.find(": ");
  const std::size_t mark = payload.find(tag_mark);
  if (word_end == std::string_view::npos) return false;
  step = step_of(payload.substr(0, word_end));
  if (step == Step::other) return true;
  if (mark == std::string_view::npos || mark < word_end + 2) return false;
  Cursor at(payload.substr(mark + tag_mark.size()));
  std::uint64_t ignored = 0;
  std::int64_t size = 0;
  std::uint64_t lba = 0;
  std::uint32_t opcode = 0;
  if (!at.number(ignored) || !at.literal(", DB: 0x") || !at.number(ignored, 16) || !at.literal(", size: ") ||
      !at.number(size) || !at.literal(", IS: ") || !at.number(ignored) || !at.literal(", LBA: ") || !at.number(lba) ||
      !at.literal(", opcode: 0x") || !at.number(opcode, 16)) {
    return false;
  }
  event.device = {0, lun_of(payload.substr(word_end + 2, mark - word_end - 2))};
  return set_ufshcd_command(opcode, lba, size, event);
}

bool set_ufshcd_command(std::uint32_t opcode, std::uint64_t lba, std::int64_t size, RequestEvent& event) {
  if (lba > most_blocks) return false;
  event.known = false;
  const Bytes length{size > 0 ? static_cast<std::uint64_t>(size) : 0};
  // Of other commands, READ(16) and WRITE SAME among them, the driver prints neither size nor address.
  if (opcode == cdb::read_10)
    set_extent(event, Operation::read, lba, length);
  else if (opcode == cdb::write_10)
    set_extent(event, Operation::write, lba, length);
  else if (opcode == cdb::unmap)
    set_extent(event, Operation::discard, lba, length);
  else if (opcode == cdb::synchronize_cache_10 || opcode == cdb::synchronize_cache_16)
    set_extent(event, Operation::flush, 0, {});
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
  if (!header.number(byte, 16) || !header.literal(' ') || !header.number(byte, 16) || !header.literal(' ') ||
      !header.number(lun, 16)) {
    return false;
  }
  cdb::Bytes16 bytes{};
  if (!parse_cdb(payload, bytes)) return false;
  event.device = {0, lun};
  event.known = false;
  cdb::Command command;
  if (!cdb::decode(bytes, command)) return true;
  if (command.lba > most_blocks) return false;
  const bool flag = (command.flags & fua_or_unmap) != 0;
  const Bytes length = logical_block * command.blocks;
  if (command.opcode == cdb::read_10 || command.opcode == cdb::read_16)
    set_extent(event, Operation::read, command.lba, length);
  else if (command.opcode == cdb::write_10 || command.opcode == cdb::write_16)
    set_extent(event, Operation::write, command.lba, length);
  else if (command.opcode == cdb::write_same_16 && flag)
    set_extent(event, Operation::discard, command.lba, length);
  else if (command.opcode != cdb::write_same_16)
    set_extent(event, Operation::flush, 0, {});
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
