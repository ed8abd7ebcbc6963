// SPDX-License-Identifier: Apache-2.0
#include "models/device/map/device_map.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace icesim {
namespace {

/// 16 pages of 2 blocks, two of them in memory; writes down what the map asks for, and has room for as many blocks as it is told.
struct MapWriteBack : testing::Test, MapClient {
  static MapCacheConfig config() {
    MapCacheConfig c;
    c.map_page = Bytes{8192};
    c.map_cache = Bytes{2 * 8192};
    return c;
  }
  static constexpr std::uint64_t page = 2048;

  void map_read(Lba first, std::uint32_t) override { asked.push_back("read " + std::to_string(number(first))); }
  std::uint32_t map_write(Lba first, std::uint32_t count) override {
    const std::uint32_t taken = std::min(count, room);
    room -= taken;
    if (taken > 0) asked.push_back("write " + std::to_string(number(first)));
    return taken;
  }
  void mapped(std::uint32_t, Lba first, std::uint32_t) override { asked.push_back("mapped " + std::to_string(first.n / page)); }

  std::uint64_t number(Lba block) const { return (block.n - 16 * page) / 2; }
  void look_up(std::uint64_t number) { map.look_up(1, Lba{number * page}, 1); }
  void come(std::uint64_t number) { map.page_read(Lba{16 * page + 2 * number}, 2); }
  void give(std::uint32_t blocks) {
    room = blocks;
    map.room();
  }
  std::vector<std::string> seen() { return std::exchange(asked, {}); }
  using Asked = std::vector<std::string>;

  DeviceMap map{config(), 16 * page, *this};
  std::uint32_t room = 0;
  Asked asked;
};

/// A page that is asked for again before it is in the write buffer would come from the flash as it was.
TEST_F(MapWriteBack, APageIsNotReadBeforeItsChangesAreInTheWriteBuffer) {
  look_up(3);
  come(3);
  map.update(Lba{3 * page}, 1);
  look_up(4);
  come(4);
  EXPECT_EQ(seen(), (Asked{"read 3", "mapped 3", "read 4", "mapped 4"}));
  look_up(5);  // 3 goes, and is to be written back
  EXPECT_EQ(seen(), Asked{});
  look_up(3);  // 4 goes, which has no changes
  EXPECT_EQ(seen(), Asked{}) << "3 is not there yet";
  give(1);
  EXPECT_EQ(seen(), Asked{"write 3"}) << "a half of it";
  EXPECT_TRUE(map.waits_for_room());
  give(1);
  EXPECT_EQ(seen(), (Asked{"write 3", "read 5", "read 3"}));
  EXPECT_FALSE(map.waits_for_room());
  come(5);
  come(3);
  EXPECT_EQ(seen(), (Asked{"mapped 5", "mapped 3"}));
}

/// Another page that takes the place of an unchanged one does not wait for that.
TEST_F(MapWriteBack, APageThatIsNotWrittenBackIsReadAtOnce) {
  look_up(3);
  come(3);
  map.update(Lba{3 * page}, 1);
  look_up(4);
  come(4);
  look_up(5);
  seen();
  look_up(6);
  EXPECT_EQ(seen(), Asked{"read 6"});
}

}  // namespace
}  // namespace icesim
