// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/bytes.hpp"
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>

namespace icesim {

using namespace literals;
using scsi::Status;

/// A device that is asked, and answers.
struct UfsDeviceTest : testing::Test {
  DeviceRig rig;

  /// Sends one command with data in and runs until it is over; returns the data.
  std::vector<std::byte> ask(std::uint64_t tag, const scsi::Cdb& cdb, std::uint64_t expected, std::uint8_t lun = 0) {
    rig.send(rig.command(tag, cdb, CommandUpiu::read, expected, lun).encode());
    rig.run_for(1_ms);
    const auto data = rig.host.of(Tag{tag}, Transaction::data_in);
    if (data.empty()) return {};
    EXPECT_EQ(data.size(), 1u);
    EXPECT_TRUE(data[0]->has_bytes);
    return data[0]->data;
  }
  QueryUpiu query(const QueryUpiu& request) {
    rig.send(request.encode());
    rig.run_for(1_ms);
    return QueryUpiu::decode(rig.host.sent.back().header);
  }
  TaskResponse manage(const TaskRequest& request) {
    rig.send(request.encode());
    rig.run_for(100_us);
    const auto answers = rig.host.of(request.tag, Transaction::task_management_response);
    EXPECT_EQ(answers.size(), 1u);
    return TaskResult::decode(answers.at(0)->header).result;
  }
  static std::uint8_t byte(const std::vector<std::byte>& data, std::size_t i) { return load_u8(&data.at(i)); }
};

}  // namespace icesim
