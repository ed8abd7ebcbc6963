// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/block_layer_rig.hpp"
#include "testbench/driver/ufshcd/errors/error_handler_rig.hpp"

#include <gtest/gtest.h>

/// How commands that do not end are got back [linux-error-handler].
namespace icesim {
namespace {

using namespace literals;
using test::by;
using test::ControllerMock;
using test::ErrorHandlerRig;
using test::io;
using test::read;
using test::write;
using Events = std::vector<std::string>;

/// When the only command goes out that is submitted at 0 without a key.
Picoseconds sent(const ErrorHandlerRig& rig) { return rig.costs.submit + rig.costs.dispatch; }

TEST(ErrorHandler, ACommandTimesOutNotSoonerAndNotLater) {
  ErrorHandlerRig rig(2_s);
  rig.lose([&](const ControllerMock::Listed&) { return rig.controller.commands.size() == 1; });
  rig.submit(io(read, 10, 1));
  rig.host.run(sent(rig) + 2_s - 1_ps);
  EXPECT_EQ(rig.handler.statistics().timeouts, 0u);
  rig.host.run(sent(rig) + 2_s);
  EXPECT_EQ(rig.handler.statistics().timeouts, 1u);
  EXPECT_TRUE(rig.events.empty());
  rig.host.run(20_s);
  ASSERT_FALSE(rig.events.empty());
  const Picoseconds woken = sent(rig) + 2_s + ErrorHandler::abort_delay + rig.costs.thread_wake;
  EXPECT_EQ(rig.event_times[0], woken + rig.costs.mmio_write);
}

TEST(ErrorHandler, ACommandThatEndsInTimeDoesNotTimeOut) {
  ErrorHandlerRig rig(1_ms);
  rig.controller.service = [&](const ControllerMock::Listed&) { return 1_ms - rig.costs.mmio_write - 20_us; };
  for (std::uint64_t i = 0; i < 20; ++i) rig.submit(io(read, 10 * i, 1), 300_us * i);
  rig.host.run(20_s);
  EXPECT_EQ(rig.ended.size(), 20u);
  EXPECT_EQ(rig.handler.statistics().timeouts, 0u);
}

TEST(ErrorHandler, AbortsACommandAndItsRequestIsTriedAgainWithItsKeyslot) {
  ErrorHandlerRig rig;
  rig.lose([&](const ControllerMock::Listed&) { return rig.controller.commands.size() == 1; });
  rig.submit(io(write, 10, 1, 7, 5));
  rig.host.at(2_s + 5_ms, [&] { EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 1u); });
  rig.host.run(20_s);
  EXPECT_EQ(rig.events, (Events{"key 0", "query 0", "abort 0", "clear 0"}));
  ASSERT_EQ(rig.controller.commands.size(), 2u);
  EXPECT_EQ(rig.controller.commands[1].utrd.cci, Keyslot{0});
  ASSERT_EQ(rig.ended.size(), 1u);
  EXPECT_FALSE(rig.ended[0].failure);
  EXPECT_EQ(rig.timelines[0].total(), rig.end_times[0]);
  EXPECT_GT(rig.timelines[0].spent(Stage::retry), 2_s + ErrorHandler::abort_delay);
  EXPECT_EQ(rig.blocks.error_statistics().retries, 1u);
  EXPECT_EQ(rig.handler.statistics().aborts, 1u);
  EXPECT_EQ(rig.handler.statistics().unit_resets + rig.handler.statistics().host_resets, 0u);
  EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
}

TEST(ErrorHandler, OthersGoOnWhileACommandIsAborted) {
  ErrorHandlerRig rig;
  rig.lose([&](const ControllerMock::Listed&) { return rig.controller.commands.size() == 1; });
  rig.submit(io(read, 10, 1));
  rig.task_time = 90_ms;
  rig.submit(by(2, io(read, 20, 1)), 2_s + 50_ms);
  rig.host.run(20_s);
  ASSERT_EQ(rig.ended.size(), 2u);
  EXPECT_LT(rig.end_times[0], 2_s + 51_ms);
}

TEST(ErrorHandler, GivesUpWhatTimesOutMoreOftenThanItMay) {
  for (const std::uint64_t retries : {1u, 5u}) {
    ErrorHandlerRig rig(100_ms, retries);
    rig.lose([](const ControllerMock::Listed&) { return true; });
    rig.submit(io(read, 10, 1, 7, 5));
    rig.host.run(20_s);
    EXPECT_EQ(rig.controller.commands.size(), retries + 1);
    ASSERT_EQ(rig.ended.size(), 1u);
    EXPECT_TRUE(rig.ended[0].failure.timed_out);
    EXPECT_EQ(rig.blocks.statistics().failures.timed_out, 1u);
    EXPECT_EQ(rig.keyslots.references(Keyslot{0}), 0u);
    EXPECT_EQ(rig.timelines[0].total(), rig.end_times[0]);
  }
}

TEST(ErrorHandler, ACommandThatEndsWhileItIsAbortedIsTriedAgainAllTheSame) {
  ErrorHandlerRig rig;
  rig.controller.service = [&](const ControllerMock::Listed&) {
    return rig.controller.commands.size() == 1 ? 2_s + 9_ms : Picoseconds{50'000'000};
  };
  rig.task = [](TaskFunction) { return std::optional(TaskResponse::complete); };
  rig.submit(io(read, 10, 1));
  rig.host.run(20_s);
  EXPECT_EQ(rig.events, (Events{"query 0"}));
  EXPECT_EQ(rig.controller.commands.size(), 2u);
  ASSERT_EQ(rig.ended.size(), 1u);
  EXPECT_FALSE(rig.ended[0].failure);
}

TEST(ErrorHandler, ResetsTheUnitWhenAnAnswerIsLostAndOthersHaveEnded) {
  ErrorHandlerRig rig;
  bool other_ended = false;
  // The second one is there when the first one's abort fails, and takes a while.
  rig.controller.service = [&](const ControllerMock::Listed&) {
    const std::size_t count = rig.controller.commands.size();
    return count == 1 ? ErrorHandlerRig::lost : count == 2 ? 1_s : Picoseconds{50'000'000};
  };
  rig.task = [&](TaskFunction function) {
    if (function == TaskFunction::logical_unit_reset) other_ended = rig.ended.size() == 1;
    return std::optional(TaskResponse::complete);
  };
  rig.submit(io(read, 10, 1));
  rig.submit(by(2, io(read, 20, 1)), 1500_ms);
  rig.submit(by(3, io(read, 30, 1)), 2200_ms);
  rig.host.run(20_s);
  Events expected(TaskAbort::most_queries, "query 0");
  expected.insert(expected.end(), {"reset unit", "clear 0"});
  EXPECT_EQ(rig.events, expected);
  EXPECT_TRUE(other_ended);
  ASSERT_EQ(rig.ended.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rig.timelines[i].total(), rig.timelines[i].latency());
    const bool lost = rig.ended[i].lba == Lba{10}, late = rig.ended[i].lba == Lba{30};
    EXPECT_GE(rig.timelines[i].spent(Stage::retry), lost ? 2_s : 0_s);
    EXPECT_GE(rig.timelines[i].spent(Stage::scheduler), late ? 200_ms : 0_s) << "is not issued while errors are handled";
  }
  EXPECT_EQ(rig.handler.statistics().failed_aborts, 1u);
  EXPECT_EQ(rig.handler.statistics().host_resets, 0u);
}

