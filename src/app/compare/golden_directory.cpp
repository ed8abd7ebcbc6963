// SPDX-License-Identifier: Apache-2.0
#include "golden_directory.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/base/leftover.hpp"
#include "icesim/crypto/sha256.hpp"
#include "icesim/workload/packed_text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace icesim::app {
namespace {

void check(const std::string& file, const std::string& text, const std::string& sha256) {
  if (sha256_hex(text) != sha256)
    throw UserError(file +
                    ": not what golden.json tells of: edited, or of another state; take all files of the directory "
                    "from one commit, "
                    "or make it anew with 'icesim golden'");
}

/// A directory that is there when it lives, and goes again unless it is kept.
class NewDirectory {
 public:
  explicit NewDirectory(const std::string& path) : path_(path) {
    const SignalPause pause;
    made_ = ::mkdir(path.c_str(), 0777) == 0;
    if (!made_ && errno != EEXIST) throw UserError(path + ": cannot make this directory: " + std::strerror(errno));
    if (made_) leftover_ = Leftover::directory(path);
  }
  ~NewDirectory() {
    if (made_) ::rmdir(path_.c_str());
  }
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  void keep() {
    leftover_.forget();
    made_ = false;
  }

 private:
  std::string path_;
  bool made_ = false;
  Leftover leftover_;
};

}  // namespace

bool GoldenDirectory::is_directory(const std::string& path) {
  std::error_code none;
  return std::filesystem::is_directory(path, none);
}

std::string GoldenDirectory::index_of(const std::string& path) { return path + "/golden.json"; }
std::string GoldenDirectory::results_of(const std::string& path, const std::string& trace) {
  return path + "/" + trace + ".results.json";
}
std::string GoldenDirectory::requests_of(const std::string& path, const std::string& trace) {
  return path + "/" + trace + ".requests.csv.zst";
}

std::vector<std::string> GoldenDirectory::files_of(const std::string& path) {
  std::vector<std::string> files{index_of(path)};
  try {
    for (const GoldenIndex::Trace& trace : read_golden_index(read_text_file(files[0], longest_file), files[0]).traces) {
      files.push_back(results_of(path, trace.name));
      files.push_back(requests_of(path, trace.name));
    }
  } catch (const UserError&) {
    // Said when it is read.
  }
  return files;
}

GoldenDirectory GoldenDirectory::read(const std::string& path) {
  GoldenDirectory golden;
  const std::string index = index_of(path);
  std::error_code none;
  if (!std::filesystem::exists(index, none))
    throw UserError(path +
                    ": a directory without golden.json; 'icesim golden TRACE -o DIR' makes one that can be compared");
  golden.index = read_golden_index(read_text_file(index, longest_file), index);
  for (const GoldenIndex::Trace& trace : golden.index.traces) {
    Run run;
    run.results = read_text_file(results_of(path, trace.name), longest_file);
    check(results_of(path, trace.name), run.results, trace.results_sha256);
    run.requests = read_packed_text(requests_of(path, trace.name));
    check(requests_of(path, trace.name), run.requests, trace.requests_sha256);
    golden.runs.push_back(std::move(run));
  }
  return golden;
}

void GoldenDirectory::add(GoldenIndex::Trace trace, Run run) {
  trace.results_sha256 = sha256_hex(run.results);
  trace.requests_sha256 = sha256_hex(run.requests);
  index.traces.push_back(std::move(trace));
  runs.push_back(std::move(run));
}

void GoldenDirectory::write(const std::string& path, const GoldenDirectory* before) {
  NewDirectory directory(path);
  {
    std::deque<OutputFile> files;
    const auto write = [&](const std::string& file, const std::string& text) { files.emplace_back(file).write(text); };
    for (std::size_t i = 0; i < runs.size(); ++i) {
      write(results_of(path, index.traces[i].name), runs[i].results);
      write(requests_of(path, index.traces[i].name), pack_text(runs[i].requests));
    }
    // Last: what is not of the state that it tells of is refused.
    write(index_of(path), golden_index_json(index));
    std::vector<OutputFile*> all;
    for (OutputFile& file : files) all.push_back(&file);
    commit_together(all);
  }
  directory.keep();
  if (before == nullptr) return;
  for (const GoldenIndex::Trace& trace : before->index.traces) {
    const bool stays = std::any_of(index.traces.begin(), index.traces.end(),
                                   [&](const GoldenIndex::Trace& each) { return each.name == trace.name; });
    if (stays) continue;
    ::unlink(results_of(path, trace.name).c_str());
    ::unlink(requests_of(path, trace.name).c_str());
  }
}

}  // namespace icesim::app
