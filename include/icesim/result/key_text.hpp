// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/statistics.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// "keys      per-file: 6,059 by inode_event; without: 2,028 metadata, 1,754 no_data": which rule gave how many records
/// their keys, from the statistics below `prefix` (by_rule.*, without_key.*). One line, or several of so many columns at
/// most.
std::string key_rules_text(std::string_view mode, const std::vector<StatisticValue>& statistics,
                           std::string_view prefix, std::size_t columns = 100);

}  // namespace icesim
