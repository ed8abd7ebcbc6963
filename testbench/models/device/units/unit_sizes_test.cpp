// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "models/device/ufs_device_config.hpp"
#include "models/system/system_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using namespace literals;

std::string why(const std::string& text) {
  try {
    UnitSizes::of(text);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(UnitSizes, AreReadAsTheyAreWrittenAndTheLastIsThatOfAllBehindIt) {
  for (const char* text : {"equal", "4KiB", "16MiB,64KiB", "4KiB,8KiB,12KiB,16KiB,20KiB,24KiB,28KiB", "64GiB"})
    EXPECT_EQ(UnitSizes::of(text).text(), text);
  EXPECT_EQ(UnitSizes::of("8192,1 MiB").text(), "8KiB,1MiB");
  const UnitSizes sizes = UnitSizes::of("16MiB,64KiB");
  EXPECT_EQ(sizes.of_unit(1), 16_MiB);
  EXPECT_EQ(sizes.of_unit(2), 64_KiB);
  EXPECT_EQ(sizes.of_unit(7), 64_KiB);
  UfsDeviceConfig config;
  config.logical_units = 4;
  config.unit_sizes = sizes;
  EXPECT_EQ(config.other_blocks(), 4096u + 16 + 16);
  config.unit_sizes = UnitSizes::of("equal");
  EXPECT_EQ(config.other_blocks(), 3u * 1024);
}

TEST(UnitSizes, OneLineSaysWhatIsWrong) {
  for (const char* text : {"0", "5KiB", "4096,", "1", "65GiB", "4KiB,,4KiB", "", ",", "-4KiB", "4KiB;8KiB", "99999999999999999999", "equal,4KiB"}) {
    EXPECT_NE(why(text), "") << text;
    EXPECT_EQ(why(text).find('\n'), std::string::npos);
  }
  EXPECT_EQ(why("4MiB,5KiB"), "'5KiB' is not the size of a logical unit: a multiple of 4KiB, up to 64GiB");
  EXPECT_EQ(why("4KiB,4KiB,4KiB,4KiB,4KiB,4KiB,4KiB,4KiB"), "8 sizes are given; beside number 0 there are up to 7 logical units");
}

std::string refusal(const SystemConfig& config) {
  try {
    config.check();
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(UnitSizes, AreNotMoreThanThereAreUnitsBesideTheFirst) {
  SystemConfig config;
  config.device.logical_units = 2;
  config.device.unit_sizes = UnitSizes::of("16MiB");
  EXPECT_EQ(refusal(config), "");
  config.device.unit_sizes = UnitSizes::of("16MiB,32MiB");
  EXPECT_EQ(refusal(config), "device.unit_sizes: 2 sizes are given, more than units beside number 0 with device.logical_units=2");
  config.device.logical_units = 1;
  EXPECT_EQ(refusal(config), "") << "without effect";
}

TEST(UnitSizes, LeaveSomethingOfTheFlashForTheFirst) {
  SystemConfig config;
  config.flash.capacity = 1_GiB;
  config.device.logical_units = 3;
  config.device.unit_sizes = UnitSizes::of("512MiB,524284KiB");
  EXPECT_EQ(refusal(config), "");
  config.device.unit_sizes = UnitSizes::of("512MiB");
  EXPECT_EQ(refusal(config), "device.unit_sizes: 512MiB for those of device.logical_units=3 but one leave nothing of flash.capacity=1073741824");
}

}  // namespace
}  // namespace icesim
