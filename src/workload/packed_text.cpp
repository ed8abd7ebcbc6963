// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/packed_text.hpp"

#include "icesim/base/error.hpp"
#include "src/workload/bytes/open_bytes.hpp"

#include <zstd.h>

namespace icesim {
namespace {

constexpr int compression_level = 19;

}  // namespace

std::string pack_text(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), compression_level);
  ensure(!ZSTD_isError(size), "zstd compresses");
  packed.resize(size);
  return packed;
}

std::string read_packed_text(const std::filesystem::path& path, std::uint64_t most) {
  const std::unique_ptr<PeekBytes> bytes = open_bytes(path);
  std::string text;
  char buffer[65536];
  while (const std::size_t count = bytes->read(buffer, sizeof buffer)) {
    text.append(buffer, count);
    if (text.size() > most)
      throw UserError(bytes->name() + ": cannot read: it holds more than " + std::to_string(most >> 20) + " MiB");
  }
  return text;
}

}  // namespace icesim
