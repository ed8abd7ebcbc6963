// SPDX-License-Identifier: Apache-2.0
#include "models/system/progress_watch.hpp"

#include "icesim/base/wide.hpp"
#include "models/system/ufs_system.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::uint64_t period(Hertz clock) { return divide_up(1'000'000'000'000, clock.n); }

/// Adds up all times and cycles of a configuration, these at its slowest clock.
class SumOfTimes : public Fields {
 public:
  explicit SumOfTimes(SystemConfig config)
      : cycle_(period(std::min({config.clocks.bus, config.slowest_engine_clock(), config.clocks.device, config.clocks.nand}))) {
    config.keys.idle_time = config.crypto.restore_idle = config.crypto.operation_pause = Picoseconds{};  // which no request waits for
    DeadlineConfig& deadline = config.block_layer.deadline;
    if (config.block_layer.scheduler == Scheduler::none) deadline.read_expire = deadline.write_expire = Picoseconds{};
    config.describe(*this);
  }
  Wide sum = 0;

 protected:
  void number(std::string_view, std::uint64_t& value, Unit unit, Range, const Doc&) override {
    if (unit == Unit::picoseconds) sum += value;
    if (unit == Unit::cycles) sum += Wide{value} * cycle_;
  }
  void flag(std::string_view, bool&, const Doc&) override {}
  void choice(std::string_view, std::size_t&, const Choice*, std::size_t, const Doc&) override {}
  void text(std::string_view, std::string&, const TextForm&, const Doc&) override {}
  void enter(std::string_view, std::string_view) override {}
  void leave() override {}

 private:
  std::uint64_t cycle_;
};

/// Reading, programming and erasing everything on a die whose bus others use as well.
Wide time_for_a_die(const FlashArrayConfig& flash, Hertz clock) {
  const FlashGeometry g(flash);
  const Wide cycle = period(clock);
  const auto on_the_bus = [&](std::uint64_t blocks) {
    return cycle * flash.dies_per_channel * divide_up(blocks * logical_block.n, flash.channel_bytes_per_cycle.n);
  };
  const bool boosts = g.booster_superblocks > 0;
  const auto slowest = [](Picoseconds time, std::uint64_t spread_ppm) { return time + Picoseconds{time.n / 1'000'000 * spread_ppm + spread_ppm}; };
  const Picoseconds read = FlashRetries(flash.retry).time(slowest(flash.read_time, flash.wordline.read_spread_ppm),
                                                          flash.retry.happens() ? flash.retry.most : 0);
  const FlashSuspensionConfig& s = flash.suspension;
  const Wide suspended = s.most * (Wide{std::max(s.program_time, s.erase_time).n} + s.resume_time.n + 2 * cycle);
  const Wide row = std::max(read, boosts ? flash.booster.read_time : Picoseconds{}).n + cycle + on_the_bus(g.row_blocks) +
                   (boosts ? flash.booster.program_time.n + cycle + suspended : 0);
  const Wide unit = flash.pages_per_program * row + slowest(flash.program_time, flash.wordline.program_spread_ppm).n + cycle +
                    suspended + on_the_bus(g.unit_blocks);
  const std::uint64_t moves = flash.wear.levelling == FlashLevelling::with_static ? 2 : 1;
  return moves * (unit * g.superblock_units + flash.erase_time.n + cycle + suspended) * g.superblocks;
}

}  // namespace

Picoseconds longest_wait(const SystemConfig& config, std::uint64_t outstanding) {
  constexpr std::uint64_t slowest_byte = 4'000'000;  // in ps: on one lane in PWM-G1
  constexpr std::uint64_t others = 64;               // tags, cores and requests of the driver's own
  constexpr Wide most = ~std::uint64_t{0};
  const SecureCallConfig& call = config.crypto.call;
  const Wide secure = config.crypto.calls_secure_world() ? 22 * (Wide{30'000'000'000} + call.longest.n + call.time.n) : 0;
  const Wide turn = SumOfTimes(config).sum + Wide{config.block_layer.max_request.n} * slowest_byte + secure;
  const Wide all = std::min(turn, most >> 12) * std::min<std::uint64_t>(outstanding + others, 1u << 30) +
                   config.device.recovery(config.flash.capacity / logical_block).n + 4 * std::min(time_for_a_die(config.flash, config.clocks.nand), most);
  return Picoseconds{static_cast<std::uint64_t>(std::min(all, most))};
}

std::uint64_t ProgressWatch::progress() const {
  const UfsDeviceStatistics& device = system_.device->statistics();
  const FlashStatistics& flash = system_.flash->statistics();
  const std::uint64_t ended = system_.player.latency().count();
  return 2 * ended + system_.player.outstanding() + system_.controller->statistics().commands + device.data_ins +
         device.data_outs + flash.reads + flash.programs;
}

Picoseconds ProgressWatch::patience() const {
  const std::uint64_t outstanding = system_.player.outstanding();
  if (outstanding == 0 && system_.driver->probed().ready) return {};
  if (system_.driver->holds()) return {};  // what is recorded next comes when it was recorded
  return longest_wait(system_.config, outstanding);
}

std::string ProgressWatch::waiting() const {
  const BlockLayer::Sleeping sleeping = system_.driver->sleeping();
  return std::to_string(system_.player.outstanding()) + " requests are outstanding" +
         (system_.driver->probed().ready ? "" : ", the initialisation has not ended") +
         "; submitters asleep: " + (sleeping.throttled > 0 ? std::to_string(sleeping.throttled) + " throttled, " : "") +
         std::to_string(sleeping.for_tag) + " for a tag, " +
         std::to_string(sleeping.for_keyslot) + " for a keyslot, " + std::to_string(sleeping.for_lock) +
         " for the keyslots' lock; controller: " + system_.controller->waiting() +
         "; device: " + system_.device->waiting() + "; flash: " + system_.flash->waiting();
}

}  // namespace icesim
