// SPDX-License-Identifier: Apache-2.0
#include "wave_converter.hpp"

#include "icesim/base/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace icesim::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* converter = "vcd2fst";

bool is_installed(const char* program) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    if (::access((directory + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

[[noreturn]] void be_program(const std::vector<std::string>& words) {
  std::vector<std::string> copy = words;
  std::vector<char*> argv;
  for (std::string& word : copy) argv.push_back(word.data());
  argv.push_back(nullptr);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, descriptor);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

/// Runs a program without a shell and without its output; true when it ended well. It ends with this process.
bool runs(const std::vector<std::string>& words) {
  const pid_t self = ::getpid();
  pid_t process = 0;
  Leftover child;
  {
    const SignalPause pause;
    process = ::fork();
    if (process == 0) {
      be_child_of(self);
      be_program(words);
    }
    if (process < 0) return false;
    child = Leftover::child(process);
  }
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Where there is room for a file of this size for a while: beside an ordinary file, or where such things go.
fs::path place_for(const std::string& fst) {
  std::error_code error;
  const fs::file_status status = fs::status(fst, error);
  if (fs::exists(status) && !fs::is_regular_file(status)) return fs::temp_directory_path();
  const fs::path real = fs::weakly_canonical(fst, error);
  const fs::path directory = (error ? fs::path(fst) : real).parent_path();
  return directory.empty() ? "." : directory;
}

}  // namespace

bool wants_fst(const std::string& path) { return fs::path(path).extension() == ".fst"; }

void require_fst_converter(const std::string& path) {
  if (is_installed(converter)) return;
  throw UserError("--waves " + path + ": FST is made by " + converter +
                  ", which is not installed; install the package gtkwave, or give a name that ends in .vcd");
}

WaveConverter::WaveConverter(const std::string& fst) : target_(fst) {
  directory_ = (place_for(fst) / ".icesim-XXXXXX").string();
  {
    const SignalPause pause;
    if (::mkdtemp(directory_.data()) == nullptr) throw UserError(fst + ": cannot write: " + std::strerror(errno));
    leftovers_.push_back(Leftover::directory(directory_));
  }
  for (const char* name : {"vcd", "fst", "fst.hier"}) leftovers_.push_back(Leftover::file(AT_FDCWD, path(name)));
  vcd_.emplace(path("vcd"));
}

WaveConverter::~WaveConverter() {
  vcd_.reset();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void WaveConverter::convert(OutputFile& fst) {
  vcd_->commit();
  std::ifstream made;
  if (runs({converter, "-v", path("vcd"), "-f", path("fst")})) made.open(path("fst"), std::ios::binary);
  if (!made.is_open())
    throw UserError(target_ + ": " + converter + " could not write it; a name that ends in .vcd needs no conversion");
  std::string piece(1 << 16, '\0');
  while (made.read(piece.data(), static_cast<std::streamsize>(piece.size())), made.gcount() > 0)
    fst.write(std::string_view(piece).substr(0, static_cast<std::size_t>(made.gcount())));
}

}  // namespace icesim::app
