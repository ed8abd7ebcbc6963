// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/file.hpp"
#include "icesim/spec/crypto_config.hpp"
#include "models/guest/guest_requests.hpp"

#include <string>
#include <string_view>

namespace icesim {

/// What a guest did, a line each in the order in which it happened: register accesses, requests when their doorbell is
/// rung and when they end, and the interrupt pin. Times are picoseconds; a read stands where its answer came, with the
/// time at which it was issued. Keys are left out: a word of a key shows as `key`. What is left is enough to do it all
/// again (testbench/golden/linux*.log.zst): times do not depend on keys and data. A request shows all of its
/// descriptors but the addresses in them; that of an encrypted one that ended says the number of its key.
class GuestLog : public GuestObserver {
 public:
  GuestLog(OutputFile& file, const CryptoCapabilities& layout, const cosim::GuestMap& memory)
      : file_(file), layout_(layout), memory_(memory) {}

  void access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) override;
  void rung(Tag tag, const GuestRequest& request, Picoseconds at) override;
  void ended(Tag tag, const GuestRequest& request, Ocs ocs, Picoseconds at) override;
  void interrupt(bool level, Picoseconds at) override;

 private:
  void line(Picoseconds at, const std::string& text);
  std::string prdt_of(const Utrd& utrd) const;

  OutputFile& file_;
  CryptoCapabilities layout_;
  const cosim::GuestMap& memory_;
};

}  // namespace icesim
