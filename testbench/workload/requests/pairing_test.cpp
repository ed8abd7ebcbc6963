// SPDX-License-Identifier: Apache-2.0
#include "event_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace icesim {
namespace {

using test::EventStream;
using testing::ElementsAre;
using testing::IsEmpty;

TraceOptions window(std::uint64_t microseconds) {
  TraceOptions options;
  options.reissue_window = Picoseconds{microseconds * 1'000'000};
  return options;
}

TEST(Pairing, TakesARequestThatWasPutBackForTheSameHoweverLate) {
  EventStream stream;
  stream.issue(0, 1).put_back(20, 1).issue(40'000'000, 1).complete(40'000'300, 1);
  EXPECT_EQ(stream.requests.size(), 1u);
  EXPECT_EQ(stream.end().requeued, 1u);
  EXPECT_EQ(stream.end().collapsed, 0u);
  EXPECT_EQ(stream.end().unfinished, 0u);
  EXPECT_THAT(stream.latencies(), ElementsAre(40'000'300)) << "from its first issue";
  stream.issue(50'000'000, 1);
  EXPECT_EQ(stream.requests.size(), 2u) << "it was put back once";
}

TEST(Pairing, PutsBackWhatIsLeftOfARequest) {
  EventStream stream;
  stream.issue(0, 8, 4).complete(10, 8, 1).put_back(20, 9, 3).issue(90'000, 9, 3).complete(90'100, 9, 3);
  EXPECT_EQ(stream.requests.size(), 1u);
  EXPECT_EQ(stream.end().completions, 2u);
  EXPECT_EQ(stream.end().orphans, 0u);
  EXPECT_THAT(stream.latencies(), ElementsAre(90'100));
}

TEST(Pairing, OfPutBackFlushesTheNextIsTheSame) {
  EventStream stream;
  const auto flush = [](test::BlockStep::Kind kind, std::uint64_t at) {
    return test::BlockStep{kind, at, Operation::flush, 0, 0};
  };
  stream.give(flush(test::BlockStep::Kind::issue, 0)).give(flush(test::BlockStep::Kind::put_back, 10));
  stream.give(flush(test::BlockStep::Kind::issue, 30'000)).give(flush(test::BlockStep::Kind::issue, 30'010));
  EXPECT_EQ(stream.requests.size(), 2u) << "the third is another one: flushes all look alike";
  EXPECT_EQ(stream.end().requeued, 1u);
}

TEST(Pairing, NeedsStartAndLengthToAgree) {
  EventStream stream;
  stream.issue(0, 1, 1).issue(10, 1, 32).complete(200, 1, 32).complete(900, 1, 1);
  EXPECT_THAT(stream.latencies(), ElementsAre(190, 900));
  EXPECT_EQ(stream.end().unfinished, 0u);
  EventStream longer;
  longer.issue(0, 1, 2).complete(10, 1, 3).complete(20, 1, 2);
  EXPECT_EQ(longer.end().orphans, 1u) << "more than was asked for is of something else";
  EXPECT_THAT(longer.latencies(), ElementsAre(20));
  EventStream other;
  other.issue(0, 1, 2, Operation::write).complete(10, 1, 2, Operation::read).complete(20, 2, 1, Operation::write);
  EXPECT_EQ(other.end().orphans, 2u) << "another operation, and a tail";
  EXPECT_EQ(other.end().unfinished, 1u);
}

TEST(Pairing, AddsPartsUpToTheWhole) {
  EventStream stream;
  stream.issue(0, 8, 4).complete(10, 8, 1).complete(20, 9, 2).complete(30, 11, 1).complete(40, 11, 1);
  EXPECT_THAT(stream.latencies(), ElementsAre(30)) << "the last part ends it";
  EXPECT_EQ(stream.end().completions, 4u);
  EXPECT_EQ(stream.end().orphans, 1u);
}

TEST(Pairing, TheWindowIncludesItsEndAndDoesNotChain) {
  EventStream stream;
  stream.issue(0, 1).issue(9'999, 1).issue(100'000, 2).issue(110'000, 2).issue(200'000, 3).issue(210'001, 3);
  EXPECT_EQ(stream.end().collapsed, 2u);
  EXPECT_EQ(stream.requests.size(), 4u);
  EventStream chain;
  chain.issue(0, 1).issue(6'000, 1).issue(12'000, 1).issue(18'000, 1).complete(18'100, 1);
  EXPECT_EQ(chain.requests.size(), 2u) << "12 ms are counted from the first one kept, 18 ms from that of 12";
  EXPECT_EQ(chain.end().collapsed, 2u);
  EXPECT_EQ(chain.end().unfinished, 1u);
  EXPECT_THAT(chain.latencies(), ElementsAre(6'100));
  EventStream wide(window(12'000));
  wide.issue(0, 1).issue(6'000, 1).issue(12'000, 1).issue(12'001, 1);
  EXPECT_EQ(wide.end().collapsed, 2u);
}

TEST(Pairing, AnEqualRequestOutsideTheWindowGivesTheOldOneUp) {
  EventStream stream;
  stream.issue(0, 1).issue(90'000'000, 1).complete(90'000'200, 1).complete(90'000'300, 1);
  EXPECT_THAT(stream.latencies(), ElementsAre(200));
  EXPECT_EQ(stream.end().unfinished, 1u);
  EXPECT_EQ(stream.end().outstanding, 0u);
  EXPECT_EQ(stream.end().orphans, 1u);
}

TEST(Pairing, ALostCompletionShiftsNoOtherThoughAllAreKept) {
  EventStream stream(window(0));
  stream.issue(0, 1);
  for (std::uint64_t at = 4'000; at < 400'000; at += 4'000) stream.issue(at, 1).complete(at + 200, 1);
  EXPECT_EQ(stream.requests.size(), 100u);
  EXPECT_THAT(stream.latencies(), testing::Each(200u));
  EventStream flushes;
  flushes.issue(0, 0, 0, Operation::flush);
  for (std::uint64_t at = 4'000; at < 400'000; at += 4'000)
    flushes.issue(at, 0, 0, Operation::flush).complete(at + 300, 0, 0, Operation::flush);
  EXPECT_THAT(flushes.latencies(), testing::Each(300u));
  EXPECT_EQ(flushes.end().unfinished, 1u);
}

TEST(Pairing, KeepsRepeatedRequestsOfATraceWithoutCompletionsAndCountsThem) {
  TraceInfo info;
  const auto read = [&](const TraceOptions& options) {
    RequestAssembler assembler("test", Completions::recorded, options, [](std::string_view) {});
    std::uint64_t kept = 0;
    for (std::uint64_t i = 0; i < 20; ++i) {
      RequestEvent event;
      event.nanoseconds = i * 4'000'000;
      event.request.length = logical_block;
      IoRequest request;
      kept += assembler.issue(event, request) ? 1 : 0;
    }
    info = assembler.info();
    return kept;
  };
  EXPECT_EQ(read({}), 20u);
  EXPECT_EQ(info.repeated, 19u);
  EXPECT_EQ(info.unfinished, 20u);
  EXPECT_EQ(read(window(10'000)), 7u) << "asked for: 0, 12, 24 ... ms";
  EXPECT_EQ(info.collapsed, 13u);
  EXPECT_EQ(info.repeated, 0u);
  EXPECT_EQ(read(window(0)), 20u);
  EXPECT_EQ(info.repeated, 0u) << "nobody asked";
}

TEST(Pairing, CountsCompletionsOutOfOrderAndKeepsTheirLatency) {
  EventStream stream;
  stream.issue(0, 1).issue(500, 2).complete(300, 1).complete(800, 2);
  EXPECT_THAT(stream.latencies(), ElementsAre(300, 300));
  EXPECT_EQ(stream.end().unordered_completions, 1u);
  EventStream swapped;
  swapped.issue(0, 9).complete(900, 1).issue(400, 1).complete(1'000, 9);
  EXPECT_THAT(swapped.latencies(), ElementsAre(500, 1'000)) << "only their order is wrong";
  EXPECT_EQ(swapped.end().unordered_completions, 1u);
  EXPECT_EQ(swapped.end().orphans, 0u);
  EXPECT_EQ(swapped.end().unfinished, 0u);
}

TEST(Pairing, ACompletionBeforeItsIssueGivesNoLatency) {
  EventStream stream;
  stream.issue(0, 9).complete(1'000, 1).issue(1'003, 1).issue(5'000, 1).complete(5'500, 1);
  EXPECT_EQ(stream.requests.size(), 3u) << "it is over, so that the next one is no repetition";
  EXPECT_THAT(stream.latencies(), ElementsAre(500));
  EXPECT_EQ(stream.end().early_completions, 1u);
  EXPECT_EQ(stream.end().orphans, 0u);
  EventStream by_time;
  by_time.issue(1'000, 1).complete(997, 1);
  EXPECT_THAT(by_time.latencies(), IsEmpty());
  EXPECT_EQ(by_time.end().early_completions, 1u);
  EXPECT_EQ(by_time.end().unfinished, 0u);
  EventStream far;
  far.issue(0, 9).complete(1'000, 1).issue(2'001, 1).complete(2'200, 1);
  EXPECT_THAT(far.latencies(), ElementsAre(199)) << "more than a millisecond before: another's";
  EXPECT_EQ(far.end().orphans, 1u);
}

TEST(Pairing, TakesAnEarlyCompletionBackWhenTheRequestCompletesAfterAll) {
  EventStream stream;
  stream.issue(0, 9).complete(1'000, 1).issue(1'050, 1).complete(1'350, 1);
  EXPECT_THAT(stream.latencies(), ElementsAre(300));
  EXPECT_EQ(stream.end().early_completions, 0u);
  EXPECT_EQ(stream.end().orphans, 1u) << "that of a request before the recording";
}

TEST(Pairing, TagsDecideWhereThereAreAny) {
  EventStream stream;
  const auto write = Operation::write;
  stream.issue(0, 1, 1, write, 3).issue(10, 1, 1, write, 4).complete(100, 1, 1, write, 3).complete(300, 1, 1, write, 4);
  EXPECT_EQ(stream.requests.size(), 2u) << "another tag is another command";
  EXPECT_THAT(stream.latencies(), ElementsAre(100, 290));
  EventStream lost;
  lost.issue(0, 1, 1, write, 3)
      .issue(50'000, 7, 1, write, 3)
      .complete(50'100, 7, 1, write, 3)
      .complete(50'200, 7, 1, write, 5);
  EXPECT_THAT(lost.latencies(), ElementsAre(100));
  EXPECT_EQ(lost.end().unfinished, 1u);
  EXPECT_EQ(lost.end().orphans, 1u);
  EventStream mixed;
  mixed.issue(0, 1, 1, write, 3).complete(900, 2, 1, write, 3);
  EXPECT_THAT(mixed.latencies(), IsEmpty()) << "its own completion and another's issue are lost";
  EXPECT_EQ(mixed.end().unfinished, 1u);
  EXPECT_EQ(mixed.end().outstanding, 0u);
}

TEST(Pairing, NeitherIdleCapNorOrderChangesALatency) {
  TraceOptions options;
  options.idle_cap = Picoseconds{1'000'000'000'000};
  EventStream stream(options);
  stream.issue(0, 1).issue(5'000'000, 2).complete(5'000'200, 2).complete(6'000'000, 1).issue(4'999'900, 3);
  stream.complete(5'000'100, 3);
  EXPECT_THAT(stream.latencies(), ElementsAre(200, 6'000'000, 200));
  EXPECT_EQ(stream.requests[1].time, Picoseconds{1'000'000'000'000});
  EXPECT_EQ(stream.requests[2].time, stream.requests[1].time);
  EXPECT_EQ(stream.end().capped_gaps, 1u);
  EventStream waiting(options);
  waiting.issue(0, 1).put_back(10, 1).issue(3'000'000, 1).complete(3'000'100, 1).issue(3'000'200, 2);
  EXPECT_EQ(waiting.end().capped_gaps, 1u);
  EXPECT_EQ(waiting.requests[1].time, Picoseconds{1'000'000'000'000}) << "one gap, from request to request";
}

TEST(Pairing, GoesOnWithAFurtherRecording) {
  EventStream stream;
  stream.assembler().expect_order();
  stream.issue(5'000'000, 1).issue(8'000'000, 2).issue(1'000, 1).complete(1'200, 1).issue(2'000, 3);
  EXPECT_EQ(stream.end().further_recordings, 1u);
  EXPECT_EQ(stream.end().unfinished, 3u);
  EXPECT_THAT(stream.latencies(), ElementsAre(200));
  EXPECT_EQ(stream.requests[2].time, Picoseconds{3'000'000'000'000});
  EXPECT_EQ(stream.requests[3].time, Picoseconds{3'001'000'000'000});
  EXPECT_EQ(stream.end().backward_steps, 0u);
}

TEST(Pairing, ManyRequestsAreRememberedAndTheOldestGivenUp) {
  EventStream stream;
  const std::uint64_t count = Outstanding::capacity + 10;
  for (std::uint64_t i = 0; i < count; ++i) stream.issue(i, 2 * i);
  EXPECT_EQ(stream.end().outstanding, Outstanding::capacity);
  EXPECT_EQ(stream.end().unfinished, count);
  stream.complete(count, 2 * 9).complete(count, 2 * 10);
  EXPECT_EQ(stream.end().orphans, 1u);
  EXPECT_THAT(stream.latencies(), ElementsAre(count - 10));
}

}  // namespace
}  // namespace icesim
