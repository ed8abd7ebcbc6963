// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/block/whole/stepped_layer.hpp"
#include "testbench/driver/keys/keyslot_replay.hpp"
#include "testbench/support/recorded_checks.hpp"

/// Linux's recorded answers about keyslots, given by the whole block layer: threads are submitters, a reference is a
/// request at the device, and waiting is what its queues do.
namespace icesim {
namespace {

using test::RecordedAnswers;
using test::ReplayResult;
using test::SteppedLayer;
using State = SteppedLayer::State;

/// event,thread,key,outcome,slot,wakes,present
void scenario_line(RecordedAnswers& file, SteppedLayer& layer, std::uint32_t threads) {
  static constexpr std::string_view kinds[]{"get", "run", "ok", "fail", "put"};
  const std::size_t kind = file.word(0, kinds);
  const auto number = static_cast<std::uint32_t>(file.number(1, threads));
  const KeyId key = test::key_of(file, 2);
  SteppedLayer::Thread& thread = layer.thread(number);
  const std::size_t asleep = layer.sleeping().for_keyslot;
  if (kind == 0) layer.get(number, key);
  if (kind == 1 && thread.state != State::runnable) return file.compare(false);
  if (kind == 1) layer.run(number);
  if (kind == 2 || kind == 3) layer.program(number, kind == 2);
  const Keyslot put = thread.keyslot;
  if (kind == 4) layer.put(number);

  const std::size_t still_asleep = layer.sleeping().for_keyslot;
  const bool idle = kind == 4 && layer.keyslots.references(put) == 0;
  std::string outcome = thread.state == State::programs ? "program" : still_asleep > asleep ? "sleep" : "lock";
  if (thread.state == State::holds) outcome = kind == 2 ? "got" : "hit";
  if (kind == 3) outcome = "error";
  if (kind == 4) outcome = idle ? "idle" : "shared";
  const bool has_slot = outcome != "sleep" && outcome != "lock";
  const bool wakes = kind == 3 || idle;

  const std::uint64_t last = layer.keyslots.num_keyslots() - 1;
  file.compare(file.text(3) == outcome && (!wakes || still_asleep == 0) && (file.number(5, 1) == 1) == wakes &&
               file.number_or_none(4, last) == (has_slot ? std::optional<std::uint64_t>(thread.keyslot.n) : std::nullopt) &&
               file.number_or_none(6, last) == test::keyslot_with(layer.keyslots, key));
}

ReplayResult replay_scenarios(RecordedAnswers file) {
  std::optional<SteppedLayer> layer;
  std::uint32_t threads = 0;
  while (file.next()) {
    if (file.text(0) == "scenario") {
      layer.emplace(static_cast<std::uint32_t>(file.number(2, test::most_keyslots)));
      threads = static_cast<std::uint32_t>(file.number(3, test::most_keyslots));
    } else if (file.text(0) == "end") {
      file.compare(test::same_state(file, 1, layer->keyslots));
    } else {
      scenario_line(file, *layer, threads);
    }
  }
  return file.result();
}

/// Operations of one thread: here of as many as hold a reference, since a request keeps its own.
class Operations {
 public:
  Operations(RecordedAnswers& file, std::uint32_t keyslots) : file_(file), layer_(keyslots) {}

  void take_line() {
    const std::string_view what = file_.text(0);
    if (what == "state") return file_.compare(test::same_state(file_, 2, layer_.keyslots));
    if (what == "reprogram_all") return reprogram();
    const KeyId key = test::key_of(file_, 1);
    if (what == "put") return put(file_.number(3));
    if (what.substr(0, 3) == "get") return get(key, what == "get");
    evict(key);
  }

