// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/flush/flush_queue.hpp"

#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>
#include <string>

/// The rule of Linux's flush machinery [linux-flush].
namespace icesim {
namespace {

using namespace literals;

constexpr Failure failed{Ocs::fatal_error};
constexpr std::uint8_t D = data_step, F = preflush_step, FD = preflush_step | data_step,
                       FDF = preflush_step | data_step | postflush_step, DF = data_step | postflush_step;

/// What was decided, in order: F3 is a flush whose first request is 3, D3 the data of 3, E3 its end, X3 its failure.
using Decisions = std::vector<std::string>;

struct Rig : FlushQueue::Client {
  FlushQueue queue{*this, 64};
  Decisions decisions;

  void send_flush(std::uint32_t first) override { decisions.push_back("F" + std::to_string(first)); }
  void send_data(std::uint32_t number) override { decisions.push_back("D" + std::to_string(number)); }
  void sequence_ended(std::uint32_t number, Failure failure) override {
    decisions.push_back((failure ? "X" : "E") + std::to_string(number));
  }
  Decisions since() {
    Decisions taken;
    taken.swap(decisions);
    return taken;
  }
};

TEST(FlushSteps, DependOnWhatTheRequestAsksForAndTheDeviceTakes) {
  Request write, fua, flush;
  write.operation = fua.operation = Operation::write;
  flush.operation = Operation::flush;
  fua.fua = true;
  Request both = fua;
  both.preflush = true;
  for (const bool takes_fua : {false, true}) {
    EXPECT_EQ(flush_steps(write, {true, takes_fua}), D);
    EXPECT_EQ(flush_steps(flush, {true, takes_fua}), F);
    EXPECT_EQ(flush_steps(fua, {true, takes_fua}), takes_fua ? D : DF);
    EXPECT_EQ(flush_steps(both, {true, takes_fua}), takes_fua ? FD : FDF);
    EXPECT_EQ(flush_steps(flush, {false, takes_fua}), 0) << "nothing is in a cache";
    EXPECT_EQ(flush_steps(both, {false, takes_fua}), D);
  }
}

TEST(FlushQueue, SendsTheFirstFlushAtOnceAndGathersForTheNext) {
  Rig rig;
  rig.queue.insert(1, F, 0_ps);
  EXPECT_EQ(rig.since(), (Decisions{"F1"}));
  rig.queue.insert(2, F, 0_ps);
  rig.queue.insert(3, FD, 0_ps);
  EXPECT_EQ(rig.since(), Decisions{});
  rig.queue.flush_ended({}, 1_us);
  EXPECT_EQ(rig.since(), (Decisions{"E1", "F2"}));
  rig.queue.flush_ended({}, 2_us);
  EXPECT_EQ(rig.since(), (Decisions{"E2", "D3"}));
  rig.queue.data_ended(3, {}, 3_us);
  EXPECT_EQ(rig.since(), (Decisions{"E3"}));
  EXPECT_EQ(rig.queue.statistics().sent, 2u);
  EXPECT_EQ(rig.queue.statistics().merged, 1u);
  EXPECT_EQ(rig.queue.statistics().deferred, 0u);
}

TEST(FlushQueue, HoldsAFlushBackWhileDataOfASequenceIsInFlight) {
  Rig rig;
  rig.queue.insert(1, FD, 0_ps);
  rig.queue.flush_ended({}, 1_us);
  rig.queue.insert(2, F, 2_us);
  rig.queue.insert(3, F, 3_us);
  EXPECT_EQ(rig.since(), (Decisions{"F1", "D1"}));
  rig.queue.data_ended(1, {}, 4_us);
  EXPECT_EQ(rig.since(), (Decisions{"E1", "F2"}));
  EXPECT_EQ(rig.queue.statistics().deferred, 1u);
}

TEST(FlushQueue, HoldsItBackForFiveSecondsAtMost) {
  Rig rig;
  rig.queue.begin_data(1);
  rig.queue.insert(2, F, 1_us);
  rig.queue.insert(3, F, 1_us + FlushQueue::patience - 1_ps);
  EXPECT_EQ(rig.since(), Decisions{}) << "a picosecond early";
  rig.queue.insert(4, F, 1_us + FlushQueue::patience);
  EXPECT_EQ(rig.since(), (Decisions{"F2"}));
  EXPECT_EQ(rig.queue.statistics().merged, 2u);
}

TEST(FlushQueue, FlushesBehindTheDataWhereTheDeviceTakesNoForceUnitAccess) {
  Rig rig;
  rig.queue.begin_data(1);
  EXPECT_TRUE(rig.queue.flush_follows(1));
  rig.queue.data_ended(1, {}, 1_us);
  EXPECT_EQ(rig.since(), (Decisions{"F1"}));
  rig.queue.insert(2, FDF, 1_us);
  rig.queue.flush_ended({}, 2_us);
  EXPECT_EQ(rig.since(), (Decisions{"E1", "F2"}));
  rig.queue.flush_ended({}, 3_us);
  rig.queue.data_ended(2, {}, 4_us);
  rig.queue.flush_ended({}, 5_us);
  EXPECT_EQ(rig.since(), (Decisions{"D2", "F2", "E2"}));
}

TEST(FlushQueue, AStepThatFailsEndsItsRequests) {
  Rig rig;
  rig.queue.insert(1, FDF, 0_ps);
  rig.queue.insert(2, FDF, 0_ps);
  rig.queue.insert(3, F, 0_ps);
  rig.queue.flush_ended(failed, 1_us);
  EXPECT_EQ(rig.since(), (Decisions{"F1", "X1", "F2"}));
  rig.queue.flush_ended({}, 2_us);
  rig.queue.data_ended(2, failed, 3_us);
  EXPECT_EQ(rig.since(), (Decisions{"D2", "E3", "X2"}));
}

/// The same rule, told as what each request is doing: slow, and without the two rows.
class Oracle {
 public:
  void insert(std::uint32_t number, std::string steps, Picoseconds now) {
    all_[number] = {steps, State::released, {}, order_++};
    advance(number, false, now);
  }
  void begin_data(std::uint32_t number) { all_[number] = {"DF", State::data, {}, order_++}; }
  void data_ended(std::uint32_t number, bool fails, Picoseconds now) {
    all_[number].state = State::released;
    all_[number].steps.erase(0, 1);
    advance(number, fails, now);
  }
  void flush_ended(bool fails, Picoseconds now) {
    const std::vector<std::uint32_t> served = in(State::flushing);
    for (const std::uint32_t number : served) all_[number].state = State::released;
    for (const std::uint32_t number : served) {
      all_[number].steps.erase(0, 1);
      advance(number, fails, now);
    }
  }
  bool flush_in_flight() const { return !in(State::flushing).empty(); }
  std::vector<std::uint32_t> with_data() const { return in(State::data); }
  bool idle() const { return all_.empty(); }

