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
  std::uint32_t max_rtt() const { return find_attribute(query::bMaxNumOfRTT)->value; }

 private:
  struct Attribute {
    std::uint8_t idn;
    bool writeable;
    std::uint32_t min;
    std::uint32_t max;
    std::uint32_t value;
  };
  struct Flag {
    std::uint8_t idn;
    bool value;
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
