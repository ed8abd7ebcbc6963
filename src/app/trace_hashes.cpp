// SPDX-License-Identifier: Apache-2.0
#include "trace_hashes.hpp"

#include "icesim/crypto/sha256.hpp"
#include "trace_line.hpp"

#include <algorithm>

namespace icesim::app {

struct TraceHashes::File {
  std::filesystem::path path;
  Sha256 sha;
  std::string hex;  ///< once its end is read
  bool again = false;  ///< it was opened again
};

void TraceHashes::follow(TraceOptions& options) {
  options.opened = [this](const std::filesystem::path& path) {
    auto file = std::make_shared<File>();
    file->path = path;
    const auto known = std::find_if(files_.begin(), files_.end(), [&](const auto& each) { return each->path == path; });
    if (known == files_.end()) {
      files_.push_back(file);
    } else {
      (*known)->again = true;
      *known = file;
    }
    return [file](std::string_view bytes) {
      if (file->again) return false;
      bytes.empty() ? void(file->hex = file->sha.hex()) : file->sha.add(bytes);
      return true;
    };
  };
}

void TraceHashes::tell(TraceSummary& trace) const {
  const auto is_whole = [](const auto& file) { return !file->hex.empty(); };
  if (!std::all_of(files_.begin(), files_.end(), is_whole)) return;
  if (files_.size() == 1) trace.sha256 = files_.front()->hex;
  if (files_.size() < 2) return;
  for (const auto& file : files_) trace.files.push_back({trace_name(file->path.string()), file->hex});
}

}  // namespace icesim::app
