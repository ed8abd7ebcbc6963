// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/histogram.hpp"
#include "icesim/base/recorder.hpp"
#include "icesim/base/units.hpp"
#include "icesim/workload/file_listener.hpp"
#include "icesim/workload/io_request.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// How long requests took when they were recorded, per operation.
struct RecordedLatency {
  Histogram read;
  Histogram write;
  Histogram flush;
  Histogram discard;

  Histogram& operator[](Operation operation);
  /// All of them as one.
  Histogram all() const;
  void describe(Statistics& statistics) const;
};

/// In what unit ufshcd_command tells the addresses of reads and writes.
enum class LbaUnit : std::uint8_t {
  automatic,  ///< found out, else assumed to be blocks
  sector,     ///< 512 bytes: until Linux 5.13
  block,      ///< 4096 bytes: since Linux 5.14
};
inline constexpr std::array<std::string_view, 3> lba_units{"auto", "sector", "block"};

/// How many events of keys a trace has.
struct KeyEventCounts {
  std::uint64_t births = 0;
  std::uint64_t evictions = 0;
  std::uint64_t suspends = 0;
  std::uint64_t resumes = 0;

  std::uint64_t& operator[](KeyEvent::Kind kind);
  std::uint64_t total() const { return births + evictions + suspends + resumes; }
  void describe(Statistics& statistics) const;
};

/// What a trace tells of a request that was issued before.
struct TraceCompletion {
  enum class Kind : std::uint8_t {
    done,  ///< it completed, `latency` after its first issue
    left,  ///< it is no longer outstanding; how long it took is not known
    late,  ///< how long one took that had been told as left
  };
  Kind kind = Kind::done;
  Operation operation = Operation::read;
  Picoseconds latency{};  ///< by the two events' own times
  std::uint64_t request = 0;  ///< which it is of the trace's requests, from 1; pieces do not count; 0: not told
  std::uint32_t trace = 0;    ///< and of which trace, where there are several
};

/// What a reader has met so far; complete once `next` has returned false.
struct TraceInfo {
  /// Issues of a device, whether they were taken or not.
  struct DeviceCount {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint64_t requests = 0;
  };

  std::string format;      ///< its name in `trace_formats`
  std::string provenance;  ///< the provenance line of a native trace, empty otherwise

  PerOperation requests;                      ///< original requests: a split request counts once
  PerOperation bytes;                         ///< their lengths
  std::map<std::string, std::uint64_t> rwbs;  ///< original requests per exact rwbs word (R, RA, WSM, FF ...)
  std::uint64_t records = 0;                  ///< what `next` delivered, split pieces included
  Picoseconds span{};                         ///< time of the last request
  Bytes end_offset{};                         ///< first byte behind the highest address used by a request

  // What most formats lack stays zero.
  std::uint64_t completions = 0;      ///< completion events
  std::uint64_t flush_sequences = 0;  ///< of these: second completions that end a flush sequence (0 sectors)
  std::uint64_t orphans = 0;          ///< of these: without an issue (the recording began in between)
  std::uint64_t early_completions = 0;      ///< of these: in front of their issue, or of an earlier time
  std::uint64_t unordered_completions = 0;  ///< of these: behind events of later times
  std::uint64_t unfinished = 0;       ///< requests without a completion yet
  std::uint64_t outstanding = 0;      ///< of these: those that may still complete
  std::uint64_t collapsed = 0;        ///< issues left out: they look as if the driver issued the same request again
  std::uint64_t requeued = 0;         ///< issues left out: the trace says that the driver put the request back before
  std::uint64_t repeated = 0;         ///< requests kept that look issued again: nothing tells when requests completed
  std::uint64_t further_recordings = 0;  ///< behind the first, in the same file
  std::vector<DeviceCount> devices;   ///< of those whose issues were met, in order of the first; the first was taken
  bool device_asked = false;          ///< but when the user chose one
  std::uint64_t start = 0;            ///< time of the first request in the recording's own nanoseconds, where there are devices
  std::uint64_t other_devices = 0;    ///< issues left out: of another device
  std::uint64_t other_commands = 0;   ///< issues left out: neither read, write, flush nor discard
  std::uint64_t backward_steps = 0;   ///< requests moved up to the time of the one before them
  std::uint64_t lost_events = 0;      ///< events that the kernel says it dropped
  std::uint64_t relabelled = 0;       ///< discards that the recorder called reads
  std::uint64_t capped_gaps = 0;      ///< pauses shortened to the idle cap
  Picoseconds capped_time{};          ///< what they were shortened by
  std::uint64_t skipped_lines = 0;    ///< with keep_going: lines that make no sense
  std::uint64_t broken_ends = 0;      ///< with keep_going: 1 when the trace was left where it is broken
  std::uint64_t unknown_flags = 0;    ///< requests with rwbs letters that are not known
  std::uint64_t missing_files = 0;    ///< numbers left out between those of a recording's files, one per CPU
  KeyEventCounts key_events;
  RecordedLatency recorded_latency;   ///< from first issue to completion
  std::string_view ufs_lba_unit;      ///< "sector" or "block" where requests are ufshcd_command events, else empty
  std::string_view ufs_lba_unit_by;   ///< what shows that unit; empty: it is assumed

