// SPDX-License-Identifier: Apache-2.0
#include "testbench/cli/program.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim::cli {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

Words of_trace(const std::string& command, Words more) {
  more.insert(more.begin(), {command, trace, "--set", "replay.limit=10"});
  return more;
}

TEST(Effect, OfPowerStatesThatAreOff) {
  const auto refused = [](const std::vector<std::string>& sets) {
    std::vector<std::string> words;
    for (const std::string& each : sets) words.insert(words.end(), {"--set", each});
    const Outcome outcome = icesim(of_trace("run", words));
    EXPECT_EQ(outcome.exit_code, 2);
    return outcome.err;
  };
  EXPECT_EQ(refused({"power.gating.request=reissued"}),
            "icesim: --set power.gating.request has no effect: power.gating.delay and power.suspend.after are 0\n");
  EXPECT_EQ(refused({"power.auto_hibern8=5ms"}), "icesim: --set power.auto_hibern8 has no effect: controller.auto_hibern8 is false\n");
  EXPECT_EQ(refused({"power.gating.delay=5ms", "power.suspend.keys=lost"}),
            "icesim: --set power.suspend.keys has no effect: power.suspend.after is 0\n");
  EXPECT_EQ(refused({"power.gating.delay=5ms", "power.gating.clocks.tail_ppm=5"}),
            "icesim: --set power.gating.clocks.tail_ppm has no effect: power.gating.clocks.spread is not two-point\n");
  EXPECT_EQ(refused({"power.gating.delay=5ms", "power.gating.worker.longest=1us"}),
            "icesim: power.gating.worker.longest: 1us is less than power.gating.worker.time=10us\n");
  EXPECT_EQ(icesim(of_trace("run", {"--set", "power.gating.delay=5ms", "--set", "block_layer.kblockd_core=1"})).exit_code, 0)
      << "where the worker is";
}

TEST(Effect, OfIdleStatesThatAreOff) {
  expect_refused(of_trace("run", {"--set", "host.idle.wfi_exit=2us"}),
                 "--set host.idle.wfi_exit has no effect: host.idle.governor is off");
  expect_refused(of_trace("run", {"--set", "host.idle.tick=1ms", "--set", "host.idle.governor=ideal"}),
                 "--set host.idle.tick has no effect: only host.idle.governor=menu looks at it");
  EXPECT_EQ(icesim(of_trace("run", {"--set", "host.idle.tick=1ms", "--set", "host.idle.governor=menu"})).exit_code, 0);
}

TEST(Effect, AnOptionThatTheModeDoesNotLookAtIsRefused) {
  const std::string depth = " has no effect: only --mode asap keeps a number of requests outstanding";
  expect_refused(of_trace("run", {"--queue-depth", "8"}), "--queue-depth" + depth);
  expect_refused(of_trace("run", {"--queue-depth", "8", "--mode", "closed"}), "--queue-depth" + depth);
  expect_refused(of_trace("slots", {"--set", "replay.queue_depth=8"}), "--set replay.queue_depth" + depth);
  const std::string times = " has no effect: --mode asap does not look at recorded times";
  expect_refused(of_trace("run", {"--time-scale", "50", "--mode", "asap"}), "--time-scale" + times);
  expect_refused(of_trace("run", {"--set", "replay.time_scale=50", "--set", "replay.mode=asap"}), "--set replay.time_scale" + times);
  expect_refused(of_trace("run", {"--idle-cap", "50", "--mode", "asap"}), "--idle-cap" + times);
  EXPECT_EQ(icesim(of_trace("run", {"--queue-depth", "8", "--mode", "asap"})).exit_code, 0);
  EXPECT_EQ(icesim(of_trace("run", {"--time-scale", "50", "--mode", "closed", "--idle-cap", "1000"})).exit_code, 0);
}

TEST(Effect, PinnedKeysAreOfTheReplacementThatPins) {
  expect_refused(of_trace("run", {"--set", "keys.pinned=2"}),
                 "--set keys.pinned has no effect: only keys.replacement=pinned lets keys stay");
  EXPECT_EQ(icesim(of_trace("run", {"--set", "keys.pinned=2", "--set", "keys.replacement=pinned"})).exit_code, 0);
}

