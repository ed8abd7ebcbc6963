// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/scsi.hpp"
#include "icesim/spec/upiu.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace icesim {

struct UfsDeviceConfig;

/// Room for any answer that is not read from flash.
inline constexpr std::size_t control_data_size = 256;

/// What a SCSI command asks of the device, checked and cut to the length the host expects.
struct ScsiPlan {
  enum class Work : std::uint8_t { none, answer, read, write, flush, unmap, fail };

  Work work = Work::none;
  Sense sense{};             ///< of Work::fail
  Lba first{};               ///< of a read or write
  std::uint32_t blocks = 0;  ///< to read or write; the last of a read may go out in part
  bool fua = false;
  std::uint32_t length = 0;    ///< bytes that cross the link
  std::uint32_t residual = 0;  ///< difference between what the CDB moves and what the host expects
  std::uint8_t flags = 0;      ///< ResponseUpiu::Flag for the residual

  static ScsiPlan failure(Sense sense) {
    ScsiPlan plan;
    plan.work = Work::fail;
    plan.sense = sense;
    return plan;
  }
};

/// Bytes of an answer, or the reason why there is none.
struct ScsiAnswer {
  std::uint32_t length = 0;
  Sense sense{};
};

/// SCSI side of the device: logical units, each with a range of the device's blocks, and well-known units: each knows INQUIRY,
/// REQUEST SENSE, TEST UNIT READY and REPORT LUNS; that of the device START STOP UNIT, too, that of booting reads the boot unit
/// where there is one and it is enabled, and RPMB tells that it has no security protocol, and refuses them.
class ScsiTarget {
 public:
  explicit ScsiTarget(const UfsDeviceConfig& config);

  /// True for the logical units and the well-known ones.
  bool has_unit(std::uint8_t lun) const;
  /// The plan's blocks are those of the device; `boots`: the well-known boot unit reads the last one.
  ScsiPlan plan(const CommandUpiu& command, bool boots) const;
  /// Whether a unit attention is answered in place of the command, and over then.
  static bool tells_attention(const CommandUpiu& command);
  /// Writes the answer to a command planned as Work::answer, at most `control_data_size` bytes.
  ScsiAnswer answer(const CommandUpiu& command, bool write_protected, std::byte* to) const;
  /// The one range of an UNMAP parameter list for a unit; otherwise `sense` says what is wrong with the list.
  ScsiPlan unmap_range(std::uint8_t lun, const std::byte* list, std::uint32_t length) const;

  /// Sets length, residual and flags of a transfer of `moved` bytes by what the host expects.
  static void settle(ScsiPlan& plan, Bytes moved, Bytes expected);

 private:
  struct LogicalUnit {
    Lba first;  ///< of the device's blocks
    std::uint64_t blocks;
    bool holds(Lba from, std::uint64_t count) const { return from.n <= blocks && count <= blocks - from.n; }
  };

  ScsiPlan plan_transfer(const scsi::Transfer& transfer, const CommandUpiu& command, const LogicalUnit& unit) const;
  ScsiPlan plan_well_known(const CommandUpiu& command, ScsiPlan plan, bool boots) const;
  ScsiPlan plan_unmap(const CommandUpiu& command) const;
  ScsiAnswer inquiry(const CommandUpiu& command, std::byte* to) const;
  ScsiAnswer product_data(const CommandUpiu& command, std::uint8_t page, std::byte* to) const;
  ScsiAnswer report_luns(std::uint8_t select, std::byte* to) const;
  ScsiAnswer mode_sense(const CommandUpiu& command, bool write_protected, std::byte* to) const;

  std::vector<LogicalUnit> units_;
  bool write_cache_;
};

/// Sense data of the device that the common list does not have.
namespace device_sense {
inline constexpr Sense invalid_field_in_command_upiu{0x5, 0x0e, 0x03};
inline constexpr Sense parameter_list_length_error{0x5, 0x1a, 0x00};
inline constexpr Sense invalid_field_in_parameter_list{0x5, 0x26, 0x00};
inline constexpr Sense data_phase_error{0xb, 0x4b, 0x00};
inline constexpr Sense overlapped_commands{0xb, 0x4e, 0x00};
}  // namespace device_sense

inline constexpr std::uint8_t well_known_units[] = {scsi::well_known::report_luns, scsi::well_known::ufs_device,
                                                    scsi::well_known::boot, scsi::well_known::rpmb};

/// Most blocks of one READ or WRITE, also told in the block limits page.
inline constexpr std::uint32_t max_transfer_blocks = 0xffff;

}  // namespace icesim
