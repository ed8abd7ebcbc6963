// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/workload/file_listener.hpp"
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace icesim {

class Statistics;

/// One number per operation.
struct PerOperation {
  std::uint64_t read = 0;
  std::uint64_t write = 0;
  std::uint64_t flush = 0;
  std::uint64_t discard = 0;

  std::uint64_t& operator[](Operation operation);
  std::uint64_t total() const { return read + write + flush + discard; }
  void describe(Statistics& statistics) const;
};

/// What a reader has met so far; complete once `next` has returned false.
struct TraceInfo {
  std::string format;      ///< "ftrace" or "icetrace"
  std::string provenance;  ///< the provenance line of a native trace, empty otherwise

  PerOperation requests;                      ///< original requests: a split request counts once
  PerOperation bytes;                         ///< their lengths
  std::map<std::string, std::uint64_t> rwbs;  ///< original requests per exact rwbs word (R, RA, WSM, FF ...)
  std::uint64_t records = 0;                  ///< what `next` delivered, split pieces included
  Picoseconds span{};                         ///< time of the last request
  Bytes end_offset{};                         ///< first byte behind the highest address used by a request

  // Only ftrace text has these.
  std::uint64_t completions = 0;      ///< block_rq_complete events
  std::uint64_t flush_sequences = 0;  ///< of these: second completions that end a flush sequence (0 sectors)
  std::uint64_t orphans = 0;          ///< of these: without an issue (the recording began in between)
  std::uint64_t unfinished = 0;       ///< requests without a completion yet
  std::uint64_t collapsed = 0;        ///< issues left out: the driver issued the same request again
  std::uint64_t other_devices = 0;    ///< issues left out: of another device
  std::uint64_t other_commands = 0;   ///< issues left out: neither read, write, flush nor discard
  std::uint64_t backward_steps = 0;   ///< requests moved up to the time of the one before them
  std::uint64_t lost_events = 0;      ///< events that the kernel says it dropped
  std::uint64_t skipped_lines = 0;    ///< with keep_going: lines that make no sense

  void describe(Statistics& statistics) const;
};

/// A trace file as a stream of requests.
class TraceReader : public RequestSource {
 public:
  virtual const TraceInfo& info() const = 0;
  /// Name (comm) of who issued the request given last, as far as the trace tells; valid until the next one is asked for.
  virtual std::string_view process_name() const { return {}; }
};

struct TraceOptions {
  /// "major,minor" of the device to read; empty: that of the first request.
  std::string device;
  /// An equal issue this soon after one that is not completed is the same request, issued again; 0: keep all.
  /// UFS drivers do so while clocks are gated: always within 10 ms on phones (spec 5.7).
  Picoseconds reissue_window{10'000'000'000};
  /// Hears the trace's events about files; null: they are passed over.
  FileListener* files = nullptr;
};

/// Opens a trace and finds its format by content: icesim's own, or ftrace text, either also compressed with zstd.
/// Reads in constant memory. Throws UserError for a file that is missing, empty or of another format.
std::unique_ptr<TraceReader> open_trace(const std::filesystem::path& path, const TraceOptions& options = {});

}  // namespace icesim
