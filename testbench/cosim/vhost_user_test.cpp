// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/vhost_user.hpp"

#include "testbench/support/rigs/guest_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cosim::vhost {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Message message(Request request, std::size_t bytes) {
  Message m;
  m.header.request = static_cast<std::uint32_t>(request);
  m.payload.resize(bytes);
  return m;
}

TEST(VhostUser, HeaderHasTwelveLittleEndianBytes) {
  const auto bytes = Header{35, Header::version | Header::need_reply, 8}.encode();
  EXPECT_EQ(std::to_integer<int>(bytes[0]), 35);
  EXPECT_EQ(std::to_integer<int>(bytes[4]), 9);
  EXPECT_EQ(std::to_integer<int>(bytes[8]), 8);
  const Header header = Header::decode(bytes.data());
  EXPECT_EQ(header.request, 35u);
  EXPECT_EQ(header.flags, 9u);
  EXPECT_EQ(header.payload, 8u);
}

TEST(VhostUser, AnotherVersionIsRefused) {
  const auto bytes = Header{1, 2, 0}.encode();
  EXPECT_THAT([&] { Header::decode(bytes.data()); }, ThrowsMessage<UserError>(HasSubstr("of version 2")));
}

TEST(VhostUser, APayloadOfMoreThanFourKibibytesIsRefused) {
  const auto most = Header{5, 1, 4096}.encode();
  EXPECT_NO_THROW(Header::decode(most.data()));
  const auto more = Header{5, 1, 4097}.encode();
  EXPECT_THAT([&] { Header::decode(more.data()); }, ThrowsMessage<UserError>(HasSubstr("has 4097 bytes")));
}

TEST(VhostUser, PayloadsOfAnotherSizeAreRefused) {
  EXPECT_THROW(message(Request::set_features, 7).number(), UserError);
  EXPECT_THROW(VringState::decode(message(Request::set_vring_num, 12)), UserError);
  EXPECT_THROW(VringAddress::decode(message(Request::set_vring_addr, 32)), UserError);
}

TEST(VhostUser, VringAddressesAreTakenInTheOrderOfTheProtocol) {
  Message m = message(Request::set_vring_addr, 40);
  store_le32(&m.payload[0], 1);
  store_le64(&m.payload[8], 0x100);
  store_le64(&m.payload[16], 0x200);
  store_le64(&m.payload[24], 0x300);
  const VringAddress address = VringAddress::decode(m);
  EXPECT_EQ(address.index, 1u);
  EXPECT_EQ(address.descriptors, 0x100u);
  EXPECT_EQ(address.used, 0x200u);
  EXPECT_EQ(address.available, 0x300u);
}

TEST(VhostUser, AMemoryTableHasAFileForEachRegion) {
  Message m = message(Request::set_mem_table, 72);  // Linux always sends room for two
  store_le32(&m.payload[0], 1);
  store_le64(&m.payload[8], 0x1000);
  store_le64(&m.payload[16], 0x2000);
  store_le64(&m.payload[32], 0x3000);
  m.descriptors.push_back(test::memory_file(1));
  const auto regions = decode_memory_table(m);
  ASSERT_EQ(regions.size(), 1u);
  EXPECT_EQ(regions[0].address, 0x1000u);
  EXPECT_EQ(regions[0].size, 0x2000u);
  EXPECT_EQ(regions[0].offset, 0x3000u);

  store_le32(&m.payload[0], 2);
  EXPECT_THAT([&] { decode_memory_table(m); },
              ThrowsMessage<UserError>(HasSubstr("2 regions with room for 2 and 1 files")));
  m.descriptors.push_back(test::memory_file(1));
  EXPECT_EQ(decode_memory_table(m).size(), 2u);
  m.descriptors.push_back(test::memory_file(1));
  store_le32(&m.payload[0], 3);
  EXPECT_THROW(decode_memory_table(m), UserError);
  EXPECT_THROW(decode_memory_table(message(Request::set_mem_table, 4)), UserError);
}

TEST(VhostUser, AMessageThatEndsEarlyIsAnErrorAndNoneAtAllIsTheEnd) {
  auto [guest, device] = test::connected();
  const auto header = Header{2, 1, 8}.encode();
  guest.write(header.data(), header.size());
  guest.write(header.data(), 3);
  guest.close();
  EXPECT_THAT([&d = device] { receive(d); }, ThrowsMessage<UserError>(HasSubstr("in the middle of a message")));
  EXPECT_THROW(receive(device), Disconnected);
}

TEST(VhostUser, DescriptorsComeWithTheMessage) {
  auto [guest, device] = test::connected();
  const FileDescriptor file = test::memory_file(5);
  const auto header = Header{21, 1, 0}.encode();
  guest.write(header.data(), header.size(), {file.get()});
  const Message got = receive(device);
  ASSERT_EQ(got.descriptors.size(), 1u);
  EXPECT_EQ(::lseek(got.descriptors[0].get(), 0, SEEK_END), 5);
}

}  // namespace
}  // namespace icesim::cosim::vhost
