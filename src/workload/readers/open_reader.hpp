// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/reader.hpp"
#include "src/workload/bytes/byte_source.hpp"

#include <memory>

namespace icesim {

/// Finds out the format of decompressed bytes and gives its reader.
std::unique_ptr<TraceReader> open_reader(std::unique_ptr<PeekBytes> bytes, const TraceOptions& options);

}  // namespace icesim
