// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/readers/blktrace_files.hpp"
#include "src/workload/readers/blktrace_record.hpp"
#include "src/workload/requests/request_assembler.hpp"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace icesim {

namespace blktrace {

/// The records of several files, one per CPU, in order of time; of equal times that of the first file comes first.
class MergedRecords {
 public:
  explicit MergedRecords(std::vector<std::unique_ptr<Records>> files);
  bool next(Record& record);
  /// Whether one of the files has such a record in its beginning.
  bool begin_with(Action action);
  /// Names the place of the record given last.
  [[noreturn]] void fail(std::string_view what) const { files_[last_]->fail(what); }

 private:
  void advance(std::size_t file);

  std::vector<std::unique_ptr<Records>> files_;
  std::vector<Record> heads_;
  std::vector<std::size_t> heap_;  ///< indexes of files that are not at their end, the earliest in front
  std::size_t last_ = 0;
};

}  // namespace blktrace

/// Requests are the issue (D) records of one device; completions are the C records, and R puts a request
/// back. Other actions are passed over.
class BlktraceReader final : public TraceReader {
 public:
  /// Reads one recording, whose first file may be open already.
  BlktraceReader(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options);
  BlktraceReader(const blktrace::Files& files, const TraceOptions& options);
  bool next(IoRequest& request) override;
  const TraceInfo& info() const override { return requests_.info(); }
  std::string_view process_name() const override;
  RequestOrigin origin() const override {
    RequestOrigin told = requests_.origin();
    told.process_name = process_name();
    return told;
  }

 private:
  static constexpr std::size_t most_names = 65'536;
  static constexpr std::size_t most_devices = 64;

  struct Sequences {
    std::uint32_t device = 0;
    std::vector<std::uint32_t> cpus;
  };

  BlktraceReader(std::unique_ptr<PeekBytes>&& bytes, const blktrace::Files& all, const TraceOptions& options);
  BlktraceReader(std::vector<std::unique_ptr<blktrace::Records>> files, const TraceOptions& options);
  void count_lost(const blktrace::Record& record);
  void name(const blktrace::Record& record);

  blktrace::MergedRecords records_;
  std::vector<Sequences> sequences_;  ///< of the last record of each device and CPU
  std::size_t sequenced_ = 0;         ///< where those of the device met last are
  bool looked_ahead_ = false;
  std::unordered_map<std::uint32_t, blktrace::Comm> names_;  ///< of processes; begun anew beyond `most_names`
  std::uint32_t process_ = 0;                                ///< of the request given last
  char word_[8];  ///< of the record given last
  RequestAssembler requests_;
};

}  // namespace icesim
