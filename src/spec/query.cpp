// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/query.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

namespace icesim::query {

namespace {

QueryUpiu request(Tag tag, Opcode opcode, std::uint8_t idn, std::uint8_t index = 0) {
  QueryUpiu upiu;
  upiu.tag = tag;
  upiu.function = static_cast<std::uint8_t>(function_of(opcode));
  upiu.opcode = static_cast<std::uint8_t>(opcode);
  upiu.idn = idn;
  upiu.index = index;
  return upiu;
}

template <std::size_t N>
std::array<std::byte, N> start(Descriptor type) {
  std::array<std::byte, N> data{};
  store_u8(&data[0], N);
  store_u8(&data[1], static_cast<std::uint8_t>(type));
  return data;
}

std::uint8_t log2_of(Bytes size) {
  ensure(size.n != 0 && (size.n & (size.n - 1)) == 0, "query: the size is a power of two");
  std::uint8_t exponent = 0;
  while ((size.n >> exponent) > 1) ++exponent;
  return exponent;
}

std::uint8_t in_sectors(Bytes size) {
  ensure(size % sector_size == Bytes{0} && size / sector_size <= 0xff,
         "query: the size is 0 to 255 units of 512 bytes");
  return static_cast<std::uint8_t>(size / sector_size);
}

}  // namespace

QueryUpiu read_descriptor(Tag tag, Descriptor descriptor, std::uint8_t index, std::uint16_t length) {
  QueryUpiu upiu = request(tag, Opcode::read_descriptor, static_cast<std::uint8_t>(descriptor), index);
  upiu.length = length;
  return upiu;
}
QueryUpiu read_attribute(Tag tag, std::uint8_t attribute, std::uint8_t index) {
  return request(tag, Opcode::read_attribute, attribute, index);
}
QueryUpiu write_attribute(Tag tag, std::uint8_t attribute, std::uint32_t value, std::uint8_t index) {
  QueryUpiu upiu = request(tag, Opcode::write_attribute, attribute, index);
  upiu.value = value;
  return upiu;
}
QueryUpiu read_flag(Tag tag, std::uint8_t flag) { return request(tag, Opcode::read_flag, flag); }
QueryUpiu set_flag(Tag tag, std::uint8_t flag) { return request(tag, Opcode::set_flag, flag); }
QueryUpiu clear_flag(Tag tag, std::uint8_t flag) { return request(tag, Opcode::clear_flag, flag); }
QueryUpiu toggle_flag(Tag tag, std::uint8_t flag) { return request(tag, Opcode::toggle_flag, flag); }

QueryUpiu respond(const QueryUpiu& request, Result result, std::uint32_t value, std::uint16_t length) {
  QueryUpiu upiu = request;
  upiu.transaction = Transaction::query_response;
  upiu.response = static_cast<std::uint8_t>(result);
  upiu.value = value;
  upiu.length = length;
  upiu.data_segment = Bytes{length};
  return upiu;
}

std::array<std::byte, DeviceDescriptor::size> DeviceDescriptor::encode() const {
  auto data = start<size>(Descriptor::device);
  store_u8(&data[0x06], units);
  store_u8(&data[0x07], well_known_units);
  store_u8(&data[0x08], boots ? 1 : 0);
  store_u8(&data[0x0e], background_end);
  store_be16(&data[0x10], version);
  store_u8(&data[0x15], product_string);
  store_be16(&data[0x18], manufacturer);
  store_u8(&data[0x1c], rtt_capability);
  store_u8(&data[0x21], queue_depth);
  store_be32(&data[0x4f], extended_features);
  store_u8(&data[0x53], booster_keeps_space);
  store_u8(&data[0x54], booster_type);
  store_be32(&data[0x55], booster_units);
  return data;
}
DeviceDescriptor DeviceDescriptor::decode(const std::byte* from) {
  return {load_u8(from + 0x06),   load_u8(from + 0x07), load_be16(from + 0x10), load_u8(from + 0x15),
          load_be16(from + 0x18), load_u8(from + 0x1c), load_u8(from + 0x21),   load_be32(from + 0x4f),
          load_u8(from + 0x53),   load_u8(from + 0x54), load_be32(from + 0x55),
          load_u8(from + 0x08) != 0, load_u8(from + 0x0e)};
}

std::array<std::byte, GeometryDescriptor::size> GeometryDescriptor::encode() const {
  auto data = start<size>(Descriptor::geometry);
  store_be64(&data[0x04], capacity / sector_size);
  store_u8(&data[0x0c], many_units ? 1 : 0);
  store_u8(&data[0x12], in_sectors(min_block));
  store_u8(&data[0x15], in_sectors(max_data_in));
  store_u8(&data[0x16], in_sectors(max_data_out));
  store_u8(&data[0x19], data_ordering);
  if (booster_units > 0) {
    store_be32(&data[0x0d], static_cast<std::uint32_t>(allocation_unit / sector_size));
    store_u8(&data[0x11], 1);
    store_be32(&data[0x4f], booster_units);
    store_u8(&data[0x53], 1);  // unit that may have it
    store_u8(&data[0x54], booster_factor);
    store_u8(&data[0x55], 1);  // the host's space is preserved
    store_u8(&data[0x56], 1);  // shared
  }
  return data;
}
GeometryDescriptor GeometryDescriptor::decode(const std::byte* from) {
  return {sector_size * load_be64(from + 0x04), load_u8(from + 0x0c) != 0, sector_size * load_u8(from + 0x12),
          sector_size * load_u8(from + 0x15), sector_size * load_u8(from + 0x16), sector_size * load_be32(from + 0x0d),
          load_be32(from + 0x4f), load_u8(from + 0x54), load_u8(from + 0x19)};
}

std::array<std::byte, UnitDescriptor::size> UnitDescriptor::encode() const {
  auto data = start<size>(Descriptor::unit);
  store_u8(&data[0x02], index);
  store_u8(&data[0x03], enabled ? 1 : 0);
  store_u8(&data[0x04], boot_id);
  store_u8(&data[0x05], write_protect);
  store_u8(&data[0x06], queue_depth);
  store_u8(&data[0x0a], log2_of(logical_block));
  store_be64(&data[0x0b], blocks);
  return data;
}
UnitDescriptor UnitDescriptor::decode(const std::byte* from) {
  return {load_u8(from + 0x02), load_u8(from + 0x03) != 0, load_u8(from + 0x06), load_be64(from + 0x0b),
          load_u8(from + 0x05), load_u8(from + 0x04)};
}

std::array<std::byte, power_descriptor_size> power_descriptor() {
  return start<power_descriptor_size>(Descriptor::power);
}

std::size_t string_descriptor(std::string_view text, std::array<std::byte, max_string_descriptor_size>& to) {
  ensure(2 + 2 * text.size() <= to.size(), "query: a string descriptor here has at most 16 characters");
  const std::size_t length = 2 + 2 * text.size();
  to.fill(std::byte{0});
  store_u8(&to[0], static_cast<std::uint8_t>(length));
  store_u8(&to[1], static_cast<std::uint8_t>(Descriptor::string));
  for (std::size_t i = 0; i < text.size(); ++i) to[3 + 2 * i] = static_cast<std::byte>(text[i]);
  return length;
}

}  // namespace icesim::query
