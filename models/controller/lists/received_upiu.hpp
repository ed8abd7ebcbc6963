// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/ports.hpp"
#include "models/base/train.hpp"
#include "models/base/upiu_bytes.hpp"

#include <cstdint>

namespace icesim {

/// One UPIU from the link.
struct ReceivedUpiu {
  Upiu upiu;
  Picoseconds last{};
  Train train;
};

/// One that waits for the bus edge that sees it.
struct WaitingUpiu {
  ReceivedUpiu received;
  UpiuBytes bytes;
  std::uint32_t life = 0;  ///< of the command that has its tag
  std::uint32_t link_life = 0;
};

}  // namespace icesim
