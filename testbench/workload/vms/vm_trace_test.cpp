// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/vms/vm_trace.hpp"

#include "icesim/workload/native/native_writer.hpp"
#include "testbench/workload/files.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>

namespace icesim {
namespace {

using namespace literals;
using test::drain;
using Kind = KeyEvent::Kind;

IoRequest one(Picoseconds time, KeyId key, std::uint32_t process, std::uint64_t block = 0) {
  IoRequest request;
  request.time = time;
  request.key = key;
  request.process = process;
  request.offset = logical_block * block;
  request.length = logical_block;
  return request;
}

/// Writes traces, and reads them by rules.
struct VmTraces : testing::Test {
  test::TemporaryDirectory directory;
  std::string write(const char* name, const std::vector<IoRequest>& requests, const std::vector<KeyEvent>& events = {}) {
    NativeWriter writer(directory / name, "");
    std::size_t told = 0;
    for (const IoRequest& each : requests) {
      for (; told < events.size() && events[told].time <= each.time; ++told) writer.key_event(events[told]);
      writer.write(each);
    }
    for (; told < events.size(); ++told) writer.key_event(events[told]);
    writer.finish();
    return (directory / name).string();
  }
  static VmRules rules(const std::vector<std::string>& texts) {
    VmRules all;
    for (const std::string& text : texts) all.add(text);
    return all;
  }
};

TEST_F(VmTraces, WithoutRulesAreTheTrace) {
  const std::string path = write("a", {one(0_us, 5, 1), one(1_us, 9, 2)});
  VmTrace trace(path, {}, {});
  EXPECT_TRUE(trace.vms().empty());
  const auto all = drain(trace);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].key, 5u);
  EXPECT_EQ(all[1].key, 9u);
  EXPECT_EQ(all[1].process, 2u);
  EXPECT_EQ(trace.keys().keys, 2u);
}

TEST_F(VmTraces, GiveEachMachineKeysOfItsOwn) {
  const std::string path = write("a", {one(0_us, 5, 1), one(1_us, 5, 2), one(2_us, 6, 2), one(3_us, 5, 1)});
  VmTrace trace(path, {}, {}, rules({"android=process:2"}));
  EXPECT_EQ(trace.vms(), (std::vector<std::string>{"host", "android"}));
  const auto all = drain(trace);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].vm, 0u);
  EXPECT_EQ(all[1].vm, 1u);
  EXPECT_NE(all[0].key, all[1].key) << "the same number in two machines";
  EXPECT_NE(all[1].key, all[2].key);
  EXPECT_EQ(all[0].key, all[3].key);
  EXPECT_EQ(trace.keys().keys, 3u);
}

TEST_F(VmTraces, AFlushComesFromTheMachineThatItsProcessWasLastIn) {
  IoRequest flush = one(2_us, no_key, 1);
  flush.operation = Operation::flush;
  flush.offset = flush.length = Bytes{};
  IoRequest early = flush;
  early.time = 0_us;
  const std::string path = write("a", {early, one(1_us, 5, 1, 100), flush});
  VmTrace trace(path, {}, {}, rules({"android=range:4096..1GiB"}));
  const auto all = drain(trace);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].vm, 0u);
  EXPECT_EQ(all[1].vm, 1u);
  EXPECT_EQ(all[2].vm, 1u);
}

