// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/sim_test.hpp"

#include <cstdlib>
#include <fstream>

/// Every statistic of a few runs, compared with files in testbench/golden: one line `path=value` each.
///
/// The files hold for all builds, optimised, debug and sanitised, which shows that none of them changes a result. When
/// timing is meant to change, write them anew and look at the difference before committing it:
///
///     ICESIM_UPDATE_GOLDEN=1 build/release/testbench/models_test --gtest_filter='SimulationGolden.*'
namespace icesim {
namespace {

using test::Values;

std::filesystem::path golden_file(const std::string& name) {
  return std::filesystem::path(ICESIM_SOURCE_DIR) / "testbench/golden" / (name + ".txt");
}

Values read_golden(const std::filesystem::path& path) {
  Values values;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    const std::size_t equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = std::stoull(line.substr(equals + 1));
  }
  return values;
}

void expect_golden(const std::string& name, const Values& got) {
  const auto path = golden_file(name);
  if (std::getenv("ICESIM_UPDATE_GOLDEN") != nullptr) {
    std::ofstream out(path);
    for (const auto& [statistic, value] : got) out << statistic << '=' << value << '\n';
    ASSERT_TRUE(out.flush()) << path;
    GTEST_SKIP() << path << " was written anew";
  }
  ASSERT_TRUE(std::filesystem::exists(path)) << path;
  EXPECT_TRUE(test::equal(read_golden(path), got)) << "golden value first, then that of this run; " << path;
}

SystemConfig first_3000() {
  SystemConfig config;
  config.replay.limit = 3000;
  return config;
}

TEST(SimulationGolden, TheTraceWithAKeyPerFile) {
  expect_golden("default-k61-open-3000", test::simulate(first_3000(), test::k61));
}

TEST(SimulationGolden, TheTraceWithAKeyPerPolicy) {
  expect_golden("default-k612-open-3000", test::simulate(first_3000(), test::k612));
}

SystemConfig linux_6_12(SystemConfig config) {
  config.block_layer.profile = BlockLayerProfile::linux_6_12;
  config.block_layer.set_profile();
  return config;
}

TEST(SimulationGolden, TheTraceWithAKeyPerFileOnLinux) {
  expect_golden("linux-6.12-k61-open-3000", test::simulate(linux_6_12(first_3000()), test::k61));
}

TEST(SimulationGolden, TheTraceWithAKeyPerFileAsFastAsLinuxCan) {
  SystemConfig config = linux_6_12(first_3000());
  config.replay.mode = ReplayMode::asap;
  config.replay.queue_depth = 128;
  expect_golden("linux-6.12-k61-asap-3000", test::simulate(config, test::k61));
}

void expect_random_mix(const std::string& name, SystemConfig config) {
  GeneratorConfig workload;
  workload.requests = 4000;
  workload.length = Bytes{12 << 10};
  workload.keys = 40;
  workload.seed = 21;
  config.replay.mode = ReplayMode::asap;
  config.payload = Payload::verify;
  const Values v = test::simulate(config, workload);
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  expect_golden(name, v);
}

TEST(SimulationGolden, ARandomMixWhoseDataIsVerified) { expect_random_mix("default-random-asap-verify", {}); }

TEST(SimulationGolden, ARandomMixOnLinuxWhoseDataIsVerified) {
  expect_random_mix("linux-6.12-random-asap-verify", linux_6_12({}));
}

TEST(SimulationGolden, TheKeyPathsThatAreNotTheDefault) {
  for (const KeyPathKind path : {KeyPathKind::firmware, KeyPathKind::hwkm_v1, KeyPathKind::hwkm_v2, KeyPathKind::drained, KeyPathKind::pfk,
                                 KeyPathKind::prdt}) {
    SystemConfig config = first_3000();
    config.crypto.path = path;
    config.crypto.call.spread = Spread::exponential;
    config.keyslots.num_keyslots = 4;
    const std::string name(KeyPathConfig::paths[static_cast<std::size_t>(path)].name);
    expect_golden(name + "-k61-open-3000", test::simulate(config, test::k61));
  }
}

}  // namespace
}  // namespace icesim
