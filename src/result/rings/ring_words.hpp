// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/keys/rings/ring_replay.hpp"

#include <array>
#include <string>
#include <string_view>

namespace icesim {

/// What a step's verb is called in files.
inline constexpr std::array<std::string_view, 7> ring_verbs{"add", "use", "close", "remove", "unshare", "chmod", "kill"};

/// As Linux names it; "ok" is none.
inline std::string_view ring_error_name(RingAnswer::Error error) {
  constexpr std::array<std::string_view, 6> names{"ok", "EACCES", "EPERM", "EBADF", "EDQUOT", "ENOKEY"};
  return names[static_cast<std::size_t>(error)];
}

inline std::string_view ring_state_name(RingKeyStatus::State state) {
  constexpr std::array<std::string_view, 3> names{"absent", "present", "incompletely removed"};
  return names[static_cast<std::size_t>(state)];
}

/// "0640"
inline std::string ring_mode_text(std::uint32_t mode) {
  std::string text = "0";
  for (const int shift : {6, 3, 0}) text += static_cast<char>('0' + (mode >> shift & 7));
  return text;
}

}  // namespace icesim