  Decisions decisions;
  FlushStatistics statistics;

 private:
  enum class State { gathers, flushing, data, released };
  struct Each {
    std::string steps;  ///< left
    State state;
    Picoseconds since;
    std::uint64_t order;
  };

  /// Those in a state, in the order in which they got there.
  std::vector<std::uint32_t> in(State state) const {
    std::map<std::uint64_t, std::uint32_t> found;
    for (const auto& [number, each] : all_)
      if (each.state == state) found[each.order] = number;
    std::vector<std::uint32_t> numbers;
    for (const auto& [order, number] : found) numbers.push_back(number);
    return numbers;
  }
  void advance(std::uint32_t number, bool fails, Picoseconds now) {
    Each& each = all_[number];
    if (fails || each.steps.empty()) {
      all_.erase(number);
      decisions.push_back((fails ? "X" : "E") + std::to_string(number));
    } else if (each.steps[0] == 'D') {
      each.state = State::data;
      decisions.push_back("D" + std::to_string(number));
    } else {
      each.state = State::gathers;
      each.since = now;
      each.order = order_++;
    }
    look(now);
  }
  void look(Picoseconds now) {
    const std::vector<std::uint32_t> row = in(State::gathers);
    if (flush_in_flight() || row.empty()) return;
    if (!with_data().empty() && now - all_[row[0]].since < FlushQueue::patience) {
      if (!deferred_) ++statistics.deferred;
      deferred_ = true;
      return;
    }
    deferred_ = false;
    for (const std::uint32_t number : row) all_[number].state = State::flushing;
    ++statistics.sent;
    statistics.merged += row.size() - 1;
    decisions.push_back("F" + std::to_string(row[0]));
  }

  std::map<std::uint32_t, Each> all_;
  std::uint64_t order_ = 0;
  bool deferred_ = false;
};

RC_GTEST_PROP(FlushQueueProperty, DecidesAsTheRuleSays, ()) {
  const auto choices = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
  Rig rig;
  Oracle oracle;
  Picoseconds now{};
  std::uint32_t next = 0;
  std::size_t done = 0;
  const auto end_something = [&](std::uint32_t choice) {
    const std::vector<std::uint32_t> data = oracle.with_data();
    const bool fails = choice / 64 % 8 == 0;
    if (!data.empty() && (choice / 512 % 2 == 0 || !oracle.flush_in_flight())) {
      const std::uint32_t number = data[choice / 1024 % data.size()];
      oracle.data_ended(number, fails, now);
      rig.queue.data_ended(number, fails ? failed : Failure{}, now);
    } else if (oracle.flush_in_flight()) {
      oracle.flush_ended(fails, now);
      rig.queue.flush_ended(fails ? failed : Failure{}, now);
    }
  };
  for (const std::uint32_t choice : choices) {
    if (choice % 8 == 7) now += 1_s * std::uint64_t{(choice >> 8) % 7};
    if (choice % 8 < 4 && next < 64) {
      const std::uint32_t number = next++;
      const std::uint32_t kind = choice / 8 % 4;
      if (kind == 3) {
        oracle.begin_data(number);
        rig.queue.begin_data(number);
      } else {
        oracle.insert(number, kind == 0 ? "F" : kind == 1 ? "FD" : "FDF", now);
        rig.queue.insert(number, kind == 0 ? F : kind == 1 ? FD : FDF, now);
      }
    } else {
      end_something(choice);
    }
    RC_ASSERT(rig.decisions == oracle.decisions);
  }
  for (std::uint32_t left = 0; !oracle.idle(); ++left) {
    RC_ASSERT(left < 1000u);
    end_something(512 + 64 + left);
    end_something(64 + left);
  }
  RC_ASSERT(rig.decisions == oracle.decisions);
  for (const std::string& each : rig.decisions) done += each[0] == 'E' || each[0] == 'X' ? 1 : 0;
  RC_ASSERT(done == next);
  const FlushStatistics s = rig.queue.statistics();
  RC_ASSERT(s.sent == oracle.statistics.sent);
  RC_ASSERT(s.merged == oracle.statistics.merged);
  RC_ASSERT(s.deferred == oracle.statistics.deferred);
}

}  // namespace
}  // namespace icesim
