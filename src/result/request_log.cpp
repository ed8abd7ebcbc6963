// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/request_log.hpp"

#include "icesim/base/printable.hpp"

#include <array>

namespace icesim {
namespace {

struct Column {
  std::string_view name;
  std::string_view sentence;
  void (*write)(std::string& line, const RequestRecord& request);
  bool text = false;
};

void put(std::string& line, std::uint64_t number) { line += std::to_string(number); }

/// What is 0 is not known.
void put_known(std::string& line, std::uint64_t number) {
  if (number != 0) put(line, number);
}

void put(std::string& line, const std::optional<Picoseconds>& time) {
  if (time) put(line, time->n);
}

/// As printable text.
void put(std::string& line, std::string_view text) {
  if (!text.empty()) line += printable_text(text);
}

/// Puts the cell that begins at `begin` in quotation marks where it holds what would end it.
void quote(std::string& line, std::size_t begin) {
  if (line.find_first_of(",\"", begin) == std::string::npos) return;
  for (std::size_t at = begin; (at = line.find('"', at)) != std::string::npos; at += 2) line.insert(at, 1, '"');
  line.insert(begin, 1, '"');
  line += '"';
}

constexpr std::array<Column, 24> columns{{
    {"id", "Number of its record in the trace, from 1", [](std::string& l, const RequestRecord& r) { put(l, r.id); }},
    {"arrived_ps", "When it was submitted, since the simulation began",
     [](std::string& l, const RequestRecord& r) { put(l, r.timeline.start().n); }},
    {"ended_ps", "When its last bytes had been completed, since the simulation began",
     [](std::string& l, const RequestRecord& r) { put(l, r.timeline.last().n); }},
    {"latency_ps", "From arrival to end: the sum of all stages",
     [](std::string& l, const RequestRecord& r) { put(l, r.timeline.total().n); }},
    {"operation", "read, write, flush or discard", [](std::string& l, const RequestRecord& r) { l += r.operation; }, true},
    {"lba", "Its first block of 4096 bytes", [](std::string& l, const RequestRecord& r) { put(l, r.lba.n); }},
    {"length_bytes", "Its length as recorded", [](std::string& l, const RequestRecord& r) { put(l, r.length.n); }},
    {"key", "Number of its key, never the key itself; empty: none",
     [](std::string& l, const RequestRecord& r) {
       if (r.key != 0) put(l, r.key);
     }},
    {"keyslot", "Keyslot of the command that moved its last bytes; empty: not encrypted",
     [](std::string& l, const RequestRecord& r) {
       if (r.has_keyslot) put(l, r.keyslot.n);
     }},
    {"tag", "Tag of that command", [](std::string& l, const RequestRecord& r) { put(l, r.tag.n); }},
    {"failed", "1 when it ended with an error, else 0",
     [](std::string& l, const RequestRecord& r) { put(l, r.failed ? 1 : 0); }},
    {"vm", "Number of the virtual machine that it came from, 0: the host, or the only one",
     [](std::string& l, const RequestRecord& r) { put(l, r.vm); }},
    {"process", "Number of the thread that issued it; empty: 0 or not told",
     [](std::string& l, const RequestRecord& r) { put_known(l, r.process); }},
    {"process_name", "Its name; here and below, what the trace does not tell is empty",
     [](std::string& l, const RequestRecord& r) { put(l, r.origin.process_name); }, true},
    {"inode", "Inode of its file", [](std::string& l, const RequestRecord& r) { put_known(l, r.inode); }},
    {"path", "Path of that file", [](std::string& l, const RequestRecord& r) { put(l, r.origin.path); }, true},
    {"policy", "Number of the encrypted directory that the file is in",
     [](std::string& l, const RequestRecord& r) { put_known(l, r.policy); }},
    {"rwbs", "Letters by which Linux names it, of the trace or by its flags",
     [](std::string& l, const RequestRecord& r) { put(l, r.origin.rwbs); }, true},
    {"line", "Line of the trace, where that is a text",
     [](std::string& l, const RequestRecord& r) { put_known(l, r.origin.line); }},
    {"recorded_latency_ps",
     "How long it took when it was recorded, from first issue to completion; of a request that is cut where the key changes "
     "only the first piece has it",
     [](std::string& l, const RequestRecord& r) { put(l, r.origin.recorded); }},
    {"queued_ps", "How long before its issue it was queued when recorded (blktrace's Q)",
     [](std::string& l, const RequestRecord& r) { put(l, r.origin.queued); }},
    {"got_ps", "How long before its issue it became a request (G)",
     [](std::string& l, const RequestRecord& r) { put(l, r.origin.got); }},
    {"inserted_ps", "How long before its issue it was given to the scheduler (I)",
     [](std::string& l, const RequestRecord& r) { put(l, r.origin.inserted); }},
    {"keyslot_holder", "Id of the request that had its keyslot before, where it waited for one",
     [](std::string& l, const RequestRecord& r) { put_known(l, r.keyslot_holder); }},
}};

}  // namespace

std::vector<RequestColumn> request_columns() {
  std::vector<RequestColumn> result;
  for (const Column& column : columns) result.push_back({std::string(column.name), std::string(column.sentence), column.text});
  for (const StageName& stage : stages)
    result.push_back(
        {std::string(stage.name) + "_ps", "Stage " + std::string(stage.name) + ": " + std::string(stage.sentence)});
  return result;
}

void append_cell(std::string& text, std::size_t column, const RequestRecord& request) {
  if (column < columns.size()) return columns[column].write(text, request);
  put(text, request.timeline.spent(static_cast<Stage>(column - columns.size())).n);
}

RequestLog::RequestLog(OutputFile& file) : file_(&file) { write_names(); }
RequestLog::RequestLog(std::string& text) : text_(&text) { write_names(); }

void RequestLog::write(std::string_view line) {
  if (file_ != nullptr) {
    file_->write(line);
  } else {
    text_->append(line);
  }
}

void RequestLog::write_names() {
  for (const RequestColumn& column : request_columns()) line_.append(line_.empty() ? "" : ",").append(column.name);
  write(line_ + "\n");
}

void RequestLog::request_ended(const RequestRecord& request) {
  line_.clear();
  for (std::size_t column = 0; column < columns.size() + stage_count; ++column) {
    if (column > 0) line_ += ',';
    const std::size_t begin = line_.size();
    append_cell(line_, column, request);
    if (column < columns.size() && columns[column].text) quote(line_, begin);
  }
  line_ += '\n';
  write(line_);
}

}  // namespace icesim
