// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/odd_system.hpp"
#include "testbench/support/random_cases.hpp"
#include "testbench/support/sim_test.hpp"

#include <array>

/// Whole runs of several virtual machines with one keyslot file.
namespace icesim {
namespace {

using namespace literals;
using test::Values;
using Names = std::vector<std::string>;

constexpr std::array with_keyslots{KeyPathKind::registers, KeyPathKind::firmware, KeyPathKind::hwkm_v1,
                                   KeyPathKind::hwkm_v2,   KeyPathKind::drained,  KeyPathKind::pfk};

/// Of every request, whether its keyslot is one of its machine's, by the partition.
class InTheirParts : public RequestRecorder {
 public:
  explicit InTheirParts(const KeyslotPartition& partition) : partition_(partition) {}
  void request_ended(const RequestRecord& request) override {
    if (!request.has_keyslot) return;
    ++seen;
    std::uint64_t first = 0;
    for (std::uint32_t vm = 0; vm < request.vm; ++vm) first += partition_.parts()[vm].keyslots;
    if (request.keyslot.n < first || request.keyslot.n >= first + partition_.parts()[request.vm].keyslots) ++outside;
  }
  std::uint64_t seen = 0, outside = 0;

 private:
  const KeyslotPartition& partition_;
};

Values simulate(const SystemConfig& config, const std::vector<IoRequest>& list, const Names& names, RequestRecorder* recorder = nullptr) {
  Values values;
  try {
    test::Requests source(test::spread(list, names.size()), names);
    Simulation simulation(config, source, "test", 0, {nullptr, recorder});
    simulation.run();
    values = test::values_of(simulation);
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
    forget_simulation();
    throw;
  }
  forget_simulation();
  return values;
}

/// What machines did adds up to what all did.
void expect_sums(const Values& v, const Names& names) {
  for (const char* what : {"hits", "programs", "waits", "lock_waits", "evictions"}) {
    std::uint64_t sum = 0;
    for (const std::string& name : names) sum += v.at("keyslots.vm." + name + "." + what);
    EXPECT_EQ(sum, v.at(std::string("keyslots.") + what)) << what;
  }
  std::uint64_t requests = 0, key_time = 0, asked = 0;
  for (const std::string& name : names) {
    requests += v.at("keyslots.vm." + name + ".requests");
    key_time += v.at("keyslots.vm." + name + ".key_time");
    asked += v.at("keyslots.vm." + name + ".hypervisor");
  }
  EXPECT_EQ(requests, v.at("driver.requests_completed"));
  EXPECT_EQ(key_time, v.at("keys.cost.all"));
  EXPECT_LE(v.at("keys.cost.hypervisor"), asked) << "beside what threads of the kernel ask";
  EXPECT_EQ(v.at("keys.cost.hypervisor"), v.at("stages.hypervisor"));
}

std::vector<IoRequest> some(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  return test::odd_requests(random, count);
}

TEST(SimulationVms, EachMachineKeepsToItsKeyslotsOnEveryPath) {
  for (const KeyPathKind path : with_keyslots) {
    for (const char* text : {"host:1,android:1", "host:1,android:3", "a:2,b:1,c:1", "a:1,b:1,c:1,d:1,e:1,f:1,g:1,h:1"}) {
      SCOPED_TRACE(std::string(KeyPathConfig::paths[static_cast<std::size_t>(path)].name) + " " + text);
      SystemConfig config;
      config.payload = Payload::verify;
      config.flash = test::small_flash();
      config.crypto.path = path;
      config.keyslots.num_keyslots = 9;
      config.keyslots.partition = KeyslotPartition::of(text);
      config.replay.mode = ReplayMode::asap;
      const std::vector<IoRequest> list = some(7, 250);
      InTheirParts parts(config.keyslots.partition);
      const Names names = test::vms_of(config);
      const Values v = simulate(config, list, names, &parts);
      test::expect_sound(v);
      EXPECT_EQ(v.at("driver.requests_completed"), list.size());
      EXPECT_GT(v.at("payload.blocks_checked"), 20u);
      EXPECT_GT(parts.seen, 100u);
      EXPECT_EQ(parts.outside, 0u);
      expect_sums(v, names);
      EXPECT_EQ(v.at("keyslots.vm." + names[0] + ".hypervisor"), 0u);
      EXPECT_GT(v.at("keyslots.vm." + names[1] + ".hypervisor"), 0u);
      EXPECT_EQ(v.at("stages.hypervisor") > 0, path != KeyPathKind::pfk) << "there a worker asks";
    }
  }
}

TEST(SimulationVms, AMachineAloneWithAFileIsARunWithoutMachines) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.flash = test::small_flash();
  config.keyslots.num_keyslots = 4;
  const std::vector<IoRequest> list = some(3, 300);
  const Values plain = simulate(config, list, {});
  for (const char* text : {"shared", "host:4"}) {
    config.keyslots.partition = KeyslotPartition::of(text);
    Values v = simulate(config, list, {"host"});
    for (auto each = v.begin(); each != v.end();)
      each = plain.count(each->first) == 0 ? v.erase(each) : std::next(each);
    EXPECT_TRUE(test::equal(v, plain)) << text;
  }
}

TEST(SimulationVms, MachinesThatShareAllAreARunWithoutMachinesButForTheHypervisor) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.flash = test::small_flash();
  config.keyslots.num_keyslots = 3;
  config.keyslots.hypervisor = {};
  const std::vector<IoRequest> list = test::spread(some(5, 300), 3);
  const Values plain = simulate(config, list, {});
  Values v = simulate(config, list, {"host", "android", "modem"});
  expect_sums(v, {"host", "android", "modem"});
  for (auto each = v.begin(); each != v.end();) each = plain.count(each->first) == 0 ? v.erase(each) : std::next(each);
  EXPECT_TRUE(test::equal(v, plain));
  config.keyslots.hypervisor = 20_us;
  const Values dear = simulate(config, list, {"host", "android", "modem"});
  EXPECT_GT(dear.at("stages.hypervisor"), 0u);
  EXPECT_EQ(dear.at("keyslots.vm.android.hypervisor"), dear.at("keyslots.vm.android.hypervisor_calls") * (20_us).n);
  expect_sums(dear, {"host", "android", "modem"});
}

