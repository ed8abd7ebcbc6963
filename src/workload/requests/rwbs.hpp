// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/io_request.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace icesim {

/// The letters by which Linux names a request: preflush F, operation R W F D, then F (FUA), A, S, M
/// [trace-block-events]. `FWS` of old kernels, an empty write that stands for a flush, reads back as `FFS`.
std::string rwbs(const IoRequest& request);

/// What a rwbs word says.
struct Rwbs {
  Operation operation = Operation::read;
  std::uint8_t flags = 0;
  bool known = false;  ///< false: a valid word of another operation (N, ZR, WZ ...)
  bool has_unknown = false;  ///< letters of vendors are behind those that are known
};

/// Reads a rwbs word; returns false when it is not one. Behind a known operation any letters may stand: vendors add
/// some.
bool parse_rwbs(std::string_view word, Rwbs& out);

}  // namespace icesim
