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

/// Two of them, one beside the modules and one beside that.
class BothInterposers final : public Interposer {
 public:
  BothInterposers(Interposer& inner, Interposer& outer) : inner_(inner), outer_(outer) {}
  CryptoEngine& between(CryptoEngine& engine) override { return outer_.between(inner_.between(engine)); }
  UpiuSink& between(Direction direction, UpiuSink& receiver) override {
    return outer_.between(direction, inner_.between(direction, receiver));
  }
  LinkManagement& between(LinkManagement& management) override { return outer_.between(inner_.between(management)); }

 private:
  Interposer& inner_;
  Interposer& outer_;
};

}  // namespace icesim