  void describe(Statistics& statistics) const;
  /// A sentence for each thing that was left out, merged, moved or guessed.
  std::vector<std::string> notes() const;
};

/// Requests of which more is known than is replayed.
class OriginSource : public RequestSource {
 public:
  /// Which request of which trace the one given last is, as completions name it; `may_complete` is false where no
  /// completion of it can come.
  struct Number {
    std::uint64_t request = 0;
    std::uint32_t trace = 0;
    bool may_complete = false;
  };
  /// Of the request given last; its texts are valid until the next one is asked for.
  virtual RequestOrigin origin() const = 0;
  virtual Number number() const = 0;
};

/// A trace file as a stream of requests.
class TraceReader : public OriginSource {
 public:
  virtual const TraceInfo& info() const = 0;
  RequestOrigin origin() const override {
    RequestOrigin told;
    told.process_name = process_name();
    return told;
  }
  Number number() const override { return {info().requests.total(), 0, info().outstanding > 0}; }
  /// Name (comm) of who issued the request given last, as far as the trace tells; valid until the next one is asked for.
  virtual std::string_view process_name() const { return {}; }
};

/// Which events of a trace are its requests.
enum class EventLevel {
  first,  ///< those of the level whose event comes first: block events, where there are any, come before the driver's
  block,  ///< block_rq_issue
  ufs,    ///< ufshcd_command
  upiu,   ///< ufshcd_upiu
  mmc,    ///< mmc_blk_rw_start, mmc_blk_erase_start
};
/// Names of the levels behind `first`.
inline constexpr std::array<std::string_view, 4> event_levels{"block", "ufs", "upiu", "mmc"};

/// UFS drivers issue a request again while clocks are gated: always within 10 ms on phones [trace-reissue].
inline constexpr Picoseconds usual_reissue_window{10'000'000'000};

struct TraceOptions {
  /// "major,minor" of the device to read; empty: that of the first request.
  std::string device;
  /// An equal issue so long or less after the first one of a request that is not completed is that request, issued
  /// again; 0: keep all. Empty: `usual_reissue_window` in traces of Linux or Android that tell when requests completed and
  /// in the Pixel 6a's tables; otherwise all are kept, and those that look issued again counted.
  std::optional<Picoseconds> reissue_window;
  /// A longer pause between two requests is shortened to this; 0: none is.
  Picoseconds idle_cap{};
  /// Formats whose events are not of this level are refused.
  EventLevel level = EventLevel::first;
  /// Unit of ufshcd_command's addresses.
  LbaUnit ufs_lba_unit = LbaUnit::automatic;
  /// Skip lines that make no sense, and stop where the trace is broken, instead of refusing the trace.
  bool keep_going = false;
  /// Name of a format; empty: found out by content.
  std::string format;
  /// Hears how many bytes of the file are read, and how many there are (0: unknown). A trace that is closed before its
  /// end is told as read, so that what shows the progress can end.
  std::function<void(std::uint64_t, std::uint64_t)> progress;
  /// Told of each file of the trace that is opened, possibly twice, the last time counts. What it returns hears the file's
  /// bytes as they are on the disk, and nothing of them at their end, until it returns false; what the reader left too, once
  /// it is closed, unless the file is a pipe.
  std::function<std::function<bool(std::string_view bytes)>(const std::filesystem::path& file)> opened;
  /// Hears how long a request took when it was recorded, or that it is over, once the trace tells: in a later call of
  /// `next` than that which gives the request.
  std::function<void(const TraceCompletion&)> completed;
  /// Whether origin() tells how long requests waited before their issue, where the trace has events of that.
  bool tells_waits = false;
  /// Hears the trace's events about files; null: they are passed over.
  FileListener* files = nullptr;
};

struct TraceFormat {
  const char* name;
  const char* sentence;
};
/// The formats that `open_trace` reads.
std::vector<TraceFormat> trace_formats();

/// Opens a trace and finds its format by content. Decompresses gzip and zstd; `-` is the standard input.
/// Reads in constant memory. Throws UserError for a file that is missing, empty or of another format.
std::unique_ptr<TraceReader> open_trace(const std::filesystem::path& path, const TraceOptions& options = {});

/// The files that open_trace reads for a path: usually itself; for one file of a blktrace recording, or its directory, all
/// of that recording. Where they cannot be found out, the path alone: opening it says why.
std::vector<std::filesystem::path> trace_files(const std::filesystem::path& path);

}  // namespace icesim
