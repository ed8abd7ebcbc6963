// SPDX-License-Identifier: Apache-2.0
#include "testbench/reference/controller/controller_conductor.hpp"

#include <algorithm>

namespace icesim::twin {

void Conductor::on_sent(const RecordingLink::Sent& sent) {
  if (transaction_of(sent.header) == Transaction::task_management_request) on_task_sent(sent);
  if (transaction_of(sent.header) != Transaction::command) return;
  const std::uint64_t tag = tag_of(sent.header).n;
  const Picoseconds there = sent.passage.last;
  tags_[tag].commanded = true;
  tags_[tag].busy = std::max(tags_[tag].busy, there);
  pair_.actions.at(there + cycles(1), [this, tag] { device(tag); });
}

/// Says the next of a command's steps, and after all of them its RESPONSE.
void Conductor::device(std::uint64_t tag) {
  Running& command = tags_[tag];
  if (kernel_now() <= command.hold) {
    pair_.actions.at(command.hold + Picoseconds{1}, [this, tag] { device(tag); });
    return;
  }
  const std::vector<DeviceStep>& steps = command.step->device;
  if (command.next == steps.size()) {
    ResponseUpiu response;
    response.tag = Tag{tag};
    response.data_segment = Bytes{command.step->dun % 3 == 0 ? 20u : 0u};
    send(command.busy, response.encode(), {}, response.data_segment.n);
    command.commanded = false;
    return;
  }
  const DeviceStep& step = steps[command.next++];
  say(command, tag, step);
  pair_.actions.at(kernel_now() + Picoseconds{1} + eighths(step.gap), [this, tag] { device(tag); });
}

void Conductor::say(Running& command, std::uint64_t tag, const DeviceStep& step) {
  using Kind = DeviceStep::Kind;
  bool to_device = command.step->direction == DataDirection::to_device;
  DataUpiu piece;
  piece.tag = Tag{tag};
  piece.offset = command.moved;
  const std::uint64_t unit = command.step->crypto ? 16 : 1;
  const std::uint64_t most = std::min<std::uint64_t>(step.bytes, command.buffer.n - command.moved.n) / unit * unit;
  piece.count = Bytes{most};
  switch (step.kind) {
    case Kind::piece:
      if (most == 0) return;
      command.moved += piece.count;
      break;
    case Kind::wrong_piece:
      piece.offset = Bytes{command.buffer.n - std::min<std::uint64_t>(command.buffer.n, step.gap % 8)};
      piece.count = Bytes{step.gap % 3 == 0 ? 0 : step.bytes};
      break;
    case Kind::wrong_direction:
      to_device = !to_device;
      piece.count = Bytes{step.bytes};
      break;
    case Kind::response:
    case Kind::long_response: {
      ResponseUpiu response;
      response.tag = Tag{tag};
      response.data_segment = Bytes{step.kind == Kind::response ? step.bytes % 200 : 481 + step.bytes % 100};
      return send(command.busy, response.encode(), step, response.data_segment.n);
    }
    case Kind::reject: {
      Reject reject;
      reject.tag = Tag{tag};
      return send(command.busy, reject.encode(), step, 0);
    }
    case Kind::unknown: {
      // A transaction that hosts send, or a tag that no command has.
      DataUpiu unknown = piece;
      if (step.gap % 2 == 0) unknown.tag = Tag{tags_.size() + 3};
      UpiuHeader header = unknown.encode();
      if (step.gap % 2 != 0) header[0] = static_cast<std::byte>(Transaction::command);
      header[10] = header[11] = std::byte{0};
      return send(command.busy, header, step, 0);
    }
    case Kind::count:
      return;
  }
  piece.transaction = to_device ? Transaction::ready_to_transfer : Transaction::data_in;
  send(command.busy, piece.encode(), step, to_device ? 0 : piece.count.n);
}

/// Announces a UPIU now, whose frames arrive one after the other and behind all that was announced before.
void Conductor::send(Picoseconds& busy, const UpiuHeader& header, const DeviceStep& step, std::uint64_t length) {
  if (pair_.wire) {
    const Picoseconds ready = kernel_now() + Picoseconds{step.lead * bus_cycle_.n / 8 + 1};
    busy = std::max(busy, pair_.send_to_host(header, length, ready) + cycles(8));
    return;
  }
  const Picoseconds first = std::max(kernel_now(), link_free_) + Picoseconds{step.lead * bus_cycle_.n / 8 + 1};
  Train frames;
  Picoseconds last = first;
  for (std::uint64_t end = 0; end < length;) {
    if (end > 0) last += eighths(step.frame_gap) + Picoseconds{step.frame % 7};
    end = std::min(end + step.frame, length);
    frames.push_back({end, last});
  }
  link_free_ = last;
  busy = std::max(busy, last + cycles(8));
  pair_.receive(header, frames, last);
}

}  // namespace icesim::twin
