// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// By how much statistics may differ, up or down: lines such as latency.*.p99=1%, keyslots.hits=5, simulated_time=20us.
///
/// '*' in a pattern stands for any text, dots included. A share is one of the old value, with up to four decimals; an
/// amount is in the statistic's unit, or has one. Of several lines that fit a statistic the last one holds.
class Tolerances {
 public:
  /// Adds a line; `where` begins messages ("--tolerance", "gate.txt:3"). Throws UserError when it is no such line.
  void add(std::string_view line, const std::string& where);
  /// Adds the lines of a text; what stands behind a # is a comment. Throws UserError "FILE:LINE: ...".
  void add_lines(std::string_view text, const std::string& file);
  bool empty() const { return rules_.empty(); }

  /// Throws UserError, with near matches, when a pattern fits none of these names.
  void check_names(const std::vector<std::string>& names) const;
  /// Whether a statistic may have moved so far. Throws UserError when an amount is of another unit.
  bool permits(std::string_view statistic, Unit unit, Wide before, Wide after) const;

 private:
  struct Rule {
    std::string pattern;
    std::string where;
    bool is_share = false;
    std::uint64_t parts_per_million = 0;
    std::string amount;
  };
  std::vector<Rule> rules_;
};

/// Whether the text fits a pattern, in which '*' stands for any text.
bool fits(std::string_view pattern, std::string_view text);

}  // namespace icesim
