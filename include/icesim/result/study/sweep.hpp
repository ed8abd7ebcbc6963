// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/wide.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// One point of a sweep.
struct SweepPoint {
  std::uint64_t number = 0;                   ///< from 1, in the order of the whole sweep
  std::vector<std::string> values;            ///< one for each name; empty: as the platform has it
  std::string refused;                        ///< why this combination cannot be; else empty
  std::uint64_t failed = 0;                   ///< requests
  std::vector<std::optional<Wide>> measures;  ///< one for each; nothing where the point has none
  bool on_front = false;
  bool is_knee = false;
};

/// A sweep, or the part of it that one shard did.
struct Sweep {
  struct Trace {
    std::string name;  ///< without directory
    std::string sha256;
  };
  struct Measured {
    std::string name;
    std::string unit;  ///< "ps", "count", "B/s" ...
    bool more_is_better = false;
  };

  std::string version;
  std::string command;   ///< that repeats it, whole
  std::string platform;  ///< as the user named it, with what was set
  std::string keys;      ///< how requests got their keys; empty where that is varied
  std::vector<Trace> traces;
  std::vector<std::string> names;  ///< of what is varied
  std::vector<Measured> measures;
  std::vector<std::string> pareto;  ///< two names of measures or of what is varied; empty: no front
  bool knee = false;
  std::uint64_t count = 0;         ///< of the points of the whole sweep
  std::string shard;               ///< "2/8"; empty: the whole
  std::vector<SweepPoint> points;  ///< by number
  std::vector<std::string> warnings;
};

/// One table for a terminal, and below it what was refused, what failed, the front and the warnings.
std::string sweep_text(const Sweep& sweep);
/// One line of comma-separated values (RFC 4180, but lines end with LF) for each point under a line of names; numbers are
/// exact and in the units that the names tell ("p99 ps").
std::string sweep_csv(const Sweep& sweep);
/// All of it. Equal sweeps give equal bytes, however they were run.
std::string sweep_json(const Sweep& sweep);
/// Reads what sweep_json() writes. Throws UserError "FILE:LINE:COLUMN: ..." and "FILE:/points/0/number: ...".
Sweep read_sweep(std::string_view json, const std::string& file);

}  // namespace icesim
