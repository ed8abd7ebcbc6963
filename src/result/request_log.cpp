// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/request_log.hpp"

#include "icesim/base/printable.hpp"

#include <array>

namespace icesim {
namespace {

struct Column {
  std::string_view name;
  std::string_view sentence;
  RequestCell (*of)(const RequestRecord& request);
};

/// What is 0 is not known.
RequestCell known(std::uint64_t number) { return number == 0 ? RequestCell{} : RequestCell{number}; }

RequestCell known(const std::optional<Picoseconds>& time) { return time ? RequestCell{time->n} : RequestCell{}; }

RequestCell text(std::string_view told) { return told.empty() ? RequestCell{} : RequestCell{printable_text(told)}; }

/// In quotation marks where it holds what would end the cell.
void put_text(std::string& line, const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) line.append(c == '"' ? 2 : 1, c);
  line += '"';
}

constexpr std::array<Column, 24> columns{{
    {"id", "Number of its record in the trace, from 1", [](const RequestRecord& r) { return RequestCell{r.id}; }},
    {"arrived_ps", "When it was submitted, since the simulation began",
     [](const RequestRecord& r) { return RequestCell{r.timeline.start().n}; }},
    {"ended_ps", "When its last bytes had been completed, since the simulation began",
     [](const RequestRecord& r) { return RequestCell{r.timeline.last().n}; }},
    {"latency_ps", "From arrival to end: the sum of all stages",
     [](const RequestRecord& r) { return RequestCell{r.timeline.total().n}; }},
    {"operation", "read, write, flush or discard", [](const RequestRecord& r) { return text(r.operation); }},
    {"lba", "Its first block of 4096 bytes", [](const RequestRecord& r) { return RequestCell{r.lba.n}; }},
    {"length_bytes", "Its length as recorded", [](const RequestRecord& r) { return RequestCell{r.length.n}; }},
    {"key", "Number of its key, never the key itself; empty: none",
     [](const RequestRecord& r) { return known(r.key); }},
    {"keyslot", "Keyslot of the command that moved its last bytes; empty: not encrypted",
     [](const RequestRecord& r) { return r.has_keyslot ? RequestCell{r.keyslot.n} : RequestCell{}; }},
    {"tag", "Tag of that command", [](const RequestRecord& r) { return RequestCell{r.tag.n}; }},
    {"failed", "1 when it ended with an error, else 0",
     [](const RequestRecord& r) { return RequestCell{r.failed}; }},
    {"vm", "Number of the virtual machine that it came from, 0: the host, or the only one",
     [](const RequestRecord& r) { return RequestCell{r.vm}; }},
    {"process", "Number of the thread that issued it; empty: 0 or not told",
     [](const RequestRecord& r) { return known(r.process); }},
    {"process_name", "Its name; here and below, what the trace does not tell is empty",
     [](const RequestRecord& r) { return text(r.origin.process_name); }},
    {"inode", "Inode of its file", [](const RequestRecord& r) { return known(r.inode); }},
    {"path", "Path of that file", [](const RequestRecord& r) { return text(r.origin.path); }},
    {"policy", "Number of the encrypted directory that the file is in",
     [](const RequestRecord& r) { return known(r.policy); }},
    {"rwbs", "Letters by which Linux names it, of the trace or by its flags",
     [](const RequestRecord& r) { return text(r.origin.rwbs); }},
    {"line", "Line of the trace, where that is a text",
     [](const RequestRecord& r) { return known(r.origin.line); }},
    {"recorded_latency_ps",
     "How long it took when it was recorded, from first issue to completion; of a request that is cut where the key changes "
     "only the first piece has it",
     [](const RequestRecord& r) { return known(r.origin.recorded); }},
    {"queued_ps", "How long before its issue it was queued when recorded (blktrace's Q)",
     [](const RequestRecord& r) { return known(r.origin.queued); }},
    {"got_ps", "How long before its issue it became a request (G)",
     [](const RequestRecord& r) { return known(r.origin.got); }},
    {"inserted_ps", "How long before its issue it was given to the scheduler (I)",
     [](const RequestRecord& r) { return known(r.origin.inserted); }},
    {"keyslot_holder", "Id of the request that had its keyslot before, where it waited for one",
     [](const RequestRecord& r) { return known(r.keyslot_holder); }},
}};

}  // namespace

std::vector<RequestColumn> request_columns() {
  std::vector<RequestColumn> result;
  for (const Column& column : columns) result.push_back({std::string(column.name), std::string(column.sentence)});
  for (const StageName& stage : stages)
    result.push_back(
        {std::string(stage.name) + "_ps", "Stage " + std::string(stage.name) + ": " + std::string(stage.sentence)});
  return result;
}

RequestCell request_cell(std::size_t column, const RequestRecord& request) {
  if (column < columns.size()) return columns[column].of(request);
  return {request.timeline.spent(static_cast<Stage>(column - columns.size())).n};
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
    const RequestCell cell = request_cell(column, request);
    if (cell.kind == RequestCell::Kind::number) line_ += std::to_string(cell.number);
    if (cell.kind == RequestCell::Kind::text) put_text(line_, cell.text);
  }
  line_ += '\n';
  write(line_);
}

}  // namespace icesim
