// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "command_line.hpp"
#include "icesim/workload/keys/key_tagging.hpp"

#include <string>

namespace icesim::app {

/// The options that say which keys the requests of a trace get; `run`, `slots`, `import` and `trace` share them.
class KeyChoice {
 public:
  /// Declares --keys, --inodes, --profiles and --userdata-start.
  void declare(CommandLine& line);
  /// Throws UserError, also for an option that these keys do not look at. `keeps_files`: the files of the requests are
  /// kept, even where keys do not depend on them.
  KeyOptions options(bool keeps_files = false) const;
  /// Takes another --keys.
  void choose(const std::string& mode) { mode_ = mode; }

 private:
  std::string mode_;
  std::string side_file_;
  std::string profiles_;
  std::string userdata_start_;
};

/// "per-file".
std::string_view key_mode_name(KeyMode mode);

}  // namespace icesim::app
