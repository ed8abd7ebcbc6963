// SPDX-License-Identifier: Apache-2.0
#include "models/flash/flash_array.hpp"
#include "models/system/forget_simulation.hpp"
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>
#include <random>

namespace icesim {
namespace {

using namespace literals;

/// The device in front of the flash that it is meant for, both with their default parameters.
struct UfsDeviceWithFlashTest : testing::Test {
  UfsDeviceConfig config;
  FlashArrayConfig flash_config;
  ClockDomain device_clock{200_MHz, Cycles{2}};
  ClockDomain nand_clock{711_MHz, Cycles{2}};
  FakeHost host;
  std::unique_ptr<Agenda> agenda;
  std::unique_ptr<UfsDevice> device;
  std::unique_ptr<FlashArray> flash;
  std::mt19937 random{1};
  std::uint64_t completed = 0;

  ~UfsDeviceWithFlashTest() override {
    device.reset();
    flash.reset();
    agenda.reset();
    forget_simulation();
  }
  void build() {
    agenda = std::make_unique<Agenda>("agenda");
    device = std::make_unique<UfsDevice>("device", *agenda, config, device_clock);
    flash = std::make_unique<FlashArray>("flash", *agenda, flash_config, nand_clock);
    device->out.bind(host);
    device->flash.bind(flash->in);
    flash->client.bind(device->flash_client);
    host.device = &*device;
    sc_core::sc_start(to_sc_time(1_ns));
  }
  void send(std::uint64_t tag, const scsi::Cdb& cdb, std::uint8_t flags, std::uint64_t length) {
    host.transmit(CommandUpiu{flags, 0, Tag{tag}, Bytes{length}, cdb}.encode(), 0, nullptr, kernel_now() + 100_ns);
  }
  void send_random_read(std::uint64_t tag) {
    send(tag, scsi::read_10(Lba{random() % config.capacity_blocks}, 1), CommandUpiu::read, logical_block.n);
  }
  void answer_rtt(const DataUpiu& rtt) {
    DataUpiu data = rtt;
    data.transaction = Transaction::data_out;
    host.transmit(data.encode(), static_cast<std::uint32_t>(rtt.count.n), nullptr, kernel_now() + 10_us);
  }
};

TEST_F(UfsDeviceWithFlashTest, ReadsAtRandomNearTheDataSheetsHundredThousandPerSecondAndNeverFasterThanTheFirmware) {
  build();
  const Picoseconds time = 100_ms;
  std::size_t seen = 0;
  for (std::uint64_t tag = 0; tag < config.queue_depth; ++tag) send_random_read(tag);
  while (kernel_now() < time) {
    sc_core::sc_start(to_sc_time(1_us));
    for (; seen < host.sent.size(); ++seen) {
      if (transaction_of(host.sent[seen].header) != Transaction::response) continue;
      ++completed;
      send_random_read(tag_of(host.sent[seen].header).n);
    }
  }
  const std::uint64_t firmware_bound = time / config.command_occupancy;
  const std::uint64_t data_sheet = 100'000 * time.n / Picoseconds{1_s}.n;
  EXPECT_LE(completed, firmware_bound);
  EXPECT_GT(completed, data_sheet * 85 / 100);
  EXPECT_LT(completed, data_sheet * 115 / 100);
}

TEST_F(UfsDeviceWithFlashTest, WritesMoreThanTheBufferHoldsWithoutAFlushForRoom) {
  build();
  host.on_rtt = [this](const DataUpiu& rtt) { answer_rtt(rtt); };
  constexpr std::uint16_t blocks = 128;
  for (std::uint64_t tag = 0; tag < config.queue_depth; ++tag) {
    send(tag, scsi::write_10(Lba{tag * blocks}, blocks), CommandUpiu::write, blocks * logical_block.n);
  }
  sc_core::sc_start(to_sc_time(1_s));
  ASSERT_GT(config.queue_depth * blocks * logical_block.n, flash_config.write_buffer.n);
  EXPECT_EQ(device->outstanding(), 0u);
  EXPECT_EQ(device->statistics().buffer_flushes, 0u);
  send(0, scsi::synchronize_cache_10(), 0, 0);
  sc_core::sc_start(to_sc_time(1_s));
  EXPECT_EQ(device->outstanding(), 0u);
  EXPECT_EQ(flash->statistics().host_blocks_written, config.queue_depth * blocks);
}

}  // namespace
}  // namespace icesim
