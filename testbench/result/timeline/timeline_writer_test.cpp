// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/timeline/timeline_writer.hpp"

#include "timeline.pb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

namespace icesim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using timeline::TrackEvent;

/// A request of these stages, one behind the other from `start`.
RequestRecord request_of(std::uint64_t id, Picoseconds start, const std::vector<std::pair<Stage, std::uint64_t>>& spent) {
  RequestRecord r;
  r.id = id;
  r.operation = "read";
  r.lba = Lba{100 + id};
  r.length = Bytes{8192};
  r.process = 7;
  r.timeline = Timeline{start};
  for (const auto& [stage, picoseconds] : spent) r.timeline.mark(stage, r.timeline.last() + Picoseconds{picoseconds});
  return r;
}

/// A slice as a viewer shows it.
struct Slice {
  std::string name;
  std::uint64_t begin;
  std::uint64_t end;
  std::size_t depth;
  bool operator==(const Slice& o) const { return name == o.name && begin == o.begin && end == o.end && depth == o.depth; }
};
std::ostream& operator<<(std::ostream& out, const Slice& s) {
  return out << s.name << " " << s.begin << ".." << s.end << " at depth " << s.depth;
}

/// What was written, read again; checks that slices of a track lie in each other or behind each other.
class Written {
 public:
  explicit Written(const std::vector<RequestRecord>& requests, const std::vector<BusyTime>& busy = {}) {
    std::string bytes;
    TimelineWriter writer([&bytes](std::string_view part) { bytes += part; });
    for (const BusyTime& each : busy) writer.busy(each);
    for (const RequestRecord& r : requests) writer.request_ended(r);
    writer.end();
    EXPECT_TRUE(trace.ParseFromString(bytes));
    std::map<std::uint64_t, std::vector<Slice>> open;
    for (const auto& packet : trace.packet()) {
      EXPECT_EQ(packet.trusted_packet_sequence_id(), 1U);
      if (packet.has_track_descriptor()) {
        const auto& track = packet.track_descriptor();
        names[track.uuid()] = (track.has_parent_uuid() ? names.at(track.parent_uuid()) + "/" : "") +
                              (track.has_process() ? track.process().process_name() : track.name());
        continue;
      }
      if (packet.has_ftrace_events()) {
        linux_events.push_back(packet.ftrace_events().event(0));
        continue;
      }
      const TrackEvent& event = packet.track_event();
      const std::string& track = names.at(event.track_uuid());
      auto& stack = open[event.track_uuid()];
      if (event.type() == TrackEvent::TYPE_COUNTER) {
        counts.emplace_back(packet.timestamp(), event.counter_value());
      } else if (event.type() == TrackEvent::TYPE_SLICE_BEGIN) {
        if (!stack.empty()) {
          EXPECT_GE(packet.timestamp(), stack.back().begin);
        }
        stack.push_back({event.name(), packet.timestamp(), 0, stack.size()});
        for (const auto flow : event.flow_ids()) flows[flow].push_back(track);
      } else {
        Slice slice = stack.back();
        stack.pop_back();
        slice.end = packet.timestamp();
        EXPECT_GE(slice.end, slice.begin);
        auto& done = slices[track];
        if (stack.empty()) {
          EXPECT_GE(slice.begin, free[event.track_uuid()]) << track;
          free[event.track_uuid()] = slice.end;
        }
        done.push_back(slice);
      }
    }
    for (const auto& [track, stack] : open) EXPECT_THAT(stack, IsEmpty());
  }

  timeline::Trace trace;
  std::map<std::uint64_t, std::string> names;
  std::map<std::string, std::vector<Slice>> slices;
  std::map<std::uint64_t, std::uint64_t> free;
  std::map<std::uint64_t, std::vector<std::string>> flows;
  std::vector<std::pair<std::uint64_t, std::int64_t>> counts;
  std::vector<timeline::FtraceEvent> linux_events;
};

TEST(TimelineWriter, ShowsTheStagesOfARequestOneBehindTheOther) {
  const Written written({request_of(1, Picoseconds{5'000'500}, {{Stage::cpu, 500}, {Stage::dispatch, 2'000'000}, {Stage::flash, 40'000'000}})});
  EXPECT_THAT(written.slices.at("process 7/requests"),
              ElementsAre(Slice{"cpu", 5000, 5001, 1}, Slice{"dispatch", 5001, 7001, 1}, Slice{"flash", 7001, 47001, 1},
                          Slice{"read 8 KiB", 5000, 47001, 0}));
}

TEST(TimelineWriter, GivesRequestsOfOneProcessThatOverlapTracksOfTheirOwn) {
  const std::vector<std::pair<Stage, std::uint64_t>> us{{Stage::flash, 1'000'000}};
  const Written written({request_of(1, Picoseconds{1'000'000}, us), request_of(2, Picoseconds{1'500'000}, us),
                         request_of(3, Picoseconds{2'000'000}, us)});
  std::map<std::string, int> tracks;
  for (const auto& [uuid, name] : written.names) ++tracks[name];
  EXPECT_EQ(tracks.at("process 7/requests"), 2) << "the third one follows the first";
  EXPECT_THAT(written.counts, ElementsAre(std::pair{1000, 1}, std::pair{1500, 2}, std::pair{2000, 2}, std::pair{2500, 1},
                                          std::pair{3000, 0}));
}

