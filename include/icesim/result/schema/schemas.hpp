// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameters.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// A kind of JSON that the program reads or writes.
struct SchemaName {
  std::string_view name;
  std::string_view sentence;
};

/// All of them; each has a JSON Schema (draft 07), and says in its description that numbers may need more than a double.
inline constexpr std::array<SchemaName, 13> schema_names{
    {{"platform", "platform files"},
     {"results", "icesim run -o"},
     {"slots", "icesim slots -o"},
     {"partitions", "icesim slots --partition -o"},
     {"sweep", "icesim sweep -o, icesim merge -o"},
     {"alternatives", "icesim slots --over -o"},
     {"fit", "icesim fit --json"},
     {"comparison", "icesim compare -o"},
     {"golden", "golden.json of icesim golden"},
     {"trace", "icesim trace info --json"},
     {"rings-scenario", "files that icesim rings reads"},
     {"rings", "icesim rings -o"},
     {"names", "icesim describe --json"}}};

/// The schema with this name, which is one of them; a platform has these parameters.
std::string schema_text(std::string_view name, const std::vector<ParameterGroup>& platform);

}  // namespace icesim