TEST(Effect, AClockAtWhichTheEngineDoesNotRunIsRefused) {
  expect_refused(of_trace("run", {"--set", "clocks.ice_low=100MHz"}),
                 "--set clocks.ice_low has no effect: the link's gear is above clocks.ice_low_gears");
  expect_refused(of_trace("run", {"--set", "clocks.ice_low_gears=4", "--set", "clocks.ice=200MHz"}),
                 "--set clocks.ice has no effect: the link's gear is not above clocks.ice_low_gears");
  EXPECT_EQ(icesim(of_trace("run", {"--set", "clocks.ice_low=100MHz", "--set", "clocks.ice_low_gears=4"})).exit_code, 0);
}

TEST(Effect, WhoseRegistersTheyAreMattersOnlyWhereKeysAreWrittenThere) {
  expect_refused(of_trace("run", {"--set", "crypto.path=firmware", "--set", "crypto.registers.variant=intel"}),
                 "--set crypto.registers.variant has no effect: only with crypto.path=registers keys are written into registers");
  for (const std::string setting : {"reset_hold=105us", "enable_call=9us", "boost=false"}) {
    const std::string path = "crypto.registers." + setting.substr(0, setting.find('='));
    expect_refused(of_trace("run", {"--set", "crypto.registers." + setting, "--set", "crypto.registers.variant=intel"}),
                   "--set " + path + " has no effect: only crypto.registers.variant=mediatek looks at it");
    EXPECT_EQ(icesim(of_trace("run", {"--set", "crypto.registers." + setting, "--set", "crypto.registers.variant=mediatek"})).exit_code, 0);
  }
  const std::vector<std::string> slow{"--set", "crypto.registers.variant=mediatek", "--set", "crypto.registers.boost=false", "--set"};
  for (const std::string setting : {"clocks.ice=200MHz", "clocks.ice_low_gears=2"}) {
    std::vector<std::string> settings = slow;
    settings.push_back(setting);
    expect_refused(of_trace("run", settings), "--set " + setting.substr(0, setting.find('=')) +
                                                  " has no effect: with crypto.registers.boost=false the engine stays at clocks.ice_low");
  }
  std::vector<std::string> low = slow;
  low.push_back("clocks.ice_low=100MHz");
  EXPECT_EQ(icesim(of_trace("run", low)).exit_code, 0);
}

TEST(Effect, CoresAreOfOneEngineOrOfTheAllocator) {
  expect_refused(of_trace("run", {"--set", "ice.allocator.to_host_both=8"}),
                 "--set ice.allocator.to_host_both has no effect: only ice.engines=allocated looks at it");
  expect_refused(of_trace("run", {"--set", "ice.engines=allocated", "--set", "ice.cores=4"}),
                 "--set ice.cores has no effect: with ice.engines=allocated ice.allocator says how many there are");
  expect_refused(of_trace("run", {"--set", "ice.engines=allocated", "--set", "ice.ring_positions=2"}),
                 "ice.engines: an allocator hands out cores of one block each; ice.ring_positions=2 is not modelled with it");
  EXPECT_EQ(icesim(of_trace("run", {"--set", "ice.engines=allocated", "--set", "ice.allocator.to_host_both=8"})).exit_code, 0);
}

TEST(Effect, OfTwoWaysToSayTheSameNoneWinsInSilence) {
  expect_refused(of_trace("run", {"--mode", "asap", "--set", "replay.mode=open"}),
                 "--mode has no effect: --set replay.mode sets the same");
}

