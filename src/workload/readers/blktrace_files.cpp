// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/blktrace_files.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace icesim::blktrace {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view infix = ".blktrace.";

/// Of NAME.blktrace.N, also compressed.
struct FileName {
  std::string name;
  std::uint64_t cpu = 0;
  std::string ending;  ///< of a compressed file
  fs::path path;
};

bool parse_file_name(const fs::path& path, FileName& out) {
  std::string text = path.filename().string();
  for (const std::string_view end : {".gz", ".zst"}) {
    if (text.size() <= end.size() || text.compare(text.size() - end.size(), end.size(), end) != 0) continue;
    text.resize(text.size() - end.size());
    out.ending = end;
    break;
  }
  const std::size_t at = text.rfind(infix);
  if (at == std::string::npos) return false;
  const std::string digits = text.substr(at + infix.size());
  constexpr std::size_t most_digits = 6;
  if (digits.empty() || digits.size() > most_digits ||
      !std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return false;
  }
  out.name = text.substr(0, at);
  out.cpu = std::stoull(digits);
  out.path = path;
  return true;
}

/// Every file of a recording that lies in `directory`.
std::vector<FileName> recordings_in(const fs::path& directory) {
  std::vector<FileName> found;
  std::error_code error;
  fs::directory_iterator entry(directory.empty() ? "." : directory, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    FileName name;
    if (parse_file_name(directory / entry->path().filename(), name)) found.push_back(std::move(name));
  }
  if (error) {
    throw UserError((directory.empty() ? "." : directory.string()) +
                    ": cannot be searched for the files of a recording: " + error.message());
  }
  std::sort(found.begin(), found.end(),
            [](const FileName& a, const FileName& b) { return a.cpu != b.cpu ? a.cpu < b.cpu : a.path < b.path; });
  return found;
}

/// Leaves out copies that are compressed otherwise than the file that was named; any other copy is refused, since its
/// requests would be read twice.
void leave_out_copies(std::vector<FileName>& files, const FileName& named) {
  for (std::size_t i = 1; i < files.size();) {
    if (files[i].cpu != files[i - 1].cpu) {
      ++i;
      continue;
    }
    const bool first = files[i - 1].ending == named.ending;
    if (named.path.empty() || first == (files[i].ending == named.ending)) {
      throw UserError(files[i].path.string() + ": is of the same CPU as " + files[i - 1].path.filename().string() +
                      "; leave one of them there, or name one");
    }
    files.erase(files.begin() + static_cast<std::ptrdiff_t>(first ? i : i - 1));
  }
}

void check_is_file(const FileName& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file.path, error);
  if (fs::is_regular_file(status)) return;
  const char* what = fs::is_directory(status) ? "is a directory"
                     : !fs::exists(status)    ? "points nowhere"
                     : fs::is_fifo(status)    ? "is a pipe"
                                              : "is no file";
  throw UserError(file.path.string() + ": " + what + ", but by its name belongs to the recording " + file.name +
                  "; move it away, or give the recording on the standard input");
}

}  // namespace

Files files_of(const fs::path& path) {
  FileName named;
  std::error_code ignored;
  const bool is_directory = fs::is_directory(path, ignored);
  // A pipe is read as it is, once.
  if (!is_directory && (!parse_file_name(path, named) || !fs::is_regular_file(path, ignored))) return {{path}, 0};
  std::vector<FileName> files = recordings_in(is_directory ? path : path.parent_path());
  if (files.empty()) throw UserError(path.string() + ": is a directory without files NAME.blktrace.N");
  const std::string name = is_directory ? files.front().name : named.name;
  const auto others =
      std::stable_partition(files.begin(), files.end(), [&](const FileName& file) { return file.name == name; });
  if (is_directory && others != files.end()) {
    throw UserError(path.string() + ": holds several recordings; name a file of one, such as " + name + ".blktrace.0");
  }
  files.erase(others, files.end());
  leave_out_copies(files, named);
  Files all;
  for (const FileName& file : files) {
    check_is_file(file);
    all.paths.push_back(file.path);
  }
  if (!files.empty()) all.missing = files.back().cpu + 1 - files.size();
  return all;
}

}  // namespace icesim::blktrace
