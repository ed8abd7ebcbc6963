// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/watched_run.hpp"

#include <gmock/gmock.h>

/// Parameters whose declared range once promised more than ran.
namespace icesim {
namespace {

using test::request;
using test::RequestNotes;
using test::Requests;
using test::Values;
using testing::HasSubstr;

/// Writes and reads back of three keys by three processes, all at once.
std::vector<IoRequest> three_of_each() {
  std::vector<IoRequest> list;
  for (std::uint32_t i = 0; i < 3; ++i) list.push_back(request(Operation::write, 100 * i, 4, i + 1, {}, i));
  for (std::uint32_t i = 0; i < 3; ++i)
    list.push_back(request(Operation::read, 100 * i, 4, i + 1, Picoseconds{20'000'000'000}, i));
  return list;
}

SystemConfig verified() {
  SystemConfig config;
  config.payload = Payload::verify;
  return config;
}

void expect_all_served(const Values& v, std::uint64_t requests) {
  EXPECT_EQ(v.at("driver.requests_completed"), requests);
  EXPECT_EQ(v.at("driver.failed"), 0u);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
}

TEST(SimulationRange, ThreeWhoWaitForOneKeyslotAreServedWhenWakingCostsNothing) {
  SystemConfig config = verified();
  config.keyslots.num_keyslots = 1;
  config.host.costs.thread_wake = Picoseconds{0};
  Requests source(three_of_each());
  expect_all_served(test::simulate(config, source), 6);
}

TEST(SimulationRange, NothingHangsWhenNoStepOfTheDriverCostsTime) {
  for (const std::uint64_t tags : {2u, 3u, 32u}) {
    for (const std::uint64_t cores : {1u, 8u}) {
      SystemConfig config = verified();
      HostCosts& costs = config.host.costs;
      costs.submit = costs.dispatch = costs.complete = costs.interrupt_entry = costs.thread_wake = Picoseconds{0};
      config.host.cores = cores;
      config.keyslots.num_keyslots = 1;
      config.controller.tags = tags;
      config.replay.mode = ReplayMode::asap;
      Requests source(three_of_each());
      expect_all_served(test::simulate(config, source), 6);
    }
  }
}

TEST(SimulationRange, TheLastOfTheTagsIsForManagementHoweverManyThereAre) {
  for (std::uint64_t tags = 2; tags <= 32; ++tags) {
    SystemConfig config = verified();
    config.controller.tags = tags;
    config.replay.mode = ReplayMode::asap;
    config.replay.queue_depth = 64;
    std::vector<IoRequest> list;
    for (std::uint32_t i = 0; i < 64; ++i) list.push_back(request(Operation::read, 100 * i, 1, 1, {}, i));
    Requests source(list);
    RequestNotes notes;
    Values v;
    {
      Simulation simulation(config, source, "test", 0, {nullptr, &notes});
      simulation.run();
      v = test::values_of(simulation);
    }
    forget_simulation();
    expect_all_served(v, 64);
    std::uint64_t highest = 0;
    for (const RequestRecord& record : notes.seen) highest = std::max(highest, record.tag.n);
    EXPECT_EQ(highest, tags - 2) << "the others are all in use";
  }
}

std::string refusal(const SystemConfig& config) {
  Requests source({});
  std::string text;
  try {
    Simulation simulation(config, source, "test");
  } catch (const UserError& error) {
    text = error.what();
  }
  forget_simulation();
  return text;
}

TEST(SimulationRange, ASmallMemoryIsRefusedWithTheSmallestThatWorks) {
  for (const Payload payload : {Payload::none, Payload::verify}) {
    for (const std::uint64_t tags : {2u, 32u}) {
      SystemConfig config;
      config.payload = payload;
      config.controller.tags = tags;
      config.block_layer.max_request = Bytes{64 << 10};
      config.memory.size = Bytes{4096};
      const std::string text = refusal(config);
      const std::string before = "at least ";
      ASSERT_THAT(text, HasSubstr(before));
      const std::uint64_t least = std::stoull(text.substr(text.find(before) + before.size()));
      config.memory.size = Bytes{least - 1};
      EXPECT_THAT(refusal(config), HasSubstr("memory.size: " + std::to_string(least - 1) +
                                             " bytes are too few with controller.tags=" + std::to_string(tags)));
      config.memory.size = Bytes{least};
      // The largest requests there are, as many at once as there are tags.
      std::vector<IoRequest> list;
      for (std::uint32_t i = 0; i < 40; ++i) list.push_back(request(Operation::write, 100 * i, 64, 1, {}, i));
      Requests source(list);
      const Values v = test::simulate(config, source);
      EXPECT_EQ(v.at("driver.requests_completed"), 40u);
      EXPECT_EQ(v.at("driver.failed"), 0u) << "no access is beyond the memory";
    }
  }
}

TEST(SimulationRange, KeysAreForTheCapabilityThatLinuxTakesOrFailVisibly) {
  for (const bool aes_256 : {false, true}) {
    for (const bool aes_128 : {false, true}) {
      for (const std::uint64_t data_units : {0xffu, 0x08u, 0xf7u}) {
        SystemConfig config = verified();
        config.keyslots.aes_xts_256 = aes_256;
        config.keyslots.aes_xts_128 = aes_128;
        config.keyslots.data_units = data_units;
        Requests source(three_of_each());
        const Values v = test::simulate(config, source);
        const bool serves = aes_256 && (data_units & 8) != 0;
        EXPECT_EQ(v.at("driver.failed"), serves ? 0u : 6u) << aes_256 << aes_128 << data_units;
        EXPECT_EQ(v.at("payload.mismatches"), 0u);
      }
    }
  }
}

}  // namespace
}  // namespace icesim
