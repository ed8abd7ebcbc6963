// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/base/ports.hpp"

namespace icesim {

/// Something that stands between modules: gives what is to be bound in the place of each.
class Interposer {
 public:
  virtual ~Interposer() = default;
  virtual CryptoEngine& between(CryptoEngine& engine) = 0;
  virtual UpiuSink& between(Direction direction, UpiuSink& receiver) = 0;
  virtual LinkManagement& between(LinkManagement& management) = 0;
};

}  // namespace icesim
