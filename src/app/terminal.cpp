// SPDX-License-Identifier: Apache-2.0
#include "terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <sys/ioctl.h>
#include <unistd.h>

namespace icesim::app {

std::size_t page_columns() {
  constexpr std::size_t narrow = 60, wide = 200;
  if (::isatty(STDOUT_FILENO) == 0) return usual_columns;
  const char* const named = std::getenv("COLUMNS");
  std::size_t columns = named == nullptr ? 0 : std::strtoul(named, nullptr, 10);
  winsize size{};
  if (columns == 0 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  return columns == 0 ? usual_columns : std::clamp(columns, narrow, wide);
}

}  // namespace icesim::app
