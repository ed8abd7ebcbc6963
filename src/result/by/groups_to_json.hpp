// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/by/group_table.hpp"
#include "src/result/json_text.hpp"

#include <string>
#include <vector>

namespace icesim {

/// {where, process: {rows: [...], beyond, all}}: all rows, in the order of the table.
nlohmann::ordered_json groups_to_json(const std::vector<GroupTable>& tables, const std::string& filter);
/// JSON Schema of it.
nlohmann::ordered_json groups_schema();

}  // namespace icesim