/// One request of a guest, which needs its key.
Timeline alone(Picoseconds hypervisor, std::size_t vm) {
  SystemConfig config;
  config.keyslots.partition = KeyslotPartition::of("host:4,android:8");
  config.keyslots.hypervisor = hypervisor;
  std::vector<IoRequest> list{test::request(Operation::read, 0, 1, 7)};
  list[0].set_vm(vm);
  test::Requests source(list, test::vms_of(config));
  return test::observe(config, source).seen.at(0).timeline;
}

TEST(SimulationVms, TheHypervisorTakesAGuestExactlyItsTime) {
  const Timeline none = alone(0_ps, 1), some = alone(7_us, 1), host = alone(7_us, 0);
  EXPECT_EQ(some.spent(Stage::hypervisor), 7_us);
  EXPECT_EQ(none.spent(Stage::hypervisor), 0_ps);
  EXPECT_EQ(some.spent(Stage::keyslot_program), none.spent(Stage::keyslot_program));
  EXPECT_EQ(some.total(), some.latency());
  EXPECT_EQ(host.spent(Stage::hypervisor), 0_ps);
  EXPECT_EQ(host.latency(), none.latency());
}

std::string refusal(const std::string& partition, const Names& names, std::uint64_t num_keyslots, std::uint64_t reserved = 0) {
  SystemConfig config;
  config.keyslots.partition = KeyslotPartition::of(partition);
  config.keyslots.num_keyslots = num_keyslots;
  config.crypto.reserved_keyslots = reserved;
  std::string what;
  try {
    test::Requests none({}, names);
    Simulation simulation(config, none, "test");
  } catch (const UserError& error) {
    what = error.what();
  }
  forget_simulation();
  return what;
}