TEST_F(VmTraces, MergeTracesByTimeAndKeepTheirNumbersApart) {
  const std::string a = write("a", {one(0_us, 1, 7), one(10_us, 2, 7), one(20_us, 1, 8)});
  const std::string b = write("b", {one(0_us, 1, 7, 3), one(5_us, 2, 9, 4), one(20_us, 1, 7, 5), one(99_us, 1, 7, 6)});
  VmTrace trace(a, {}, {}, rules({"android=trace:" + b + "@1GiB"}));
  const auto all = drain(trace);
  ASSERT_EQ(all.size(), 7u);
  std::string order;
  std::map<std::size_t, std::set<KeyId>> keys;
  std::map<std::size_t, std::set<std::uint32_t>> processes;
  for (const IoRequest& each : all) {
    order += each.vm == 0 ? 'a' : 'b';
    keys[each.vm].insert(each.key);
    processes[each.vm].insert(each.process);
    EXPECT_EQ(each.offset >= 1_GiB, each.vm == 1);
  }
  EXPECT_EQ(order, "abbaabb") << "at the same time the first trace goes first";
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& x, const auto& y) { return x.time < y.time; }));
  for (const KeyId key : keys[0]) EXPECT_EQ(keys[1].count(key), 0u);
  for (const std::uint32_t process : processes[0]) EXPECT_EQ(processes[1].count(process), 0u);
  EXPECT_EQ(keys[0].size(), 2u);
  EXPECT_EQ(processes[1].size(), 2u);
  EXPECT_EQ(all[1].offset, 1_GiB + 3 * 4096_B);
  EXPECT_EQ(trace.info().requests.total(), 7u);
  EXPECT_EQ(trace.keys().keys, 4u);
  EXPECT_EQ(trace.keys().references, 7u);
}

/// Notes what it hears of evictions, and how many requests had been given then.
struct Heard : KeyListener {
  std::vector<KeyEvent> events;
  std::vector<std::size_t> behind;
  std::size_t given = 0;
  void key_event(const KeyEvent& event) override {
    if (event.kind != Kind::eviction) return;  // keys are born by being used again
    events.push_back(event);
    behind.push_back(given);
  }
};

TEST_F(VmTraces, TellOfKeysByTheirMachinesInOrderOfTime) {
  const std::string a = write("a", {one(0_us, 1, 7), one(30_us, 1, 7)}, {{10_us, Kind::eviction, 1}, {40_us, Kind::eviction, 1}});
  const std::string b = write("b", {one(0_us, 1, 7), one(20_us, 1, 7)}, {{5_us, Kind::eviction, 1}, {25_us, Kind::eviction, 1}});
  VmTrace trace(a, {}, {}, rules({"android=trace:" + b}));
  Heard heard;
  trace.tell_keys(heard);
  std::map<std::size_t, KeyId> key_of;
  for (IoRequest request; trace.next(request); ++heard.given) key_of[request.vm] = request.key;
  ASSERT_EQ(heard.events.size(), 4u);
  EXPECT_EQ(heard.behind, (std::vector<std::size_t>{2, 2, 3, 4})) << "in front of the first request that is not before it";
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t vm = std::array{1, 0, 1, 0}[i];
    EXPECT_EQ(heard.events[i].vm, vm);
    EXPECT_EQ(heard.events[i].key, key_of[vm]);
    EXPECT_TRUE(i == 0 || heard.events[i - 1].time <= heard.events[i].time);
  }
  EXPECT_EQ(trace.info().key_events.evictions, 4u);
}

