// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace icesim {

/// What a reader says of a trace, "trace: ...", where there are several: "trace NAME: ...". Anything else stays as it is.
inline std::string note_of_trace(std::string note, std::string_view trace) {
  constexpr std::string_view begin = "trace";
  if (note.rfind("trace: ", 0) == 0) note.insert(begin.size(), " " + std::string(trace));
  return note;
}

}  // namespace icesim