TEST(SimulationVms, AreRefusedWhereThePartitionIsNotTheirs) {
  EXPECT_EQ(refusal("host:16,android:32", {}, 48), "");
  EXPECT_EQ(refusal("host:16,android:32", {"android", "host"}, 48), "");
  EXPECT_EQ(refusal("host:16,android:32", {}, 47),
            "keyslots.partition: host:16,android:32 are 48 keyslots, more than keyslots.num_keyslots=47");
  EXPECT_EQ(refusal("host:16,android:32", {}, 49, 2),
            "keyslots.partition: host:16,android:32 are 48 keyslots beside crypto.reserved_keyslots=2, more than "
            "keyslots.num_keyslots=49");
  EXPECT_EQ(refusal("host:16,android:16", {"host", "linux"}, 32),
            "keyslots.partition: host:16,android:16 has no keyslots for linux; requests come from host, linux");
  EXPECT_EQ(refusal("host:16,android:16", {"host"}, 32),
            "keyslots.partition: host:16,android:16: no request comes from android; they come from host");
}

TEST(SimulationVms, RunSoundWithAnythingElse) {
  test::check_cases(25, [] {
    Random random(*rc::gen::arbitrary<std::uint64_t>().as("seed"));
    SystemConfig config = test::odd_system(random);
    config.crypto.path = with_keyslots[random.below(with_keyslots.size())];
    if (config.crypto.prdt_format() != PrdtFormat::standard) config.block_layer.segment = logical_block;
    config.keyslots.num_keyslots = 2 + random.below(8);
    config.keyslots.hypervisor = Picoseconds{std::array<std::uint64_t, 3>{0, 5'000'000, 1'000'000'000}[random.below(3)]};
    config.keys.life = std::array{KeyLifeRule::forever, KeyLifeRule::lru, KeyLifeRule::idle}[random.below(3)];
    config.keys.open_keys = 1 + random.below(4);
    config.keys.idle_time = Picoseconds{std::uint64_t{1'000'000} << random.below(12)};
    config.crypto.key_operations = random.chance(50);
    config.crypto.operation_pause = 10_ms;
    config.keys.device_key = random.chance(30);
    config.keys.optimum = true;
    config.keys.replacement = static_cast<ReplacementPolicy>(random.below(KeysConfig::policies.size()));
    const Names names = random.chance(50) ? Names{"host", "android"} : Names{"a", "b", "c", "d", "e"};
    std::string text;
    std::uint64_t left = config.keyslots.num_keyslots;
    for (std::size_t i = 0; i < names.size() && left > 0; ++i) {
      const std::uint64_t count = 1 + random.below(std::max<std::uint64_t>(left - std::min(left - 1, names.size() - 1), 1));
      text += (i == 0 ? "" : ",") + names[i] + ":" + std::to_string(std::min(count, left));
      left -= std::min(count, left);
    }
    const bool shared = random.chance(30);
    if (!shared) config.keyslots.partition = KeyslotPartition::of(text);
    const Names used = shared ? names : test::vms_of(config);
    InTheirParts parts(config.keyslots.partition);
    const Values v = simulate(config, test::odd_requests(random, 60), used, shared ? nullptr : &parts);
    RC_ASSERT(v.at("driver.requests_completed") == 60u);
    RC_ASSERT(v.at("payload.mismatches") == 0u);
    RC_ASSERT(v.at("keyslots_hw.hazards") == 0u);
    RC_ASSERT(v.at("keyslots_hw.violations") == 0u);
    RC_ASSERT(parts.outside == 0u);
    RC_ASSERT(v.at("keyslots.programs") >= v.at("keyslots.fewest_programs"));
    expect_sums(v, used);
    RC_ASSERT(!testing::Test::HasFailure());
  });
}

}  // namespace
}  // namespace icesim
