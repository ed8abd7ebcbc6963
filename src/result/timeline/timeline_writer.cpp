// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/timeline/timeline_writer.hpp"

#include "busy_track.hpp"
#include "hardware_tracks.hpp"
#include "icesim/base/printable.hpp"
#include "packets.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace icesim {
namespace {

/// Disk 8:0 as user space numbers it.
constexpr std::uint64_t disk = 8 << 8;

/// When a request begins to be in `stage`, if it went through all stages in their order.
Picoseconds begin_of(Stage stage, const Timeline& life) {
  Picoseconds at = life.start();
  for (std::size_t s = 0; s < static_cast<std::size_t>(stage); ++s) at += life.spent(static_cast<Stage>(s));
  return at;
}

std::string size_text(Bytes length) {
  if (length.n == 0) return "";
  return length.n % 1024 == 0 ? " " + std::to_string(length.n / 1024) + " KiB" : " " + std::to_string(length.n) + " B";
}

/// The letters by which Linux names the operation.
const char* letters(std::string_view operation) {
  if (operation == "read") return "R";
  if (operation == "write") return "W";
  return operation == "flush" ? "FF" : "D";
}

/// Tracks of the same kind below one of their own, by number.
struct Group {
  struct One {
    std::uint64_t track = 0;
    BusyTrack busy;
  };
  std::string name;
  std::uint64_t track = 0;
  std::map<std::uint64_t, One> all;
};

}  // namespace

class TimelineWriter::Tracks {
 public:
  explicit Tracks(std::function<void(std::string_view)> write) : packets_(std::move(write)) {}

  void request(const RequestRecord& r) {
    const std::uint64_t track = lane(r);
    annotate(packets_.begin(track, r.timeline.start(), "request", std::string(r.operation) + size_text(r.length)), r);
    packets_.put();
    Picoseconds at = r.timeline.start();
    for (std::size_t s = 0; s < stage_count; ++s) {
      const Picoseconds spent = r.timeline.spent(static_cast<Stage>(s));
      if (spent.n == 0) continue;
      icesim::annotate(packets_.begin(track, at, "stage", stages[s].name), "picoseconds", spent.n);
      packets_.put();
      at += spent;
      packets_.end(track, at);
    }
    packets_.end(track, r.timeline.last());

    const Picoseconds dispatched = begin_of(Stage::dispatch, r.timeline);
    const Picoseconds seen = begin_of(Stage::completion, r.timeline);
    if (seen > dispatched) put(tags_, r.tag.n, use_of(tags_, r.tag.n).used(r.id, dispatched.n, dispatched, seen));
    if (r.has_keyslot) {
      const std::uint64_t number = r.keyslot.n;
      put(keyslots_, number, use_of(keyslots_, number).used(r.id, r.key, begin_of(Stage::hypervisor, r.timeline), seen));
    }
    changes_.push_back({r.timeline.start(), 1});
    changes_.push_back({r.timeline.last(), -1});
    linux_events(r);
  }

  void busy(const BusyTime& time) { hardware_.busy(time); }

