// SPDX-License-Identifier: Apache-2.0
#include "models/device/ufs_device_queries.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace icesim {

namespace {

using query::Result;

constexpr std::uint8_t product_string = 1;
/// Linux takes 0 for a device that does not say.
constexpr std::uint32_t ref_clk_gating_wait_us = 100;
constexpr std::string_view product_name = "icesim";
constexpr Picoseconds background_unit{10'000'000'000};  ///< of bBackgroundOpsTermLat

bool known(query::Opcode opcode) { return opcode <= query::Opcode::toggle_flag; }

}  // namespace

QueryTable::QueryTable(const UfsDeviceConfig& config)
    : config_(config),
      attributes_{
          {query::bActiveICCLevel, true, 0, 15, 0, Lasts::until_reset},
          {query::bBackgroundOpStatus, false, 0, 0, 0},
          {query::bMaxDataInSize, false, 0, 0, static_cast<std::uint32_t>(config.max_data_in / sector_size)},
          {query::bMaxDataOutSize, false, 0, 0, static_cast<std::uint32_t>(config.max_data_out / sector_size)},
          {query::bRefClkFreq, true, 0, 3, 1},
          {query::bMaxNumOfRTT, true, 1, static_cast<std::uint32_t>(std::max(config.rtt_capability, config.max_rtt)),
           static_cast<std::uint32_t>(config.max_rtt)},
          {query::wExceptionEventControl, true, 0, 0xffff, 0, Lasts::until_reset},
          {query::wExceptionEventStatus, false, 0, 0, 0},
          {query::dSecondsPassed, true, 0, 0xffffffff, 0},
          {query::bRefClkGatingWaitTime, false, 0, 0, ref_clk_gating_wait_us},
      },
      flags_{{query::fPowerOnWPEn, false, Lasts::until_power_off, true},
             {query::fBackgroundOpsEn, true, Lasts::until_reset, false}} {
  constexpr std::uint32_t way = query::data_in_out_of_order;
  if (config.data_ordering != DataOrdering::in_order)
    attributes_.push_back({query::bOutOfOrderDataEn, true, way, way, config.data_ordering == DataOrdering::always ? way : 0u});
  if (config.boot_unit) attributes_.push_back({query::bBootLunEn, true, 0, 1, 1});
}

void QueryTable::reset(bool power_lost, Picoseconds next) {
  const auto is_over = [&](Lasts lasts) {
    return lasts == Lasts::until_reset || (power_lost && lasts == Lasts::until_power_off);
  };
  for (Attribute& each : attributes_) {
    if (is_over(each.lasts)) each.value = each.usual;
  }
  for (Flag& each : flags_) {
    if (!is_over(each.lasts)) continue;
    if (each.value != each.usual) set_booster(each.idn, each.usual, next);
    each.value = each.usual;
  }
  initialised_ = Picoseconds{};
}

const QueryTable::Attribute* QueryTable::find_attribute(std::uint8_t idn) const {
  for (const Attribute& each : attributes_) {
    if (each.idn == idn) return &each;
  }
  return nullptr;
}

QueryUpiu QueryTable::execute(const QueryUpiu& request, Picoseconds at, Picoseconds next, std::byte* to) {
  const auto opcode = static_cast<query::Opcode>(request.opcode);
  if (!known(opcode) || request.function != static_cast<std::uint8_t>(query::function_of(opcode))) {
    return query::respond(request, Result::invalid_opcode);
  }
  if (request.selector != 0) return query::respond(request, Result::invalid_selector);
  switch (opcode) {
    case query::Opcode::read_descriptor:
    case query::Opcode::write_descriptor:
      return descriptor(request, to);
    case query::Opcode::read_attribute:
    case query::Opcode::write_attribute:
      return attribute(request);
    case query::Opcode::read_flag:
    case query::Opcode::set_flag:
    case query::Opcode::clear_flag:
    case query::Opcode::toggle_flag:
      return flag(request, at, next);
    case query::Opcode::nop:
      break;
  }
  return query::respond(request, Result::success);
}

QueryUpiu QueryTable::descriptor(const QueryUpiu& request, std::byte* to) const {
  const auto copy = [&](const std::byte* data, std::size_t size) {
    if (static_cast<query::Opcode>(request.opcode) != query::Opcode::read_descriptor) {
      return query::respond(request, Result::not_writeable);
    }
    const std::size_t length = std::min<std::size_t>(size, request.length);
    std::memcpy(to, data, length);
    return query::respond(request, Result::success, 0, static_cast<std::uint16_t>(length));
  };
  const auto only_index_0 = [&](const auto& data) {
    return request.index == 0 ? copy(data.data(), data.size()) : query::respond(request, Result::invalid_index);
  };
  switch (static_cast<query::Descriptor>(request.idn)) {
    case query::Descriptor::device: {
      query::DeviceDescriptor device;
      device.units = static_cast<std::uint8_t>(config_.logical_units);
      device.boots = config_.boot_unit;
      if (config_.background.on())
        device.background_end = static_cast<std::uint8_t>(divide_up(config_.background.background_interrupt.n, background_unit.n));
      device.product_string = product_string;
      device.rtt_capability = static_cast<std::uint8_t>(std::max(config_.rtt_capability, config_.max_rtt));
      if (booster_ != nullptr) {
        device.extended_features = query::write_booster_feature;
        device.booster_keeps_space = 1;
        device.booster_type = 1;
        device.booster_units = booster_units();
      }
      device.queue_depth = static_cast<std::uint8_t>(std::min<std::uint64_t>(config_.queue_depth, 255));
      return only_index_0(device.encode());
    }
    case query::Descriptor::geometry: {
      query::GeometryDescriptor geometry;
      geometry.capacity = logical_block * config_.capacity_blocks;
      geometry.max_data_in = config_.max_data_in;
      geometry.max_data_out = config_.max_data_out;
      if (config_.data_ordering != DataOrdering::in_order) geometry.data_ordering = query::data_in_out_of_order;
      if (booster_ != nullptr) {
        geometry.allocation_unit = query::allocation_unit;
        geometry.booster_units = booster_units();
        geometry.booster_factor = static_cast<std::uint8_t>(std::min(booster_factor_, 255u));
      }
      return only_index_0(geometry.encode());
    }
    case query::Descriptor::power:
      return only_index_0(query::power_descriptor());
    case query::Descriptor::unit: {
      query::UnitDescriptor unit;
      unit.index = request.index;
      // Linux reads the descriptor of the RPMB unit; the others are not there.
      constexpr std::uint8_t rpmb = 0xc4;
      if (request.index >= config_.logical_units && request.index != rpmb) {
        return query::respond(request, Result::invalid_index);
      }
      unit.enabled = request.index != rpmb;
      unit.blocks = unit.enabled ? config_.blocks_of_unit(request.index) : 0;
      unit.boot_id = config_.boot_unit && request.index + 1u == config_.logical_units ? 1 : 0;
      unit.write_protect = unit.enabled ? 1 : 0;
      const auto data = unit.encode();
      return copy(data.data(), data.size());
    }
    case query::Descriptor::string: {
      if (request.index != product_string) return query::respond(request, Result::invalid_index);
      std::array<std::byte, query::max_string_descriptor_size> data;
      return copy(data.data(), query::string_descriptor(product_name, data));
    }
  }
  return query::respond(request, Result::invalid_idn);
}

QueryUpiu QueryTable::attribute(const QueryUpiu& request) {
  if (booster_ != nullptr) look_at_booster();
  if (background_ != nullptr) look_at_background();
  const auto found = std::find_if(attributes_.begin(), attributes_.end(),
                                  [&](const Attribute& each) { return each.idn == request.idn; });
  if (found == attributes_.end()) return query::respond(request, Result::invalid_idn);
  if (request.index != 0) return query::respond(request, Result::invalid_index);
  if (static_cast<query::Opcode>(request.opcode) == query::Opcode::write_attribute) {
    if (!found->writeable) return query::respond(request, Result::not_writeable);
    if (request.value < found->min || request.value > found->max) {
      return query::respond(request, Result::invalid_value);
    }
    if (found->idn == query::bOutOfOrderDataEn && found->value != 0) return query::respond(request, Result::already_written);
    found->value = request.value;
  } else if (found->idn == query::dSecondsPassed) {
    return query::respond(request, Result::not_readable);
  }
  return query::respond(request, Result::success, found->value);
}

QueryUpiu QueryTable::flag(const QueryUpiu& request, Picoseconds at, Picoseconds next) {
  const auto opcode = static_cast<query::Opcode>(request.opcode);
  if (request.index != 0) return query::respond(request, Result::invalid_index);
  if (request.idn == query::fDeviceInit) {
    if (opcode == query::Opcode::clear_flag || opcode == query::Opcode::toggle_flag) {
      return query::respond(request, Result::not_writeable);
    }
    if (opcode == query::Opcode::set_flag) {
      initialised_ = at + config_.initialisation;
      return query::respond(request, Result::success, 1);
    }
    return query::respond(request, Result::success, at < initialised_ ? 1 : 0);
  }
  const auto found =
      std::find_if(flags_.begin(), flags_.end(), [&](const Flag& each) { return each.idn == request.idn; });
  if (found == flags_.end()) return query::respond(request, Result::invalid_idn);
  const bool clears = opcode == query::Opcode::clear_flag || opcode == query::Opcode::toggle_flag;
  if (found->set_only && clears) return query::respond(request, Result::not_writeable);
  const bool before = found->value;
  if (opcode == query::Opcode::set_flag) found->value = true;
  if (opcode == query::Opcode::clear_flag) found->value = false;
  if (opcode == query::Opcode::toggle_flag) found->value = !found->value;
  if (found->value != before) set_booster(found->idn, found->value, next);
  return query::respond(request, Result::success, found->value ? 1 : 0);
}

void QueryTable::connect(FlashBoosterControl& booster, std::uint32_t factor) {
  booster_ = &booster;
  booster_factor_ = factor;
  for (const std::uint8_t idn : {query::bWriteBoosterBufferFlushStatus, query::bAvailableWriteBoosterBufferSize,
                                 query::bWriteBoosterBufferLifeTimeEst, query::dCurrentWriteBoosterBufferSize})
    attributes_.push_back({idn, false, 0, 0, 0});
  flags_.push_back({query::fWriteBoosterEn, booster.state().enabled, Lasts::until_reset, false});
  flags_.push_back({query::fWriteBoosterBufferFlushEn, booster.state().flushing, Lasts::until_reset, false});
  flags_.push_back({query::fWriteBoosterBufferFlushDuringHibernate, false, Lasts::until_reset, false});
}

/// Units of allocation that the buffer takes, begun or whole.
std::uint32_t QueryTable::booster_units() const {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(
      divide_up(booster_->state().blocks * logical_block.n, query::allocation_unit.n), ~std::uint32_t{0}));
}

