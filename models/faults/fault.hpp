// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/units.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace icesim {

/// Something that goes wrong once, when the N-th request of a kind reaches the device or at a time, or N times.
struct Fault {
  enum class Kind : std::uint8_t {
    lost_answer,
    invalid_key,
    crypto_error,
    engine_failure,
    link_loss,
    uic_error,
    device_reset,
    failed_resets,
    power_loss
  };
  /// Which requests of the block layer count.
  enum class Among : std::uint8_t { all, read, write, flush, crypto };

  static constexpr std::array<Choice, 9> kinds{
      {{"lost-answer", "The RESPONSE never comes"},
       {"invalid-key", "The descriptor is fetched with the number of a keyslot that does not exist: OCS 9"},
       {"crypto-error", "The engine gives the request up: OCS A"},
       {"engine-failure", "The engine is broken until the controller is reset: OCS A, CEFES"},
       {"link-loss", "The link is lost until it is started again: ULLS"},
       {"uic-error", "The data link layer reports PA_INIT_ERROR: UE, UECDL"},
       {"device-reset", "The device forgets its commands, and tells nobody"},
       {"failed-resets", "A reset of the controller fails N times: the link finds no device"},
       {"power-loss", "The device loses its power and its write cache; a guest stops with it, a run goes on behind its restart"}}};
  static constexpr std::array<Choice, 5> groups{
      {{"all", ""}, {"read", ""}, {"write", ""}, {"flush", ""}, {"crypto", ""}}};

  Kind kind = Kind::lost_answer;
  Among among = Among::all;
  std::uint64_t number = 1;  ///< counted from 1; a request that is tried again counts again
  std::optional<Picoseconds> time;  ///< of a loss of power, in the place of a number: counted from the start of the replay or the guest

  /// Whether requests are counted; otherwise resets, or nothing.
  bool counts_requests() const { return kind != Kind::failed_resets && !time; }
  /// Reads KIND@[read:|write:|flush:|crypto:]N, and of a loss of power KIND@TIME with a unit. Throws UserError with what would be allowed.
  static Fault parse(std::string_view text);
  std::string text() const;
  /// The names of all kinds, with commas between.
  static std::string kind_names();
  /// Faults of keys and engine count encrypted requests only.
  bool needs_encryption() const {
    return kind == Kind::invalid_key || kind == Kind::crypto_error || kind == Kind::engine_failure;
  }
};

}  // namespace icesim
