// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/result/statistics.hpp"
#include "icesim/workload/generator.hpp"
#include "icesim/workload/reader.hpp"
#include "models/system/forget_simulation.hpp"
#include "models/system/simulation.hpp"
#include "models/system/ufs_system.hpp"

#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <systemc>
#include <vector>

/// What tests of the whole system share.
namespace icesim::test {

using Values = std::map<std::string, std::uint64_t>;

inline constexpr const char* k61 = "k61-f2fs-key-per-file.icetrace";
inline constexpr const char* k612 = "k612-f2fs-key-per-policy.icetrace";

/// Seven modules can be created in 7! orders.
inline constexpr std::uint64_t creation_orders = 5040;

inline std::filesystem::path bundled(const char* name) {
  return std::filesystem::path(ICESIM_SOURCE_DIR) / "traces" / name;
}

/// Requests of a list.
class Requests : public RequestSource {
 public:
  /// `vms`: of the machines whose indexes the requests have.
  explicit Requests(std::vector<IoRequest> list, std::vector<std::string> vms = {}) : list_(std::move(list)), vms_(std::move(vms)) {}
  std::vector<std::string> vms() const override { return vms_; }
  bool next(IoRequest& request) override {
    if (given_ == list_.size()) return false;
    request = list_[given_++];
    return true;
  }

