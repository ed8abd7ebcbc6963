// SPDX-License-Identifier: Apache-2.0
#include "src/workload/bytes/open_bytes.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/bytes/gzip_bytes.hpp"

#include <string_view>

namespace icesim {
namespace {

constexpr std::string_view gzip_magic{"\x1f\x8b\x08", 3};
constexpr std::string_view zstd_magic{"\x28\xb5\x2f\xfd", 4};

}  // namespace

std::unique_ptr<PeekBytes> open_bytes(const std::filesystem::path& path, FileBytes::Progress progress,
                                      FileBytes::Listener listener) {
  return decompress(std::make_unique<FileBytes>(path, std::move(progress), std::move(listener)));
}

std::unique_ptr<PeekBytes> decompress(std::unique_ptr<ByteSource> file) {
  auto bytes = std::make_unique<PeekBytes>(std::move(file));
  if (bytes->head().empty()) throw UserError(bytes->name() + ": the file is empty");
  if (bytes->head().substr(0, zstd_magic.size()) == zstd_magic)
    bytes = std::make_unique<PeekBytes>(std::make_unique<ZstdBytes>(std::move(bytes)));
  else if (bytes->head().substr(0, gzip_magic.size()) == gzip_magic)
    bytes = std::make_unique<PeekBytes>(std::make_unique<GzipBytes>(std::move(bytes)));
  else
    return bytes;
  if (bytes->head().empty()) throw UserError(bytes->name() + ": the file is empty once decompressed");
  return bytes;
}

}  // namespace icesim
