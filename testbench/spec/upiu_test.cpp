// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/upiu.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

std::uint8_t any_u8() { return *rc::gen::arbitrary<std::uint8_t>(); }
std::uint32_t any_u32() { return *rc::gen::arbitrary<std::uint32_t>(); }
std::uint16_t any_u16() { return *rc::gen::arbitrary<std::uint16_t>(); }
Tag any_tag() { return Tag{any_u8()}; }

TEST(Upiu, IsBigEndianAtTheDocumentedPlaces) {
  CommandUpiu command;
  command.flags = CommandUpiu::write;
  command.lun = 0x02;
  command.tag = Tag{0x1f};
  command.expected_length = Bytes{0x00012000};
  command.cdb[0] = std::byte{0x2a};
  const UpiuHeader header = command.encode();
  EXPECT_EQ(load_be32(&header[0]), 0x0120021fu) << "code, flags, LUN, tag";
  EXPECT_EQ(load_be32(&header[12]), 0x00012000u) << "expected data transfer length";
  EXPECT_EQ(header[16], std::byte{0x2a}) << "CDB";
}

TEST(Upiu, CarriesOffsetAndCountOfData) {
  const UpiuHeader data = DataUpiu{Transaction::data_in, 0, Tag{3}, Bytes{0x3000}, Bytes{4096}}.encode();
  EXPECT_EQ(load_be32(&data[12]), 0x3000u);
  EXPECT_EQ(load_be32(&data[16]), 4096u);
  EXPECT_EQ(data_segment_length(data), Bytes{4096});
  const UpiuHeader rtt = DataUpiu{Transaction::ready_to_transfer, 0, Tag{3}, Bytes{0}, Bytes{4096}}.encode();
  EXPECT_EQ(data_segment_length(rtt), Bytes{0}) << "RTT only asks";
}

TEST(Upiu, IgnoresTheDigestFlagsInItsCode) {
  UpiuHeader header = NopIn{}.encode();
  header[0] |= std::byte{0xc0};
  EXPECT_EQ(transaction_of(header), Transaction::nop_in);
}

TEST(Upiu, RefusesWhatDoesNotFit) {
  EXPECT_THROW(NopOut{Tag{256}}.encode(), Bug);
  EXPECT_THROW((DataUpiu{Transaction::data_out, 0, Tag{0}, Bytes{0}, max_data_segment + Bytes{1}}.encode()), Bug);
}

RC_GTEST_PROP(NopUpiu, SurvivesEncodingAndDecoding, ()) {
  const NopIn in{any_tag(), TargetResponse::failure, any_u8()};
  RC_ASSERT(NopIn::decode(in.encode()).encode() == in.encode());
  RC_ASSERT(NopIn::decode(in.encode()).device_information == in.device_information);
  const NopOut out{any_tag()};
  RC_ASSERT(NopOut::decode(out.encode()).tag == out.tag);
  RC_ASSERT(transaction_of(out.encode()) == Transaction::nop_out);
}

RC_GTEST_PROP(CommandUpiu, SurvivesEncodingAndDecoding, ()) {
  CommandUpiu upiu{any_u8(), any_u8(), any_tag(), Bytes{any_u32()}, {}};
  for (auto& byte : upiu.cdb) byte = static_cast<std::byte>(any_u8());
  const CommandUpiu back = CommandUpiu::decode(upiu.encode());
  RC_ASSERT(transaction_of(upiu.encode()) == Transaction::command);
  RC_ASSERT(back.flags == upiu.flags);
  RC_ASSERT(back.lun == upiu.lun);
  RC_ASSERT(back.tag == upiu.tag);
  RC_ASSERT(back.expected_length == upiu.expected_length);
  RC_ASSERT(back.cdb == upiu.cdb);
}

RC_GTEST_PROP(ResponseUpiu, SurvivesEncodingAndDecoding, ()) {
  const ResponseUpiu upiu{any_u8(), any_u8(), any_tag(),        TargetResponse::failure,
                          any_u8(), any_u8(), Bytes{any_u32()}, Bytes{any_u16()}};
  const ResponseUpiu back = ResponseUpiu::decode(upiu.encode());
  RC_ASSERT(back.flags == upiu.flags);
  RC_ASSERT(back.lun == upiu.lun);
  RC_ASSERT(back.tag == upiu.tag);
  RC_ASSERT(back.response == upiu.response);
  RC_ASSERT(back.status == upiu.status);
  RC_ASSERT(back.device_information == upiu.device_information);
  RC_ASSERT(back.residual == upiu.residual);
  RC_ASSERT(back.data_segment == upiu.data_segment);
}

