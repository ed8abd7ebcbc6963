// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace icesim {

/// Reads a whole file; throws UserError that names it and the reason.
std::string read_text_file(const std::string& path);

/// Writes a file so that nobody ever sees half of it: under a temporary name in the same directory, then renamed.
/// "-" is the standard output; pipes and devices are written directly. Throws UserError and leaves no file behind.
void write_file_atomically(const std::string& path, std::string_view text);

}  // namespace icesim
