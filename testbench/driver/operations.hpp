// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "icesim/workload/io_request.hpp"

namespace icesim::test {

inline constexpr Operation read = Operation::read;
inline constexpr Operation write = Operation::write;

}  // namespace icesim::test
