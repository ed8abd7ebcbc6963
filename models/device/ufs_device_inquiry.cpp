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
  store_u8(to, command.lun == 0 ? 0x00 : has_unit(command.lun) ? 0x1e : 0x7f);
  if (request.vital_product_data) return product_data(request.page, to);
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

ScsiAnswer ScsiTarget::product_data(std::uint8_t page, std::byte* to) const {
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
      length = 20;
      break;
    case 0xb0:  // block limits
      store_be32(to + 8, max_transfer_blocks);
      store_be32(to + 20, static_cast<std::uint32_t>(std::min<std::uint64_t>(capacity_blocks_, 0xffffffffu)));
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
