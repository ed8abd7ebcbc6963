// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/source_files.hpp"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace icesim {
namespace {

using Names = std::vector<std::string>;

Names operator+(Names names, const Names& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

/// What a room (its name ends with a slash) or a thing may include of ours, by the longest name that covers it; names
/// as thing_of() gives them. One arrow of the design is one word here.
const std::map<std::string, Names>& arrows() {
  static const std::map<std::string, Names> table = [] {
    const Names base{"base/"};
    const Names spec = base + Names{"spec/"};
    const Names request = base + Names{"workload/io_request"};

    // Of the driver: keys <- block <- ufshcd; key paths, block and ufshcd on the port to the host.
    const Names keys = spec + request + Names{"crypto/", "driver/keys/"};
    const Names key_path = keys + Names{"driver/host_port"};
    const Names block = key_path + Names{"driver/block/"};
    const Names ufshcd = block + Names{"driver/ufshcd/"};

    // Of the traces: bytes, text <- requests <- native, readers <- keys, below what all of them offer.
    const Names faces = request + Names{"workload/file_listener", "workload/reader", "workload/replay"};
    const Names text = base + Names{"workload/bytes/", "workload/text/"};
    const Names requests = text + faces + Names{"workload/requests/"};
    const Names readers = requests + Names{"workload/native/", "workload/readers/"};

    // Of the models: base <- {host, link, ice, device, flash} <- controller <- waves <- system <- guest; faults beside
    // waves and on the ports only.
    const Names ports = spec + Names{"driver/host_port", "models/base/"};
    const Names host = ports + request + Names{"driver/", "workload/replay", "models/host/"};
    const Names hardware =
        ports + Names{"models/host/", "models/link/", "models/ice/", "models/device/", "models/flash/"};
    const Names controller = hardware + Names{"models/controller/"};
    const Names waves = controller + Names{"models/waves/"};
    const Names system = waves + host + Names{"models/faults/", "models/power/", "models/system/"};
    return std::map<std::string, Names>{
        {"base/", base},
        {"spec/", spec},
        {"crypto/", base + Names{"crypto/"}},
        {"driver/host_port", spec}, {"driver/bare_driver", spec},
        {"driver/keys/", keys},
        {"driver/keys/path/", key_path}, {"driver/keys/rings/", base + Names{"driver/keys/rings/"}},
        {"driver/keys/threads/", key_path},
        {"driver/block/", block},
        {"driver/ufshcd/", ufshcd}, {"driver/power/", ufshcd + Names{"driver/power/"}},
        {"driver/issue_gate", block + Names{"driver/issue_gate"}},
        {"driver/driver", ufshcd + Names{"driver/issue_gate", "driver/power/", "driver/driver"}},
        {"driver/driver_power", ufshcd + Names{"driver/issue_gate", "driver/power/", "driver/driver"}},
        {"workload/io_request", request}, {"workload/file_listener", base},
        {"workload/replay", request},
        {"workload/reader", faces},
        {"workload/bytes/", base + Names{"workload/bytes/"}},
        {"workload/text/", text},
        {"workload/requests/", requests},
        {"workload/native/", requests + Names{"workload/native/"}},
        {"workload/readers/", readers},
        {"workload/keys/", readers + Names{"workload/keys/"}},
        {"workload/", base + Names{"workload/"}},
        {"result/", base + Names{"result/"}}, {"result/rings/", base + Names{"driver/keys/rings/", "result/"}},
        {"study/", base + Names{"crypto/", "workload/", "result/", "study/"}},
        {"cosim/", spec + Names{"cosim/"}}, {"models/base/", ports},
        {"models/host/", host},
        {"models/link/", ports + Names{"models/link/"}},
        {"models/ice/", ports + Names{"crypto/", "models/ice/"}},
        {"models/device/", ports + Names{"models/device/"}},
        {"models/flash/", ports + Names{"models/flash/"}},
        {"models/controller/", controller},
        {"models/waves/", waves},
        {"models/power/", ports + Names{"models/power/"}},
        {"models/faults/", ports + request + Names{"models/faults/"}},
        {"models/system/", system},
        {"models/guest/", system + Names{"crypto/", "cosim/", "workload/native/", "models/guest/"}},
        {"app/", {"base/", "spec/", "crypto/", "driver/", "workload/", "result/", "study/", "cosim/", "models/", "app/"}},
        {"testbench/",
         {"base/", "spec/", "crypto/", "driver/", "workload/", "result/", "study/", "cosim/", "models/", "app/", "testbench/"}},
    };
  }();
  return table;
}

/// Libraries of others, and the only places for them.
const std::map<std::string, Names> libraries{
    {"systemc", {"models/", "testbench/", "src/app/main.cpp"}},
    {"sysc/", {"models/", "testbench/"}},
    {"tlm", {"models/", "testbench/"}},
    {"nlohmann/", {"src/result/", "testbench/"}},
    {"boost/", {"src/app/"}},
    {"openssl/", {"src/crypto/", "testbench/"}},
    {"zstd.h", {"src/workload/", "testbench/"}},
    {"zlib.h", {"src/workload/", "testbench/"}},
    {"google/protobuf/", {"src/workload/readers/perfetto", "testbench/workload/readers/perfetto"}},
    {"perfetto.pb.h", {"src/workload/readers/perfetto", "testbench/workload/readers/perfetto"}},
};

bool begins_with(const std::string& text, const std::string& beginning) {
  return text.compare(0, beginning.size(), beginning) == 0;
}

bool begins_with_one_of(const std::string& text, const Names& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return begins_with(text, beginning); });
}

