// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace icesim::test {

/// Every source file, named from the top, and its text.
inline const std::map<std::string, std::string>& source_files() {
  static const std::map<std::string, std::string> files = [] {
    namespace fs = std::filesystem;
    const fs::path top = ICESIM_SOURCE_DIR;
    std::map<std::string, std::string> found;
    for (const char* folder : {"include", "src", "models", "testbench"}) {
      for (const auto& entry : fs::recursive_directory_iterator(top / folder)) {
        const std::string extension = entry.path().extension().string();
        if (extension != ".cpp" && extension != ".hpp") continue;
        found[entry.path().lexically_relative(top).generic_string()] = read_text_file(entry.path().string());
      }
    }
    return found;
  }();
  return files;
}

/// What a source includes, as it is written between <> or "".
inline std::vector<std::string> includes_of(const std::string& text) {
  std::vector<std::string> headers;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(0, 9, "#include ") != 0 || line.size() < 12) continue;
    headers.push_back(line.substr(10, line.find_first_of("\">", 10) - 10));
  }
  return headers;
}

/// "driver/keys/keyring" for include/icesim/driver/keys/keyring.hpp, for src/driver/keys/keyring.cpp, and for
/// icesim/driver/keys/keyring.hpp as an include names it: what a reader takes for one thing.
inline std::string thing_of(const std::string& file) {
  std::string thing = file.substr(0, file.rfind('.'));
  for (const char* root : {"include/icesim/", "icesim/", "src/"}) {
    const std::string beginning = root;
    if (thing.compare(0, beginning.size(), beginning) == 0) return thing.substr(beginning.size());
  }
  return thing;
}

/// The room of a file or thing: its folder.
inline std::string room_of(const std::string& file) { return file.substr(0, file.rfind('/')); }

}  // namespace icesim::test
