// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/reader.hpp"
#include "src/workload/readers/device_event.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace icesim {

/// Finds out in what unit ufshcd_command tells the addresses of reads and writes: until Linux 5.13 that is sectors of
/// 512 bytes, since then logical blocks of 4096.
///
/// Some things prove it: a block event of the same request, how steps are called, fields that only newer kernels print,
/// what stands for the address of a flush, an address that is no multiple of eight sectors. Else most of the requests
/// that continue the one before decide, or that many short ones all begin at multiples of eight; else blocks are
/// assumed.
class UfsLbaUnit {
 public:
  /// What is wrong with a trace whose commands contradict what was taken for likely.
  static constexpr std::string_view contradiction =
      "this ufshcd_command counts addresses in another unit than those before it were taken for; give --ufs-lba-unit "
      "sector (Linux before 5.14) or block";

  explicit UfsLbaUnit(LbaUnit given);

  /// Hears a request of the block layer.
  void block_issue(Operation operation, std::uint64_t sector, std::uint64_t sectors);
  /// Hears a command of the driver.
  void command(const ftrace::UfshcdCommand& command);
  /// Nothing that follows matters.
  bool is_proven() const { return unit_ != LbaUnit::automatic; }
  /// Takes what is likely, when nothing proves it.
  void settle();

  bool is_settled() const { return settled_; }
  /// A command proves, after all, that what was taken for likely is wrong.
  bool contradicts(const ftrace::UfshcdCommand& command) const;
  Bytes bytes() const { return unit_ == LbaUnit::sector ? sector_size : logical_block; }
  /// Notes the unit, and what tells it.
  void tell(TraceInfo& info) const;

 private:
  struct Block {
    Operation operation = Operation::flush;
    std::uint64_t sector = 0;
    std::uint64_t bytes = 0;
  };
  struct Last {
    std::uint64_t lba = 0;
    std::uint64_t size = 0;
  };

  void prove(LbaUnit unit, const char* by);
  bool is_of_block_event(const ftrace::UfshcdCommand& command);
  void count(const ftrace::UfshcdCommand& command);

  LbaUnit unit_;
  const char* by_;
  bool settled_;
  bool likely_ = false;
  std::array<Block, 64> blocks_{};  ///< the latest requests of the block layer, in a ring
  std::size_t next_block_ = 0;
  std::array<Last, 2> last_{};  ///< read, write
  std::uint64_t sector_steps_ = 0;
  std::uint64_t block_steps_ = 0;
  std::uint64_t short_ones_ = 0;
};

}  // namespace icesim