void QueryTable::set_booster(std::uint8_t idn, bool on, Picoseconds next) {
  if (idn == query::fWriteBoosterEn) booster_->enable(on, next);
  if (idn == query::fWriteBoosterBufferFlushEn) booster_->flush(on, next);
}

bool QueryTable::flag_value(std::uint8_t idn) const {
  return std::find_if(flags_.begin(), flags_.end(), [&](const Flag& each) { return each.idn == idn; })->value;
}

void QueryTable::look_at_background() {
  for (Attribute& each : attributes_) {
    if (each.idn == query::bBackgroundOpStatus) each.value = background_->level();
    if (each.idn == query::wExceptionEventStatus) each.value = background_->events();
  }
}

void QueryTable::look_at_booster() {
  const FlashBoosterControl::State state = booster_->state();
  const bool empty = state.available_blocks == state.blocks;
  constexpr std::uint32_t idle = 0, in_progress = 1, completed = 3, exceeded = 0x0b;
  for (Attribute& each : attributes_) {
    switch (each.idn) {
      case query::bWriteBoosterBufferFlushStatus:
        each.value = !state.flushing ? idle : empty ? completed : in_progress;
        break;
      case query::bAvailableWriteBoosterBufferSize:  // in tenths
        each.value = static_cast<std::uint32_t>(state.available_blocks * 10 / state.blocks);
        break;
      case query::bWriteBoosterBufferLifeTimeEst:  // 1: up to a tenth is used
        each.value = static_cast<std::uint32_t>(std::min<std::uint64_t>(1 + state.life_used_ppm / 100'000, exceeded));
        break;
      case query::dCurrentWriteBoosterBufferSize:
        each.value = booster_units();
        break;
      default:
        break;
    }
  }
}

}  // namespace icesim
