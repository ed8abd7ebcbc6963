// SPDX-License-Identifier: Apache-2.0
#include "file_hashes.hpp"

#include "icesim/base/error.hpp"
#include "icesim/crypto/sha256.hpp"
#include "icesim/workload/reader.hpp"

#include <array>
#include <filesystem>
#include <fstream>

namespace icesim::app {
namespace {

void add_file(Sha256& sha, const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::array<char, 65536> buffer;
  bool any = false;
  while (in.read(buffer.data(), buffer.size()) || in.gcount() > 0) {
    sha.add({buffer.data(), static_cast<std::size_t>(in.gcount())});
    any = true;
  }
  // One that is empty is refused by its reader.
  std::error_code none;
  if (!any && !std::filesystem::is_regular_file(path, none)) throw UserError(path.string() + ": cannot read: not a file");
}

}  // namespace

const std::string& FileHashes::trace(const std::string& path) {
  const auto [entry, is_new] = known_.try_emplace(path);
  if (!is_new) return entry->second;
  std::error_code none;
  const auto status = std::filesystem::status(path, none);
  if (path == "-") throw UserError("a study reads the trace once per point; give a file, not the standard input");
  if (std::filesystem::is_fifo(status) || std::filesystem::is_socket(status) || std::filesystem::is_character_file(status))
    throw UserError(path + ": a study reads the trace once per point; give a file, not a pipe or a device");
  if (!std::filesystem::exists(status)) throw UserError(path + ": cannot read: No such file or directory");
  Sha256 sha;
  for (const auto& each : trace_files(path)) add_file(sha, each);
  return entry->second = sha.hex();
}

const std::string& FileHashes::file(const std::string& path) {
  const auto [entry, is_new] = known_.try_emplace(path);
  if (!is_new) return entry->second;
  Sha256 sha;
  add_file(sha, path);
  return entry->second = sha.hex();
}

}  // namespace icesim::app
