// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/describe.hpp"
#include "icesim/base/error.hpp"
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
  statistics("unfinished", unfinished, "Requests without a completion event");
  statistics("collapsed", collapsed, "Issue events left out as the same request issued again");
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
  statistics.group("recorded_latency", recorded_latency);
}

std::vector<std::string> TraceInfo::notes() const {
  std::vector<std::string> sentences;
  const auto note = [&](std::uint64_t count, const char* sentence) {
    if (count > 0) sentences.push_back("trace: " + std::to_string(count) + " " + sentence);
  };
  note(lost_events, "events were dropped by the kernel while the trace was recorded");
  note(other_devices, "requests of other devices were left out; see --device");
  note(other_commands, "commands that are neither read, write, flush nor discard were left out");
  note(collapsed, "requests issued again were left out");
  note(relabelled, "reads are discards in truth, which the recorder called reads, and were taken as such");
  note(unknown_flags, "requests have rwbs letters that are not known and were passed over");
  note(missing_files, "CPUs have no file between those of the recording: what they did may be missing");
  note(orphans, "completions have no request: the recording began in between");
  note(unfinished, "requests have no completion");
  note(backward_steps, "times lay before that of the request before and were moved up to it");
  note(capped_gaps, "pauses were shortened; see --idle-cap");
  note(skipped_lines, "lines that make no sense were skipped");
  note(broken_ends, "broken place ended the reading: the trace is damaged or cut short there");
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
