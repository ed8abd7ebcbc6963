// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/probe.hpp"

#include "icesim/driver/ufshcd/memory_map.hpp"

#include <algorithm>
#include <array>

namespace icesim {
namespace {

using namespace literals;
using Kind = Work::Kind;

}  // namespace

Probe::Probe(HostPort& host, const HostCosts& costs, Ufshcd& hcd, const ProbeConfig& config)
    : host_(host), costs_(costs), hcd_(hcd), config_(config) {
  plan_controller();
}

Step Probe::start() {
  started_ = host_.now();
  return Step::compute(Kind::probe, 0, 1_us);
}

void Probe::begin_anew() {
  restarts_ = true;
  result_.ready = result_.failed = issued_ = false;
  at_ = 0;
  plan_.clear();
}

Step Probe::restart() {
  begin_anew();
  plan_enable();
  plan_link();
  if (result_.queues > 0) {
    plan_queues();
  } else {
    plan_first_commands();
    plan_power_mode();
  }
  return Step::compute(Kind::probe, 0, 1_us);
}

Step Probe::step(Work work, std::uint32_t value) {
  const Action& action = plan_[at_];
  if (work.kind == Kind::probe_wait) {
    // A register was read: for the plan itself, to poll, or to see whether a UIC command may be written.
    if (action.kind == Action::Kind::uic) return perform_uic(action);
    if (action.kind == Action::Kind::poll && (value & action.mask) != action.value) {
      host_.queue_at(0, Step::compute(Kind::probe, 0, 1_us), host_.now() + action.time);
      return Step::done();
    }
    if (action.then != nullptr) (this->*action.then)(value);
    return next();
  }
  if (issued_) {
    issued_ = false;
    return next();
  }
  return perform();
}

Step Probe::perform() {
  const Action& action = plan_[at_];
  switch (action.kind) {
    case Action::Kind::read:
    case Action::Kind::poll:
    case Action::Kind::uic:
      return hcd_.read(Kind::probe_wait, 0, action.reg);
    case Action::Kind::write:
      hcd_.write(action.reg, action.value);
      return next();
    case Action::Kind::pause:
      issued_ = true;
      host_.queue_at(0, Step::compute(Kind::probe, 0, 1_us), host_.now() + action.time);
      return Step::done();
    case Action::Kind::reset_lines:
      host_.reset_hardware();
      [[fallthrough]];
    case Action::Kind::work:
      issued_ = true;
      return Step::compute(Kind::probe, 0, action.time);
    case Action::Kind::evict_all:
      issued_ = true;
      return Step::compute(Kind::probe, 0, hcd_.evict_all(result_.crypto.keyslots));
    case Action::Kind::query:
    case Action::Kind::command:
      issued_ = true;
      hcd_.queue_internal(action.upiu, action.data_in);
      return Step::done();
    default:
      throw_bug("unknown action of the probe");
  }
}

Step Probe::perform_uic(const Action& action) {
  issued_ = true;
  hcd_.write_uic(static_cast<uic::Opcode>(action.value), action.mask, uic::arg2(uic::SetType::normal), action.extra);
  return Step::done();
}

Step Probe::next() {
  if (++at_ < plan_.size()) return Step::compute(Kind::probe, 0, 1_us);
  result_.ready = true;
  if (restarts_) return Step::done();
  result_.num_tags = std::min({static_cast<std::uint32_t>(hcd_.reserved_tag().n), device_queue_, unit_queue_});
  result_.duration = host_.now() - started_;
  return Step::done();
}

void Probe::resume() { host_.queue(0, Step::compute(Kind::probe, 0, 1_us)); }

void Probe::uic_done() {
  if (result_.ready || !issued_ || plan_[at_].kind != Action::Kind::uic) return;
  resume();
}

void Probe::command_done(Ocs ocs, const UpiuHeader& response) {
  const Action& action = plan_[at_];
  ensure(ocs == Ocs::success, "the controller carries out the commands of the initialisation");
  std::uint32_t value = 0;
  if (transaction_of(response) == Transaction::query_response) {
    const QueryUpiu answer = QueryUpiu::decode(response);
    ensure(answer.response == static_cast<std::uint8_t>(query::Result::success), "the device answers the driver's queries");
    value = answer.value;
  } else if (transaction_of(response) == Transaction::response) {
    ensure(ResponseUpiu::decode(response).status == static_cast<std::uint8_t>(scsi::Status::good),
           "the device answers the driver's first SCSI commands");
  }
  if (action.then != nullptr) (this->*action.then)(value);
  resume();
}

void Probe::take_capabilities(std::uint32_t value) {
  const Capabilities capabilities = Capabilities::decode(value);
  active_commands_ = capabilities.transfer_requests;
  auto_hibern8_ = capabilities.auto_hibern8;
  hcd_.set_tags((active_commands_ - 1) % 32 + 1);  // the doorbell's, from bits 4:0
  if (!capabilities.mcq) return plan_rest();
  const auto is_version = [](const Action& a) { return a.kind == Action::Kind::read && a.reg == Reg::VER; };
  Action read;
  read.reg = Reg::MCQCAP;
  read.then = &Probe::take_queues;
  plan_.insert(std::find_if(plan_.begin(), plan_.end(), is_version), read);
}

/// What follows has commands in it, under the tag that is now known.
void Probe::plan_rest() {
  plan_link();
  plan_device();
  if (result_.queues > 0) return plan_queues();
  plan_service();
}

/// Behind the queues, if there are any: commands are under the tag that is reserved then.
void Probe::plan_service() {
  if (restarts_) {
    plan_first_commands();
    return plan_power_mode();
  }
  const Tag tag = hcd_.reserved_tag();
  add_query(query::write_attribute(tag, query::wExceptionEventControl, 4));
  add_query(query::clear_flag(tag, query::fBackgroundOpsEn));
  plan_power_mode();
  plan_units();
}

void Probe::take_crypto(std::uint32_t value) {
  result_.crypto = CryptoCapabilities::decode(value);
  hcd_.set_crypto_layout(result_.crypto);
  hcd_.set_crypto_capability(result_.crypto.capabilities);
  Action read;
  read.then = &Probe::take_crypto_capability;
  for (std::uint32_t i = result_.crypto.capabilities; i-- > 0;) {
    read.reg = static_cast<Reg>(crypto_capability_offset(i));
    plan_.insert(plan_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, read);
  }
}

/// The first one that encrypts data units of 4 KiB with AES-256-XTS is that of all keys (Linux looks for no other).
void Probe::take_crypto_capability(std::uint32_t value) {
  const CryptoCapability capability = CryptoCapability::decode(value);
  const bool fits = capability.algorithm == CryptoAlgorithm::aes_xts && capability.key_size == CryptoKeySize::bits_256 &&
                    (capability.data_units & data_unit_mask(crypto_data_unit)) != 0;
  if (fits && !capability_found_) hcd_.set_crypto_capability(capabilities_read_);
  capability_found_ = capability_found_ || fits;
  ++capabilities_read_;
}

void Probe::check_link(std::uint32_t value) {
  if (restarts_ && (value & HCS::DP) == 0) {
    result_.failed = true;
    plan_.resize(at_ + 1);  // nothing follows
    return;
  }
  ensure((value & HCS::DP) != 0 && (value & HCS::ready) == HCS::ready, "the link comes up");
}

void Probe::check_device_init(std::uint32_t value) {
  if (value != 0) --at_;  // asks again until the device has reset the flag
}

void Probe::read_control_buffer(std::byte* to, std::size_t size) const {
  // The data segment of a query response follows its header in the response UPIU.
  host_.read_memory(hcd_.command_address(hcd_.reserved_tag()) + ucd::response_offset + upiu_header_size, to, size);
}

void Probe::take_device_descriptor(std::uint32_t) {
  std::array<std::byte, query::DeviceDescriptor::size> bytes{};
  read_control_buffer(bytes.data(), bytes.size());
  const auto descriptor = query::DeviceDescriptor::decode(bytes.data());
  if (descriptor.queue_depth != 0) device_queue_ = descriptor.queue_depth;
}

void Probe::take_unit_descriptor(std::uint32_t) {
  std::array<std::byte, query::UnitDescriptor::size> bytes{};
  read_control_buffer(bytes.data(), bytes.size());
  const auto descriptor = query::UnitDescriptor::decode(bytes.data());
  if (descriptor.queue_depth != 0) unit_queue_ = descriptor.queue_depth;
  result_.blocks = descriptor.blocks;
}

}  // namespace icesim
