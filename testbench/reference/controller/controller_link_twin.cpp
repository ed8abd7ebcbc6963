// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/controller_twin.hpp"

#include <algorithm>

namespace icesim::twin {

std::uint64_t ControllerTwin::announce(const UpiuHeader& header) {
  const std::uint64_t number = upius_.size();
  const Received received = judge(header);
  upius_.push_back(received);
  if (received.verdict != Verdict::send_data && received.verdict != Verdict::take_data) return number;
  const TableEntry& command = commands_[received.tag.n];
  const Utrd& utrd = command.utrd;
  const KeyslotTwin::Key key = registers.keyslots.look_up(utrd.cci);
  AesXtsPipelineTwin::Job job;
  job.direction = received.verdict == Verdict::send_data ? Direction::to_device : Direction::to_host;
  job.encrypted = utrd.crypto_enable && key.usable;
  job.keyslot = utrd.cci;
  job.generation = key.generation;
  job.bytes = received.piece.count.n;
  if (command.own_key) {
    // Of no keyslot: of the command alone, which names itself by its tag.
    job.encrypted = true;
    job.keyslot = Keyslot{received.tag.n};
    job.generation = command.life;
    job.offset = received.piece.offset.n % 4096;
    job.data_unit = 4096;
  } else if (job.encrypted) {
    job.offset = received.piece.offset.n % key.data_unit.n;
    job.data_unit = key.data_unit.n;
  }
  Stream& stream = streams_[static_cast<std::size_t>(job.direction)];
  upius_.back().begin = stream.accepted;
  stream.accepted += job.bytes;
  engine_.accept(job);
  return number;
}

/// The receive side parses a header as it comes in and looks its command up.
ControllerTwin::Received ControllerTwin::judge(const UpiuHeader& header) {
  Received received;
  received.tag = tag_of(header);
  if (transaction_of(header) == Transaction::task_management_response) {
    if (const std::optional<TaskListTwin::Which> task = tasks_.answered(header)) {
      received.verdict = Verdict::end_task;
      received.tag = Tag{task->number};
      received.life = task->life;
      received.ocs = data_segment_length(header).n == 0 ? Ocs::success : Ocs::mismatch_response_size;
    }
    return received;
  }
  if (received.tag.n >= commands_.size()) return received;
  TableEntry& entry = commands_[received.tag.n];
  if (!entry.active || !entry.sent || entry.ended) return received;
  received.life = entry.life;
  switch (transaction_of(header)) {
    case Transaction::ready_to_transfer:
      received.verdict = Verdict::send_data;
      judge_data(received, header, entry.utrd.data_direction == DataDirection::to_device);
      break;
    case Transaction::data_in:
      received.verdict = Verdict::take_data;
      judge_data(received, header,
                 entry.utrd.data_direction == DataDirection::to_host &&
                     DataUpiu::decode(header).count == data_segment_length(header));
      break;
    case Transaction::response:
    case Transaction::query_response:
    case Transaction::nop_in: {
      received.verdict = Verdict::end;
      received.response_bytes = upiu_header_size + data_segment_length(header).n;
      const std::uint64_t room = std::min<std::uint64_t>(512, entry.utrd.response_length * 4u);
      if (received.response_bytes <= room) break;
      received.verdict = Verdict::fail;
      received.ocs = Ocs::mismatch_response_size;
      break;
    }
    case Transaction::reject:
      received.verdict = Verdict::fail;
      received.ocs = Ocs::peer_communication_failure;
      break;
    default:
      break;
  }
  if (received.verdict == Verdict::end || received.verdict == Verdict::fail) entry.ended = true;
  return received;
}

void ControllerTwin::judge_data(Received& received, const UpiuHeader& header, bool right_direction) {
  TableEntry& entry = commands_[received.tag.n];
  const DataUpiu piece = DataUpiu::decode(header);
  const bool in_buffer = piece.count.n > 0 && piece.count.n <= 0xffff && piece.offset + piece.count <= entry.buffer;
  const bool whole_blocks = piece.offset.n % 16 == 0 && piece.count.n % 16 == 0;
  if (!right_direction || !in_buffer || (entry.utrd.crypto_enable && !whole_blocks)) {
    received.verdict = Verdict::fail;
    received.ocs = Ocs::mismatch_data_buffer_size;
    return;
  }
  const CryptoFault fault =
      engine_faults_ && entry.utrd.crypto_enable ? failing_engine(entry.utrd.dun) : CryptoFault::none;
  if (fault != CryptoFault::none) {
    entry.engine_failed = fault == CryptoFault::engine;
    received.verdict = Verdict::fail;
    received.ocs = Ocs::general_crypto_error;
    return;
  }
  received.piece = piece;
  entry.done += piece.count;
  received.whole = entry.done >= entry.expected;
}

void ControllerTwin::header_received(std::uint64_t upiu) { headers_.push(upiu); }

void ControllerTwin::data_received(std::uint64_t upiu, std::uint64_t end) {
  if (upius_[upiu].verdict == Verdict::take_data) send_to_engine(Direction::to_host, upiu, end);
}

void ControllerTwin::all_received(std::uint64_t upiu) {
  const Received& received = upius_[upiu];
  if (received.verdict == Verdict::take_data && received.whole) mark(received.tag, Stage::transfer, kernel_now());
}

void ControllerTwin::link_phase(std::uint64_t number, std::uint64_t cycle) {
  Received& upiu = upius_[number];
  switch (upiu.verdict) {
    case Verdict::drop:
      ++dropped;
      break;
    case Verdict::send_data: {
      DataUpiu header = upiu.piece;
      header.transaction = Transaction::data_out;
      upiu.place = transmit.add(header.encode(), cycle, upiu_header_size + upiu.piece.count.n);
      reading_.push_back(number);
      data_reads_.ask(upiu.piece.count.n);
      if (upiu.whole) mark(upiu.tag, Stage::transfer, kernel_now());
      break;
    }
    case Verdict::take_data:
      upiu.place = completion_.data(number, upiu.piece.count.n);
      break;
    case Verdict::end:
      commands_[upiu.tag.n].response_bytes = upiu.response_bytes;
      endings_.push_back({upiu.tag, upiu.life, Ocs::success});
      completion_.response(endings_.size() - 1, upiu.response_bytes, status_bytes(upiu.tag));
      break;
    case Verdict::end_task:
      endings_.push_back({upiu.tag, upiu.life, upiu.ocs, true});
      completion_.response(endings_.size() - 1, upiu_header_size);
      break;
    case Verdict::fail:
      fail({upiu.tag, upiu.life, upiu.ocs});
      break;
  }
}

}  // namespace icesim::twin