 private:
  std::vector<IoRequest> list_;
  std::vector<std::string> vms_;
  std::size_t given_ = 0;
};

/// Names of the machines that a partition names.
inline std::vector<std::string> vms_of(const SystemConfig& config) {
  std::vector<std::string> names;
  for (const KeyslotPartition::Part& part : config.keyslots.partition.parts()) names.push_back(part.name);
  return names;
}

/// Requests that come from `vms` machines, each process from one of them, and each machine with keys of its own.
inline std::vector<IoRequest> spread(std::vector<IoRequest> list, std::size_t vms) {
  for (IoRequest& io : list) {
    if (vms == 0) break;
    io.set_vm(io.process % vms);
    if (io.key != no_key) io.key = io.key * 8 + io.vm;
  }
  return list;
}

inline IoRequest request(Operation operation, std::uint64_t block, std::uint64_t blocks, KeyId key = no_key,
                         Picoseconds time = {}, std::uint32_t process = 1) {
  IoRequest io;
  io.time = time;
  io.operation = operation;
  io.offset = logical_block * block;
  io.length = logical_block * blocks;
  io.key = key;
  io.process = process;
  return io;
}

inline Values values_of(const Simulation& simulation) {
  Values values;
  for (const StatisticValue& v : list_statistics(simulation)) values[v.path] = v.value;
  return values;
}

/// Nothing has gone wrong in a run with payload.
inline void expect_sound(const Values& v) {
  EXPECT_EQ(v.at("payload.mismatches"), 0u);
  EXPECT_EQ(v.at("driver.failed"), 0u);
  EXPECT_EQ(v.at("driver.ocs_errors"), 0u);
  EXPECT_EQ(v.at("driver.scsi_errors"), 0u);
  EXPECT_EQ(v.at("controller.dropped_upius"), 0u);
  EXPECT_EQ(v.at("keyslots_hw.hazards"), 0u);
  EXPECT_EQ(v.at("keyslots_hw.violations"), 0u);
}

/// Builds a simulation, runs it, lets `look` see it, and gives all statistics.
template <class Look>
Values simulate(const SystemConfig& config, RequestSource& source, std::uint64_t creation_order, const Look& look,
                const std::vector<Fault>& faults = {}) {
  Values values;
  {
    Simulation simulation(config, source, "test", creation_order, {}, faults);
    simulation.run();
    values = values_of(simulation);
    look(simulation);
  }
  forget_simulation();
  return values;
}
inline Values simulate(const SystemConfig& config, RequestSource& source, std::uint64_t creation_order = 0) {
  return simulate(config, source, creation_order, [](const Simulation&) {});
}
inline Values simulate_with_faults(const SystemConfig& config, RequestSource& source, std::initializer_list<const char*> kinds) {
  std::vector<Fault> faults;
  for (const char* each : kinds) faults.push_back(Fault::parse(each));
  return simulate(config, source, 0, [](const Simulation&) {}, faults);
}
inline Values simulate(const SystemConfig& config, const GeneratorConfig& workload, std::uint64_t creation_order = 0) {
  Generator source(workload);
  return simulate(config, source, creation_order);
}
inline Values simulate(const SystemConfig& config, const std::vector<IoRequest>& list) {
  Requests source(list);
  return simulate(config, source);
}
inline Values simulate(const SystemConfig& config, const char* trace, std::uint64_t creation_order = 0) {
  const auto source = open_trace(bundled(trace));
  return simulate(config, *source, creation_order);
}

/// Says which statistics differ.
inline testing::AssertionResult equal(const Values& a, const Values& b) {
  testing::AssertionResult result = testing::AssertionFailure();
  bool same = true;
  Values all = a;
  all.insert(b.begin(), b.end());
  for (const auto& [path, ignored] : all) {
    const auto in_a = a.find(path), in_b = b.find(path);
    if (in_a != a.end() && in_b != b.end() && in_a->second == in_b->second) continue;
    same = false;
    result << path << ": " << (in_a == a.end() ? "absent" : std::to_string(in_a->second)) << " and "
           << (in_b == b.end() ? "absent" : std::to_string(in_b->second)) << "\n";
  }
  if (same) return testing::AssertionSuccess();
  return result;
}

/// The statistics whose paths begin with one of `groups`.
inline Values only(const Values& values, const std::vector<std::string>& groups) {
  Values chosen;
  for (const auto& [path, value] : values)
    for (const std::string& group : groups)
      if (path.compare(0, group.size(), group) == 0) chosen[path] = value;
  return chosen;
}

/// A device small enough that garbage collection runs after a few MiB: 192 MiB behind two dies.
inline FlashArrayConfig small_flash() {
  FlashArrayConfig flash;
  flash.capacity = Bytes{192 << 20};
  flash.channels = 2;
  flash.dies_per_channel = 1;
  flash.planes = 2;
  flash.page_bytes = Bytes{4096};
  flash.pages_per_block = 48;
  flash.over_provisioning_ppm = 70'000;
  flash.write_buffer = Bytes{256 << 10};
  flash.program_time = Picoseconds{100'000'000};
  flash.erase_time = Picoseconds{1'000'000'000};
  return flash;
}

/// One request as seen from outside: when it was submitted, when it ended, and where its time went.
struct Seen {
  IoRequest io;
  Timeline timeline;
  bool failed = false;

  Picoseconds start() const { return timeline.start(); }
  Picoseconds end() const { return timeline.last(); }
};

/// The whole system with an observer between driver and trace player, which notes every request in order of its end.
class ObservedSystem : public UfsSystem, public BioObserver {
 public:
  ObservedSystem(const SystemConfig& c, RequestSource& source, Interposer* interposer = nullptr,
                 const std::vector<Fault>& wanted = {})
      : UfsSystem(c, source, "test", 0, {}, interposer, wanted) {
    driver = std::make_unique<Driver>(driver_setup(c, vms), *cpu, *this,
                                      [this] { player.start(Bytes{driver->probed().blocks * logical_block.n}); });
    connect_faults(*driver);
    cpu->connect(*driver, player, *memory);
    player.connect(*driver, *cpu);
    controller->connect(driver->recorder());
    device_stages.connect(*driver);
  }

  void run() {
    driver->start();
    sc_core::sc_start();
    if (player.error()) std::rethrow_exception(player.error());
    ensure(player.finished(), "the replay ends");
  }

  std::vector<Seen> seen;

  void bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) override {
    seen.push_back({bio.io, timeline, static_cast<bool>(bio.failure)});
    player.bio_ended(bio, request, timeline);
  }
};

struct Observed {
  std::vector<Seen> seen;  ///< in order of submission; what one instant submits stays in order of the source
  Picoseconds started;
};

/// Runs with an observer; gives the requests in the order of their submission.
inline Observed observe(const SystemConfig& config, RequestSource& source,
                        Agenda::Pace pace = Agenda::Pace::ahead) {
  Observed result;
  {
    ObservedSystem system(config, source);
    system.agenda.set_pace(pace);
    system.run();
    result.started = system.player.started();
    result.seen = system.seen;
  }
  forget_simulation();
  std::stable_sort(result.seen.begin(), result.seen.end(),
                   [](const Seen& a, const Seen& b) { return a.start() < b.start(); });
  return result;
}

}  // namespace icesim::test
