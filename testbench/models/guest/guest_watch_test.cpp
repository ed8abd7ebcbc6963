// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/statistics.hpp"
#include "testbench/support/rigs/guest_driver.hpp"
#include "testbench/support/watched_run.hpp"

#include <gtest/gtest.h>

/// Waves and the request log of a guest.
namespace icesim {
namespace {

using test::GuestDriver;

struct Outcome {
  std::vector<std::uint64_t> statistics;
  std::vector<RequestRecord> requests;
  std::string waves;
};

/// Two keys, a request that has none where it needs one, and one of each kind.
Outcome carry_out(bool watched) {
  std::array<std::byte, 64> one{}, two{};
  one.fill(std::byte{1});
  two.fill(std::byte{2});
  test::RequestNotes notes;
  test::WaveFile waves;
  Outcome outcome;
  {
    GuestDriver guest({}, watched ? Observers{waves.recorder(), &notes} : Observers{});
    guest.start();
    guest.program(4, two.data());
    guest.program(5, one.data());
    guest.carry_out(0, {scsi::test_unit_ready()});
    const auto write = [&](std::uint32_t tag, Lba lba, std::uint32_t keyslot) {
      guest.carry_out(tag,
                      {scsi::write_10(lba, 2), DataDirection::to_device, 2, GuestDriver::data, true, keyslot, Dun{7}});
    };
    write(1, Lba{10}, 4);
    write(2, Lba{11}, 6);  // no key: ends with OCS 9
    write(3, Lba{12}, 5);
    guest.carry_out(4, {scsi::read_10(Lba{20}, 3), DataDirection::to_host, 3, GuestDriver::data});
    guest.carry_out(5, {scsi::synchronize_cache_10()});
    const auto list = scsi::unmap_list({Lba{30}, 4});
    std::memcpy(guest.map.find(GuestDriver::data, list.size()), list.data(), list.size());
    guest.carry_out(6, {scsi::unmap(), DataDirection::to_device, 1, GuestDriver::data});
    guest.simulation->end();
    for (const StatisticValue& each : list_statistics(*guest.simulation)) outcome.statistics.push_back(each.value);
    if (!watched) return outcome;
    std::uint64_t latency = 0, completed = 0;
    for (const RequestRecord& request : notes.seen) {
      if (request.failed) continue;
      latency += request.timeline.total().n;
      ++completed;
    }
    EXPECT_EQ(completed, guest.statistic("driver.requests_completed"));
    EXPECT_EQ(latency / completed, guest.statistic("latency.all.mean"));
  }
  outcome.requests = notes.seen;
  outcome.waves = waves.text();
  return outcome;
}

TEST(GuestWatch, ChangesNothing) { EXPECT_EQ(carry_out(true).statistics, carry_out(false).statistics); }

TEST(GuestWatch, TellsOfEachRequestOfTheBlockLayer) {
  const Outcome outcome = carry_out(true);
  ASSERT_EQ(outcome.requests.size(), 6u);
  const auto expect = [&](std::size_t i, const char* operation, std::uint64_t block, std::uint64_t blocks, KeyId key,
                          int keyslot, bool failed = false) {
    const RequestRecord& request = outcome.requests[i];
    EXPECT_EQ(request.id, i + 1);
    EXPECT_EQ(request.operation, operation);
    EXPECT_EQ(request.lba, Lba{block});
    EXPECT_EQ(request.length, logical_block * blocks);
    EXPECT_EQ(request.key, key);
    EXPECT_EQ(request.has_keyslot ? static_cast<int>(request.keyslot.n) : -1, keyslot);
    EXPECT_EQ(request.tag, Tag{i + 1});
    EXPECT_EQ(request.failed, failed);
  };
  expect(0, "write", 10, 2, 1, 4);
  expect(1, "write", 11, 2, no_key, 6, true);
  expect(2, "write", 12, 2, 2, 5);
  expect(3, "read", 20, 3, no_key, -1);
  expect(4, "flush", 0, 0, no_key, -1);
  expect(5, "discard", 30, 4, no_key, -1);
}

TEST(GuestWatch, ShowsThePinsButNoKey) {
  const Outcome outcome = carry_out(true);
  const test::Vcd vcd = test::parse_vcd(outcome.waves);
  for (const RequestRecord& request : outcome.requests) {
    const Picoseconds rung =
        vcd.first("controller.doorbell", std::uint64_t{1} << request.tag.n, request.timeline.start());
    EXPECT_EQ(rung - request.timeline.start(), request.timeline.spent(Stage::dispatch));
  }
  EXPECT_EQ(vcd.of("encrypt.issue_blocks").back().value, 2 * 2 * logical_block.n / 16);
  EXPECT_EQ(vcd.of("controller.doorbell").back().value, 0u);
  std::size_t hidden = 0;
  for (const test::VcdChange& change : vcd.of("controller.mmio_data")) {
    hidden += change.unknown ? 1 : 0;
    EXPECT_NE(change.value, 0x0101'0101u);
  }
  EXPECT_GE(hidden, 2u);
}

}  // namespace
}  // namespace icesim
