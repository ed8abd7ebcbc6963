// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/scsi.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <algorithm>

namespace icesim::scsi {

namespace {

constexpr std::uint8_t fua_bit = 0x08;
constexpr std::uint8_t read_capacity_action = 0x10;

Cdb start(Opcode opcode) {
  Cdb cdb{};
  store_u8(&cdb[0], static_cast<std::uint8_t>(opcode));
  return cdb;
}

Cdb security(Opcode opcode, const SecurityProtocol& request) {
  Cdb cdb = start(opcode);
  store_u8(&cdb[1], request.protocol);
  store_be16(&cdb[2], request.specific);
  store_be32(&cdb[6], request.length);
  return cdb;
}

void put_lba_32(Cdb& cdb, Lba lba) {
  ensure(lba.n <= 0xffffffffu, "scsi: the LBA of a 10-byte command has 32 bits");
  store_be32(&cdb[2], static_cast<std::uint32_t>(lba.n));
}

Cdb transfer_10(bool write, Lba lba, std::uint16_t blocks, bool fua) {
  Cdb cdb = start(write ? Opcode::write_10 : Opcode::read_10);
  store_u8(&cdb[1], fua ? fua_bit : std::uint8_t{0});
  put_lba_32(cdb, lba);
  store_be16(&cdb[7], blocks);
  return cdb;
}

}  // namespace

Cdb read_10(Lba lba, std::uint16_t blocks, bool fua) { return transfer_10(false, lba, blocks, fua); }
Cdb write_10(Lba lba, std::uint16_t blocks, bool fua) { return transfer_10(true, lba, blocks, fua); }

Cdb transfer(const Transfer& request) {
  if (request.lba.n <= 0xffffffffu && request.blocks <= 0xffff) {
    return transfer_10(request.write, request.lba, static_cast<std::uint16_t>(request.blocks), request.fua);
  }
  Cdb cdb = start(request.write ? Opcode::write_16 : Opcode::read_16);
  store_u8(&cdb[1], request.fua ? fua_bit : std::uint8_t{0});
  store_be64(&cdb[2], request.lba.n);
  store_be32(&cdb[10], request.blocks);
  return cdb;
}

std::optional<Transfer> parse_transfer(const Cdb& cdb) {
  const bool fua = (load_u8(&cdb[1]) & fua_bit) != 0;
  switch (const Opcode opcode = opcode_of(cdb)) {
    case Opcode::read_10:
    case Opcode::write_10:
      return Transfer{opcode == Opcode::write_10, Lba{load_be32(&cdb[2])}, load_be16(&cdb[7]), fua};
    case Opcode::read_16:
    case Opcode::write_16:
      return Transfer{opcode == Opcode::write_16, Lba{load_be64(&cdb[2])}, load_be32(&cdb[10]), fua};
    default:
      return std::nullopt;
  }
}

Cdb synchronize_cache_10(BlockRange range) {
  ensure(range.blocks <= 0xffff, "scsi: SYNCHRONIZE CACHE(10) counts 16 bits of blocks");
  Cdb cdb = start(Opcode::synchronize_cache_10);
  put_lba_32(cdb, range.lba);
  store_be16(&cdb[7], static_cast<std::uint16_t>(range.blocks));
  return cdb;
}
BlockRange parse_synchronize_cache_10(const Cdb& cdb) { return {Lba{load_be32(&cdb[2])}, load_be16(&cdb[7])}; }

Cdb unmap() {
  Cdb cdb = start(Opcode::unmap);
  store_be16(&cdb[7], unmap_list_size);
  return cdb;
}
UnmapList unmap_list(BlockRange range) {
  UnmapList list{};
  store_be16(&list[0], unmap_list_size - 2);  // the length does not count itself
  store_be16(&list[2], unmap_list_size - 8);  // block descriptors only
  store_be64(&list[8], range.lba.n);
  store_be32(&list[16], range.blocks);
  return list;
}
std::optional<BlockRange> parse_unmap_list(const UnmapList& list) {
  if (load_be16(&list[0]) != unmap_list_size - 2 || load_be16(&list[2]) != unmap_list_size - 8) return std::nullopt;
  return BlockRange{Lba{load_be64(&list[8])}, load_be32(&list[16])};
}

Cdb inquiry(const Inquiry& request) {
  Cdb cdb = start(Opcode::inquiry);
  store_u8(&cdb[1], request.vital_product_data ? 1 : 0);
  store_u8(&cdb[2], request.page);
  store_be16(&cdb[3], request.allocation_length);
  return cdb;
}
Inquiry parse_inquiry(const Cdb& cdb) { return {(load_u8(&cdb[1]) & 1) != 0, load_u8(&cdb[2]), load_be16(&cdb[3])}; }

Cdb test_unit_ready() { return start(Opcode::test_unit_ready); }

Cdb read_capacity_10() { return start(Opcode::read_capacity_10); }
Cdb read_capacity_16(std::uint32_t allocation_length) {
  Cdb cdb = start(Opcode::service_action_in_16);
  store_u8(&cdb[1], read_capacity_action);
  store_be32(&cdb[10], allocation_length);
  return cdb;
}
bool is_read_capacity_16(const Cdb& cdb) {
  return opcode_of(cdb) == Opcode::service_action_in_16 && (load_u8(&cdb[1]) & 0x1f) == read_capacity_action;
}
std::array<std::byte, read_capacity_10_size> read_capacity_10_data(std::uint64_t blocks) {
  ensure(blocks > 0, "scsi: a unit has at least one block");
  std::array<std::byte, read_capacity_10_size> data{};
  store_be32(&data[0], static_cast<std::uint32_t>(std::min<std::uint64_t>(blocks - 1, 0xffffffffu)));
  store_be32(&data[4], static_cast<std::uint32_t>(logical_block.n));
  return data;
}
std::array<std::byte, read_capacity_16_size> read_capacity_16_data(std::uint64_t blocks) {
  ensure(blocks > 0, "scsi: a unit has at least one block");
  std::array<std::byte, read_capacity_16_size> data{};
  store_be64(&data[0], blocks - 1);
  store_be32(&data[8], static_cast<std::uint32_t>(logical_block.n));
  store_u8(&data[14], 0x80);  // LBPME: the unit is thinly provisioned, so that UNMAP is used
  return data;
}

Cdb report_luns(std::uint32_t allocation_length) {
  Cdb cdb = start(Opcode::report_luns);
  store_be32(&cdb[6], allocation_length);
  return cdb;
}

Cdb start_stop_unit(const StartStop& request) {
  ensure(request.power_condition <= 0xf, "scsi: the power condition has 4 bits");
  Cdb cdb = start(Opcode::start_stop_unit);
  store_u8(&cdb[1], request.immediate ? 1 : 0);
  store_u8(&cdb[4], static_cast<std::uint8_t>(request.power_condition << 4 | (request.start ? 1 : 0)));
  return cdb;
}
StartStop parse_start_stop_unit(const Cdb& cdb) {
  const std::uint8_t condition = load_u8(&cdb[4]);
  return {static_cast<std::uint8_t>(condition >> 4), (condition & 1) != 0, (load_u8(&cdb[1]) & 1) != 0};
}

Cdb mode_sense_10(const ModeSense& request) {
  ensure(request.page_control <= 3 && request.page <= 0x3f, "scsi: page control has 2 bits, page has 6");
  Cdb cdb = start(Opcode::mode_sense_10);
  store_u8(&cdb[1], request.no_block_descriptors ? 0x08 : 0);
  store_u8(&cdb[2], static_cast<std::uint8_t>(request.page_control << 6 | request.page));
  store_u8(&cdb[3], request.subpage);
  store_be16(&cdb[7], request.allocation_length);
  return cdb;
}
ModeSense parse_mode_sense_10(const Cdb& cdb) {
  const std::uint8_t page = load_u8(&cdb[2]);
  return {static_cast<std::uint8_t>(page >> 6), static_cast<std::uint8_t>(page & 0x3f), load_u8(&cdb[3]),
          (load_u8(&cdb[1]) & 0x08) != 0, load_be16(&cdb[7])};
}

Cdb request_sense(std::uint8_t allocation_length) {
  Cdb cdb = start(Opcode::request_sense);
  store_u8(&cdb[4], allocation_length);
  return cdb;
}

Cdb security_protocol_in(const SecurityProtocol& request) { return security(Opcode::security_protocol_in, request); }
Cdb security_protocol_out(const SecurityProtocol& request) { return security(Opcode::security_protocol_out, request); }
SecurityProtocol parse_security_protocol(const Cdb& cdb) {
  return {load_u8(&cdb[1]), load_be16(&cdb[2]), load_be32(&cdb[6])};
}

}  // namespace icesim::scsi
