// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace icesim::app {

/// The published engines of --engine and their figures as columns, or as a Markdown table.
std::string engines_text();
std::string engines_markdown();

}  // namespace icesim::app
