// SPDX-License-Identifier: Apache-2.0
#include "platforms.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/base/text/list_text.hpp"
#include "icesim/result/near_match.hpp"
#include "icesim/result/parameter_reader.hpp"

#include <cstdint>
#include <filesystem>
#include <system_error>

namespace icesim::app {

namespace {

/// Results of a run are platforms too, and far smaller.
constexpr std::uint64_t longest_platform = 16 << 20;

/// A word that is neither a platform nor a file.
struct NoPlatform : UserError {
  using UserError::UserError;
};

/// A built-in platform or, failing that, a file, relative to a folder.
PlatformText platform_text(const std::string& name_or_file, const std::filesystem::path& folder) {
  if (const Platform* platform = find_platform(name_or_file))
    return {"platform " + name_or_file, std::string(platform->json)};
  const std::string file = folder.empty() ? name_or_file : (folder / name_or_file).lexically_normal().string();
  // A missing file keeps the message of the file; a bare word was probably meant as a name.
  const bool is_word = name_or_file.find_first_of("./") == std::string::npos;
  std::error_code unknown;
  if (is_word && std::filesystem::status(file, unknown).type() == std::filesystem::file_type::not_found) {
    const std::string list = list_text(platform_names());
    throw NoPlatform(name_or_file + ": no such platform or file" + did_you_mean(name_or_file, platform_names()) +
                     (list.empty() ? "" : "; built-in platforms are " + list));
  }
  return {file, read_text_file(file, longest_platform)};
}

}  // namespace

std::string_view Platform::sentence() const {
  if (json.substr(0, 3) != "// ") return "";
  return json.substr(3, json.find('\n') - 3);
}

std::vector<std::string> platform_names() {
  std::vector<std::string> names;
  for (const Platform& platform : built_in_platforms()) names.emplace_back(platform.name);
  return names;
}

const Platform* find_platform(std::string_view name) {
  for (const Platform& platform : built_in_platforms()) {
    if (platform.name == name) return &platform;
  }
  return nullptr;
}

PlatformRanges load_platform(const std::string& name_or_file, const DescribeParameters& config) {
  const auto find_base = [](const std::string& base, const std::string& standing) {
    // A file is looked for beside the one that names it.
    return platform_text(base, std::filesystem::path(standing).parent_path());
  };
  PlatformText platform;
  try {
    platform = platform_text(name_or_file, {});
  } catch (const NoPlatform& error) {
    throw UserError(std::string("--platform ") + error.what());
  }
  return read_platform(platform, config, find_base);
}

}  // namespace icesim::app
