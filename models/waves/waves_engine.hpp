// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/waves/waves.hpp"

namespace icesim {

/// Stands before the crypto engine: passes everything on, and lets Waves' second engine repeat it block by block.
class Waves::Engine : public CryptoEngine {
 public:
  Engine(Waves& waves, CryptoEngine& real) : waves_(waves), real_(real) {}
  void pass(const CryptoJob& job, Train& train) override;
  bool shared() const override { return real_.shared(); }
  CryptoFault fault(const CryptoJob& job) const override { return real_.fault(job); }
  void transform(const CryptoJob& job, std::byte* data, std::size_t length) override {
    real_.transform(job, data, length);
  }

 private:
  void repeat(const CryptoJob& job, Bytes data_unit);
  void repeat_bypass(const CryptoJob& job);
  std::size_t first_shown() const;
  void tell_arrival(const CryptoJob& job, bool bypassed);

  Waves& waves_;
  CryptoEngine& real_;
  // Copies: to look at a train may write it out.
  Train arrived_;  ///< the piece as it came
  Train left_;     ///< and as the engine gave it back
  Train blocks_;   ///< the piece as the second engine gets it and gives it back
};

}  // namespace icesim
