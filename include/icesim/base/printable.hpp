// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace icesim {

/// Text from outside (names, paths, a trace, a guest) as one line that a terminal, a table or a document can show and that
/// means nothing to them: every writer passes it through here. Control characters of ASCII and bytes that are no UTF-8
/// become "\xNN"; control characters beyond ASCII, separators of lines, and what turns the direction of the text or cannot
/// be seen become "\u{N}". All else stays, so text without any of these comes back unchanged.
std::string printable_text(std::string_view text);

}  // namespace icesim
