// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace icesim::app {

/// "0.1.0+1a2b3c4d5e6f": the version, and the commit that was checked out when it was built, where that is known.
/// Defined in a file that CMake writes (version.cmake).
std::string version_text();

}  // namespace icesim::app
