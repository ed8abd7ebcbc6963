// SPDX-License-Identifier: Apache-2.0
// Random requests whose true latencies are known: what is lost, put back or completed in parts must not show in the
// others.
#include "event_stream.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using test::BlockStep;
using test::EventStream;

/// What became of a request in truth.
struct Life {
  std::uint64_t issued = 0;
  std::uint64_t completed = 0;
  bool lost = false;  ///< the recording lacks its last completion
};

struct Recording {
  std::vector<BlockStep> steps;
  std::vector<Life> lives;
  std::uint64_t put_back = 0;
  std::uint64_t parts = 0;
};

/// Each place has at most one request at a time, and rests longer than the window before the next one.
Recording record(bool tagged) {
  Recording recording;
  const auto places = *rc::gen::inRange<std::uint64_t>(1, 12);
  std::uint32_t tag = 0;
  for (std::uint64_t place = 0; place < places; ++place) {
    std::uint64_t now = *rc::gen::inRange<std::uint64_t>(0, 5'000);
    const auto lives = *rc::gen::inRange(0, 12);
    for (int i = 0; i < lives; ++i) {
      // One length per address, and no part is as another request: else a lost one could not be told from a part.
      const std::uint64_t blocks = 1 + place % 4;
      BlockStep step{BlockStep::Kind::issue, now, place % 3 == 0 ? Operation::write : Operation::read, place * 16,
                     blocks};
      if (tagged) step.tag = tag++ % 40;
      Life life{now, 0, *rc::gen::element(false, false, false, true)};
      recording.steps.push_back(step);
      const int times = tagged ? 0 : *rc::gen::element(0, 0, 0, 1, 2);
      for (int time = 0; time < times; ++time) {
        for (const auto kind : {BlockStep::Kind::put_back, BlockStep::Kind::issue}) {
          step.kind = kind;
          step.microseconds += *rc::gen::inRange<std::uint64_t>(1, 60'000);
          recording.steps.push_back(step);
        }
        ++recording.put_back;
      }
      step.kind = BlockStep::Kind::complete;
      for (std::uint64_t left = blocks; left > 0;) {
        step.blocks = tagged ? left : *rc::gen::inRange<std::uint64_t>(1, left + 1);
        step.microseconds += *rc::gen::inRange<std::uint64_t>(1, 30'000);
        left -= step.blocks;
        if (left > 0) ++recording.parts;
        if (left > 0 || !life.lost) recording.steps.push_back(step);
        step.block += step.blocks;
      }
      life.completed = step.microseconds;
      recording.lives.push_back(life);
      now = life.completed + *rc::gen::inRange<std::uint64_t>(10'001, 90'000);
    }
  }
  std::stable_sort(recording.steps.begin(), recording.steps.end(),
                   [](const BlockStep& a, const BlockStep& b) { return a.microseconds < b.microseconds; });
  return recording;
}

void expect_truth(const Recording& recording) {
  RC_PRE(!recording.lives.empty());
  EventStream stream;
  for (const BlockStep& step : recording.steps) stream.give(step);
  const TraceInfo& info = stream.end();
  std::vector<std::uint64_t> truth;
  std::uint64_t lost = 0;
  for (const Life& life : recording.lives) {
    lost += life.lost ? 1 : 0;
    if (!life.lost) truth.push_back(life.completed - life.issued);
  }
  auto told = stream.latencies();
  std::sort(truth.begin(), truth.end());
  std::sort(told.begin(), told.end());
  RC_ASSERT(told == truth);
  RC_ASSERT(stream.requests.size() == recording.lives.size());
  RC_ASSERT(info.requeued == recording.put_back);
  RC_ASSERT(info.completions == truth.size() + recording.parts);
  RC_ASSERT(info.unfinished == lost);
  RC_ASSERT(info.orphans + info.early_completions + info.collapsed + info.unordered_completions == 0u);
}

RC_GTEST_PROP(PairingOracle, LosesNoLatencyButThoseOfLostCompletions, ()) { expect_truth(record(false)); }

/// Tags are used again at once, here in turns: a request that seems outstanding is over when its tag comes again.
RC_GTEST_PROP(PairingOracle, TagsLoseNoLatencyEither, ()) {
  Recording recording = record(true);
  // In turns by time, so that no tag has two commands.
  std::map<std::uint64_t, std::uint32_t> of_place;
  std::uint32_t next = 0;
  for (BlockStep& step : recording.steps) {
    std::uint32_t& tag = of_place[step.block];
    if (step.kind == BlockStep::Kind::issue) tag = next++ % 64;
    step.tag = tag;
  }
  expect_truth(recording);
}

/// The rules as they are written, over a list.
class Oracle {
 public:
  void give(const BlockStep& step) {
    const auto equals = [&](const BlockStep& held) {
      return held.operation == step.operation && held.block == step.block && held.blocks == step.blocks;
    };
    if (step.kind == BlockStep::Kind::issue) {
      for (std::size_t i = held_.size(); i-- > 0;) {
        if (!equals(held_[i].step)) continue;
        if (held_[i].put_back) {
          held_[i].put_back = false;
          return;
        }
        if (step.microseconds - held_[i].step.microseconds <= 10'000) return;
        held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
        ++given_up;
        break;
      }
      held_.push_back({step, step.microseconds, false});
      ++requests;
      return;
    }
    for (const bool put_back : {false, true}) {
      for (std::size_t i = held_.size(); i-- > 0;) {
        if (!equals(held_[i].step) || held_[i].put_back != put_back) continue;
        if (step.kind == BlockStep::Kind::put_back) {
          held_[i].put_back = true;
        } else {
          latencies.push_back(step.microseconds - held_[i].issued);
          held_.erase(held_.begin() + static_cast<std::ptrdiff_t>(i));
        }
        return;
      }
      if (step.kind == BlockStep::Kind::put_back) return;
    }
    for (std::size_t i = held_.size(); i-- > 0;) {
      BlockStep& held = held_[i].step;
      if (held.operation != step.operation || held.block != step.block || held.blocks <= step.blocks) continue;
      held.block += step.blocks;
      held.blocks -= step.blocks;
      std::rotate(held_.begin() + static_cast<std::ptrdiff_t>(i), held_.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                  held_.end());
      return;
    }
    ++orphans;
  }
  std::uint64_t unfinished() const { return held_.size() + given_up; }

  std::vector<std::uint64_t> latencies;
  std::uint64_t requests = 0;
  std::uint64_t given_up = 0;
  std::uint64_t orphans = 0;

 private:
  struct Held {
    BlockStep step;
    std::uint64_t issued = 0;
    bool put_back = false;
  };
  std::vector<Held> held_;
};

/// Anything at all in any order, but for completions just before their issue, which the oracle does not know.
RC_GTEST_PROP(PairingOracle, DoesWhatAListDoes, ()) {
  EventStream stream;
  Oracle oracle;
  std::uint64_t now = 0;
  stream.issue(0, 1'000);
  oracle.give({BlockStep::Kind::issue, 0, Operation::read, 1'000, 1});
  const auto steps = *rc::gen::inRange(1, 200);
  for (int i = 0; i < steps; ++i) {
    BlockStep step;
    step.kind = *rc::gen::element(BlockStep::Kind::issue, BlockStep::Kind::issue, BlockStep::Kind::complete,
                                  BlockStep::Kind::complete, BlockStep::Kind::put_back);
    now += *rc::gen::inRange<std::uint64_t>(1'001, 9'000);
    step.microseconds = now;
    step.operation = *rc::gen::element(Operation::read, Operation::write);
    step.block = *rc::gen::inRange<std::uint64_t>(0, 4);
    step.blocks = *rc::gen::inRange<std::uint64_t>(1, 4);
    stream.give(step);
    oracle.give(step);
    RC_ASSERT(stream.assembler().info().orphans == oracle.orphans);
    RC_ASSERT(stream.assembler().info().unfinished == oracle.unfinished());
  }
  stream.end();
  RC_ASSERT(stream.latencies() == oracle.latencies);
  RC_ASSERT(stream.requests.size() == oracle.requests);
}

}  // namespace
}  // namespace icesim
