// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/request_log.hpp"

#include <array>

namespace icesim {
namespace {

struct Column {
  std::string_view name;
  std::string_view sentence;
  void (*write)(std::string& line, const RequestRecord& request);
};

void put(std::string& line, std::uint64_t number) { line += std::to_string(number); }

constexpr std::array<Column, 12> columns{{
    {"id", "Number of its record in the trace, from 1", [](std::string& l, const RequestRecord& r) { put(l, r.id); }},
    {"arrived_ps", "When it was submitted, since the simulation began",
     [](std::string& l, const RequestRecord& r) { put(l, r.timeline.start().n); }},
    {"ended_ps", "When its last bytes had been completed, since the simulation began",
     [](std::string& l, const RequestRecord& r) { put(l, r.timeline.last().n); }},
    {"latency_ps", "From arrival to end: the sum of all stages",
     [](std::string& l, const RequestRecord& r) { put(l, r.timeline.total().n); }},
    {"operation", "read, write, flush or discard", [](std::string& l, const RequestRecord& r) { l += r.operation; }},
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
  for (const Column& column : columns) {
    if (&column != columns.data()) line_ += ',';
    column.write(line_, request);
  }
  for (std::size_t stage = 0; stage < stage_count; ++stage) {
    line_ += ',';
    put(line_, request.timeline.spent(static_cast<Stage>(stage)).n);
  }
  line_ += '\n';
  write(line_);
}

}  // namespace icesim