TEST(ErrorHandler, ResetsTheControllerWhenTheDeviceIsSilentAndRestoresKeysInOrderBefore) {
  ErrorHandlerRig rig;
  bool silent = false;
  rig.lose([&](const ControllerMock::Listed& command) { return silent && command.tag.n < 31 && rig.events.back() != "HCE 3"; });
  rig.task = [](TaskFunction) { return std::optional<TaskResponse>(); };
  for (std::uint64_t i = 0; i < 3; ++i) rig.submit(by(static_cast<std::uint32_t>(i), io(read, 10 * i, 1, static_cast<KeyId>(7 - i), i)), 1_ms * i);
  rig.host.at(10_ms, [&] { silent = true; });
  rig.submit(by(1, io(read, 50, 1, 5, 5)), 11_ms);
  rig.host.run(30_s);
  EXPECT_EQ(rig.events, (Events{"key 0", "key 1", "key 2", "query 0", "clear task", "reset unit", "clear task", "HCE 0",
                                "key 0", "key 1", "key 2", "HCE 3"}));
  EXPECT_EQ(rig.event_times[4] - rig.event_times[3], ErrorHandler::task_timeout + rig.costs.thread_wake);
  ASSERT_EQ(rig.ended.size(), 4u);
  EXPECT_FALSE(rig.ended[3].failure);
  EXPECT_EQ(rig.handler.statistics().keys_restored, 3u);
  EXPECT_EQ(rig.handler.statistics().task_timeouts, 2u);
  EXPECT_EQ(rig.blocks.error_statistics().retries, 1u);
  EXPECT_FALSE(rig.keyslots.locked());
}

