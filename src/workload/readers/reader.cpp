// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/reader.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/text/list_text.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/native/native_reader.hpp"
#include "src/workload/readers/blkparse_reader.hpp"
#include "src/workload/readers/blktrace_reader.hpp"
#include "src/workload/readers/csv_reader.hpp"
#include "src/workload/readers/foreign.hpp"
#include "src/workload/readers/ftrace_reader.hpp"
#include "src/workload/readers/heading.hpp"
#include "src/workload/readers/iolog_reader.hpp"
#include "src/workload/readers/open_reader.hpp"
#include "src/workload/readers/partial_reader.hpp"
#include "src/workload/readers/perfetto_reader.hpp"
#include "src/workload/readers/systrace_bytes.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::string_view block_level = event_levels[0];

/// A format: its name, the levels that its events may have, how it is recognised by its first bytes, and its reader.
struct Format {
  TraceFormat description;
  std::vector<std::string_view> levels;
  bool (*recognises)(std::string_view head);
  std::unique_ptr<TraceReader> (*open)(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options);
};

template <class Reader>
std::unique_ptr<TraceReader> open_as(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options) {
  return std::make_unique<Reader>(std::move(bytes), options);
}

/// The surest first.
const Format formats[] = {
    {{"icetrace", "icesim's own format, with keys"},
     {},
     [](std::string_view head) { return head.substr(0, native::magic.size()) == native::magic; },
     open_as<NativeReader>},
    {{"ftrace", "text of Linux's tracing/trace or trace_pipe, or of trace-cmd report"},
     {event_levels.begin(), event_levels.end()},
     FtraceReader::recognises,
     open_as<FtraceReader>},
    {{"systrace", "page of Android's systrace: the ftrace text in it"},
     {event_levels.begin(), event_levels.end()},
     SystraceBytes::recognises,
     [](auto bytes, const TraceOptions& options) -> std::unique_ptr<TraceReader> {
       return std::make_unique<FtraceReader>(std::make_unique<SystraceBytes>(std::move(bytes)), options,
                                             "systrace");
     }},
    {{"blktrace", "blktrace's binary files, one per CPU, or what blkparse -d writes"},
     {block_level},
     blktrace::recognises,
     open_as<BlktraceReader>},
    {{"blkparse", "blkparse's text"}, {block_level}, BlkparseReader::recognises, open_as<BlkparseReader>},
    {{"iolog", "fio's iolog, version 2 or 3"}, {}, IologReader::recognises, open_as<IologReader>},
    {{"csv", "tables: MSR Cambridge, SPC, FIU, Tencent, MQSim, Pixel 6a, or a line of column names first"},
     {},
     CsvReader::recognises,
     open_as<CsvReader>},
    {{"perfetto", "protobuf of Perfetto, Android's recorder"},
     {block_level, event_levels[1]},
     PerfettoBundles::recognises,
     open_as<PerfettoReader>},
};

std::string names() {
  return list_text(formats, [](const Format& format) { return format.description.name; });
}

[[noreturn]] void refuse(const PeekBytes& bytes) {
  constexpr std::string_view unknown = "not a trace that icesim knows";
  std::string what = CsvReader::foreign(bytes.head());
  if (what.empty()) what = unknown;
  if (what.substr(0, unknown.size()) == unknown) what += "; allowed are " + names();
  throw UserError(bytes.name() + ": " + what);
}

const Format& format_of(const PeekBytes& bytes, const std::string& wanted) {
  const auto is_it = [&](const Format& format) {
    return wanted.empty() ? format.recognises(bytes.head()) : wanted == format.description.name;
  };
  std::string foreign = foreign_by_magic(bytes.head());
  if (foreign.empty() && wanted.empty()) foreign = foreign_by_text(bytes.head());
  if (!foreign.empty()) throw UserError(bytes.name() + ": " + foreign);
  const auto found = std::find_if(std::begin(formats), std::end(formats), is_it);
  if (found != std::end(formats)) return *found;
  if (wanted.empty()) refuse(bytes);
  throw UserError("format is \"" + wanted + "\"; allowed are " + names());
}

void check_level(const Format& format, const TraceOptions& options, const std::string& name) {
  if (options.level == EventLevel::first) return;
  const std::string_view wanted = event_levels.at(static_cast<std::size_t>(options.level) - 1);
  std::string allowed;
  for (const std::string_view level : format.levels) {
    if (level == wanted) return;
    allowed.append(allowed.empty() ? "allowed are " : ", ").append(level);
  }
  throw UserError(name + ": " + format.description.name + " has no events of level \"" + std::string(wanted) + "\"; " +
                  (allowed.empty() ? "it has no levels to choose from" : allowed));
}

/// An option without effect would be taken for one that has it.
void check_unit(const Format& format, const TraceOptions& options, const std::string& name) {
  const auto& levels = format.levels;
  if (options.ufs_lba_unit == LbaUnit::automatic ||
      std::find(levels.begin(), levels.end(), event_levels[1]) != levels.end())
    return;
  throw UserError(name + ": " + format.description.name +
                  " has no ufshcd_command events, of which --ufs-lba-unit tells");
}

const Format& format_named(std::string_view name) {
  return *std::find_if(std::begin(formats), std::end(formats),
                       [&](const Format& format) { return format.description.name == name; });
}

std::unique_ptr<TraceReader> partial_when_asked(std::unique_ptr<TraceReader> reader, const TraceOptions& options) {
  if (!options.keep_going) return reader;
  return std::make_unique<PartialReader>(std::move(reader));
}

}  // namespace

std::vector<TraceFormat> trace_formats() {
  std::vector<TraceFormat> all;
  for (const Format& format : formats) all.push_back(format.description);
  return all;
}

std::unique_ptr<TraceReader> open_reader(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options) {
  bytes = without_heading(std::move(bytes));
  if (bytes->head().empty()) throw UserError(bytes->name() + ": the file is empty");
  const Format& format = format_of(*bytes, options.format);
  check_level(format, options, bytes->name());
  check_unit(format, options, bytes->name());
  return partial_when_asked(format.open(std::move(bytes), options), options);
}

std::unique_ptr<TraceReader> open_trace(const std::filesystem::path& path, const TraceOptions& options) {
  std::error_code unknown;
  const bool is_idle_part = path.filename().string().find(".blktrace.") != std::string::npos &&
                            std::filesystem::is_regular_file(path, unknown) &&
                            std::filesystem::file_size(path, unknown) == 0;
  if (is_idle_part || std::filesystem::is_directory(path, unknown)) {
    check_level(format_named("blktrace"), options, path.string());
    check_unit(format_named("blktrace"), options, path.string());
    return partial_when_asked(std::make_unique<BlktraceReader>(blktrace::files_of(path), options), options);
  }
  return open_reader(open_bytes(path, options.progress, options.opened ? options.opened(path) : nullptr), options);
}

std::vector<std::filesystem::path> trace_files(const std::filesystem::path& path) {
  try {
    return blktrace::files_of(path).paths;
  } catch (const std::exception&) {
    return {path};
  }
}

}  // namespace icesim