 private:
  void get(KeyId key, bool succeeds) {
    if (file_.text(2) == "sleep") {
      // A request that sleeps does not give up; that it would sleep is seen all the same.
      return file_.compare(layer_.keyslots.idle().empty() && !test::keyslot_with(layer_.keyslots, key));
    }
    std::uint32_t process = 0;
    while (layer_.thread(process).state != State::idle) ++process;
    layer_.get(process, key);
    SteppedLayer::Thread& thread = layer_.thread(process);
    std::string answer = "hit";
    if (thread.state == State::programs) {
      answer = succeeds ? "program" : "error";
      layer_.program(process, succeeds);
    }
    const bool holds = thread.state == State::holds;
    if (holds) holders_[thread.keyslot.n].push_back(process);
    file_.compare(file_.text(2) == answer && file_.number(3) == thread.keyslot.n && holds == (answer != "error"));
  }
  void put(std::uint64_t keyslot) {
    std::vector<std::uint32_t>& holders = holders_[keyslot];
    if (holders.empty()) return file_.compare(false);
    layer_.put(holders.back());
    holders.pop_back();
    file_.compare((layer_.keyslots.references(Keyslot{keyslot}) == 0) == (file_.number(5) == 1));
  }
  void evict(KeyId key) {
    static constexpr std::string_view results[]{"not_found", "evicted", "busy", "io_error"};
    const std::size_t recorded = file_.word(4, results);
    Keyslot keyslot{};
    const auto got = layer_.keyslots.evict(key, keyslot);
    using Result = KeyslotManager::EvictResult;
    const Result expected = recorded == 0 ? Result::not_found : recorded == 2 ? Result::busy : Result::evicted;
    file_.compare(got == expected && (got != Result::evicted || file_.number(3) == keyslot.n));
  }
  void reprogram() {
    std::uint64_t programs = 0;
    layer_.keyslots.reprogram_all([&](Keyslot, KeyId) { ++programs; });
    file_.compare(file_.number(6) == programs);
  }

  RecordedAnswers& file_;
  SteppedLayer layer_;
  std::map<std::uint64_t, std::vector<std::uint32_t>> holders_;  ///< by keyslot
};

ReplayResult replay_operations(RecordedAnswers file) {
  std::optional<Operations> operations;
  while (file.next()) {
    if (!operations) operations.emplace(file, static_cast<std::uint32_t>(file.list(2).size()));
    operations->take_line();
  }
  return file.result();
}

TEST(KeyslotsThroughLayer, SleepersAnswerAsInLinux) {
  test::expect_linux_answers("testbench/golden/linux-6.12-keyslot-waiters.csv.zst", 6'000, replay_scenarios);
}

TEST(KeyslotsThroughLayer, SleepersAnswerAsInAllRecordedScenarios) {
  test::expect_linux_answers("../shared/vectors/keyslots/waiters_d1.csv.zst", 6'000, replay_scenarios);
}

TEST(KeyslotsThroughLayer, SeesAnotherAnswer) {
  const std::string story =
      "scenario,0,1,3,2,x\nget,1,1,program,0,0,-\nok,1,1,got,0,0,0\nget,2,2,sleep,-,0,-\nget,3,2,sleep,-,0,-\n"
      "put,1,1,idle,0,1,0\nrun,2,2,program,0,0,-\nok,2,2,got,0,0,0\nrun,3,2,sleep,-,0,0\nput,2,2,idle,0,1,0\n"
      "run,3,2,hit,0,0,0\nput,3,2,idle,0,1,0\nend,2,0,0\n";
  EXPECT_EQ(replay_scenarios(RecordedAnswers::of(story)).differences, 0u);
  for (const auto& [right, wrong] : {std::pair("run,3,2,sleep,-,0,0", "run,3,2,hit,0,0,0"), {"end,2,0,0", "end,2,0,-"},
                                     {"put,1,1,idle,0,1,0", "put,1,1,shared,0,0,0"}}) {
    std::string other = story;
    other.replace(other.find(right), std::string_view(right).size(), wrong);
    EXPECT_GT(replay_scenarios(RecordedAnswers::of(other)).differences, 0u) << wrong;
  }
}

class KeyslotOperationsThroughLayer : public testing::TestWithParam<const char*> {};

/// Files whose references at one time are no more than a doorbell has tags.
TEST_P(KeyslotOperationsThroughLayer, AnswerAsInLinux) { test::expect_linux_answers(GetParam(), 6'000, replay_operations); }

INSTANTIATE_TEST_SUITE_P(Recorded, KeyslotOperationsThroughLayer,
                         testing::Values("testbench/golden/linux-6.12-keyslots-4.csv.zst",
                                         "../shared/vectors/keyslots/keyslot_s001_k003.csv.zst",
                                         "../shared/vectors/keyslots/keyslot_s004_k009.csv.zst"));

}  // namespace
}  // namespace icesim