TEST(ErrorHandler, ResetsAtOnceWhatHasAFatalErrorAndCountsNoTry) {
  for (const std::uint32_t event : {std::uint32_t{IS::CEFES}, std::uint32_t{IS::ULLS}, std::uint32_t{IS::DFES}, std::uint32_t{IS::HCFES}}) {
    ErrorHandlerRig rig;
    rig.lose([&](const ControllerMock::Listed&) { return rig.controller.commands.size() <= 2; });
    rig.submit(io(write, 10, 1, 7, 5));
    rig.submit(by(2, io(read, 20, 1)));
    rig.host.at(1_ms, [&] { rig.controller.raise(event); });
    rig.submit(by(3, io(read, 30, 1)), 1100_us);
    rig.host.run(1_s);
    EXPECT_EQ(rig.events, (Events{"key 0", "HCE 0", "key 0", "HCE 3"})) << event;
    EXPECT_EQ(rig.ended.size(), 3u) << event;
    EXPECT_EQ(rig.blocks.error_statistics().retries, 0u);
    EXPECT_EQ(rig.blocks.error_statistics().requeues, 2u);
    EXPECT_EQ(rig.handler.statistics().requeued, 2u);
    EXPECT_GT(rig.handler.statistics().time.n, Wide{1_ms .n});
    for (const Timeline& each : rig.timelines) EXPECT_EQ(each.total(), each.latency());
  }
}

TEST(ErrorHandler, MakesAResetThatFailsAgainUpToFiveTimesInARow) {
  for (std::uint64_t failures = 1; failures <= 6; ++failures) {
    ErrorHandlerRig rig;
    rig.dead_starts = failures;
    rig.submit(io(write, 10, 1, 7, 5));
    rig.submit(io(read, 10, 1, 7, 5), 1_ms);
    rig.lose([&](const ControllerMock::Listed&) { return rig.controller.commands.size() == 2; });
    rig.host.at(2_ms, [&] { rig.controller.raise(IS::ULLS); });
    rig.submit(by(2, io(read, 20, 1)), 2100_us);  // while it is reset
    for (std::uint64_t i = 0; i < 3; ++i) rig.submit(by(3, io(write, 30 + 10 * i, 1, 8, 6)), 5_s + 1_ms * i);
    rig.host.run(20_s);
    const bool gone = failures >= ErrorHandler::most_resets;
    const std::uint64_t resets = gone ? ErrorHandler::most_resets : failures + 1;
    EXPECT_EQ(rig.handler.statistics().host_resets, resets);
    EXPECT_EQ(rig.handler.statistics().failed_resets, gone ? resets : failures);
    EXPECT_EQ(rig.handler.statistics().given_up, gone ? 1u : 0u);
    EXPECT_EQ(rig.handler.statistics().keys_restored, resets) << "each reset puts the key back";
    ASSERT_EQ(rig.ended.size(), 6u) << "nothing hangs";
    for (std::size_t i = 1; i < rig.ended.size(); ++i) {
      EXPECT_EQ(rig.ended[i].failure.given_up, gone);
      EXPECT_EQ(static_cast<bool>(rig.ended[i].failure), gone);
      EXPECT_EQ(rig.timelines[i].total(), rig.timelines[i].latency());
    }
    EXPECT_EQ(rig.keyslots.references(Keyslot{0}) + rig.keyslots.references(Keyslot{1}), 0u);
    EXPECT_EQ(rig.blocks.error_statistics().retries + rig.blocks.error_statistics().exhausted, 0u);
    EXPECT_EQ(rig.handler.statistics().aborts, 0u);
  }
}

