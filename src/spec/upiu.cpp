// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/upiu.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <algorithm>

namespace icesim {

namespace {

// Byte positions of the common header.
enum Position : std::size_t {
  at_transaction = 0,
  at_flags = 1,
  at_lun = 2,
  at_tag = 3,
  at_iid_and_set = 4,
  at_function = 5,
  at_response = 6,
  at_status = 7,
  at_device_information = 9,
  at_segment = 10,
  at_specific = 12,
};

constexpr std::uint8_t command_set_scsi = 0;

UpiuHeader start(Transaction transaction, std::uint8_t lun, Tag tag) {
  ensure(tag.n <= 0xff, "UPIU: the task tag has 8 bits");
  UpiuHeader header{};
  store_u8(&header[at_transaction], static_cast<std::uint8_t>(transaction));
  store_u8(&header[at_lun], lun);
  store_u8(&header[at_tag], static_cast<std::uint8_t>(tag.n));
  return header;
}

void put_segment(UpiuHeader& header, Bytes length) {
  ensure(length <= max_data_segment, "UPIU: the data segment length has 16 bits");
  store_be16(&header[at_segment], static_cast<std::uint16_t>(length.n));
}

void put_length(UpiuHeader& header, std::size_t at, Bytes length) {
  ensure(length.n <= 0xffffffffu, "UPIU: lengths and offsets have 32 bits");
  store_be32(&header[at], static_cast<std::uint32_t>(length.n));
}

std::uint8_t lun_of(const UpiuHeader& header) { return load_u8(&header[at_lun]); }
Bytes length_at(const UpiuHeader& header, std::size_t at) { return Bytes{load_be32(&header[at])}; }
TargetResponse response_of(const UpiuHeader& header) {
  return static_cast<TargetResponse>(load_u8(&header[at_response]));
}

}  // namespace

UpiuHeader NopOut::encode() const { return start(Transaction::nop_out, 0, tag); }
NopOut NopOut::decode(const UpiuHeader& header) { return {tag_of(header)}; }

UpiuHeader NopIn::encode() const {
  UpiuHeader header = start(Transaction::nop_in, 0, tag);
  store_u8(&header[at_response], static_cast<std::uint8_t>(response));
  store_u8(&header[at_device_information], device_information);
  return header;
}
NopIn NopIn::decode(const UpiuHeader& header) {
  return {tag_of(header), response_of(header), load_u8(&header[at_device_information])};
}

UpiuHeader CommandUpiu::encode() const {
  UpiuHeader header = start(Transaction::command, lun, tag);
  store_u8(&header[at_flags], flags);
  store_u8(&header[at_iid_and_set], command_set_scsi);
  put_length(header, at_specific, expected_length);
  std::copy(cdb.begin(), cdb.end(), header.begin() + 16);
  return header;
}
CommandUpiu CommandUpiu::decode(const UpiuHeader& header) {
  CommandUpiu upiu{load_u8(&header[at_flags]), lun_of(header), tag_of(header), length_at(header, at_specific), {}};
  std::copy(header.begin() + 16, header.end(), upiu.cdb.begin());
  return upiu;
}

UpiuHeader ResponseUpiu::encode() const {
  UpiuHeader header = start(Transaction::response, lun, tag);
  store_u8(&header[at_flags], flags);
  store_u8(&header[at_response], static_cast<std::uint8_t>(response));
  store_u8(&header[at_status], status);
  store_u8(&header[at_device_information], device_information);
  put_segment(header, data_segment);
  put_length(header, at_specific, residual);
  return header;
}
ResponseUpiu ResponseUpiu::decode(const UpiuHeader& header) {
  return {load_u8(&header[at_flags]),
          lun_of(header),
          tag_of(header),
          response_of(header),
          load_u8(&header[at_status]),
          load_u8(&header[at_device_information]),
          length_at(header, at_specific),
          data_segment_length(header)};
}

UpiuHeader DataUpiu::encode() const {
  UpiuHeader header = start(transaction, lun, tag);
  put_length(header, at_specific, offset);
  put_length(header, at_specific + 4, count);
  if (transaction != Transaction::ready_to_transfer) put_segment(header, count);
  return header;
}
DataUpiu DataUpiu::decode(const UpiuHeader& header) {
  return {transaction_of(header), lun_of(header), tag_of(header), length_at(header, at_specific),
          length_at(header, at_specific + 4)};
}

UpiuHeader QueryUpiu::encode() const {
  UpiuHeader header = start(transaction, 0, tag);
  store_u8(&header[at_function], function);
  store_u8(&header[at_response], response);
  put_segment(header, data_segment);
  store_u8(&header[12], opcode);
  store_u8(&header[13], idn);
  store_u8(&header[14], index);
  store_u8(&header[15], selector);
  store_be16(&header[18], length);
  store_be32(&header[20], value);
  return header;
}
QueryUpiu QueryUpiu::decode(const UpiuHeader& header) {
  return {transaction_of(header), tag_of(header),         load_u8(&header[at_function]), load_u8(&header[at_response]),
          load_u8(&header[12]),   load_u8(&header[13]),   load_u8(&header[14]),          load_u8(&header[15]),
          load_be16(&header[18]), load_be32(&header[20]), data_segment_length(header)};
}

UpiuHeader TaskRequest::encode() const {
  ensure(task.n <= 0xff, "TaskRequest: the task tag has 8 bits");
  UpiuHeader header = start(Transaction::task_management_request, lun, tag);
  store_u8(&header[at_function], static_cast<std::uint8_t>(function));
  store_be32(&header[12], lun);
  store_be32(&header[16], static_cast<std::uint32_t>(task.n));
  store_be32(&header[20], iid);
  return header;
}
TaskRequest TaskRequest::decode(const UpiuHeader& header) {
  return {static_cast<TaskFunction>(load_u8(&header[at_function])), lun_of(header), tag_of(header),
          Tag{load_u8(&header[19])}, load_u8(&header[23])};
}

UpiuHeader TaskResult::encode() const {
  UpiuHeader header = start(Transaction::task_management_response, lun, tag);
  store_u8(&header[at_response], static_cast<std::uint8_t>(response));
  store_be32(&header[12], static_cast<std::uint32_t>(result));
  return header;
}
TaskResult TaskResult::decode(const UpiuHeader& header) {
  return {lun_of(header), tag_of(header), response_of(header), static_cast<TaskResponse>(load_u8(&header[15]))};
}

UpiuHeader Reject::encode() const {
  UpiuHeader header = start(Transaction::reject, lun, tag);
  store_u8(&header[at_response], static_cast<std::uint8_t>(TargetResponse::failure));
  store_u8(&header[12], basic_header_status);
  return header;
}
Reject Reject::decode(const UpiuHeader& header) { return {lun_of(header), tag_of(header), load_u8(&header[12])}; }

std::array<std::byte, sense_size> encode_sense(Sense sense) {
  std::array<std::byte, sense_size> data{};
  store_u8(&data[0], 0x70);  // current error, fixed format
  store_u8(&data[2], sense.key);
  store_u8(&data[7], sense_size - 8);
  store_u8(&data[12], sense.code);
  store_u8(&data[13], sense.qualifier);
  return data;
}
Sense decode_sense(const std::byte* from) {
  return {static_cast<std::uint8_t>(load_u8(from + 2) & 0xf), load_u8(from + 12), load_u8(from + 13)};
}

std::array<std::byte, sense_segment_size> encode_sense_segment(Sense sense) {
  std::array<std::byte, sense_segment_size> segment{};
  store_be16(segment.data(), sense_size);
  const auto data = encode_sense(sense);
  std::copy(data.begin(), data.end(), segment.begin() + 2);
  return segment;
}
Sense decode_sense_segment(const std::byte* from) { return decode_sense(from + 2); }

}  // namespace icesim
