// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

namespace icesim::app {

inline constexpr std::size_t usual_columns = 100;

/// How wide lines of text are: as wide as the terminal where the standard output is one (COLUMNS, or what the terminal
/// says), from 60 to 200; else always usual_columns, so that what goes to a file does not depend on where it was started.
std::size_t page_columns();

}  // namespace icesim::app
