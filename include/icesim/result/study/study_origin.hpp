// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace icesim {

/// Where the results of a study are from: the program, and the command that repeats it. Empty ones are left out of files.
struct StudyOrigin {
  std::string version;
  std::string command;
};

}  // namespace icesim