/// A room covers what is in it, a thing itself.
bool covers(const std::string& name, const std::string& thing) {
  return name.back() == '/' ? begins_with(thing, name) : thing == name;
}

/// What may be included in a file of that name, of the longest name in the table; null when it is in no room.
const Names* arrows_from(const std::string& file) {
  const std::string thing = test::thing_of(file);
  const Names* found = nullptr;
  std::size_t longest = 0;
  for (const auto& [name, arrows_of_it] : arrows()) {
    if (!covers(name, thing) || name.size() < longest) continue;
    found = &arrows_of_it;
    longest = name.size();
  }
  return found;
}

/// The house is the first folder of a thing.
std::string house_of(const std::string& file) { return test::thing_of(file).substr(0, test::thing_of(file).find('/')); }

/// An include as it is named from the top: without a folder it is one of the file's own.
std::string from_the_top(const std::string& file, const std::string& header) {
  const std::string beside = test::room_of(file) + "/" + header;
  return header.find('/') == std::string::npos && test::source_files().count(beside) > 0 ? beside : header;
}

bool is_ours(const std::string& header) {
  return begins_with_one_of(header, {"icesim/", "src/", "models/", "testbench/"});
}

/// Whether a file, named from the top, may include `header`.
bool permitted(const std::string& file, const std::string& header) {
  for (const auto& [library, places] : libraries) {
    if (begins_with(header, library)) return begins_with_one_of(file, places);
  }
  if (!is_ours(header)) return true;
  // What is not public is seen in its own house and by its tests.
  const bool is_test = begins_with(file, "testbench/");
  if (begins_with(header, "src/") && !is_test && house_of(file) != house_of(header)) return false;
  const Names* const allowed = arrows_from(file);
  const std::string thing = test::thing_of(header);
  return allowed != nullptr &&
         std::any_of(allowed->begin(), allowed->end(), [&](const std::string& name) { return covers(name, thing); });
}

