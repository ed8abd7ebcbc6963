// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/generator.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>
#include <string>

namespace icesim {

Generator::Generator(const GeneratorConfig& config)
    : config_(config), random_(config.seed), regions_(std::max<std::uint64_t>(config.keys, 1)), places_(0) {
  const auto aligned = [](std::string_view name, Bytes value) {
    if (value % logical_block != Bytes{}) {
      throw UserError("generator: " + std::string(name) + " is " + std::to_string(value.n) +
                      "; a multiple of 4096 is allowed");
    }
  };
  aligned("length", config.length);
  aligned("start", config.start);
  if (config.length.n > 0) places_ = config.range.n / regions_ / config.length.n;
  if (places_ == 0) {
    throw UserError("generator: range is " + std::to_string(config.range.n) + " for " + std::to_string(regions_) +
                    " keys; at least one request of " + std::to_string(config.length.n) + " bytes per key is allowed");
  }
}

bool Generator::next(IoRequest& request) {
  if (given_ == config_.requests) return false;
  const bool is_random = config_.pattern == AccessPattern::random;
  const std::uint64_t region = is_random ? random_.below(regions_) : given_ % regions_;
  const std::uint64_t place = is_random ? random_.below(places_) : given_ / regions_ % places_;

  request = {};
  request.time = config_.interval * given_;
  request.operation = random_.chance(config_.read_percent) ? Operation::read : Operation::write;
  if (request.operation == Operation::write) request.flags |= IoRequest::sync;
  request.length = config_.length;
  request.offset = config_.start + config_.length * (region * places_ + place);
  request.process = static_cast<std::uint32_t>(region + 1);
  if (config_.keys > 0) {
    request.key = static_cast<KeyId>(region + 1);
    request.inode = region + 1;
    request.policy = 1;
    request.flags |= IoRequest::has_dun;
    request.dun = Dun{place * (config_.length / logical_block)};
  }
  ++given_;
  return true;
}

}  // namespace icesim