TEST(Effect, CostsOfAKeyPathThatIsNotTakenAreRefused) {
  expect_refused(of_trace("run", {"--set", "crypto.call.time=20us"}),
                 "--set crypto.call.time has no effect: only crypto.path=firmware, hwkm-v2, drained and pfk call the secure world");
  const std::vector<std::string> firmware{"--set", "crypto.path=firmware", "--set"};
  const auto by_firmware = [&](std::vector<std::string> settings) {
    settings.insert(settings.begin(), firmware.begin(), firmware.end());
    return of_trace("run", settings);
  };
  expect_refused(by_firmware({"crypto.call.longest=300us"}),
                 "--set crypto.call.longest has no effect: crypto.call.spread is fixed");
  expect_refused(by_firmware({"crypto.call.tail_ppm=3"}),
                 "--set crypto.call.tail_ppm has no effect: crypto.call.spread is not two-point");
  expect_refused(by_firmware({"crypto.derivation=3us"}),
                 "--set crypto.derivation has no effect: only crypto.path=hwkm-v1 waits for it by itself");
  expect_refused(by_firmware({"crypto.entry_write=3us"}),
                 "--set crypto.entry_write has no effect: only crypto.path=prdt and drained write more into the PRDT");
  expect_refused(by_firmware({"crypto.entry_wipe=3us"}),
                 "--set crypto.entry_wipe has no effect: only crypto.path=prdt has keys in the PRDT");
  expect_refused(by_firmware({"crypto.drain_poll=3us"}),
                 "--set crypto.drain_poll has no effect: only crypto.path=drained drains the controller");
  expect_refused(by_firmware({"crypto.key_operations=true"}),
                 "--set crypto.key_operations has no effect: only with crypto.path=hwkm-v2 user space asks the secure world for wrapped keys");
  expect_refused(of_trace("run", {"--set", "crypto.path=hwkm-v2", "--set", "crypto.operation_pause=1s"}),
                 "--set crypto.operation_pause has no effect: crypto.key_operations is false");
  expect_refused(by_firmware({"crypto.retry=3us"}),
                 "--set crypto.retry has no effect: only crypto.path=pfk tries requests again that find no keyslot");
  expect_refused(by_firmware({"crypto.call.yields=false", "--set", "crypto.call.leave=3us"}),
                 "--set crypto.call.leave has no effect: with crypto.call.yields=false interrupts wait");
  expect_refused(of_trace("run", {"--set", "crypto.path=drained", "--set", "crypto.call.leave=3us"}),
                 "--set crypto.call.leave has no effect: with crypto.path=drained no core works in the secure world");
  EXPECT_EQ(icesim(by_firmware({"crypto.call.spread=uniform", "--set", "crypto.call.longest=300us"})).exit_code, 0);
  const Outcome refused = icesim(by_firmware({"crypto.call.spread=uniform", "--set", "crypto.call.longest=40us"}));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_EQ(refused.err, "icesim: crypto.call.longest: 40us is less than crypto.call.time=50us\n");
}

TEST(Effect, ParametersOfLayersThatAreNotThereAreRefused) {
  const auto set = [](const std::vector<std::string>& settings) {
    std::vector<std::string> arguments;
    for (const std::string& setting : settings) arguments.insert(arguments.end(), {"--set", "block_layer." + setting});
    return of_trace("run", arguments);
  };
  for (const std::string setting : {"deadline.fifo_batch", "scheduler_tags"}) {
    expect_refused(set({setting + "=3"}), "--set block_layer." + setting + " has no effect: block_layer.scheduler is none");
    EXPECT_EQ(icesim(set({setting + "=3", "scheduler=mq-deadline"})).exit_code, 0);
  }
  expect_refused(set({"throttle.depth=3"}), "--set block_layer.throttle.depth has no effect: block_layer.throttle.on is false");
  expect_refused(set({"kblockd_core=3"}), "--set block_layer.kblockd_core has no effect: kblockd has nothing to do");
  EXPECT_EQ(icesim(set({"kblockd_core=3", "sleepers_plug=kblockd"})).exit_code, 0);
  EXPECT_EQ(icesim(set({"kblockd_core=3", "retries=1"})).exit_code, 0) << "it issues what is tried again";
  expect_refused(set({"fua=false"}), "--set block_layer.fua has no effect: block_layer.flush is per-request");
  EXPECT_EQ(icesim(set({"fua=false", "flush=linux"})).exit_code, 0);
  expect_refused(set({"tag_wake_batch=3", "scheduler=mq-deadline"}),
                 "--set block_layer.tag_wake_batch has no effect: with mq-deadline each freed tag wakes one");
  expect_refused(set({"scheduler=none", "profile=linux-6.12"}),
                 "--set block_layer.scheduler has no effect: block_layer.profile, which sets it, comes after it");
  expect_refused(set({"retries=2", "profile=simple"}),
                 "--set block_layer.retries has no effect: block_layer.profile, which sets it, comes after it");
  EXPECT_EQ(icesim(set({"profile=linux-6.12", "scheduler=none", "tag_wake_batch=2"})).exit_code, 0);
  for (const std::string setting : {"interrupt=limited", "completion=handler"})
    expect_refused(set({setting, "profile=linux-7"}), "--set block_layer." + setting.substr(0, setting.find('=')) +
                                                          " has no effect: block_layer.profile, which sets it, comes after it");
  EXPECT_EQ(icesim(set({"profile=linux-7", "interrupt=limited", "completion=submitter"})).exit_code, 0);
}

