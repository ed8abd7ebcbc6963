// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_engines.hpp"

#include "icesim/result/parameters.hpp"
#include "models/ice/aes_xts_pipeline.hpp"
#include "models/system/forget_simulation.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <set>

namespace icesim {
namespace {

using namespace literals;

const ClockDomain ice{300_MHz, 2_cycles};

/// What was measured of the RTL [aes-cores].
struct Published {
  const char* name;
  std::uint64_t latency;
  std::uint64_t cycles, blocks;  ///< so many cycles for so many blocks, encrypting
  std::uint64_t decrypting;      ///< cycles for so many blocks
  std::uint64_t key_encrypting, key_decrypting;
};
void PrintTo(const Published& row, std::ostream* out) { *out << row.name; }

/// The same of XTS engines: cycles from the tweak's number to the first block and to the last of 6 x 4096 bytes.
struct PublishedXts {
  const char* name;
  std::uint64_t first_out, total;
};
void PrintTo(const PublishedXts& row, std::ostream* out) { *out << row.name; }

class Engine {
 public:
  Engine(const char* name, Bytes data_unit) {
    const AesXtsEngine* engine = find_aes_xts_engine(name);
    if (engine == nullptr) throw std::logic_error(std::string("no engine ") + name);
    engine->configure(config_);
    CryptoConfig entry;
    entry.set_config({data_unit_mask(data_unit), 0, true});
    for (std::size_t step = 0; step < program_writes; ++step) {
      const CryptoConfigWrite write = program_write(entry, step);
      keyslots_.write(write.offset / 4, write.value);
    }
    pipeline_ = std::make_unique<AesXtsPipeline>("pipeline", config_, ice, keyslots_);
  }
  ~Engine() {
    pipeline_.reset();
    forget_simulation();
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Passes `blocks` blocks, each a chunk, that are sampled at `cycle`, the last one `wait` cycles later; returns the
  /// cycles from then until each has left.
  std::vector<std::uint64_t> pass(Direction direction, std::uint64_t cycle, std::uint64_t blocks,
                                  std::uint64_t wait = 0) {
    Train train;
    for (std::uint64_t b = 1; b <= blocks; ++b) {
      train.push_back({16 * b, ice.edge(Cycles{cycle + (b == blocks ? wait : 0)} - ice.sync_stages())});
    }
    CryptoJob job;
    job.direction = direction;
    job.enabled = true;
    pipeline_->pass(job, train);
    std::vector<std::uint64_t> left;
    for (const Chunk& chunk : train) left.push_back(ice.next(chunk.at).n - cycle);
    return left;
  }
  const AesXtsPipelineConfig& config() const { return config_; }

 private:
  AesXtsPipelineConfig config_;
  KeyslotFile keyslots_{KeyslotFileConfig{}};
  std::unique_ptr<AesXtsPipeline> pipeline_;
};

constexpr std::uint64_t later = 100'000;

class PublishedEngine : public testing::TestWithParam<Published> {};

TEST_P(PublishedEngine, TakesItsMeasuredLatencyCyclesPerBlockAndKeyExpansion) {
  const Published& row = GetParam();
  for (const Direction direction : {Direction::to_device, Direction::to_host}) {
    const bool encrypts = direction == Direction::to_device;
    Engine engine(row.name, 4096_B);
    const auto cold = engine.pass(direction, later, 1);
    const auto warm = engine.pass(direction, 2 * later, 1);
    EXPECT_EQ(cold[0] - warm[0], encrypts ? row.key_encrypting : row.key_decrypting);

    EXPECT_EQ(engine.pass(direction, 3 * later, 2, later)[1] - later, row.latency);

    // In steady state: as many blocks as fill the cores some times over.
    const std::uint64_t batch = engine.config().cores * engine.config().ring_positions * row.blocks;
    const std::uint64_t blocks = 200 / batch * batch;
    ASSERT_GT(blocks, 0u);
    const auto left = engine.pass(direction, 5 * later, 256);
    EXPECT_EQ((left[blocks] - left[0]) * row.blocks, blocks * (encrypts ? row.cycles : row.decrypting));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Timing1, PublishedEngine,
    testing::Values(
        Published{"secworks-aes128", 53, 53, 1, 53, 15, 15}, Published{"secworks-aes256", 73, 73, 1, 73, 19, 19},
        Published{"usselmann-aes128", 12, 12, 1, 13, 0, 12}, Published{"opentitan-aes128", 11, 12, 1, 12, 0, 10},
        Published{"opentitan-aes256", 15, 16, 1, 16, 0, 14}, Published{"opentitan-masked-aes128", 55, 56, 1, 56, 0, 50},
        Published{"opentitan-masked-aes256", 71, 72, 1, 72, 0, 66}, Published{"tiny-aes128", 21, 1, 1, 1, 0, 0},
        Published{"tiny-aes256", 29, 1, 1, 1, 0, 0}, Published{"salah-aes128", 41, 1, 1, 1, 0, 0},
        Published{"xexaes256", 16, 17, 3, 17, 0, 0}, Published{"xts-aes256-w15", 29, 1, 1, 1, 0, 0},
        Published{"xts-aes256-w8", 32, 2, 1, 2, 0, 0}, Published{"xts-aes256-w5", 32, 3, 1, 3, 0, 0},
        Published{"xts-aes256-w3", 32, 5, 1, 5, 0, 0}, Published{"xts-aes256-w2", 32, 8, 1, 8, 0, 0},
        Published{"xts-aes256-w1", 32, 15, 1, 15, 0, 0}, Published{"xts-aes128-w11", 21, 1, 1, 1, 0, 0},
        Published{"xts-aes128-w6", 24, 2, 1, 2, 0, 0}, Published{"xts-aes128-w4", 24, 3, 1, 3, 0, 0},
        Published{"xts-aes128-w3", 24, 4, 1, 4, 0, 0}, Published{"xts-aes128-w2", 24, 6, 1, 6, 0, 0},
        Published{"xts-aes128-w1", 24, 11, 1, 11, 0, 0}));

class PublishedXtsEngine : public testing::TestWithParam<PublishedXts> {};

TEST_P(PublishedXtsEngine, TakesItsMeasuredCyclesForTheFirstBlockAndForSixDataUnits) {
  const PublishedXts& row = GetParam();
  for (const Direction direction : {Direction::to_device, Direction::to_host}) {
    Engine engine(row.name, 4096_B);
    const auto left = engine.pass(direction, later, 6 * 256);
    EXPECT_EQ(left.front(), row.first_out);
    EXPECT_EQ(left.back() + 1, row.total);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Timing1, PublishedXtsEngine,
    testing::Values(PublishedXts{"xts-aes256-w15", 63, 1599}, PublishedXts{"xts-aes256-w8", 65, 3121},
                    PublishedXts{"xts-aes256-w5", 65, 4661}, PublishedXts{"xts-aes256-w3", 65, 7721},
                    PublishedXts{"xts-aes256-w2", 65, 12325}, PublishedXts{"xts-aes256-w1", 65, 23077},
                    PublishedXts{"xts-aes128-w11", 47, 1583}, PublishedXts{"xts-aes128-w6", 49, 3109},
                    PublishedXts{"xts-aes128-w4", 49, 4641}, PublishedXts{"xts-aes128-w3", 49, 6175},
                    PublishedXts{"xts-aes128-w2", 49, 9245}, PublishedXts{"xts-aes128-w1", 49, 16925}));

/// Cycles between the last block of a data unit and the first of the next.
std::uint64_t gap_at_change(const char* name, Bytes data_unit, Direction direction) {
  Engine engine(name, data_unit);
  const std::uint64_t blocks = data_unit.n / 16;
  const auto left = engine.pass(direction, later, 2 * blocks);
  return left[blocks] - left[blocks - 1];
}

TEST(PublishedBubble, AFullPipelineHasNoneAt4KiBAndTwoCyclesAt512Bytes) {
  for (const Direction direction : {Direction::to_device, Direction::to_host}) {
    EXPECT_EQ(gap_at_change("xts-aes256-w15", 4096_B, direction), 1u);
    EXPECT_EQ(gap_at_change("xts-aes256-w15", 512_B, direction), 1u + 2u);
    EXPECT_EQ(gap_at_change("xts-aes128-w11", 4096_B, direction), 1u);
  }
}

TEST(PublishedBubble, ARingGoesOnWithItsBursts) {
  // 256 blocks are 25 rounds of 10 and 6 more: the next data unit begins inside a burst.
  EXPECT_EQ(gap_at_change("xts-aes256-w5", 4096_B, Direction::to_device), 1u);
  // 256 blocks are 16 rounds of 16: it begins with a burst, 16 cycles after the last entry of the burst before.
  EXPECT_EQ(gap_at_change("xts-aes256-w8", 4096_B, Direction::to_device), 16u + 1u);
}

TEST(PublishedBubble, AnEngineThatRestartsDrainsAndExpandsItsKeysAnew) {
  for (const Bytes data_unit : {512_B, 4096_B}) {
    EXPECT_EQ(gap_at_change("xexaes256", data_unit, Direction::to_device), 16u + 24u);
    EXPECT_EQ(gap_at_change("xexaes256", data_unit, Direction::to_host), 16u + 38u);
  }
  Engine engine("xexaes256", 4096_B);
  EXPECT_EQ(engine.pass(Direction::to_device, later, 1)[0], 40u);
  EXPECT_EQ(engine.pass(Direction::to_host, later, 1)[0], 54u);
}

TEST(AesXtsEngine, HasANameOfItsOwnAndAConfigurationInRange) {
  std::set<std::string_view> names;
  for (const AesXtsEngine& engine : aes_xts_engines()) {
    EXPECT_TRUE(names.insert(engine.name).second) << engine.name;
    EXPECT_FALSE(engine.sentence.empty());
    EXPECT_EQ(find_aes_xts_engine(engine.name), &engine);
    AesXtsPipelineConfig config = engine.config;
    EXPECT_NO_THROW(list_parameters(parameters_of(config))) << engine.name << ": a value is outside its range";
  }
  EXPECT_EQ(find_aes_xts_engine("xts"), nullptr);
}

TEST(AesXtsEngine, LeavesWhatIsAroundTheCoresAsItIs) {
  AesXtsPipelineConfig config;
  config.expanded_key_cache = 7;
  config.engines = Engines::allocated;
  config.allocator.to_host_both = 17;
  config.bypass_latency = 9_cycles;
  config.offset_tweak_cycles = 5_cycles;
  find_aes_xts_engine("xexaes256")->configure(config);
  EXPECT_EQ(config.cores, 3u);
  EXPECT_EQ(config.expanded_key_cache, 7u);
  EXPECT_EQ(config.engines, Engines::allocated);
  EXPECT_EQ(config.allocator.to_host_both, 17u);
  EXPECT_EQ(config.bypass_latency, 9_cycles);
  EXPECT_EQ(config.offset_tweak_cycles, 5_cycles);
}

}  // namespace
}  // namespace icesim
