// SPDX-License-Identifier: Apache-2.0
#include "src/workload/keys/android_keys.hpp"

#include "testbench/workload/keys/keyed_trace_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using testing::ElementsAre;

TEST(AndroidDirectories, HaveTheKeysThatVoldGivesThem) {
  using namespace android;
  for (const char* ce : {"user/10", "user_10", "media/10", "misc_ce/10", "system_ce/10", "vendor_ce/10"}) {
    EXPECT_EQ(of_directory(ce), user_ce(10)) << ce;
  }
  EXPECT_EQ(of_directory("data"), user_ce(0));
  for (const char* de : {"user_de/10", "user_de_10", "misc_de/10", "system_de/10", "vendor_de/10"}) {
    EXPECT_EQ(of_directory(de), user_de(10)) << de;
  }
  for (const char* de : {"app", "system", "misc", "system_de", "dalvik-cache", "user", "app_10x"}) {
    EXPECT_EQ(of_directory(de), system_de_key) << de;
  }
  EXPECT_EQ(of_directory("per_boot"), per_boot_key);
  for (const char* plain : {"unencrypted", "lost+found", "per_boot_ref"}) {
    EXPECT_EQ(of_directory(plain), metadata_key) << plain;
  }
}

class AndroidKeys : public test::KeyedTraceFixture {};

TEST_F(AndroidKeys, ChoosesAndroidKeysByPath) {
  const char* paths[] = {"/user/0/a/b",  "/data/app.x/b",   "/user_de/0/a/b",
                         "/user/10/a/b", "/app/x/base.apk", "/unencrypted/key/a"};
  for (unsigned i = 0; i < 6; ++i) {
    owns(30 + i, 0, 100 + i);
    path(30 + i, paths[i]);
  }
  owns(2, 0, 106, "HOT_NODE");
  request("W", 100, 7);
  EXPECT_THAT(keys_of(KeyMode::android), ElementsAre(1, 1, 2, 3, 4, 5, 5))
      << "CE 0 twice, DE 0, CE 10, system DE, metadata twice";
  EXPECT_EQ(by(KeyRule::path), 6u);
  EXPECT_EQ(by(KeyRule::metadata_key), 1u);
}

TEST_F(AndroidKeys, ChoosesAndroidKeysByProcessOrAddressWithoutAPath) {
  options_.userdata_start = logical_block * 10;
  request("R", 9, 1, "init", 1);
  request("R", 100, 1, "init", 1);
  request("R", 101, 1, "vold", 2);
  request("W", 102, 1, "system_server", 3);
  request("W", 103, 1, "my app: (x) 2", 256);
  request("W", 104, 1, "f2fs_ckpt-254:4", 6);
  request("WM", 105, 1, "my app: (x) 2", 256);
  request("W", 102, 3, "kworker/u16:3", 7);
  const auto keys = keys_of(KeyMode::android);
  EXPECT_THAT(keys, ElementsAre(no_key, 1, 1, 2, 3, 4, 4, 2, 3))
      << "below userdata; system DE; DE of user 0; CE; metadata; writeback keeps DE and CE, and takes the rest for CE";
  EXPECT_EQ(by(KeyRule::outside_userdata), 1u);
  EXPECT_EQ(by(KeyRule::android_process), 4u);
  EXPECT_EQ(by(KeyRule::writeback), 2u);
}

TEST_F(AndroidKeys, KnowsTheProcessesOfAPixel6a) {
  trace_ =
      "proces,device,rw_flag,sector,size,timestamp\n"
      "system_server-1500,8388608,W,8,8,1\n"
      "f2fs_ckpt-254:4-687,8388608,W,16,8,2\n"
      "RenderThread,8388608,W,24,8,3\n"
      "kworker/u17:3-22035,8388608,W,8,8,4\n"
      "vold,8388608,W,40,8,5\n";
  EXPECT_THAT(keys_of(KeyMode::android), ElementsAre(1, 2, 3, 1, 4));
  EXPECT_THAT(keys_of(KeyMode::per_process), ElementsAre(1, 2, 3, 4, 5));
}

/// What lies below userdata has no key; above it the file system's threads have the metadata key.
TEST(Pixel6a, HasKeysByProcessAndAddress) {
  const auto path = test::shared_traces() / "device/pixel6a_ufs";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  for (const char* name : {"genshin_impact_exec", "telegram_exec", "pubg_exec"}) {
    KeyOptions options;
    options.mode = KeyMode::android;
    options.userdata_start = sector_size * 18'325'296;
    const auto file = path / (std::string(name) + ".csv.gz");
    KeyedTrace trace(file, {}, options);
    test::drain(trace);
    std::uint64_t metadata = 0;
    std::uint64_t below = 0;
    const auto plain = open_trace(file);
    for (IoRequest request; plain->next(request);) {
      if (request.operation != Operation::read && request.operation != Operation::write) continue;
      const bool is_below = request.offset < options.userdata_start;
      below += is_below ? 1 : 0;
      metadata += !is_below && plain->process_name().substr(0, 5) == "f2fs_" ? 1 : 0;
    }
    const auto by = [&](KeyRule rule) { return trace.keys().by_rule[static_cast<std::size_t>(rule)]; };
    EXPECT_GT(metadata, 1'000u) << name;
    EXPECT_GT(below, 1'000u) << name;
    EXPECT_EQ(by(KeyRule::metadata_key), metadata) << name;
    EXPECT_EQ(by(KeyRule::outside_userdata), below) << name;
    EXPECT_GT(by(KeyRule::android_process), 10'000u) << name;
    EXPECT_GT(by(KeyRule::writeback), 1'000u) << name;
    EXPECT_EQ(trace.keys().keys, 3u) << name << ": metadata, DE of system_server, CE of the apps";
  }
}

TEST_F(AndroidKeys, SharesAppsOutAmongTheProfiles) {
  options_.profiles = 3;
  unsigned block = 100;
  for (const unsigned pid : {11u, 12u, 13u, 14u, 11u}) request("W", block++, 1, "app", pid);
  EXPECT_THAT(keys_of(KeyMode::android), ElementsAre(1, 2, 3, 1, 1));
}

}  // namespace
}  // namespace icesim
