// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "src/workload/bytes/byte_source.hpp"

#include <memory>

namespace icesim {

/// A file without what tools and editors put around a trace: a byte order mark, line ends of carriage returns only,
/// what atrace or a shell prints before ftrace text, and atrace's own compression. Lines keep their numbers.
std::unique_ptr<PeekBytes> without_heading(std::unique_ptr<PeekBytes> bytes);

}  // namespace icesim
