// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/requests/request_assembler.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace icesim::csv {

enum class Field { ignored, time, operation, offset, length, process, comm, device, latency, key };

inline constexpr std::uint64_t second = 1'000'000'000;

/// A column: what it holds, and how many nanoseconds or bytes its unit is.
struct Column {
  Field field = Field::ignored;
  std::uint64_t unit = 1;
};

/// How the lines of a family of traces look.
struct Layout {
  const char* format;
  char separator;
  bool has_header = false;
  std::string_view read_word;   ///< empty: any word for a read, write, flush or discard, or a rwbs word
  std::string_view write_word;
  bool more_may_follow = false;  ///< columns behind those listed are allowed
  bool is_whole = false;         ///< its times, and all other numbers, have no fractions
  std::vector<Column> columns;
};

/// What a line says.
struct Row {
  RequestEvent event;
  std::string_view comm;               ///< name of the process, empty: not told
  std::optional<Picoseconds> latency;  ///< from arrival to completion
};

/// Splits a line; false when it does not fit the layout.
bool parse_row(const Layout& layout, std::string_view line, Row& row);

/// MSR Cambridge, SPC, FIU, Tencent CBS, MQSim.
const std::vector<Layout>& headless_layouts();
/// The Pixel 6a traces of SYSTOR 2024.
const Layout& pixel_layout();
}  // namespace icesim::csv
