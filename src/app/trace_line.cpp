// SPDX-License-Identifier: Apache-2.0
#include "trace_line.hpp"

#include <cstdio>
#include <filesystem>
#include <unistd.h>

namespace icesim::app {
namespace {

constexpr std::uint64_t microsecond = 1'000'000;
constexpr std::uint64_t longest_microseconds = 1'000'000'000'000;

/// Rewrites one line of the terminal for each percent of the file, and clears it at the end.
class ProgressBar {
 public:
  void operator()(std::uint64_t done, std::uint64_t total) {
    if (total == 0) return;
    const std::uint64_t percent = done * 100 / total;
    if (percent == shown_) return;
    shown_ = percent;
    if (percent < 100)
      std::fprintf(stderr, "\rreading the trace: %3u %%", static_cast<unsigned>(percent));
    else
      std::fputs("\r\033[K", stderr);
  }

 private:
  std::uint64_t shown_ = 0;
};

}  // namespace

void TraceLine::declare(CommandLine& line) {
  namespace po = boost::program_options;
  quiet_ = line.quiet();
  line.options().add_options()(
      "device", po::value(&device_)->value_name("MAJOR,MINOR"),
      "Device to read from a trace that tells devices apart; that of its first request unless given.")(
      "format", po::value(&format_)->value_name("NAME"),
      "Format of the trace (docs/traces.md); found out by content unless given.")(
      "events", po::value(&events_)->value_name("LEVEL"),
      "Which events of an ftrace text or of Perfetto are its requests: block, ufs, upiu or mmc; the first met unless "
      "given.")("reissue-window", po::value(&reissue_window_)->value_name("US"),
                "An equal issue at most so many microseconds after the first is the same request, issued again; 0: "
                "never. Unless given 10000 where the trace tells when requests completed, else those that look issued "
                "again are kept and counted.")(
      "idle-cap", po::value(&idle_cap_)->value_name("US"),
      "Longest pause between two requests; longer ones are shortened to it.")(
      "ufs-lba-unit", po::value(&ufs_lba_unit_)->value_name("UNIT"),
      "Unit of the addresses of ufshcd_command: sector (512 bytes, Linux before 5.14), block (4096 bytes), or auto: "
      "found "
      "out, which it is unless given.")(
      "keep-going", po::bool_switch(&keep_going_),
      "Skips and counts lines that make no sense, and takes what comes before the place where a trace is broken.");
  line.values("events", [] { return std::vector<std::string>{event_levels.begin(), event_levels.end()}; });
  line.values("ufs-lba-unit", [] { return std::vector<std::string>{lba_units.begin(), lba_units.end()}; });
}

TraceOptions TraceLine::options() const {
  TraceOptions options;
  options.device = device_;
  options.format = format_;
  options.keep_going = keep_going_;
  if (!ufs_lba_unit_.empty()) {
    options.ufs_lba_unit =
        static_cast<LbaUnit>(word_index("--ufs-lba-unit", ufs_lba_unit_, {lba_units.begin(), lba_units.end()}));
  }
  if (!events_.empty()) {
    const std::size_t level = word_index("--events", events_, {event_levels.begin(), event_levels.end()});
    options.level = static_cast<EventLevel>(level + static_cast<std::size_t>(EventLevel::block));
  }
  const auto time = [](const char* name, const std::string& text) {
    return Picoseconds{number_option(name, text, 0, longest_microseconds) * microsecond};
  };
  if (!reissue_window_.empty()) options.reissue_window = time("--reissue-window", reissue_window_);
  if (!idle_cap_.empty()) options.idle_cap = time("--idle-cap", idle_cap_);
  if (isatty(STDERR_FILENO) != 0 && !*quiet_) options.progress = ProgressBar();
  return options;
}

std::string trace_name(const std::string& path) {
  const std::filesystem::path whole(path);
  // A directory may be given with a slash behind it.
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

}  // namespace icesim::app
