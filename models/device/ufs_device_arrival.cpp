// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/seldom.hpp"
#include "icesim/spec/bytes.hpp"
#include "icesim/spec/unit_attention.hpp"
#include "models/device/ufs_device.hpp"

#include <algorithm>

namespace icesim {

namespace {

bool is_sound(const Upiu& upiu) {
  const bool has_extra_header = load_u8(&upiu.header[8]) != 0;
  return data_segment_length(upiu.header).n == upiu.data_length && !has_extra_header;
}

bool is_scsi_command(const Upiu& upiu) {
  const bool scsi_command_set = (load_u8(&upiu.header[4]) & 0x0f) == 0;
  return is_sound(upiu) && upiu.data_length == 0 && scsi_command_set;
}

}  // namespace

void UfsDevice::receive(const Upiu& upiu, Cycles start, Picoseconds last) {
  const Picoseconds at = clock_.sample_edge(last);
  if (surely_taken(upiu, at)) return announce(upiu.header, at, start.n);
  if (transaction_of(upiu.header) != Transaction::data_out) ++undecided_;
  Item item;
  item.event = Event::upiu;
  item.count = park(upiu);
  item.value = start.n;
  push(at, start.n, item);
}

/// True when nothing that happens until its arrival can change what becomes of a COMMAND: its tag is free, a place is
/// left for it, and all that arrives before has its firmware time.
bool UfsDevice::surely_taken(const Upiu& upiu, Picoseconds at) const {
  if (transaction_of(upiu.header) != Transaction::command || !is_scsi_command(upiu) || seldom(one_by_one_)) return false;
  if (!announced_.empty() && at < announced_.back().at) return false;
  const Tag tag = tag_of(upiu.header);
  return undecided_ == 0 && free_.size() > announced_.size() && by_tag_[tag.n] == none && !announced_tags_[tag.n];
}

void UfsDevice::announce(const UpiuHeader& header, Picoseconds at, std::uint64_t start) {
  Announced& command = announced_.add();
  command.at = at;
  command.start = start;
  command.sequence = ++sequence_;
  command.request = CommandUpiu::decode(header);
  command.plan = plan_of(command.request);
  const Tag tag = command.request.tag;
  announced_tags_.set(tag.n);
  count_command(command.plan);
  reach(tag, DeviceMilestone::command_received, at);
  push_turn({occupy_firmware(at, firmware_occupancy(command.plan), firmware_latency(command.plan)), command.sequence, static_cast<Index>(tag.n)});
}

/// Takes the announced commands that arrive before an event of this instant: places of the pool are given and come back
/// in the order of time.
void UfsDevice::take_announced(const Item& before) {
  const Picoseconds t = now();
  do {
    const Announced& command = announced_.front();
    if (command.at > t) return;
    if (command.at == t && before.event < Event::upiu) return;
    if (command.at == t && before.event == Event::upiu && command.start > before.value) return;
    announced_tags_.reset(command.request.tag.n);
    admit(command.request, command.plan, command.sequence);
    announced_.pop();
  } while (!announced_.empty());
}

void UfsDevice::arrive(const Upiu& upiu) {
  const UpiuHeader& header = upiu.header;
  const bool sound = is_sound(upiu);
  const bool bare = sound && upiu.data_length == 0;
  const Transaction transaction = transaction_of(header);
  switch (transaction) {
    case Transaction::command:
      return is_scsi_command(upiu) ? take_command(upiu) : reject(header);
    case Transaction::data_out:
      return take_data_out(upiu);
    case Transaction::nop_out:
    case Transaction::task_management_request:
    case Transaction::query_request:
      if (sound && (bare || transaction == Transaction::query_request)) {
        if (seldom(order_ != nullptr)) return wait_for_turn({park(upiu), false, false, false, ++sequence_, now(), config_.control_firmware_latency});
        const Picoseconds done = occupy_firmware(now(), config_.command_occupancy, config_.control_firmware_latency);
        return push_managed(done, ++sequence_, park(upiu));
      }
      return reject(header);
    default:
      return reject(header);
  }
}

void UfsDevice::take_command(const Upiu& upiu) {
  const Tag tag = tag_of(upiu.header);
  if (seldom(background_ != nullptr)) interrupt_background();
  const bool overlapped = seldom(by_tag_[tag.n] != none);
  if (overlapped) {
    abort_command(by_tag_[tag.n]);
    use_room();
  }
  reach(tag, DeviceMilestone::command_received, now());
  if (free_.empty()) {
    ++stats_.task_set_full;
    ResponseUpiu response;
    response.lun = load_u8(&upiu.header[2]);
    response.tag = tag;
    response.status = static_cast<std::uint8_t>(scsi::Status::task_set_full);
    reach(tag, DeviceMilestone::response_sent, after(after(config_.response_latency), Picoseconds{0}));
    return send_later(response.encode());
  }
  const CommandUpiu request = CommandUpiu::decode(upiu.header);
  const ScsiPlan plan = overlapped ? ScsiPlan::failure(device_sense::overlapped_commands) : plan_of(request);
  count_command(plan);
  admit(request, plan, ++sequence_);
  if (seldom(order_ != nullptr)) {
    const bool head = request.attribute() == CommandUpiu::head_of_queue;
    const bool priority = (request.flags & CommandUpiu::priority) != 0;
    return wait_for_turn({by_tag_[tag.n], true, head, priority, sequence_, now(), firmware_latency(plan)});
  }
  push_turn({occupy_firmware(now(), firmware_occupancy(plan), firmware_latency(plan)), sequence_, static_cast<Index>(tag.n)});
}

void UfsDevice::admit(const CommandUpiu& request, const ScsiPlan& plan, std::uint64_t sequence) {
  const Index index = free_.back();
  free_.pop_back();
  by_tag_[request.tag.n] = index;
  Command& command = pool_[index];
  command.state = State::firmware;
  command.sequence = sequence;
  command.request = request;
  command.plan = plan;
  command.failed = false;
  command.media_pending = command.requested = command.received = command.next_data_in = 0;
  command.waited_for_room = command.waited_for_rtt = false;
}

/// Called in order of arrival.
ScsiPlan UfsDevice::plan_of(const CommandUpiu& command) {
  ScsiPlan plan = target_.plan(command, command.lun == scsi::well_known::boot && queries_.boots());
  if (!config_.unit_attention || command.lun >= config_.logical_units || !ScsiTarget::tells_attention(command)) return plan;
  const auto bit = static_cast<std::uint8_t>(1u << command.lun);
  serves_ |= bit;
  if ((attention_ & bit) == 0) return plan;
  attention_ = static_cast<std::uint8_t>(attention_ & ~bit);
  return ScsiPlan::failure(sense::reset_occurred);
}

void UfsDevice::count_command(const ScsiPlan& plan) {
  switch (plan.work) {
    case ScsiPlan::Work::read:
      ++stats_.reads;
      break;
    case ScsiPlan::Work::write:
      ++stats_.writes;
      break;
    case ScsiPlan::Work::flush:
      ++stats_.synchronize_caches;
      break;
    case ScsiPlan::Work::unmap:
      ++stats_.unmaps;
      break;
    default:
      ++stats_.other_commands;
  }
}

/// What arrives at `from` takes its turn; returns the end of its latency. Called in order of arrival.
Picoseconds UfsDevice::occupy_firmware(Picoseconds from, Picoseconds occupancy, Picoseconds latency) {
  firmware_free_ = std::max(from, firmware_free_) + occupancy;
  stats_.firmware_busy += occupancy;
  return after(from, firmware_free_ + latency - from);
}

/// Latencies mostly end in order of arrival, so one event at a time is enough. A turn that comes in is the last of
/// those that end when it does.
void UfsDevice::push_turn(const Turn& turn) {
  const bool in_order = turns_.empty() || turn.at >= turns_.back().at;
  if (turns_.empty() || !in_order) push(Event::firmware, turn.at, turn.tag, turn.sequence);
  if (in_order) turns_.push(turn);
}

void UfsDevice::take_turn(const Item& item) {
  if (turns_.empty() || turns_.front().sequence != item.value) return start_if_current(item.command, item.value);
  const Picoseconds t = now();
  do {
    const Turn turn = turns_.front();
    start_if_current(turn.tag, turn.sequence);
    turns_.pop();
  } while (!turns_.empty() && turns_.front().at == t);
  if (!turns_.empty()) push(Event::firmware, turns_.front().at, turns_.front().tag, turns_.front().sequence);
}

void UfsDevice::start_if_current(Index tag, std::uint64_t sequence) {
  const Index index = by_tag_[tag];
  if (index != none && pool_[index].sequence == sequence && pool_[index].state == State::firmware) start(index);
}

Picoseconds UfsDevice::firmware_occupancy(const ScsiPlan& plan) const {
  return plan.work == ScsiPlan::Work::write ? config_.command_occupancy + config_.write_occupancy : config_.command_occupancy;
}

Picoseconds UfsDevice::firmware_latency(const ScsiPlan& plan) {
  const Picoseconds hesitated = seldom(hesitation_ != nullptr) ? hesitation_->next() : Picoseconds{};
  switch (plan.work) {
    case ScsiPlan::Work::read:
      return hesitated + (plan.blocks > 1 ? config_.read_firmware_latency_large : config_.read_firmware_latency);
    case ScsiPlan::Work::write:
      return hesitated + config_.write_firmware_latency + config_.write_firmware_latency_per_block * plan.blocks;
    default:
      return hesitated + config_.control_firmware_latency;
  }
}

}  // namespace icesim