TEST(IncludeRules, EveryFileIsInARoomAndIncludesOnlyWhatTheDesignPermits) {
  std::size_t includes = 0;
  for (const auto& [file, text] : test::source_files()) {
    EXPECT_NE(arrows_from(file), nullptr) << file << " is in a room without a rule";
    for (const std::string& header : test::includes_of(text)) {
      EXPECT_TRUE(permitted(file, from_the_top(file, header))) << file << " may not include " << header;
      ++includes;
    }
  }
  EXPECT_GT(includes, 500U) << "the search finds the files";
}

struct Arrow {
  const char* file;
  const char* header;
};

TEST(IncludeRules, NoArrowRunsBack) {
  for (const Arrow& arrow : std::vector<Arrow>{
           {"src/base/file.cpp", "icesim/spec/bytes.hpp"},
           {"include/icesim/spec/scsi.hpp", "icesim/crypto/aes_xts.hpp"},
           {"src/crypto/aes_xts.cpp", "icesim/spec/bytes.hpp"},
           {"include/icesim/driver/host_port.hpp", "icesim/driver/keys/keyring.hpp"},
           {"src/driver/keys/keyring.cpp", "icesim/driver/block/request.hpp"},
           {"src/driver/keys/keyring.cpp", "icesim/driver/host_port.hpp"},
           {"include/icesim/result/results.hpp", "icesim/driver/keys/rings/ring_replay.hpp"},
           {"include/icesim/driver/block/block_layer.hpp", "icesim/driver/ufshcd/ufshcd.hpp"},
           {"include/icesim/driver/ufshcd/probe.hpp", "icesim/driver/driver.hpp"},
           {"include/icesim/driver/driver.hpp", "icesim/workload/reader.hpp"},
           {"src/driver/driver.cpp", "models/base/ports.hpp"},
           {"include/icesim/workload/io_request.hpp", "icesim/workload/reader.hpp"},
           {"include/icesim/workload/reader.hpp", "icesim/workload/import.hpp"},
           {"src/workload/bytes/gzip_bytes.cpp", "src/workload/text/line_reader.hpp"},
           {"src/workload/text/line_reader.hpp", "src/workload/requests/idle_cut.hpp"},
           {"src/workload/requests/request_assembler.hpp", "src/workload/readers/ftrace_line.hpp"},
           {"src/workload/native/native_reader.hpp", "src/workload/readers/open_reader.hpp"},
           {"src/workload/readers/reader.cpp", "icesim/workload/keys/keyed_trace.hpp"},
           {"src/workload/keys/tagging.cpp", "icesim/workload/generator.hpp"},
           {"src/workload/import.cpp", "icesim/result/results.hpp"},
           {"include/icesim/result/results.hpp", "icesim/workload/reader.hpp"},
           {"include/icesim/result/study/sweep.hpp", "icesim/study/measure.hpp"},
           {"include/icesim/study/measure.hpp", "models/system/simulation.hpp"},
           {"src/cosim/bridge.cpp", "models/guest/guest_port.hpp"},
           {"models/base/ports.hpp", "icesim/result/results.hpp"},
           {"models/base/tap.hpp", "models/waves/waves.hpp"},
           {"models/host/host_cpu.hpp", "models/controller/ufs_host_controller.hpp"},
           {"models/link/unipro_link.hpp", "models/controller/ufs_host_controller.hpp"},
           {"models/ice/aes_xts_pipeline.hpp", "models/controller/dma/dma_channel.hpp"},
           {"models/device/ufs_device.hpp", "models/flash/flash_array.hpp"},
           {"models/flash/flash_array.hpp", "models/device/ufs_device.hpp"},
           {"models/controller/ufs_host_controller.hpp", "models/waves/waves.hpp"},
           {"models/waves/waves.hpp", "models/system/ufs_system.hpp"},
           {"models/waves/waves.hpp", "models/faults/fault.hpp"},
           {"models/faults/fault_injector.hpp", "models/guest/guest_requests.hpp"},
           {"models/faults/fault_injector.hpp", "models/controller/ufs_host_controller.hpp"},
           {"models/system/simulation.cpp", "models/guest/guest_port.hpp"},
           {"models/system/simulation.cpp", "icesim/cosim/hardware.hpp"},
           {"models/guest/guest_port.hpp", "icesim/result/results.hpp"},
           {"models/guest/guest_port.hpp", "src/cosim/bridge.hpp"},
           {"src/app/serve_command.cpp", "src/cosim/bridge.hpp"},
           {"src/app/serve_command.cpp", "testbench/support/one_trace.hpp"},
           {"src/app/run_command.cpp", "systemc"},
           {"include/icesim/result/results.hpp", "nlohmann/json.hpp"},
           {"models/ice/keyslot_file.cpp", "openssl/evp.h"},
           {"models/power/energy.hpp", "models/system/ufs_system.hpp"},
           {"models/nowhere/clock_gate.hpp", "models/base/ports.hpp"},
       }) {
    EXPECT_FALSE(permitted(arrow.file, arrow.header)) << arrow.file << " -> " << arrow.header;
  }
}

