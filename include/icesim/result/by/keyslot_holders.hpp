// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"

#include <array>
#include <cstdint>

namespace icesim {

/// Says of each request that had to wait for a keyslot which request had that keyslot before, and passes it on: of those with
/// another key the one that ended last while this one waited.
class KeyslotHolders final : public RequestRecorder {
 public:
  explicit KeyslotHolders(RequestRecorder& sink) : sink_(sink) {}
  void request_ended(const RequestRecord& request) override;

 private:
  static constexpr std::size_t most_keyslots = 256;
  struct Use {
    std::uint64_t id = 0;
    std::uint32_t key = 0;
    std::uint32_t vm = 0;
  };
  /// Of a keyslot: the request that ended last, and the last one before it that had another key.
  struct Keyslot {
    Use last;
    Use before;
  };

  RequestRecorder& sink_;
  std::array<Keyslot, most_keyslots> keyslots_;
};

}  // namespace icesim
