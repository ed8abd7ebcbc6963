// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "icesim/driver/ufshcd/probe.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// Registers whose values QEMU's variant of the driver reads of queue 0, to know where those of all queues lie.
constexpr std::array places{QueueReg::SQDAO, QueueReg::SQISAO, QueueReg::CQDAO, QueueReg::CQISAO};

}  // namespace

void Probe::take_queues(std::uint32_t value) {
  const QueueCapabilities capabilities = QueueCapabilities::decode(value);
  queue_layout_.config_pointer = capabilities.config_pointer;
  own_interrupts_ = capabilities.own_interrupts;
  polls_ = capabilities.queues > 1;
  result_.queues = std::min(std::min(capabilities.queues, QueueLayout::most_queues) - polls_, config_.cores);
  plan_rest();
}

void Probe::plan_queues() {
  add_read(Reg::CONFIG, &Probe::select_queues);
  for (const QueueReg reg : places)
    add_read(static_cast<Reg>(queue_layout_.offset(0, reg)),
             reg == QueueReg::SQDAO ? &Probe::take_queue_layout : nullptr);
  if (own_interrupts_) {
    add_write(Reg::ESILBA, static_cast<std::uint32_t>(HostPort::message_address));
    add_write(Reg::ESIUBA, static_cast<std::uint32_t>(HostPort::message_address >> 32));
    add_read(Reg::CONFIG, &Probe::enable_own_interrupts);
  }
  add_read(Reg::IE, &Probe::enable_queue_events);
}

void Probe::enable_own_interrupts(std::uint32_t value) { hcd_.write(Reg::CONFIG, value | CONFIG::ESIE); }

void Probe::select_queues(std::uint32_t value) {
  hcd_.write(Reg::CONFIG, value | CONFIG::QT);
  hcd_.set_tags(std::min(active_commands_, device_queue_));
}

void Probe::take_queue_layout(std::uint32_t value) { queue_layout_.runtime = value; }

/// What follows is known when the places are.
void Probe::enable_queue_events(std::uint32_t value) {
  hcd_.write(Reg::IE, value | IS::CQES);
  for (std::uint32_t queue = 0; queue < result_.queues; ++queue) plan_queue(queue, false);
  if (polls_) plan_queue(result_.queues, true);
  add_read(Reg::MCQCONFIG, &Probe::use_queues);
  plan_service();
}

void Probe::add_queue_write(std::uint32_t queue, QueueReg reg, std::uint64_t value) {
  add_write(static_cast<Reg>(queue_layout_.offset(queue, reg)), static_cast<std::uint32_t>(value));
}

void Probe::plan_queue(std::uint32_t queue, bool polled) {
  const std::uint64_t submissions = memory_map::submission_queue(queue);
  const std::uint64_t completions = memory_map::completion_queue(queue);
  const std::uint32_t size = ring_size(hcd_.ring_entries());
  add_queue_write(queue, QueueReg::SQLBA, submissions);
  add_queue_write(queue, QueueReg::SQUBA, submissions >> 32);
  add_queue_write(queue, QueueReg::SQDAO, queue_layout_.offset(queue, QueueReg::SQHP));
  add_queue_write(queue, QueueReg::SQISAO, queue_layout_.offset(queue, QueueReg::SQIS));
  add_queue_write(queue, QueueReg::CQLBA, completions);
  add_queue_write(queue, QueueReg::CQUBA, completions >> 32);
  add_queue_write(queue, QueueReg::CQDAO, queue_layout_.offset(queue, QueueReg::CQHP));
  add_queue_write(queue, QueueReg::CQISAO, queue_layout_.offset(queue, QueueReg::CQIS));
  if (!polled) add_queue_write(queue, QueueReg::CQIE, CQIS::TEPS);
  add_queue_write(queue, QueueReg::CQATTR, CQATTR::CQEN | size);
  add_queue_write(queue, QueueReg::SQATTR, SQATTR::SQEN | SQATTR::CQID.put(queue) | size);
}

void Probe::use_queues(std::uint32_t value) {
  const auto tags = static_cast<std::uint32_t>(hcd_.reserved_tag().n) + 1;
  hcd_.write(Reg::MCQCONFIG, MCQCONFIG::MAC.replace(value, tags - 1));
  hcd_.use_queues(result_.queues, config_.cores, queue_layout_, own_interrupts_);
}

}  // namespace icesim