RC_GTEST_PROP(DataUpiu, SurvivesEncodingAndDecoding, ()) {
  const auto code = *rc::gen::element(Transaction::data_in, Transaction::data_out, Transaction::ready_to_transfer);
  const DataUpiu upiu{code, any_u8(), any_tag(), Bytes{any_u32()}, Bytes{any_u16()}};
  const DataUpiu back = DataUpiu::decode(upiu.encode());
  RC_ASSERT(back.transaction == code);
  RC_ASSERT(back.lun == upiu.lun);
  RC_ASSERT(back.tag == upiu.tag);
  RC_ASSERT(back.offset == upiu.offset);
  RC_ASSERT(back.count == upiu.count);
}

RC_GTEST_PROP(QueryUpiu, SurvivesEncodingAndDecoding, ()) {
  const QueryUpiu upiu{Transaction::query_response,
                       any_tag(),
                       any_u8(),
                       any_u8(),
                       any_u8(),
                       any_u8(),
                       any_u8(),
                       any_u8(),
                       any_u16(),
                       any_u32(),
                       Bytes{any_u16()}};
  const QueryUpiu back = QueryUpiu::decode(upiu.encode());
  RC_ASSERT(back.transaction == upiu.transaction);
  RC_ASSERT(back.tag == upiu.tag);
  RC_ASSERT(back.function == upiu.function);
  RC_ASSERT(back.response == upiu.response);
  RC_ASSERT(back.opcode == upiu.opcode);
  RC_ASSERT(back.idn == upiu.idn);
  RC_ASSERT(back.index == upiu.index);
  RC_ASSERT(back.selector == upiu.selector);
  RC_ASSERT(back.length == upiu.length);
  RC_ASSERT(back.value == upiu.value);
  RC_ASSERT(back.data_segment == upiu.data_segment);
}

RC_GTEST_PROP(TaskRequest, SurvivesEncodingAndDecoding, ()) {
  const TaskRequest request{static_cast<TaskFunction>(any_u8()), any_u8(), any_tag(), any_tag(), any_u8()};
  const TaskRequest back = TaskRequest::decode(request.encode());
  RC_ASSERT(back.function == request.function);
  RC_ASSERT(back.lun == request.lun);
  RC_ASSERT(back.tag == request.tag);
  RC_ASSERT(back.task == request.task);
  RC_ASSERT(back.iid == request.iid);
  const TaskResult result{any_u8(), any_tag(), TargetResponse::success, static_cast<TaskResponse>(any_u8())};
  const TaskResult result_back = TaskResult::decode(result.encode());
  RC_ASSERT(result_back.lun == result.lun);
  RC_ASSERT(result_back.tag == result.tag);
  RC_ASSERT(result_back.response == result.response);
  RC_ASSERT(result_back.result == result.result);
}

RC_GTEST_PROP(Reject, SurvivesEncodingAndDecoding, ()) {
  const Reject reject{any_u8(), any_tag(), any_u8()};
  const Reject back = Reject::decode(reject.encode());
  RC_ASSERT(transaction_of(reject.encode()) == Transaction::reject);
  RC_ASSERT(back.lun == reject.lun);
  RC_ASSERT(back.tag == reject.tag);
  RC_ASSERT(back.basic_header_status == reject.basic_header_status);
}

TEST(Sense, IsFixedFormatWithItsLengthInFront) {
  const auto segment = encode_sense_segment(sense::lba_out_of_range);
  EXPECT_EQ(load_be16(segment.data()), sense_size);
  EXPECT_EQ(segment[2], std::byte{0x70});
  EXPECT_EQ(load_u8(&segment[2 + 7]), sense_size - 8) << "additional length";
  EXPECT_EQ(segment[2 + 2], std::byte{0x05}) << "ILLEGAL REQUEST";
  EXPECT_EQ(segment[2 + 12], std::byte{0x21});
}

RC_GTEST_PROP(Sense, SurvivesEncodingAndDecoding, ()) {
  const Sense sense{*rc::gen::inRange<std::uint8_t>(0, 16), any_u8(), any_u8()};
  RC_ASSERT(decode_sense_segment(encode_sense_segment(sense).data()) == sense);
  RC_ASSERT(decode_sense(encode_sense(sense).data()) == sense);
}

}  // namespace
}  // namespace icesim
