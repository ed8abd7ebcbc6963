// SPDX-License-Identifier: Apache-2.0
#include "testbench/models/system/queues/queued_runs.hpp"

/// Whole runs with queues from one to more than there are cores, with the doorbell's results beside them.
namespace icesim {
namespace {

using namespace literals;
using test::Values;

TEST(SimulationQueues, ReadWhatWasWrittenWithAnyNumberOfThem) {
  for (const std::uint64_t queues : {1u, 2u, 3u, 8u, 32u}) {
    SCOPED_TRACE(queues);
    SystemConfig config = test::queued(queues);
    config.replay.mode = ReplayMode::asap;
    const Values v = test::simulate(config, test::many_keys(2000));
    test::expect_checked(v);
    test::expect_stages_sum_up(v);
    EXPECT_EQ(v.at("driver.requests_completed"), 2000u);
  }
}

TEST(SimulationQueues, ReplayBothBundledTraces) {
  for (const char* trace : {test::k61, test::k612}) {
    SCOPED_TRACE(trace);
    SystemConfig config = test::queued(8);
    config.replay.limit = 2000;
    const Values with = test::simulate(config, trace);
    test::expect_checked(with);
    test::expect_stages_sum_up(with);
    config.controller.mcq = 0;
    const Values without = test::simulate(config, trace);
    EXPECT_EQ(with.at("driver.requests_completed"), without.at("driver.requests_completed"));
    EXPECT_EQ(with.at("payload.blocks_checked"), without.at("payload.blocks_checked"));
  }
}

/// The entry takes the place of OCS, which is written in as few beats of a wide bus, and the ring that of the list.
TEST(SimulationQueues, TakeAsLongAsTheDoorbellUpToTheInterrupt) {
  SystemConfig config = test::queued(1, 1);
  config.controller.dma.bytes_per_cycle = 32_B;
  const std::vector<IoRequest> one{test::request(Operation::read, 100, 1, KeyId{})};
  test::Requests with(one), without(one);
  const Values a = test::simulate(config, with);
  config.controller.mcq = 0;
  const Values b = test::simulate(config, without);
  for (const char* stage : {"dispatch", "fetch", "command", "device", "flash", "transfer", "crypto", "memory"}) {
    // Edges of the clocks lie elsewhere, for the initialisation takes another time: a cycle of each and their
    // synchronisers.
    const std::uint64_t x = a.at(std::string("stages.") + stage), y = b.at(std::string("stages.") + stage);
    EXPECT_LE(std::max(x, y) - std::min(x, y), 20'000u) << stage;
  }
  // Two registers more are read before the completion: CQIS and CQTP in place of the doorbell.
  EXPECT_GT(a.at("stages.interrupt"), b.at("stages.interrupt"));
}

TEST(SimulationQueues, DependNotOnTheOrderOfModules) {
  SystemConfig config = test::queued(4);
  config.replay.mode = ReplayMode::asap;
  const Values first = test::simulate(config, test::many_keys(300));
  for (const std::uint64_t order : {1u, 7u, 100u})
    EXPECT_TRUE(test::equal(first, test::simulate(config, test::many_keys(300), order)));
}

/// As many requests are under way as there are tags, however many queues there are.
TEST(SimulationQueues, ShareTheTags) {
  SystemConfig config = test::queued(8);
  config.controller.tags = 4;
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 64;
  const Values v = test::simulate(config, test::many_keys(500));
  test::expect_checked(v);
  EXPECT_GT(v.at("driver.tag_waits"), 100u);
}

/// Linux: tags are as many as controller and device both can have, and the last one is the driver's.
TEST(SimulationQueues, HaveMoreTagsThanTheDoorbellWhereTheDeviceHas) {
  SystemConfig config = test::queued(8);
  config.controller.tags = 64;
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 256;
  for (const std::uint64_t depth : {2u, 32u, 48u, 64u, 256u}) {
    SCOPED_TRACE(depth);
    config.device.queue_depth = depth;
    test::Requests none({});
    {
      UfsSystem system(config, none, "test", 0, {});
      system.driver->start();
      sc_core::sc_start();
      EXPECT_EQ(system.driver->probed().num_tags, std::min<std::uint64_t>(depth, 64) - 1);
      EXPECT_EQ(system.driver->probed().queues, 7u) << "one is for polling";
    }
    forget_simulation();
    const Values v = test::simulate(config, test::many_keys(500));
    test::expect_checked(v);
    test::expect_stages_sum_up(v);
  }
}

TEST(SimulationQueues, AreFasterWithMoreTags) {
  SystemConfig config = test::queued(8);
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 256;
  config.device.queue_depth = config.controller.tags = 64;
  GeneratorConfig workload = test::many_keys(1000);
  workload.length = 4_KiB;
  const Values more = test::simulate(config, workload);
  config.controller.tags = 32;
  const Values fewer = test::simulate(config, workload);
  EXPECT_LT(more.at("driver.tag_waits"), fewer.at("driver.tag_waits"));
}

TEST(SimulationQueues, RefuseTagsThatFitNeitherDoorbellNorDevice) {
  const auto refusal = [](const SystemConfig& config) -> std::string {
    try {
      test::simulate(config, test::many_keys(1));
    } catch (const UserError& error) {
      forget_simulation();
      return error.what();
    }
    return "";
  };
  SystemConfig config = test::queued(0);
  config.controller.tags = 33;
  EXPECT_EQ(refusal(config), "controller.mcq: 0 leaves the doorbell, which has too few bits for controller.tags=33; at least 1 queue is needed");
  config = test::queued(2);
  config.device.queue_depth = 1;
  EXPECT_EQ(refusal(config), "device.queue_depth: 1 leaves no tag for requests with controller.mcq=2; at least 2 are needed");
}

/// Register accesses of the initialisation as text, "W SQTP1 20".
class Accesses : public Tap {
 public:
  std::vector<std::string> lines;
  void access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds) override {
    char number[16];
    std::snprintf(number, sizeof number, " %x", value);
    lines.push_back((write ? "W " : "R ") + name(offset) + (write ? number : ""));
  }
  void doorbell(std::uint32_t, Picoseconds) override {}
  void fetch(std::size_t, Tag, Picoseconds, Picoseconds) override {}
  void completion(Tag, Ocs, Picoseconds) override {}
  void interrupt(bool, Picoseconds) override {}

 private:
  static std::string name(std::uint32_t offset) {
    for (std::uint32_t queue = 0; queue < 3; ++queue) {
      for (const Register& word : detail::queue_config_words) {
        if (offset == QueueLayout{}.config() + queue * QueueLayout::config_stride + word.offset)
          return std::string(word.name) + std::to_string(queue);
      }
      for (const Register& word : detail::queue_runtime_words) {
        if (offset == QueueLayout{}.runtime + queue * QueueLayout::runtime_stride + word.offset)
          return std::string(word.name) + std::to_string(queue);
      }
    }
    const Register* reg = find_register(offset);
    return reg == nullptr ? "?" : std::string(reg->name);
  }
};

TEST(SimulationQueues, AreSetUpInTheOrderOfLinux) {
  std::vector<std::string> lines;
  {
    Accesses accesses;
    test::Requests none({});
    UfsSystem system(test::queued(5, 2), none, "test", 0, {});
    system.controller->connect(accesses);
    system.driver->start();
    sc_core::sc_start();
    ASSERT_TRUE(system.driver->probed().ready);
    EXPECT_EQ(system.driver->probed().queues, 2u) << "one for each core";
    lines = accesses.lines;
  }
  forget_simulation();
  const auto at = [&lines](const std::string& line) { return std::find(lines.begin(), lines.end(), line); };
  EXPECT_EQ(*(at("R MCQCAP") + 1), "R VER");
  const std::vector<std::string> wanted{"R CONFIG", "W CONFIG 1", "R SQDAO0", "R SQISAO0",
                                        "R CQDAO0", "R CQISAO0",  "R IE",     "W IE 171ef5"};
  const std::vector<std::string> writes{"SQLBA", "SQUBA",  "SQDAO", "SQISAO", "CQLBA", "CQUBA",
                                        "CQDAO", "CQISAO", "CQIE",  "CQATTR", "SQATTR"};
  const auto first = at("R CONFIG");
  ASSERT_GE(lines.end() - first, 44);
  for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_EQ(*(first + static_cast<std::ptrdiff_t>(i)), wanted[i]);
  auto line = first + static_cast<std::ptrdiff_t>(wanted.size());
  for (const char queue : {'0', '1', '2'}) {
    const auto begin = line;
    for (const std::string& write : writes) {
      if (queue == '2' && write == "CQIE") continue;  // it is polled
      const std::string name = "W " + write + queue;
      EXPECT_EQ(line->substr(0, name.size()), name);
      ++line;
    }
    EXPECT_EQ(*(line - 1), std::string("W SQATTR") + queue + " 800" + queue + "0107");
    EXPECT_EQ(*(line - 2), std::string("W CQATTR") + queue + " 80000107");
    EXPECT_EQ(*begin, std::string("W SQLBA") + queue + " 1008" + queue + "000");
    EXPECT_EQ(*(begin + 4), std::string("W CQLBA") + queue + " 100c" + queue + "000");
    if (queue != '2') {
      EXPECT_EQ(*(line - 3), std::string("W CQIE") + queue + " 1");
    }
  }
  EXPECT_EQ(*line, "R MCQCONFIG");
  EXPECT_EQ(*(line + 1), "W MCQCONFIG 1f00");
  EXPECT_EQ(*(line + 2), "W SQTP0 20") << "its own commands go through queue 0";
  EXPECT_EQ(std::count_if(line, lines.end(), [](const std::string& each) { return each.rfind("W UTRLDBR", 0) == 0; }),
            0);
}

}  // namespace
}  // namespace icesim
