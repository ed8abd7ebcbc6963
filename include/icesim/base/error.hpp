// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

namespace icesim {

/// The user's fault: one line that names file and position and says what is allowed. Exit code 2.
class UserError : public std::runtime_error {
 public:
  /// What is quoted from outside is made printable (printable.hpp).
  explicit UserError(std::string_view line);
};

/// Our fault: an invariant of the simulator does not hold. Exit code 70.
class Bug : public std::logic_error {
  using std::logic_error::logic_error;
};

[[noreturn]] void throw_bug(std::string_view what);

/// Checks an invariant; the message says what was expected and costs nothing when it holds.
inline void ensure(bool holds, std::string_view what) {
  if (!holds) throw_bug(what);
}

}  // namespace icesim
