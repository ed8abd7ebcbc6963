// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"

#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {
namespace {

namespace fs = std::filesystem;

constexpr std::ptrdiff_t most_lines = 300;
/// Files that are still longer, and how long they may get; take one off when it is split, add none.
const std::map<std::string, std::ptrdiff_t> exceptions{
    {"testbench/driver/keys/keyslot_manager_test.cpp", 350},
    {"testbench/driver/ufshcd/payload_check_test.cpp", 340},
    {"testbench/models/device/ufs_device_commands_test.cpp", 340},
    {"testbench/models/device/ufs_device_data_test.cpp", 350},
};

/// What the files of a folder may include of ours: one arrow of the design is one word here.
const std::map<std::string, std::vector<std::string>> arrows{
    {"base", {"icesim/base/"}},
    {"spec", {"icesim/base/", "icesim/spec/"}},
    {"crypto", {"icesim/base/", "icesim/crypto/"}},
    {"driver", {"icesim/base/", "icesim/spec/", "icesim/crypto/", "icesim/driver/", "icesim/workload/io_request.hpp"}},
    {"workload", {"icesim/base/", "icesim/workload/", "src/workload/"}},
    {"result", {"icesim/base/", "icesim/result/"}},
    {"cosim", {"icesim/base/", "icesim/spec/", "icesim/cosim/", "src/cosim/"}},
    {"models",
     {"icesim/base/", "icesim/spec/", "icesim/crypto/", "icesim/driver/", "icesim/workload/", "icesim/cosim/", "models/"}},
    {"app", {"icesim/", "models/"}},
    {"testbench", {"icesim/", "models/", "testbench/", "src/"}},
};

/// Libraries of others, and the only places for them.
const std::map<std::string, std::vector<std::string>> libraries{
    {"systemc", {"models/", "testbench/", "src/app/main.cpp"}},
    {"sysc/", {"models/", "testbench/"}},
    {"tlm", {"models/", "testbench/"}},
    {"nlohmann/", {"src/result/", "testbench/"}},
    {"boost/", {"src/app/"}},
    {"openssl/", {"src/crypto/", "testbench/"}},
    {"zstd.h", {"src/workload/", "testbench/"}},
    {"zlib.h", {"src/workload/", "testbench/"}},
    {"google/protobuf/", {"src/workload/readers/perfetto", "testbench/workload/readers/perfetto"}},
    {"perfetto.pb.h", {"src/workload/readers/perfetto", "testbench/workload/readers/perfetto"}},
};

bool starts_with_one_of(std::string_view text, const std::vector<std::string>& beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](const std::string& beginning) { return text.substr(0, beginning.size()) == beginning; });
}

/// "driver" for include/icesim/driver/x.hpp and src/driver/x.cpp, else the first folder.
std::string house_of(const std::string& file) {
  for (const std::string& root : {std::string("include/icesim/"), std::string("src/")}) {
    if (file.compare(0, root.size(), root) == 0)
      return file.substr(root.size(), file.find('/', root.size()) - root.size());
  }
  return file.substr(0, file.find('/'));
}

/// Whether a file, named from the top, may include `header`, written between <> or "".
bool permitted(const std::string& file, const std::string& header) {
  for (const auto& [library, places] : libraries) {
    if (header.compare(0, library.size(), library) == 0) return starts_with_one_of(file, places);
  }
  if (header.compare(0, 7, "icesim/") == 0 || header.compare(0, 7, "models/") == 0 ||
      header.compare(0, 4, "src/") == 0 || header.compare(0, 10, "testbench/") == 0) {
    return starts_with_one_of(header, arrows.at(house_of(file)));
  }
  return true;
}

std::vector<std::string> includes_of(const std::string& text) {
  std::vector<std::string> headers;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(0, 9, "#include ") != 0 || line.size() < 12) continue;
    headers.push_back(line.substr(10, line.find_first_of("\">", 10) - 10));
  }
  return headers;
}

/// Every source file, named from the top, and its text.
std::map<std::string, std::string> sources() {
  const fs::path top = ICESIM_SOURCE_DIR;
  std::map<std::string, std::string> files;
  for (const char* folder : {"include", "src", "models", "testbench"}) {
    for (const auto& entry : fs::recursive_directory_iterator(top / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".cpp" && extension != ".hpp") continue;
      files[entry.path().lexically_relative(top).generic_string()] = read_text_file(entry.path().string());
    }
  }
  return files;
}

TEST(SourceRules, FilesIncludeOnlyWhatTheArrowsOfTheDesignPermit) {
  std::size_t includes = 0;
  for (const auto& [file, text] : sources()) {
    for (const std::string& header : includes_of(text)) {
      EXPECT_TRUE(permitted(file, header)) << file << " may not include " << header;
      ++includes;
    }
  }
  EXPECT_GT(includes, 500U) << "the search finds the files";
}

TEST(SourceRules, TheCheckSeesAForbiddenArrow) {
  EXPECT_FALSE(permitted("src/base/file.cpp", "icesim/spec/bytes.hpp"));
  EXPECT_FALSE(permitted("include/icesim/driver/driver.hpp", "icesim/workload/reader.hpp"));
  EXPECT_TRUE(permitted("include/icesim/driver/driver.hpp", "icesim/workload/io_request.hpp"));
  EXPECT_FALSE(permitted("src/driver/driver.cpp", "models/base/ports.hpp"));
  EXPECT_FALSE(permitted("models/base/ports.hpp", "icesim/result/results.hpp"));
  EXPECT_FALSE(permitted("src/app/run_command.cpp", "systemc"));
  EXPECT_TRUE(permitted("src/app/main.cpp", "systemc"));
  EXPECT_FALSE(permitted("include/icesim/result/results.hpp", "nlohmann/json.hpp"));
  EXPECT_FALSE(permitted("models/ice/keyslot_file.cpp", "openssl/evp.h"));
  EXPECT_THAT(includes_of("#include \"icesim/base/file.hpp\"\n#include <systemc>\nint x;\n"),
              testing::ElementsAre("icesim/base/file.hpp", "systemc"));
}

TEST(SourceRules, FilesAreShort) {
  for (const auto& [file, text] : sources()) {
    const auto exception = exceptions.find(file);
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'),
              exception == exceptions.end() ? most_lines : exception->second)
        << file;
  }
}

TEST(SourceRules, FilesBeginWithTheirLicence) {
  for (const auto& [file, text] : sources()) {
    EXPECT_THAT(text, testing::StartsWith("// SPDX-License-Identifier: Apache-2.0\n")) << file;
  }
}

}  // namespace
}  // namespace icesim
