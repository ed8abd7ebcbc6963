// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace icesim {

/// A text compressed with zstd, as small as it gets in reasonable time: the same bytes from the same text and the same
/// libzstd.
std::string pack_text(std::string_view text);

/// The text of a file, which may be compressed with zstd or gzip, of at most so many bytes. Throws UserError that names the
/// file.
std::string read_packed_text(const std::filesystem::path& path, std::uint64_t most = std::uint64_t{1} << 30);

}  // namespace icesim
