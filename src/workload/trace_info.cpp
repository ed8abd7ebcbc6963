// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/describe.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/text/agreeing_text.hpp"
#include "icesim/workload/reader.hpp"

namespace icesim {

std::uint64_t& PerOperation::operator[](Operation operation) {
  switch (operation) {
    case Operation::read:
      return read;
    case Operation::write:
      return write;
    case Operation::flush:
      return flush;
    case Operation::discard:
      return discard;
  }
  throw_bug("an operation is read, write, flush or discard");
}

Histogram& RecordedLatency::operator[](Operation operation) {
  Histogram* const all[] = {&read, &write, &flush, &discard};
  return *all[static_cast<std::size_t>(operation)];
}

Histogram RecordedLatency::all() const {
  Histogram sum = read;
  for (const Histogram* each : {&write, &flush, &discard}) sum.merge(*each);
  return sum;
}

void RecordedLatency::describe(Statistics& statistics) const {
  statistics("read", read, "Recorded latency of reads, from first issue to completion");
  statistics("write", write, "Recorded latency of writes, from first issue to completion");
  statistics("flush", flush, "Recorded latency of flushes, from first issue to completion");
  statistics("discard", discard, "Recorded latency of discards, from first issue to completion");
  statistics("all", all(), "Recorded latency of all requests");
}

std::uint64_t& KeyEventCounts::operator[](KeyEvent::Kind kind) {
  std::uint64_t* const all[] = {&births, &evictions, &suspends, &resumes};
  return *all[static_cast<std::size_t>(kind)];
}

void KeyEventCounts::describe(Statistics& statistics) const {
  statistics("births", births, "New key objects: keys that are used for the first time, or again after they were evicted");
  statistics("evictions", evictions, "Keys that software forgot, and cleared from their keyslots");
  statistics("suspends", suspends, "Times the controller was disabled, and lost its keys");
  statistics("resumes", resumes, "Times it was enabled again, with the keys that it had written anew");
}

void PerOperation::describe(Statistics& statistics) const {
  statistics("read", read, "Reads");
  statistics("write", write, "Writes");
  statistics("flush", flush, "Flushes");
  statistics("discard", discard, "Discards");
}

void TraceInfo::describe(Statistics& statistics) const {
  statistics.group("requests", requests);
  statistics.group("bytes", bytes);
  statistics("records", records, "Requests delivered, the pieces of a split request counted singly");
  statistics("span", span, "Time from the first request to the last");
  statistics("end_offset", end_offset, "First byte behind the highest address used");
  statistics("completions", completions, "Completion events in the trace");
  statistics("flush_sequences", flush_sequences, "Completion events that only end a flush sequence");
  statistics("orphans", orphans, "Completion events without an issue");
  statistics("early_completions", early_completions, "Completion events in front of their issue");
  statistics("unordered_completions", unordered_completions, "Completion events behind events of later times");
  statistics("unfinished", unfinished, "Requests without a completion event");
  statistics("collapsed", collapsed, "Issue events left out: they look like the same request issued again");
  statistics("requeued", requeued, "Issue events left out: the same request, put back by the driver before");
  statistics("repeated", repeated, "Requests kept that look issued again: no completion tells");
  statistics("further_recordings", further_recordings, "Recordings behind the first");
  statistics("other_devices", other_devices, "Issue events left out because they are of another device");
  statistics("other_commands", other_commands, "Issue events left out: neither read, write, flush nor discard");
  statistics("backward_steps", backward_steps, "Requests whose recorded time lay before that of the one before");
  statistics("lost_events", lost_events, "Events that the kernel dropped while recording");
  statistics("relabelled", relabelled, "Discards that the recorder called reads");
  statistics("capped_gaps", capped_gaps, "Pauses shortened to the idle cap");
  statistics("capped_time", capped_time, "What pauses were shortened by");
  statistics("skipped_lines", skipped_lines, "Lines left out because they make no sense");
  statistics("broken_ends", broken_ends, "1 when the trace was left where it is broken");
  statistics("unknown_flags", unknown_flags, "Requests with rwbs letters that are not known");
  statistics("missing_files", missing_files, "Numbers of CPUs left out between those of the recording's files");
  statistics.group("key_events", key_events);
  statistics.group("recorded_latency", recorded_latency);
}

namespace {

std::string name_of(const TraceInfo::DeviceCount& device) {
  return std::to_string(device.major) + "," + std::to_string(device.minor);
}

/// What other devices have, and whether the first met was a lucky choice; empty: there is none.
std::string devices_note(const TraceInfo& info) {
  if (info.other_devices == 0) return "";
  constexpr std::size_t most_named = 8;
  std::string counts;
  const TraceInfo::DeviceCount* busiest = nullptr;
  for (std::size_t i = 0; i < info.devices.size(); ++i) {
    const TraceInfo::DeviceCount& device = info.devices[i];
    if (busiest == nullptr || device.requests > busiest->requests) busiest = &device;
    if (i < most_named) counts += (i == 0 ? "" : ", ") + name_of(device) + " has " + std::to_string(device.requests);
  }
  if (info.devices.size() > most_named) counts += " ...";
  std::string text = "trace: " + agreeing_text(info.other_devices, "request{|s} of other devices {was|were} left out");
  if (!info.device_asked && busiest != nullptr && busiest != info.devices.data())
    text += ", though the one of the first request, " + name_of(info.devices[0]) + ", is not the one with the most";
  if (!counts.empty()) text += " (" + counts + ")";
  return text + "; see --device";
}

}  // namespace

std::vector<std::string> TraceInfo::notes() const {
  std::vector<std::string> sentences;
  const auto note = [&](std::uint64_t count, const char* sentence) {
    if (count > 0) sentences.push_back("trace: " + agreeing_text(count, sentence));
  };
  note(lost_events, "event{|s} {was|were} dropped by the kernel while the trace was recorded");
  if (const std::string text = devices_note(*this); !text.empty()) sentences.push_back(text);
  note(other_commands, "command{|s} that {is|are} neither read, write, flush nor discard {was|were} left out");
  note(further_recordings, "recording{|s} {stands|stand} behind the first; {its|their} times go on where it ends");
  note(collapsed, "issue{|s} {equals|equal} a request under way and {looks|look} issued again; {it was|they were} left out, see --reissue-window");
  note(requeued, "issue{ is of a request|s are of requests} that the driver had put back, and {was|were} left out");
  note(repeated, "request{|s} {equals|equal} one just before and {looks|look} issued again; no completion tells, so {it was|they were} kept; see "
                 "--reissue-window");
  note(relabelled, "read{ is a discard|s are discards} in truth, which the recorder called {a read|reads}, and {was|were} taken as such");
  note(unknown_flags, "request{|s} {has|have} rwbs letters that are not known and were passed over");
  note(missing_files, "CPU{|s} {has|have} no file between those of the recording: what {it|they} did may be missing");
  note(orphans, "completion{|s} {has|have} no request: the recording began in between");
  note(early_completions, "completion{|s} {stands|stand} in front of {its|their} request, which has no latency for that");
  note(unordered_completions, "completion{|s} {stands|stand} behind events of later times");
  note(unfinished, "request{|s} {has|have} no completion");
  note(backward_steps, "time{|s} lay before that of the request before and {was|were} moved up to it");
  note(capped_gaps, "pause{|s} {was|were} shortened; see --idle-cap");
  note(skipped_lines, "line{|s} that {makes|make} no sense {was|were} skipped");
  note(broken_ends, "broken place{|s} ended the reading: the trace is damaged or cut short there");
  const std::string unit = ufs_lba_unit == "sector" ? "sectors of 512 bytes" : "blocks of 4096 bytes";
  if (!ufs_lba_unit.empty() && ufs_lba_unit_by.empty()) {
    sentences.push_back("trace: addresses of ufshcd_command are assumed to be " + unit +
                        ", since nothing tells; --ufs-lba-unit says what they are (sector: Linux before 5.14)");
  } else if (ufs_lba_unit == "sector") {
    sentences.push_back("trace: addresses of ufshcd_command are taken as " + unit + ": " +
                        std::string(ufs_lba_unit_by) + " it");
  }
  return sentences;
}

}  // namespace icesim
