// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/query.hpp"
#include "models/device/ufs_device_config.hpp"

#include <array>
#include <cstddef>

namespace icesim {

/// Descriptors, attributes and flags of the device, and the answers to query requests for them.
class QueryTable {
 public:
  explicit QueryTable(const UfsDeviceConfig& config);

  /// Carries out a request at `at`; a descriptor's bytes go to `to` (at most 255, as many as the answer's data
  /// segment).
  QueryUpiu execute(const QueryUpiu& request, Picoseconds at, std::byte* to);

  /// READY TO TRANSFERs that may be outstanding: bMaxNumOfRTT as it stands.
  /// Attributes and flags that do not outlive a reset, or a loss of power, have their defaults again.
  void reset(bool power_lost);

  /// Logical unit 0 takes no writes.
  bool write_protected() const { return flags_[0].value; }
  std::uint32_t max_rtt() const { return find_attribute(query::bMaxNumOfRTT)->value; }

 private:
  /// What ends a value that was written.
  enum class Lasts : std::uint8_t { until_reset, until_power_off, always };
  struct Attribute {
    std::uint8_t idn;
    bool writeable;
    std::uint32_t min;
    std::uint32_t max;
    std::uint32_t value;
    Lasts lasts = Lasts::always;
    std::uint32_t usual = 0;  ///< value behind a reset
  };
  struct Flag {
    std::uint8_t idn;
    bool usual;
    Lasts lasts;
    bool set_only;
    bool value = usual;
  };

  QueryUpiu descriptor(const QueryUpiu& request, std::byte* to) const;
  QueryUpiu attribute(const QueryUpiu& request);
  QueryUpiu flag(const QueryUpiu& request, Picoseconds at);
  const Attribute* find_attribute(std::uint8_t idn) const;

  const UfsDeviceConfig config_;
  std::array<Attribute, 9> attributes_;
  std::array<Flag, 2> flags_;
  Picoseconds initialised_{};  ///< fDeviceInit reads 1 before
};

}  // namespace icesim
