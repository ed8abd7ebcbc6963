// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/bytes.hpp"
#include "models/device/ufs_device_commands.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace icesim {

namespace {
void put_text(std::byte* to, std::string_view text) { std::memcpy(to, text.data(), text.size()); }
}  // namespace

ScsiAnswer ScsiTarget::inquiry(const CommandUpiu& command, std::byte* to) const {
  const scsi::Inquiry request = scsi::parse_inquiry(command.cdb);
  store_u8(to, command.lun < units_.size() ? 0x00 : has_unit(command.lun) ? 0x1e : 0x7f);
  if (request.vital_product_data) return product_data(command, request.page, to);
  if (request.page != 0) return {0, sense::invalid_field_in_cdb};
  store_u8(to + 2, 6);   // SPC-4
  store_u8(to + 3, 2);   // response data format
  store_u8(to + 4, 31);  // bytes that follow
  store_u8(to + 7, 2);   // CMDQUE
  put_text(to + 8, "icesim  ");
  put_text(to + 16, "UFS device      ");
  put_text(to + 32, "0001");
  return {36, {}};
}

ScsiAnswer ScsiTarget::report_luns(std::uint8_t select, std::byte* to) const {
  if (select > 2) return {0, sense::invalid_field_in_cdb};
  std::uint32_t length = 8;
  const auto add = [&](std::uint8_t method, std::uint8_t number) {
    store_u8(to + length, method);
    store_u8(to + length + 1, number);
    length += 8;
  };
  for (std::uint8_t lun = 0; select != 1 && lun < units_.size(); ++lun) add(0x00, lun);
  if (select != 0) {
    for (const std::uint8_t lun : well_known_units) add(0xc1, lun & 0x7f);
  }
  store_be32(to, length - 8);
  return {length, {}};
}

ScsiAnswer ScsiTarget::product_data(const CommandUpiu& command, std::uint8_t page, std::byte* to) const {
  const std::uint8_t lun = command.lun < units_.size() ? command.lun : std::uint8_t{0};
  std::uint16_t length = 0;
  store_u8(to + 1, page);
  switch (page) {
    case 0x00: {  // supported pages
      constexpr std::uint8_t pages[] = {0x00, 0x83, 0xb0, 0xb2};
      for (const std::uint8_t each : pages) store_u8(to + 4 + length++, each);
      break;
    }
    case 0x83:  // identification: one ASCII designator of the vendor
      store_u8(to + 4, 2);
      store_u8(to + 5, 1);
      store_u8(to + 7, 16);
      put_text(to + 8, "icesim  UFS0    ");
      store_u8(to + 19, static_cast<std::uint8_t>('0' + lun));
      length = 20;
      break;
    case 0xb0:  // block limits
      store_be32(to + 8, max_transfer_blocks);
      store_be32(to + 20, static_cast<std::uint32_t>(std::min<std::uint64_t>(units_[lun].blocks, 0xffffffffu)));
      store_be32(to + 24, 1);  // descriptors of one UNMAP
      store_be32(to + 28, 1);  // granularity
      length = 0x3c;
      break;
    case 0xb2:  // logical block provisioning: thin, UNMAP supported
      store_u8(to + 5, 0x80);
      store_u8(to + 6, 2);
      length = 4;
      break;
    default:
      return {0, sense::invalid_field_in_cdb};
  }
  store_be16(to + 2, length);
  return {4u + length, {}};
}

}  // namespace icesim
