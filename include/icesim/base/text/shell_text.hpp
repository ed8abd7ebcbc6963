// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace icesim {

/// A word as a shell takes it: unchanged where it means nothing to one, else in quotes; what cannot be shown (printable_text)
/// in octal, as bash, zsh and POSIX of 2024 read it: $'a\012b'.
std::string shell_text(std::string_view word);

}  // namespace icesim