TEST(ErrorHandler, CountsFailuresOfResetsInARowOnly) {
  ErrorHandlerRig rig;
  for (std::uint64_t time = 1; time <= 3; ++time) {
    rig.host.at(1_s * time, [&] {
      rig.dead_starts = ErrorHandler::most_resets - 1;
      rig.controller.raise(IS::ULLS);
    });
  }
  rig.submit(io(read, 20, 1), 10_s);
  rig.host.run(20_s);
  EXPECT_EQ(rig.handler.statistics().failed_resets, 3 * (ErrorHandler::most_resets - 1));
  EXPECT_EQ(rig.handler.statistics().given_up, 0u);
  ASSERT_EQ(rig.ended.size(), 1u);
  EXPECT_FALSE(rig.ended[0].failure);
}

TEST(ErrorHandler, ResetsBehindALinkErrorOnlyWhenItsLayerBeganAnew) {
  for (const bool anew : {false, true}) {
    ErrorHandlerRig rig;
    rig.controller.reg(Reg::UECDL) = UEC::ERR | (anew ? 1u << 13 : 1u << 2);
    rig.controller.raise(IS::UE);
    rig.host.run(1_s);
    EXPECT_EQ(rig.handler.statistics().host_resets, anew ? 1u : 0u);
  }
}

TEST(ErrorHandler, RestoresKeysOnlyWhenNobodyElseHasTheirLock) {
  ErrorHandlerRig rig;
  rig.keyslots.lock();
  rig.host.at(1_ms, [&] { rig.controller.raise(IS::CEFES); });
  rig.host.at(20_ms, [&] {
    EXPECT_EQ(rig.events, (Events{"HCE 0"}));
    rig.keyslots.unlock();
    rig.blocks.keyslots_unlocked();
  });
  rig.host.run(1_s);
  EXPECT_EQ(rig.events, (Events{"HCE 0", "HCE 3"}));
  EXPECT_GT(rig.event_times[1], 20_ms);
}

TEST(ErrorHandler, AbortsAtTheDeviceWhatTheEngineGaveUpBeforeItIsTriedAgain) {
  ErrorHandlerRig rig;
  rig.controller.ocs = [&](const ControllerMock::Listed&) {
    return rig.controller.commands.size() == 1 ? Ocs::general_crypto_error : Ocs::success;
  };
  rig.submit(io(write, 10, 1, 7, 5));
  rig.host.run(1_s);
  EXPECT_EQ(rig.events, (Events{"key 0", "query 0", "abort 0"})) << "its doorbell is clear already";
  ASSERT_EQ(rig.controller.commands.size(), 2u);
  EXPECT_GT(rig.controller.commands[1].rung, rig.event_times[2] + rig.task_time);
  ASSERT_EQ(rig.ended.size(), 1u);
  EXPECT_FALSE(rig.ended[0].failure);
  EXPECT_EQ(rig.blocks.error_statistics().retries, 1u);
  EXPECT_EQ(rig.handler.statistics().left_behind, 1u);
}

TEST(ErrorHandler, AsksTheDeviceNothingAboutWhatItNeverGot) {
  ErrorHandlerRig rig;
  rig.controller.ocs = [&](const ControllerMock::Listed&) {
    return rig.controller.commands.size() == 1 ? Ocs::invalid_crypto_configuration : Ocs::success;
  };
  rig.submit(io(write, 10, 1, 7, 5));
  rig.host.run(1_s);
  EXPECT_EQ(rig.events, (Events{"key 0"}));
  EXPECT_EQ(rig.controller.commands.size(), 2u);
}

}  // namespace
}  // namespace icesim
