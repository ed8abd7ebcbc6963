// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace icesim {

/// What a file is that is no trace of ours, and the command that makes one of it, as the rest of a sentence that begins
/// with the file's name; empty when nothing tells.

/// By its first bytes, which no trace of ours has.
std::string foreign_by_magic(std::string_view head);
/// By the look of its text.
std::string foreign_by_text(std::string_view head);

}  // namespace icesim
