// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/schema/named.hpp"

#include <string>
#include <vector>

namespace icesim::app {

/// All registers with their fields, for a terminal or as Markdown.
std::string registers_text();
std::string registers_markdown();
/// Each register and field by its name: "IS", "IS.UTRCS".
std::vector<NamedRegister> named_registers();

}  // namespace icesim::app
