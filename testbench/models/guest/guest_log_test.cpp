// SPDX-License-Identifier: Apache-2.0
#include "models/guest/guest_log.hpp"

#include "icesim/base/file.hpp"
#include "testbench/support/rigs/guest_driver.hpp"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(GuestLog, NamesRegistersAndShowsNoKey) {
  test::GuestDriver guest;
  const std::string path = (std::filesystem::temp_directory_path() / ("log" + std::to_string(::getpid()))).string();
  OutputFile file(path);
  GuestLog log(file, {1, 32, 16}, guest.map);
  guest.simulation->connect(log);
  guest.start();
  std::array<std::byte, 64> key;
  key.fill(std::byte{0xc7});
  guest.program(3, key.data());
  guest.carry_out(2,
                  {scsi::read_10(Lba{5}, 1), DataDirection::to_host, 1, test::GuestDriver::data, true, 3, Dun{0x12}});
  file.commit();
  const std::string text = read_text_file(path);
  std::filesystem::remove(path);
  EXPECT_THAT(text, HasSubstr(" W HCE 00000003\n"));
  EXPECT_THAT(text, HasSubstr(" W CRYPTOCFG[3].15 key\n"));
  EXPECT_THAT(text, HasSubstr(" W CRYPTOCFG[3].16 80000008\n"));
  EXPECT_THAT(text, Not(HasSubstr("c7c7")));
  EXPECT_THAT(text, HasSubstr(" rung 2 dw0 15800003 dun 0000000000000012 dw2 0000000f dw6 00800080 dw7 01000001 "
                              "prdt 4096 upiu 0140000200"));
  EXPECT_THAT(text, HasSubstr(" ended 2 ocs 0 key 1\n"));
  EXPECT_THAT(text, HasSubstr(" interrupt 1\n"));
}

TEST(GuestLog, ShowsThePiecesOfADataBufferWithoutTheirAddresses) {
  test::GuestDriver guest;
  const std::string path = (std::filesystem::temp_directory_path() / ("prdt" + std::to_string(::getpid()))).string();
  OutputFile file(path);
  GuestLog log(file, {1, 32, 16}, guest.map);
  guest.simulation->connect(log);
  guest.start();
  guest.describe(4, {scsi::read_10(Lba{5}, 5), DataDirection::to_host, 5, test::GuestDriver::data});
  std::byte* const utrd = guest.map.find(test::GuestDriver::list + 4 * Utrd::size, Utrd::size);
  store_le16(utrd + 28, 5);
  const std::uint64_t prdt = test::GuestDriver::ucd(4) + ucd::prdt_offset;
  for (std::uint64_t i = 0; i < 5; ++i) {
    PrdtEntry{test::GuestDriver::data + i * 8192, Bytes{i == 2 ? 8192u : 4096u}, i == 4 ? 5u : 0u}.encode(
        guest.map.find(prdt + i * PrdtEntry::size, PrdtEntry::size));
  }
  guest.carry_out(4);
  file.commit();
  const std::string text = read_text_file(path);
  std::filesystem::remove(path);
  EXPECT_THAT(text, HasSubstr(" dw7 01000005 prdt 4096*2,8192,4096,4096+0000000000000005 upiu "));
}

}  // namespace
}  // namespace icesim