/// A recording of three devices; 8,16 is the first to be met, 8,0 the second.
struct VmDevices : VmTraces {
  std::string text(const std::string& more = "") {
    const std::string path = (directory / "devices").string();
    std::ofstream(path) << "  8,16   0        1     5.000000000   101  D   R 8 + 8 [b]\n"
                           "  8,0    0        2     5.000001000   100  D   W 16 + 8 [a]\n"
                           "  8,16   0        3     5.000002000   101  D   W 24 + 8 [b]\n"
                           "259,0    0        4     5.000003000   100  D   R 0 + 8 [a]\n"
                           "  8,0    0        5     5.000004000   100  D   W 32 + 8 [a]\n"
                        << more;
    return path;
  }
  std::string refusal(const std::vector<std::string>& texts, const TraceOptions& options = {}, const std::string& more = "") {
    try {
      VmTrace trace(text(more), options, {}, rules(texts));
      drain(trace);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  }
};

TEST_F(VmDevices, ComeAtTheirRecordedTimes) {
  VmTrace trace(text(), {}, {}, rules({"android=device:8,0@1MiB"}));
  const auto all = drain(trace);
  ASSERT_EQ(all.size(), 4u);
  const std::array times{0_us, 1_us, 2_us, 4_us};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(all[i].vm, i % 2);
    EXPECT_EQ(all[i].time, times[i]);
  }
  EXPECT_EQ(all[1].offset, Bytes{(1 << 20) + 8192});
  EXPECT_NE(all[0].process, all[1].process);
  EXPECT_EQ(trace.info().requests.total(), 4u);
  EXPECT_EQ(trace.info().other_devices, 1u) << "259,0";
  std::vector<std::string> of_devices;
  for (const std::string& note : trace.notes())
    if (note.find("other devices") != std::string::npos) of_devices.push_back(note);
  ASSERT_EQ(of_devices.size(), 1u);
  EXPECT_EQ(of_devices[0].find("trace: 1 request of other devices was left out"), 0u) << of_devices[0];
  EXPECT_EQ(trace.paths().size(), 1u);
}

TEST_F(VmDevices, AreAlignedAlsoWhenTheOtherDeviceIsTheEarlier) {
  TraceOptions options;
  options.device = "259,0";
  VmTrace trace(text(), options, {}, rules({"host=device:8,0", "android=device:8,16"}));
  const auto all = drain(trace);
  ASSERT_EQ(all.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(all[i].time, Picoseconds{i * 1'000'000});
    EXPECT_EQ(all[i].vm, i == 0 || i == 2 ? 1u : 0u);
  }
  EXPECT_EQ(trace.info().other_devices, 0u);
}

TEST_F(VmDevices, ThatCannotBeReadAreRefusedInOneLine) {
  EXPECT_EQ(refusal({"a=device:8,16"}), "--vm a=device:8,16: that is the device of the first request, which TRACE is read for; "
                                        "--device chooses another");
  TraceOptions options;
  options.device = "8,0";
  EXPECT_EQ(refusal({"a=device:8,16"}, options), "");
  EXPECT_EQ(refusal({"a=device:8,0"}, options), "--vm a=device:8,0: --device reads TRACE for the same");
  EXPECT_NE(refusal({"a=device:9,9"}).find("no request in this trace"), std::string::npos);
  options.idle_cap = 1_us;
  EXPECT_NE(refusal({"a=device:8,16"}, options).find("--idle-cap would shorten"), std::string::npos);
  EXPECT_NE(refusal({"a=device:8,0"}, {}, "  8,16   0        6     1.000000000   101  D   R 40 + 8 [b]\n").find("a trace of one recording"),
            std::string::npos);
  const std::string native = write("native", {one(0_us, 5, 1)});
  EXPECT_THROW(VmTrace(native, {}, {}, rules({"a=device:8,0"})), UserError);
  EXPECT_THROW(VmTrace("-", {}, {}, rules({"a=device:8,0"})), UserError);
}

TEST_F(VmTraces, WhatOneTraceSaysOfAKeyHoldsForAllMachinesThatHaveIt) {
  const std::string path = write("a", {one(0_us, 1, 7), one(1_us, 1, 8), one(9_us, 2, 8)}, {{5_us, Kind::eviction, 1}, {6_us, Kind::eviction, 2}});
  VmTrace trace(path, {}, {}, rules({"android=process:8", "modem=process:9"}));
  Heard heard;
  trace.tell_keys(heard);
  drain(trace);
  ASSERT_EQ(heard.events.size(), 3u);
  EXPECT_EQ(heard.events[0].vm, 0u);
  EXPECT_EQ(heard.events[1].vm, 1u);
  EXPECT_NE(heard.events[0].key, heard.events[1].key);
  EXPECT_EQ(heard.events[2].vm, 1u) << "of the host's there is no second key";
}

}  // namespace
}  // namespace icesim
