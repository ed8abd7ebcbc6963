// SPDX-License-Identifier: Apache-2.0
#include "icesim/study/result_store.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <sys/stat.h>

namespace icesim {
namespace {

constexpr std::uint64_t longest_results = 64 << 20;

bool is_of(const RecordedResults& results, const StudyPoint& point) {
  if (results.version != point.version || results.trace.sha256 != point.traces.at(0)) return false;
  if (results.config.size() != point.config.size()) return false;
  for (const Setting& setting : point.config)
    if (results.setting(setting.path) != setting.value) return false;
  return true;
}

}  // namespace

ResultStore::ResultStore(std::string path) : path_(std::move(path)) {
  if (::mkdir(path_.c_str(), 0777) != 0 && errno != EEXIST)
    throw UserError(path_ + ": cannot make this directory: " + std::strerror(errno));
  std::error_code none;
  if (!std::filesystem::is_directory(path_, none)) throw UserError(path_ + ": is not a directory");
}

std::optional<std::string> ResultStore::find(const std::string& name, const StudyPoint& point) const {
  const std::string file = file_of(name);
  std::error_code none;
  if (!std::filesystem::exists(file, none)) return std::nullopt;
  std::string text = read_text_file(file, longest_results);
  RecordedResults results;
  try {
    results = read_results(text, file);
  } catch (const UserError& error) {
    throw UserError(std::string(error.what()) + "; remove it, and the point is simulated again");
  }
  if (!is_of(results, point))
    throw UserError(file + ": not the results of the point that it is named by; remove it, and the point is simulated again");
  return text;
}

void ResultStore::keep(const std::string& name, const std::string& results) const {
  write_file_atomically(file_of(name), results);
}

}  // namespace icesim
