// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"
#include "icesim/spec/query.hpp"
#include "models/base/ports.hpp"
#include "models/device/background/background_work.hpp"
#include "models/device/ufs_device_config.hpp"

#include <cstddef>
#include <vector>

namespace icesim {

/// Descriptors, attributes and flags of the device, and the answers to query requests for them.
class QueryTable {
 public:
  explicit QueryTable(const UfsDeviceConfig& config);

  /// The flash has a WriteBooster buffer, and each of its pages takes as many of the rest as `factor`.
  void connect(FlashBoosterControl& booster, std::uint32_t factor);
  void connect(const BackgroundWork& work) { background_ = &work; }
  /// Carries out a request at `at`, which changes the flash at `next`; a descriptor's bytes go to `to` (at most 255, as many as the answer's data
  /// segment).
  QueryUpiu execute(const QueryUpiu& request, Picoseconds at, Picoseconds next, std::byte* to);

  /// Attributes and flags that do not outlive a reset, or a loss of power, have their defaults again.
  void reset(bool power_lost, Picoseconds next);

  /// Logical unit 0 takes no writes.
  bool write_protected() const { return flags_[0].value; }
  bool allows_background() const { return flag_value(query::fBackgroundOpsEn); }
  bool flushes_booster() const { return booster_ != nullptr && flag_value(query::fWriteBoosterBufferFlushEn); }
  /// The well-known boot unit reads boot LU A.
  bool boots() const { return config_.boot_unit && find_attribute(query::bBootLunEn)->value != 0; }
  bool any_order() const { return find_attribute(query::bOutOfOrderDataEn)->value != 0; }
  /// Whether there is an exception event that the host wants to hear of.
  bool alerts() const {
    return (background_->events() & find_attribute(query::wExceptionEventControl)->value) != 0;
  }
  /// READY TO TRANSFERs that may be outstanding: bMaxNumOfRTT as it stands.
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
  QueryUpiu flag(const QueryUpiu& request, Picoseconds at, Picoseconds next);
  void set_booster(std::uint8_t idn, bool on, Picoseconds next);
  void look_at_booster();
  void look_at_background();
  bool flag_value(std::uint8_t idn) const;
  std::uint32_t booster_units() const;
  const Attribute* find_attribute(std::uint8_t idn) const;

  const UfsDeviceConfig config_;
  std::vector<Attribute> attributes_;
  std::vector<Flag> flags_;
  FlashBoosterControl* booster_ = nullptr;
  const BackgroundWork* background_ = nullptr;
  std::uint32_t booster_factor_ = 1;
  Picoseconds initialised_{};  ///< fDeviceInit reads 1 before
};

}  // namespace icesim
