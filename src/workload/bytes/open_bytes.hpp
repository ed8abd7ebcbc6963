// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"

#include <filesystem>
#include <memory>

namespace icesim {

/// Opens a file, decompressing it when it is gzip or zstd. Throws UserError when it is missing or empty.
std::unique_ptr<PeekBytes> open_bytes(const std::filesystem::path& path, FileBytes::Progress progress = nullptr,
                                      FileBytes::Listener listener = nullptr);
/// What a file holds, decompressed when it is gzip or zstd.
std::unique_ptr<PeekBytes> decompress(std::unique_ptr<ByteSource> file);

}  // namespace icesim