TEST(Effect, ParametersOfAMapCacheOrReadAheadThatIsOffAreRefused) {
  for (const std::string setting : {"map_page=8KiB", "map_replacement=clock", "map_prefetch=2"}) {
    expect_refused(of_trace("run", {"--set", "device." + setting}),
                   "--set device." + setting.substr(0, setting.find('=')) + " has no effect: device.map_cache is 0");
    EXPECT_EQ(icesim(of_trace("run", {"--set", "device." + setting, "--set", "device.map_cache=1MiB"})).exit_code, 0);
  }
  expect_refused(of_trace("run", {"--set", "device.read_ahead_streams=2"}),
                 "--set device.read_ahead_streams has no effect: device.read_ahead is 0");
  EXPECT_EQ(icesim(of_trace("run", {"--set", "device.read_ahead_streams=2", "--set", "device.read_ahead=64KiB"})).exit_code, 0);
}

TEST(Effect, CostsOfACompletionThatIsNotDoneSoAreRefused) {
  const auto set = [](const std::string& cost, const std::string& way) {
    return of_trace("run", {"--set", "host.costs." + cost, "--set", "block_layer." + way});
  };
  expect_refused(set("softirq_share=30", "completion=handler"),
                 "--set host.costs.softirq_share has no effect: block_layer.completion is handler");
  expect_refused(set("ipi=2us", "completion=softirq"),
                 "--set host.costs.ipi has no effect: only block_layer.completion=submitter interrupts other cores");
  expect_refused(set("interrupt_limit=30us", "interrupt=threaded"),
                 "--set host.costs.interrupt_limit has no effect: block_layer.interrupt is not limited");
  for (const auto& [cost, way] : {std::pair("softirq_share=30", "completion=softirq"), std::pair("ipi=2us", "completion=submitter"),
                                  std::pair("interrupt_limit=30us", "interrupt=limited")})
    EXPECT_EQ(icesim(set(cost, way)).exit_code, 0) << cost;
}

TEST(Effect, AFaultThatARunDoesNotKnowOrCannotMeetIsRefused) {
  for (const std::string fault : {"key-program", "key-program@", "key-program@0", "key-program@-1", "key-program@1x"}) {
    expect_refused(of_trace("run", {"--fault", fault}),
                   "--fault '" + fault + "': key-program@N is the N-th key that is programmed, counted from 1");
  }
  expect_refused(of_trace("run", {"--fault", "power-loss@3"}),
                 "--fault 'power-loss@3': what is lost would be waited for, for ever, with block_layer.timeout=0; "
                 "block_layer.profile=linux-6.12 has a time-out");
  expect_refused(of_trace("run", {"--fault", "lost-answer@read:3"}),
                 "--fault 'lost-answer@read:3': what is lost would be waited for, for ever, with block_layer.timeout=0; "
                 "block_layer.profile=linux-6.12 has a time-out");
  expect_refused(of_trace("run", {"--fault", "key-program@2", "--fault", "key-program@3"}),
                 "--fault 'key-program@3': one key program can fail");
  EXPECT_EQ(icesim(of_trace("run", {"--fault", "key-program@99999999999999999999"})).exit_code, 2);
  expect_refused(of_trace("run", {"--fault", "key-program@2", "--set", "crypto.path=none"}),
                 "--fault has no effect: with crypto.path=none no key is programmed");
  expect_refused(of_trace("run", {"--fault", "key-program@2", "--platform", "phone-exynos"}),
                 "--fault has no effect: with crypto.path=prdt no key is programmed");
  expect_refused(of_trace("run", {"--fault", "key-program@2", "--set", "crypto.failing_program=3"}),
                 "--set crypto.failing_program has no effect: --fault sets the same");
}

TEST(Effect, SlotsSaysWhenThereAreNoKeyslotsOrSomeAreLeftAlone) {
  expect_refused(of_trace("slots", {"--platform", "phone-exynos"}),
                 "slots: crypto.path=prdt has no keyslots; keys go with the PRDT, and any number of them is as good");
  EXPECT_THAT(icesim({"slots", trace, "--platform", "phone-qcom-old", "--set", "replay.limit=300"}).out,
              HasSubstr("crypto.reserved_keyslots=2 are left alone"));
  const Outcome none_left = icesim(of_trace("run", {"--platform", "phone-tensor", "--set", "keyslots.num_keyslots=1"}));
  EXPECT_EQ(none_left.exit_code, 2);
  EXPECT_EQ(none_left.err, "icesim: crypto.reserved_keyslots: 1 leave none of keyslots.num_keyslots=1\n");
}

