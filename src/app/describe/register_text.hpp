// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace icesim::app {

/// All registers with their fields, for a terminal or as Markdown.
std::string registers_text();
std::string registers_markdown();

}  // namespace icesim::app
