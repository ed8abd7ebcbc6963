// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/generator.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/wide.hpp"
#include "src/workload/distributions.hpp"

#include <algorithm>
#include <string>

namespace icesim {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw UserError("generator: " + what); }

void check_aligned(const std::string& name, Bytes value) {
  if (value % logical_block != Bytes{}) {
    refuse(name + " is " + std::to_string(value.n) + "; a multiple of 4096 is allowed");
  }
}

}  // namespace

Generator::Generator(const GeneratorConfig& config)
    : config_(config), random_(config.seed), regions_(std::max<std::uint64_t>(config.keys, 1)) {
  check();
  places_ = config.range.n / regions_ / config.length.n;
  region_blocks_ = config.lengths == Lengths::fixed ? places_ * (config.length / logical_block)
                                                    : config.range.n / regions_ / logical_block.n;
  if (config.zipf > 0) zipf_ = std::make_unique<const Zipf>(regions_, config.zipf);
  const bool goes_on = config.sequential_percent > 0 ||
                       (config.pattern == AccessPattern::sequential && config.lengths != Lengths::fixed);
  if (goes_on) next_block_.assign(regions_, 0);
}

Generator::~Generator() = default;

void Generator::check() const {
  check_aligned("length", config_.length);
  check_aligned("longest", config_.longest);
  check_aligned("start", config_.start);
  if (config_.length == Bytes{}) refuse("length is 0; a multiple of 4096 is allowed");
  if (config_.range.n / regions_ < longest().n) {
    refuse("range is " + std::to_string(config_.range.n) + " for " + std::to_string(regions_) +
           " keys; at least one request of " + std::to_string(longest().n) + " bytes per key is allowed");
  }
  if (config_.lengths == Lengths::geometric && config_.longest < config_.length) refuse("longest is below length");
  if (config_.flush_percent + config_.discard_percent > 100) refuse("flushes and discards are more than 100 percent");
  const bool takes_turns = config_.pattern == AccessPattern::sequential;
  if (takes_turns && config_.zipf > 0) refuse("with pattern sequential keys take turns; zipf needs pattern random");
  if (takes_turns && config_.sequential_percent > 0) refuse("sequential_percent needs pattern random");
  if (config_.arrival == Arrival::bursts && config_.burst_gap > config_.interval) refuse("burst_gap is above interval");
  // A time has 64 bits; exponential ones are at most 45 times the mean.
  const Wide end = Wide{config_.interval.n} * std::max(config_.requests, config_.burst) * 45;
  if (end >= Wide{1} << 63) refuse("the trace would last longer than a time can be");
}

/// The longest request there may be.
Bytes Generator::longest() const {
  if (config_.lengths == Lengths::fixed) return config_.length;
  if (config_.lengths == Lengths::uniform) return config_.length + config_.length - logical_block;
  return std::max(config_.length, config_.longest);
}

Picoseconds Generator::arrival() {
  switch (config_.arrival) {
    case Arrival::constant:
      return config_.interval * given_;
    case Arrival::poisson:
      if (given_ > 0) time_ += Picoseconds{exponential(random_, config_.interval.n)};
      return time_;
    case Arrival::bursts:
      return config_.interval * config_.burst * (given_ / config_.burst) + config_.burst_gap * (given_ % config_.burst);
  }
  throw_bug("requests come in one of three ways");
}

Bytes Generator::length() {
  const std::uint64_t mean = config_.length / logical_block;
  switch (config_.lengths) {
    case Lengths::fixed:
      return config_.length;
    case Lengths::uniform:
      return logical_block * (1 + random_.below(2 * mean - 1));
    case Lengths::geometric:
      return logical_block * geometric(random_, mean, config_.longest / logical_block);
    case Lengths::two:
      return random_.chance(config_.long_percent) ? config_.longest : config_.length;
  }
  throw_bug("lengths have one of four distributions");
}

std::uint64_t Generator::region() {
  if (config_.pattern == AccessPattern::sequential) return given_ % regions_;
  return zipf_ ? (*zipf_)(random_) : random_.below(regions_);
}

/// First block of a request, from the start of its region.
std::uint64_t Generator::block(std::uint64_t region, std::uint64_t blocks) {
  const bool is_fixed = config_.lengths == Lengths::fixed;
  const bool is_random = config_.pattern == AccessPattern::random;
  if (!next_block_.empty() && (!is_random || random_.chance(config_.sequential_percent))) {
    const std::uint64_t next = next_block_[region];
    return next + blocks <= region_blocks_ ? next : 0;
  }
  if (!is_random) return given_ / regions_ % places_ * blocks;
  return is_fixed ? random_.below(places_) * blocks : random_.below(region_blocks_ - blocks + 1);
}

Operation Generator::operation() {
  if (config_.flush_percent + config_.discard_percent > 0) {
    const std::uint64_t drawn = random_.below(100);
    if (drawn < config_.flush_percent) return Operation::flush;
    if (drawn < config_.flush_percent + config_.discard_percent) return Operation::discard;
  }
  return random_.chance(config_.read_percent) ? Operation::read : Operation::write;
}

bool Generator::next(IoRequest& request) {
  if (given_ == config_.requests) return false;
  const std::uint64_t region = this->region();
  const Bytes length = this->length();
  const std::uint64_t block = this->block(region, length / logical_block);

  request = {};
  request.time = arrival();
  request.operation = operation();
  request.process = static_cast<std::uint32_t>(region + 1);
  ++given_;
  if (request.operation == Operation::flush) {
    request.flags = IoRequest::preflush;
    return true;
  }
  if (!next_block_.empty()) next_block_[region] = block + length / logical_block;
  if (request.operation == Operation::write) request.flags |= IoRequest::sync;
  request.length = length;
  request.offset = config_.start + logical_block * (region * region_blocks_ + block);
  if (config_.keys > 0 && request.operation != Operation::discard) {
    request.key = static_cast<KeyId>(region + 1);
    request.inode = region + 1;
    request.policy = 1;
    request.flags |= IoRequest::has_dun;
    request.dun = Dun{block};
  }
  return true;
}

}  // namespace icesim