TEST(TimelineWriter, JoinsRequestsOfOneCommandAndUsesOfOneKey) {
  std::vector<RequestRecord> requests;
  // Two bios of one command, then another command under the same tag with another key in the same keyslot.
  for (const std::uint64_t id : {1, 2}) {
    requests.push_back(request_of(id, Picoseconds{id * 1000}, {{Stage::plug, 10'000 - id * 1000}, {Stage::dispatch, 5'000}, {Stage::completion, id}}));
  }
  requests.push_back(request_of(3, Picoseconds{20'000}, {{Stage::dispatch, 5'000}}));
  for (RequestRecord& r : requests) {
    r.tag = Tag{4};
    r.has_keyslot = true;
    r.keyslot = Keyslot{2};
    r.key = r.id == 3 ? 9 : 8;
  }
  const Written written(requests);
  EXPECT_THAT(written.slices.at("tags/tag 4"), ElementsAre(Slice{"command", 10, 15, 0}, Slice{"command", 20, 25, 0}));
  EXPECT_THAT(written.slices.at("keyslots/keyslot 2"), ElementsAre(Slice{"key 8", 1, 15, 0}, Slice{"key 9", 20, 25, 0}));
  EXPECT_THAT(written.flows.at(1), ElementsAre("process 7/requests", "tags/tag 4", "keyslots/keyslot 2"));
  EXPECT_EQ(written.flows.at(2).size(), 3U);
}

TEST(TimelineWriter, ShowsWhatTheHardwareDoes) {
  using Part = BusyTime::Part;
  const auto ns = [](std::uint64_t n) { return Picoseconds{n * 1000}; };
  const std::vector<BusyTime> busy{
      {Part::die, 3, "read", ns(10), ns(50), Bytes{4096}, Tag{5}, 1},
      {Part::die, 3, "read", ns(50), ns(60), Bytes{4096}, Tag{5}, 1},
      {Part::die, 4, "erase", ns(20), ns(90)},
      // Of one command, at once: a slice.
      {Part::link_to_host, 0, "DATA IN", ns(50), ns(60), Bytes{1024}, Tag{5}, 1},
      {Part::link_to_host, 0, "DATA IN", ns(60), ns(70), Bytes{1024}, Tag{5}, 1},
      {Part::link_to_host, 0, "DATA IN", ns(70), ns(80), Bytes{1024}, Tag{6}, 2},
      // Lost with the link, which begins anew.
      {Part::link_to_host, 0, "DATA IN", ns(80), ns(200), Bytes{1024}, Tag{6}, 2},
      {Part::link_to_host, 0, "NOP IN", ns(100), ns(110)},
      {Part::decrypt, 0, "decrypt", ns(52), ns(62), Bytes{1024}, Tag{5}, 1},
      {Part::decrypt, 0, "decrypt", ns(63), ns(73), Bytes{1024}, Tag{5}, 1}};
  const Written written({request_of(1, Picoseconds{5000}, {{Stage::flash, 100'000}})}, busy);
  EXPECT_THAT(written.slices.at("dies/die 3"), ElementsAre(Slice{"read", 10, 50, 0}, Slice{"read", 50, 60, 0}));
  EXPECT_THAT(written.slices.at("dies/die 4"), ElementsAre(Slice{"erase", 20, 90, 0}));
  EXPECT_THAT(written.slices.at("link/to host"), ElementsAre(Slice{"DATA IN", 50, 70, 0}, Slice{"DATA IN", 70, 100, 0}, Slice{"NOP IN", 100, 110, 0}));
  EXPECT_THAT(written.slices.at("engine/decrypt"), ElementsAre(Slice{"decrypt", 52, 62, 0}, Slice{"decrypt", 63, 73, 0}));
  EXPECT_EQ(written.flows.at(1).size(), 7U) << "the request, its command, and five slices for it";
  std::map<std::string, std::uint64_t> told;
  for (const auto& packet : written.trace.packet())
    if (packet.track_event().name() == "DATA IN" && packet.timestamp() == 50)
      for (const auto& each : packet.track_event().debug_annotations()) told[each.name()] = each.uint_value();
  EXPECT_EQ(told, (std::map<std::string, std::uint64_t>{{"picoseconds", 20'000}, {"bytes", 2048}, {"tag", 5}, {"request", 1}, {"pieces", 2}}));
}

TEST(TimelineWriter, TellsLinuxsEventsOfTheSameRequests) {
  RequestRecord r = request_of(1, Picoseconds{1'000'000}, {{Stage::flash, 1'000'000}});
  r.origin.process_name = "a\x1b[1m";
  const Written written({r});
  ASSERT_EQ(written.linux_events.size(), 2U);
  const auto& start = written.linux_events[0];
  EXPECT_EQ(start.timestamp(), 1000U);
  EXPECT_EQ(start.pid(), 7U);
  EXPECT_EQ(start.block_io_start().sector(), 808U);
  EXPECT_EQ(start.block_io_start().nr_sector(), 16U);
  EXPECT_EQ(start.block_io_start().rwbs(), "R");
  EXPECT_EQ(start.block_io_start().comm(), "a\\x1b[1m");
  EXPECT_EQ(written.linux_events[1].timestamp(), 2000U);
  EXPECT_TRUE(written.linux_events[1].has_block_io_done());
}

}  // namespace
}  // namespace icesim
