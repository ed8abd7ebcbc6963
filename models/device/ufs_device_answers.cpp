// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/seldom.hpp"
#include "icesim/spec/bytes.hpp"
#include "models/device/ufs_device.hpp"

#include <algorithm>

namespace icesim {

void UfsDevice::send(const UpiuHeader& header, std::byte* data) {
  Upiu upiu;
  upiu.header = header;
  upiu.data_length = static_cast<std::uint32_t>(data_segment_length(header).n);
  upiu.data = data;
  out->send(upiu, next_cycle());
}

void UfsDevice::send_later(const UpiuHeader& header, std::byte* data) {
  // Queued at the transmitter only when it is due: it must not hold up data of other commands that is ready before.
  Item item;
  item.event = Event::send;
  item.count = park({header, static_cast<std::uint32_t>(data_segment_length(header).n), data});
  push(after(config_.response_latency), ++sequence_, item);
}

void UfsDevice::reject(const UpiuHeader& header) {
  ++stats_.rejects;
  Reject upiu;
  upiu.lun = load_u8(&header[2]);
  upiu.tag = tag_of(header);
  upiu.basic_header_status = 1;
  send_later(upiu.encode());
}

void UfsDevice::send_data_in(const Command& command, std::uint32_t offset, std::uint32_t length, std::byte* data) {
  ++stats_.data_ins;
  bytes_sent_ += length;
  DataUpiu upiu;
  upiu.transaction = Transaction::data_in;
  upiu.lun = command.request.lun;
  upiu.tag = command.request.tag;
  upiu.offset = Bytes{offset};
  upiu.count = Bytes{length};
  send(upiu.encode(), data);
}

void UfsDevice::answer_control(Index index) {
  Command& command = pool_[index];
  const Tag tag = command.request.tag;
  std::byte* const data = control_.data();
  const ScsiAnswer answer = target_.answer(command.request, queries_.write_protected(), data);
  if (answer.sense.key != 0) return fail(index, answer.sense);
  reach(tag, DeviceMilestone::firmware_done, now());
  ScsiTarget::settle(command.plan, Bytes{answer.length}, command.request.expected_length);
  if (command.plan.length > 0) {
    send_data_in(command, 0, command.plan.length, data);
    reach(tag, DeviceMilestone::data_done, next_cycle());
  }
  complete(index);
}

void UfsDevice::complete(Index index) {
  Command& command = pool_[index];
  command.state = State::responding;
  push(Event::respond, after(config_.response_latency), index, command.sequence);
}

void UfsDevice::fail(Index index, Sense sense) {
  Command& command = pool_[index];
  command.failed = true;
  command.sense = sense;
  if (command.state != State::responding) complete(index);
  cancel_rtts(index);
  use_room();
}

void UfsDevice::respond(Index index) {
  const Command& command = pool_[index];
  const Tag tag = command.request.tag;
  ResponseUpiu upiu;
  upiu.lun = command.request.lun;
  upiu.tag = tag;
  upiu.flags = command.plan.flags;
  upiu.residual = Bytes{command.plan.residual};
  std::array<std::byte, sense_segment_size> segment{};
  std::byte* data = nullptr;
  if (command.failed) {
    ++stats_.check_conditions;
    segment = encode_sense_segment(command.sense);
    data = segment.data();
    upiu.status = static_cast<std::uint8_t>(scsi::Status::check_condition);
    upiu.data_segment = Bytes{sense_segment_size};
    upiu.residual = command.request.expected_length;
    upiu.flags = 0;
    if (upiu.residual > Bytes{0}) upiu.flags = ResponseUpiu::underflow;
  }
  if (seldom(background_ != nullptr) && queries_.alerts()) {
    upiu.device_information = 1;
    ++background_->statistics.alerts;
  }
  reach(tag, DeviceMilestone::response_sent, next_cycle());
  send(upiu.encode(), data);
  release(index);
}

void UfsDevice::release(Index index) {
  Command& command = pool_[index];
  // Another command may have the tag of one that the flash still works on.
  Index& under_tag = by_tag_[command.request.tag.n];
  if (under_tag == index) under_tag = none;
  if (seldom(extra_)) give_up_waiting(index);
  command.state = command.media_pending > 0 ? State::draining : State::free;
  if (command.state == State::free) free_.push_back(index);
}

/// What a command that is over waits for in memory, or others for its end.
void UfsDevice::give_up_waiting(Index index) {
  Command& command = pool_[index];
  if (map_ && command.media_pending > 0) command.media_pending -= map_->cancel(index);
  if (ahead_ && command.media_pending > 0) command.media_pending -= ahead_->cancel(index);
  if (order_) push(Event::idle, soon(), none, index);
  if (background_) wait_for_rest();
}

void UfsDevice::manage(const Upiu& upiu) {
  const Tag tag = tag_of(upiu.header);
  switch (transaction_of(upiu.header)) {
    case Transaction::nop_out: {
      ++stats_.nops;
      NopIn answer;
      answer.tag = tag;
      return send_later(answer.encode());
    }
    case Transaction::query_request: {
      ++stats_.queries;
      std::byte* const data = control_.data();
      const QueryUpiu answer = queries_.execute(QueryUpiu::decode(upiu.header), now(), next_cycle(), data);
      send_later(answer.encode(), answer.data_segment > Bytes{0} ? data : nullptr);
      if (background_) obey_background_flag();
      if (config_.data_ordering != DataOrdering::in_order) any_order_ = queries_.any_order();
      return send_rtts();  // bMaxNumOfRTT may have been raised
    }
    default: {
      ++stats_.task_managements;
      const TaskRequest request = TaskRequest::decode(upiu.header);
      TaskResult answer;
      answer.lun = request.lun;
      answer.tag = tag;
      answer.result = manage_task(request);
      return send_later(answer.encode());
    }
  }
}

TaskResponse UfsDevice::manage_task(const TaskRequest& request) {
  if (!target_.has_unit(request.lun)) return TaskResponse::bad_lun;
  const auto of_unit = [&](const Command& command) {
    const bool outstanding = command.state != State::free && command.state != State::draining;
    return outstanding && command.request.lun == request.lun;
  };
  const Index task = by_tag_[request.task.n];
  const bool found = task != none && of_unit(pool_[task]);
  switch (request.function) {
    case TaskFunction::abort_task:
      if (found) abort_command(task);
      use_room();
      return TaskResponse::complete;
    case TaskFunction::abort_task_set:
    case TaskFunction::clear_task_set:
    case TaskFunction::logical_unit_reset:
      for (Index index = 0; index < pool_.size(); ++index) {
        if (of_unit(pool_[index])) abort_command(index);
      }
      if (request.function == TaskFunction::logical_unit_reset && request.lun < 8)
        attention_ = static_cast<std::uint8_t>(attention_ | (serves_ & 1u << request.lun));
      use_room();
      return TaskResponse::complete;
    case TaskFunction::query_task:
      return found ? TaskResponse::succeeded : TaskResponse::complete;
    case TaskFunction::query_task_set:
      return std::any_of(pool_.begin(), pool_.end(), of_unit) ? TaskResponse::succeeded : TaskResponse::complete;
  }
  return TaskResponse::not_supported;
}

void UfsDevice::abort_command(Index index) {
  ++stats_.aborted;
  release(index);
  cancel_rtts(index);
}

}  // namespace icesim
