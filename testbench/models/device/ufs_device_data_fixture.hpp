// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {

using namespace literals;
using scsi::Status;

/// A device whose data go both ways.
struct UfsDeviceDataTest : testing::Test {
  DeviceRig rig;

  static std::vector<std::byte> pattern(std::size_t blocks, unsigned seed) {
    std::vector<std::byte> bytes(blocks * logical_block.n);
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::byte>((i * 131 + i / 4096 + seed) & 0xff);
    return bytes;
  }
  /// Data of all DATA INs of a tag; checks that they come in order of offset.
  std::vector<std::byte> data_in(std::uint64_t tag) {
    std::vector<std::byte> all;
    for (const auto* sent : rig.host.of(Tag{tag}, Transaction::data_in)) {
      EXPECT_EQ(DataUpiu::decode(sent->header).offset.n, all.size());
      all.insert(all.end(), sent->data.begin(), sent->data.end());
    }
    return all;
  }
  void data_out(std::uint64_t tag, std::uint64_t offset, std::uint64_t count, std::byte* data = nullptr) {
    rig.send(DataUpiu{Transaction::data_out, 0, Tag{tag}, Bytes{offset}, Bytes{count}}.encode(), kernel_now() + 1_us,
             data);
  }
};

}  // namespace icesim
