// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command_line.hpp"
#include "icesim/workload/reader.hpp"

#include <memory>
#include <string>

namespace icesim::app {

/// The options of every command that reads a trace.
class TraceLine {
 public:
  /// Declares --device, --format, --events, --reissue-window, --idle-cap, --ufs-lba-unit and --keep-going.
  void declare(CommandLine& line);
  /// Throws UserError. On a terminal, reading a file shows how far it is, unless the command is quiet.
  TraceOptions options() const;
  bool caps_idle() const { return !idle_cap_.empty(); }

 private:
  std::string device_;
  std::string format_;
  std::string events_;
  std::string reissue_window_;
  std::string idle_cap_;
  std::string ufs_lba_unit_;
  bool keep_going_ = false;
  std::shared_ptr<const bool> quiet_;
};

/// A trace's name without its directory: the same trace gives the same results wherever it lies.
std::string trace_name(const std::string& path);

}  // namespace icesim::app
