// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/ufs_lba_unit.hpp"

namespace icesim {
namespace {

constexpr std::uint64_t sectors_of_block = logical_block.n / sector_size.n;
/// What kernels print for a command without an address: since 5.14 the same in blocks, since 5.17 zero.
constexpr std::uint64_t no_sector = ~std::uint64_t{0};
constexpr std::uint64_t no_block = no_sector / sectors_of_block;
/// So many requests of less than eight blocks do not all begin at multiples of eight blocks.
constexpr std::uint64_t enough_short_ones = 32;

bool is_data(const ftrace::UfshcdCommand& command) { return command.is_read() || command.is_write(); }

/// What a command shows by itself.
LbaUnit proof_of(const ftrace::UfshcdCommand& command, const char*& by) {
  if (command.has_old_step) {
    by = "the names of its steps show";
    return LbaUnit::sector;
  }
  if (command.has_new_fields) {
    by = "fields of newer kernels show";
    return LbaUnit::block;
  }
  if (!is_data(command) && command.size < 0 && command.opcode != 0) {
    by = "commands without an address show";
    if (command.lba == no_sector) return LbaUnit::sector;
    if (command.lba == no_block || command.lba == 0) return LbaUnit::block;
  }
  if (is_data(command) && command.lba < no_block && command.lba % sectors_of_block != 0) {
    by = "addresses that are no multiples of eight show";
    return LbaUnit::block;
  }
  return LbaUnit::automatic;
}

}  // namespace

UfsLbaUnit::UfsLbaUnit(LbaUnit given)
    : unit_(given), by_("--ufs-lba-unit says"), settled_(given != LbaUnit::automatic) {}

void UfsLbaUnit::prove(LbaUnit unit, const char* by) {
  unit_ = unit;
  by_ = by;
  settled_ = true;
}

void UfsLbaUnit::block_issue(Operation operation, std::uint64_t sector, std::uint64_t sectors) {
  if (is_proven() || (operation != Operation::read && operation != Operation::write)) return;
  blocks_[next_block_++ % blocks_.size()] = {operation, sector, sectors * sector_size.n};
}

/// The driver's view of a request of the block layer; one that fits either unit, or several requests, proves nothing.
bool UfsLbaUnit::is_of_block_event(const ftrace::UfshcdCommand& command) {
  const Operation operation = command.is_read() ? Operation::read : Operation::write;
  bool is_sector = false;
  bool is_block = false;
  for (const Block& block : blocks_) {
    if (block.operation != operation || command.size <= 0 || block.bytes != static_cast<std::uint64_t>(command.size))
      continue;
    is_sector = is_sector || block.sector == command.lba;
    is_block = is_block || block.sector == command.lba * sectors_of_block;
  }
  if (is_sector == is_block) return false;
  prove(is_sector ? LbaUnit::sector : LbaUnit::block, "block events show");
  return true;
}

void UfsLbaUnit::command(const ftrace::UfshcdCommand& command) {
  if (is_proven() || command.step == ftrace::Step::other) return;
  if (command.step == ftrace::Step::start && is_data(command) && is_of_block_event(command)) return;
  const char* by = nullptr;
  const LbaUnit proof = proof_of(command, by);
  if (proof != LbaUnit::automatic) return prove(proof, by);
  if (command.step == ftrace::Step::start && is_data(command) && command.size > 0) count(command);
}

void UfsLbaUnit::count(const ftrace::UfshcdCommand& command) {
  const auto size = static_cast<std::uint64_t>(command.size);
  Last& last = last_[command.is_read() ? 0 : 1];
  if (last.size > 0) {
    sector_steps_ += command.lba == last.lba + last.size / sector_size.n;
    block_steps_ += command.lba == last.lba + last.size / logical_block.n;
  }
  last = {command.lba, size};
  short_ones_ += size < logical_block.n * sectors_of_block;
}

void UfsLbaUnit::settle() {
  if (settled_) return;
  likely_ = true;
  if (sector_steps_ != block_steps_)
    prove(sector_steps_ > block_steps_ ? LbaUnit::sector : LbaUnit::block, "requests that continue each other show");
  else if (short_ones_ >= enough_short_ones)
    prove(LbaUnit::sector, "addresses that are all multiples of eight show");
  else
    prove(LbaUnit::block, "");
}

bool UfsLbaUnit::contradicts(const ftrace::UfshcdCommand& command) const {
  const char* by = nullptr;
  const LbaUnit proof = likely_ ? proof_of(command, by) : LbaUnit::automatic;
  return proof != LbaUnit::automatic && proof != unit_;
}

void UfsLbaUnit::tell(TraceInfo& info) const {
  info.ufs_lba_unit = unit_ == LbaUnit::sector ? "sector" : "block";
  info.ufs_lba_unit_by = by_;
}

}  // namespace icesim