TEST(Effect, KeyslotsThatThereAreNotCannotBeCounted) {
  for (const std::string path : {"prdt", "none"}) {
    expect_refused(of_trace("run", {"--set", "crypto.path=" + path, "--set", "keyslots.num_keyslots=8"}),
                   "--set keyslots.num_keyslots has no effect: with this crypto.path there are no keyslots");
    EXPECT_EQ(icesim(of_trace("run", {"--set", "crypto.path=" + path})).exit_code, 0);
  }
  const Directory directory;
  // A guest finds them, whatever our own driver would do: it goes on to the next mistake.
  EXPECT_THAT(icesim({"serve", "--socket", directory.path("s"), "--platform", "phone-exynos", "--set", "keyslots.num_keyslots=16",
                      "--fault", "nonsense@1"}).err,
              HasSubstr("nonsense"));
}

TEST(Effect, WhatACommandDecidesItselfIsRefused) {
  expect_refused(of_trace("slots", {"--set", "keyslots.num_keyslots=8"}),
                 "--set keyslots.num_keyslots has no effect: slots tries its own numbers of keyslots");
  const Directory directory;
  for (const std::string setting : {"replay.mode=asap", "block_layer.plug_requests=1", "keys.replacement=fifo", "host.cores=2",
                                    "seed=3", "memory.size=1GiB", "payload=none", "crypto.path=none", "host.costs.submit=1us"}) {
    expect_refused({"serve", "--socket", directory.path("s"), "--set", setting},
                   "--set " + setting.substr(0, setting.find('=')) + " has no effect: what it is for is the guest's own");
  }
  EXPECT_THAT(icesim({"serve", "--socket", directory.path("s"), "--set", "host.costs.mmio_read=200ns", "--fault", "x"}).err,
              HasSubstr("--fault"));
}

TEST(Effect, FilesAreRefusedWhereKeysDoNotDependOnThem) {
  const Directory directory;
  const std::string csv = directory.file("x.csv", "timestamp,rw,sector,nsect,comm,inodes\n");
  for (const std::string keys : {"recorded", "none", "single", "per-process", "per-file-synthetic"}) {
    for (const std::string command : {"run", "slots"})
      expect_refused(of_trace(command, {"--keys", keys, "--inodes", csv}),
                     "--inodes has no effect: keys " + keys +
                         " do not depend on files; those per-file, per-policy and android do");
  }
  EXPECT_THAT(icesim({"import", trace, directory.path("out"), "--keys", "single", "--inodes", csv}).err,
              HasSubstr("--inodes has no effect"));
}

TEST(Effect, OptionsOfTheOtherKindOfQuestionAreRefused) {
  expect_refused({"describe", "schema", "--markdown"}, "--markdown has no effect: the schema is JSON");
}

TEST(Effect, OfTheGeneratorOnlyWhatItsDistributionsUseIsTaken) {
  const Directory directory;
  const auto refused = [&](Words words, const std::string& line) {
    words.insert(words.begin(), {"generate", directory.path("out")});
    expect_refused(words, line);
    EXPECT_THAT(directory.files(), testing::IsEmpty());
  };
  refused({"--longest", "1MiB"}, "--longest has no effect: only --lengths geometric and two have a longest");
  refused({"--longest", "1MiB", "--lengths", "uniform"}, "--longest has no effect: only --lengths geometric and two have a longest");
  refused({"--long-percent", "5", "--lengths", "geometric"}, "--long-percent has no effect: only --lengths two has it");
  refused({"--burst", "5"}, "--burst has no effect: only --arrival bursts has it");
  refused({"--burst-gap", "5us", "--interval", "10us"}, "--burst-gap has no effect: only --arrival bursts has it");
  refused({"--zipf", "100"}, "--zipf has no effect: it needs two keys at least");
  EXPECT_EQ(icesim({"generate", directory.path("out"), "--requests", "5", "--zipf", "100", "--keys", "2", "--lengths", "two",
                    "--longest", "64KiB", "--long-percent", "5", "--arrival", "bursts", "--burst", "3"}).exit_code, 0);
}

TEST(Effect, TheScreenNamesEverySetting) {
  EXPECT_THAT(icesim(of_trace("run", {"--mode", "asap", "--queue-depth", "4", "-s", "seed=3"})).out,
              HasSubstr("\nplatform  phone-ufs31, replay.mode=asap, replay.queue_depth=4, replay.limit=10, seed=3\n"));
}

}  // namespace
}  // namespace icesim::cli
