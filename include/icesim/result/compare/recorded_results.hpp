// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/results.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace icesim {

struct FlatValue;

/// A parameter as a results file has it.
struct Setting {
  std::string path;   ///< "ice.num_keyslots"
  std::string value;  ///< "32", "true", "300MHz"
};

/// Range that the platform gave an assumption, as texts.
struct RecordedRange {
  std::string path;
  std::string low;
  std::string high;
  std::string source;
};

/// What 'icesim run --sensitivity' found out.
struct RecordedSensitivity {
  struct Moved {
    std::string assumption;
    std::string base, low, high;        ///< its value, and the ends of its range
    std::vector<Wide> at_low, at_high;  ///< the metrics there, in picoseconds; none where the system refuses that end
  };

  std::string requests;              ///< whose latency it is
  std::vector<std::string> metrics;  ///< of it
  std::vector<Wide> values;          ///< of the run itself
  std::vector<Moved> moved;
  std::uint64_t still = 0;  ///< assumptions that move nothing
};

/// A results file, read back. Texts are as they stand there: whoever shows them makes them printable.
struct RecordedResults {
  std::string version;
  std::string command;
  TraceSummary trace;
  std::vector<Setting> config;
  std::vector<StatisticValue> statistics;  ///< in the order of the file, which is that of their declaration
  std::vector<std::string> power_states;
  std::vector<std::string> warnings;
  std::vector<RecordedRange> ranges;
  std::vector<std::string> without_effect;  ///< paths of parameters that nothing looked at
  RecordedSensitivity sensitivity;  ///< no metrics: it was not asked for

  /// Something looks at the parameter; also where the file does not tell.
  bool uses(std::string_view path) const;
  /// The value of a parameter; empty when the file does not have it.
  std::string_view setting(std::string_view path) const;
};

/// Reads what results_json() writes; members that it does not know are left alone, so that files of other versions can
/// be read. Throws UserError "FILE:LINE:COLUMN: ..." on malformed JSON, and "FILE:/statistics/keyslots.hits/value: ..."
/// on what is missing, of another type, out of range, repeated or too deep; of another command's results, too.
RecordedResults read_results(std::string_view json, const std::string& file);
/// The same of a document that has been taken apart (src/result/compare/flat_json.hpp).
RecordedResults read_results(const std::vector<FlatValue>& values, const std::string& file);

/// Parameters and their values, as read_results() has them.
std::vector<Setting> settings_of(const std::vector<ParameterGroup>& groups);

}  // namespace icesim