TEST(IncludeRules, ArrowsOfTheDesignRun) {
  for (const Arrow& arrow : std::vector<Arrow>{
           {"include/icesim/driver/driver.hpp", "icesim/driver/ufshcd/ufshcd.hpp"},
           {"include/icesim/driver/keys/keyslot_manager.hpp", "icesim/workload/io_request.hpp"},
           {"src/workload/keys/tagging.cpp", "src/workload/bytes/open_bytes.hpp"},
           {"models/waves/waves_engine.hpp", "models/ice/aes_xts_pipeline.hpp"},
           {"models/guest/guest_simulation.hpp", "models/faults/fault_injector.hpp"},
           {"src/app/main.cpp", "systemc"},
           {"testbench/cosim/split_ring_test.cpp", "src/cosim/split_ring.hpp"},
       }) {
    EXPECT_TRUE(permitted(arrow.file, arrow.header)) << arrow.file << " -> " << arrow.header;
  }
}

using Graph = std::map<std::string, std::set<std::string>>;

/// The things on a circle, in the order of its arrows; empty when there is none.
Names circle_in(const Graph& graph) {
  std::map<std::string, int> state;  // 1: on the way, 2: known to lead to no circle
  Names way;
  const std::function<bool(const std::string&)> leads_back = [&](const std::string& thing) {
    state[thing] = 1;
    way.push_back(thing);
    if (const auto found = graph.find(thing); found != graph.end()) {
      for (const std::string& next : found->second) {
        if (state[next] == 1) {
          way.erase(way.begin(), std::find(way.begin(), way.end(), next));
          return true;
        }
        if (state[next] == 0 && leads_back(next)) return true;
      }
    }
    state[thing] = 2;
    way.pop_back();
    return false;
  };
  for (const auto& [thing, unused] : graph) {
    if (state[thing] == 0 && leads_back(thing)) return way;
  }
  return {};
}

/// Header and source of a name are one thing, as whoever reads one reads the other.
TEST(IncludeRules, IncludesGoInNoCircle) {
  Graph graph;
  for (const auto& [file, text] : test::source_files()) {
    if (begins_with(file, "testbench/")) continue;
    for (const std::string& include : test::includes_of(text)) {
      const std::string header = from_the_top(file, include);
      if (is_ours(header) && test::thing_of(header) != test::thing_of(file))
        graph[test::thing_of(file)].insert(test::thing_of(header));
    }
  }
  EXPECT_GT(graph.size(), 150U);
  EXPECT_THAT(circle_in(graph), testing::IsEmpty());
}

TEST(IncludeRules, ACircleIsFound) {
  EXPECT_THAT(circle_in({{"a", {"b", "c"}}, {"b", {"c"}}, {"c", {"d"}}}), testing::IsEmpty());
  EXPECT_THAT(circle_in({{"a", {"b"}}, {"b", {"c", "d"}}, {"d", {"b"}}}), testing::ElementsAre("b", "d"));
}

}  // namespace
}  // namespace icesim
