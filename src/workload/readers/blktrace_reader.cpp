// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/blktrace_reader.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/bytes/open_bytes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace icesim {
namespace blktrace {
namespace {

/// Orders files so that the one with the earliest record is in front of a heap.
struct Later {
  const std::vector<Record>& heads;
  bool operator()(std::size_t a, std::size_t b) const {
    const std::uint64_t time_a = heads[a].nanoseconds;
    const std::uint64_t time_b = heads[b].nanoseconds;
    return time_a != time_b ? time_a > time_b : a > b;
  }
};

}  // namespace

MergedRecords::MergedRecords(std::vector<std::unique_ptr<Records>> files)
    : files_(std::move(files)), heads_(files_.size()) {
  for (std::size_t file = 0; file < files_.size(); ++file) advance(file);
}

/// Puts a file back with its next record, unless it is at its end.
void MergedRecords::advance(std::size_t file) {
  last_ = file;
  if (!files_[file]->next(heads_[file])) return;
  heap_.push_back(file);
  std::push_heap(heap_.begin(), heap_.end(), Later{heads_});
}

bool MergedRecords::begin_with(Action action) {
  return std::any_of(files_.begin(), files_.end(), [&](const auto& file) { return file->begins_with(action); });
}

bool MergedRecords::next(Record& record) {
  if (heap_.empty()) return false;
  const std::size_t file = heap_.front();
  record = heads_[file];
  std::pop_heap(heap_.begin(), heap_.end(), Later{heads_});
  heap_.pop_back();
  advance(file);
  return true;
}

}  // namespace blktrace

namespace {

/// Opens files that tell the progress of all of them together. Those of idle CPUs are empty; one of all files is not.
std::vector<std::unique_ptr<blktrace::Records>> opened(std::vector<std::filesystem::path> paths,
                                                       const TraceOptions& options) {
  const FileBytes::Progress& progress = options.progress;
  std::uint64_t total = 0;
  std::error_code gone;
  for (const auto& path : paths) {
    const std::uint64_t size = std::filesystem::file_size(path, gone);
    if (!gone) total += size;
  }
  const auto idle = std::remove_if(paths.begin(), paths.end(),
                                   [&](const auto& path) { return std::filesystem::file_size(path, gone) == 0; });
  if (idle != paths.begin()) paths.erase(idle, paths.end());
  const auto done = std::make_shared<std::vector<std::uint64_t>>(paths.size());
  std::vector<std::unique_ptr<blktrace::Records>> files;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    FileBytes::Progress part;
    if (progress) {
      part = [=](std::uint64_t read, std::uint64_t) {
        (*done)[i] = read;
        progress(std::accumulate(done->begin(), done->end(), std::uint64_t{0}), total);
      };
    }
    files.push_back(std::make_unique<blktrace::Records>(open_bytes(paths[i], part, options.opened ? options.opened(paths[i]) : nullptr)));
  }
  return files;
}

blktrace::Files siblings_of(const PeekBytes& bytes) {
  const std::filesystem::path path = bytes.name();
  std::error_code unknown;
  return std::filesystem::exists(path, unknown) ? blktrace::files_of(path) : blktrace::Files{{path}, 0};
}

/// The first file's bytes are open, because the format was found out from them; its siblings are not.
std::vector<std::unique_ptr<blktrace::Records>> with_siblings(std::unique_ptr<PeekBytes> bytes,
                                                              const blktrace::Files& all,
                                                              const TraceOptions& options) {
  if (all.paths.size() > 1) return opened(all.paths, options);
  std::vector<std::unique_ptr<blktrace::Records>> files;
  files.push_back(std::make_unique<blktrace::Records>(std::move(bytes)));
  return files;
}

}  // namespace

BlktraceReader::BlktraceReader(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options)
    : BlktraceReader(std::move(bytes), siblings_of(*bytes), options) {}

BlktraceReader::BlktraceReader(std::unique_ptr<PeekBytes>&& bytes, const blktrace::Files& all,
                               const TraceOptions& options)
    : BlktraceReader(with_siblings(std::move(bytes), all, options), options) {
  requests_.info().missing_files = all.missing;
}

BlktraceReader::BlktraceReader(const blktrace::Files& files, const TraceOptions& options)
    : BlktraceReader(opened(files.paths, options), options) {
  requests_.info().missing_files = files.missing;
}

BlktraceReader::BlktraceReader(std::vector<std::unique_ptr<blktrace::Records>> files, const TraceOptions& options)
    : records_(std::move(files)),
      requests_("blktrace", Completions::recorded, options,
                [this](std::string_view what) { records_.fail(what); }) {
  requests_.expect_order();
}

/// The records of a device and a CPU are numbered without gaps.
void BlktraceReader::count_lost(const blktrace::Record& record) {
  constexpr std::size_t most_cpus = 65'536;
  if (record.cpu >= most_cpus) records_.fail("the CPU's number is " + std::to_string(record.cpu));
  if (sequenced_ >= sequences_.size() || sequences_[sequenced_].device != record.device) {
    for (sequenced_ = 0; sequenced_ < sequences_.size() && sequences_[sequenced_].device != record.device;) ++sequenced_;
    if (sequenced_ == most_devices) return;
    if (sequenced_ == sequences_.size()) sequences_.push_back({record.device, {}});
  }
  std::vector<std::uint32_t>& cpus = sequences_[sequenced_].cpus;
  if (record.cpu >= cpus.size()) cpus.resize(record.cpu + 1);
  std::uint32_t& last = cpus[record.cpu];
  if (last != 0 && record.sequence > last + 1) requests_.info().lost_events += record.sequence - last - 1;
  last = record.sequence;
}

/// Hostile recordings must not fill the memory.
void BlktraceReader::name(const blktrace::Record& record) {
  if (names_.size() == most_names) names_.clear();
  names_[record.process] = record.comm;
}

std::string_view BlktraceReader::process_name() const {
  const auto found = names_.find(process_);
  return found == names_.end() ? std::string_view() : std::string_view(found->second.data());
}

bool BlktraceReader::next(IoRequest& request) {
  if (!std::exchange(looked_ahead_, true) && records_.begin_with(blktrace::complete)) requests_.expect_completions();
  blktrace::Record record;
  while (records_.next(record)) {
    if ((record.categories & blktrace::notify) != 0) {
      if (record.action == blktrace::process_name) name(record);
      continue;
    }
    count_lost(record);
    const bool is_wait = requests_.takes_waits() && (record.action == blktrace::queue || record.action == blktrace::get ||
                                                     record.action == blktrace::insert);
    if (!is_wait && record.action != blktrace::issue && record.action != blktrace::complete &&
        record.action != blktrace::requeue)
      continue;
    RequestEvent event;
    event.device = BlockDevice::of_number(record.device);
    event.nanoseconds = record.nanoseconds;
    event.request.process = record.process;
    if (!event.set(blktrace::rwbs(record, word_), record.sector, record.bytes / sector_size.n))
      records_.fail("a request has a sector beyond all devices");
    if ((record.categories & blktrace::scsi) != 0) event.known = false;
    if (is_wait)
      requests_.wait(record.action == blktrace::queue ? BlockWaits::queued
                     : record.action == blktrace::get ? BlockWaits::got
                                                      : BlockWaits::inserted,
                     event);
    else if (record.action == blktrace::requeue)
      requests_.put_back(event);
    else if (record.action == blktrace::complete)
      requests_.complete(event);
    else if (requests_.issue(event, request)) {
      process_ = request.process;
      return true;
    }
  }
  requests_.finish("record the action issue (blktrace -a issue -a complete)");
  return false;
}

}  // namespace icesim
