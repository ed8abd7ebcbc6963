// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "byte_source.hpp"
#include "ftrace_reader.hpp"
#include "icesim/workload/reader.hpp"

#include <memory>

namespace icesim {

/// Finds out the format of decompressed bytes and gives its reader. `owners` hears of files when the format tells.
std::unique_ptr<TraceReader> open_reader(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options,
                                         OwnerListener* owners = nullptr);

}  // namespace icesim