  void end() {
    hardware_.end();
    for (Group* group : {&tags_, &keyslots_})
      for (auto& [number, one] : group->all) put(*group, number, one.busy.last());
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
    const std::uint64_t counter = packets_.counter("outstanding requests");
    std::int64_t outstanding = 0;
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      outstanding += changes_[i].by;
      if (i + 1 == changes_.size() || changes_[i + 1].at != changes_[i].at) packets_.count(counter, changes_[i].at, outstanding);
    }
  }

 private:
  struct Change {
    Picoseconds at;
    std::int64_t by;
  };
  struct Lane {
    std::uint64_t track = 0;
    Picoseconds free{};
  };
  struct Process {
    std::uint64_t track = 0;
    std::vector<Lane> lanes;
  };

  /// A track of the request's process that nothing lies on since it began.
  std::uint64_t lane(const RequestRecord& r) {
    Process& process = processes_[r.process];
    if (process.track == 0) process.track = packets_.process(r.process, process_name(r));
    auto free = std::find_if(process.lanes.begin(), process.lanes.end(),
                             [&](const Lane& lane) { return lane.free <= r.timeline.start(); });
    if (free == process.lanes.end()) {
      process.lanes.push_back({packets_.track("requests", process.track), {}});
      free = process.lanes.end() - 1;
    }
    free->free = r.timeline.last();
    return free->track;
  }

  std::string process_name(const RequestRecord& r) const {
    const std::string told = printable_text(r.origin.process_name);
    return told.empty() ? "process " + std::to_string(r.process) : told;
  }

  static void annotate(timeline::TrackEvent& event, const RequestRecord& r) {
    using icesim::annotate;
    event.add_flow_ids(r.id);
    annotate(event, "request", r.id);
    annotate(event, "lba", r.lba.n);
    annotate(event, "bytes", r.length.n);
    annotate(event, "arrived_ps", r.timeline.start().n);
    annotate(event, "latency_ps", r.timeline.total().n);
    annotate(event, "tag", r.tag.n);
    if (r.key != 0) annotate(event, "key", r.key);
    if (r.has_keyslot) annotate(event, "keyslot", r.keyslot.n);
    if (r.inode != 0) annotate(event, "inode", r.inode);
    if (!r.origin.path.empty()) annotate(event, "path", printable_text(r.origin.path));
    if (r.failed) annotate(event, "failed", 1);
  }

  BusyTrack& use_of(Group& group, std::uint64_t number) { return group.all[number].busy; }

  void put(Group& group, std::uint64_t number, const std::optional<TrackUse>& use) {
    if (!use) return;
    Group::One& one = group.all[number];
    if (group.track == 0) group.track = packets_.track(group.name + "s", 0);
    if (one.track == 0) one.track = packets_.track(group.name + " " + std::to_string(number), group.track);
    const bool command = &group == &tags_;
    timeline::TrackEvent& slice = packets_.begin(one.track, use->begin, group.name,
                                                 command ? std::string("command") : "key " + std::to_string(use->what));
    icesim::annotate(slice, "requests", use->requests.size());
    for (const std::uint64_t request : use->requests) slice.add_flow_ids(request);
    packets_.put();
    packets_.end(one.track, use->end);
  }

  void linux_events(const RequestRecord& r) {
    timeline::BlockIo io;
    io.set_dev(disk);
    io.set_sector(r.lba.n * 8);
    io.set_nr_sector(static_cast<std::uint32_t>(r.length.n / 512));
    io.set_bytes(static_cast<std::uint32_t>(r.length.n));
    io.set_rwbs(r.origin.rwbs.empty() ? std::string(letters(r.operation)) : printable_text(r.origin.rwbs));
    io.set_comm(process_name(r));
    packets_.block_event(r.timeline.start(), r.process, true, io);
    packets_.block_event(r.timeline.last(), r.process, false, io);
  }

  TimelinePackets packets_;
  HardwareTracks hardware_{packets_};
  std::map<std::uint32_t, Process> processes_;
  Group tags_{"tag", 0, {}};
  Group keyslots_{"keyslot", 0, {}};
  std::vector<Change> changes_;
};

TimelineWriter::TimelineWriter(OutputFile& file)
    : TimelineWriter([&file](std::string_view bytes) { file.write(bytes); }) {}
TimelineWriter::TimelineWriter(std::function<void(std::string_view)> write)
    : tracks_(std::make_unique<Tracks>(std::move(write))) {}
TimelineWriter::~TimelineWriter() = default;

void TimelineWriter::request_ended(const RequestRecord& request) { tracks_->request(request); }
void TimelineWriter::busy(const BusyTime& time) { tracks_->busy(time); }
void TimelineWriter::end() { tracks_->end(); }

}  // namespace icesim
