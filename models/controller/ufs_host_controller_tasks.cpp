// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/bytes.hpp"
#include "models/controller/ufs_host_controller.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// What is sent must be a request without more behind it: the device would reject anything else, by a tag that may be a
/// command's, too.
bool is_task_request(const UpiuHeader& header) {
  const bool bare = data_segment_length(header).n == 0 && load_u8(&header[8]) == 0;
  return transaction_of(header) == Transaction::task_management_request && bare;
}

}  // namespace

std::uint64_t UfsHostController::task_address(std::uint32_t number) const {
  const std::uint64_t high = registers_file_.hw_read(Reg::UTMRLBAU);
  return (high << 32 | registers_file_.hw_read(Reg::UTMRLBA)) + std::uint64_t{number} * utmrd::size;
}

void UfsHostController::task_doorbell(std::uint32_t numbers) {
  const bool running = (registers_file_.hw_read(Reg::UTMRLRSR) & UTRLRSR::RSR) != 0 &&
                       (registers_file_.hw_read(Reg::HCE) & HCE::HCE) != 0;
  if (!running) return registers_file_.hw_clear_bits(Reg::UTMRLDBR, numbers);
  tasks_.pending |= numbers;
  fetch_task();
}

/// Takes the next pending request when none is being fetched.
void UfsHostController::fetch_task() {
  if (tasks_.pending == 0 || tasks_.fetching) return;
  const auto number = static_cast<std::uint32_t>(__builtin_ctz(tasks_.pending));
  tasks_.pending &= tasks_.pending - 1;
  tasks_.fetching = true;
  TaskEntry& task = tasks_.entries[number];
  task.active = true;
  task.sent = false;
  task.seen = Picoseconds{};
  ++task.life;
  std::array<std::byte, utmrd::response_offset> bytes{};
  const bool read = dma(tlm::TLM_READ_COMMAND, task_address(number), bytes.data(), bytes.size());
  task.interrupt = (load_le32(bytes.data()) & utmrd::interrupt) != 0;
  std::copy_n(bytes.begin() + utmrd::request_offset, task.request.size(), task.request.begin());
  task.ocs = !read ? Ocs::fatal_error : is_task_request(task.request) ? Ocs::success : Ocs::invalid_command_table;
  const Picoseconds ready = bus_.next_edge(task_reads_.read(now(), bytes.size()) + bus_.edge(config_.decode_cycles));
  inbox_.push(ready, order(Rank::hardware, order_of_task), {Event::Kind::task_ready, number, task.life, nullptr});
}

void UfsHostController::task_ready(std::uint32_t number, std::uint32_t life) {
  TaskEntry& task = tasks_.entries[number];
  tasks_.fetching = false;
  if (task.active && task.life == life) {
    if (task.ocs == Ocs::success) {
      task.sent = true;
      to_link->send({task.request, 0, nullptr}, std::max(now(), hibern8_.awake()));
    } else {
      task.response.fill(std::byte{0});
      end_task(number, task.ocs, error_writes_.write(error_writes_.write(now(), upiu_header_size), ocs_bytes));
    }
  }
  fetch_task();
}

void UfsHostController::task_response(const Received& received, Picoseconds seen) {
  const Tag tag = tag_of(received.upiu.header);
  const auto task = std::find_if(tasks_.entries.begin(), tasks_.entries.end(),
                                 [&](const TaskEntry& entry) { return entry.sent && tag_of(entry.request) == tag; });
  if (task == tasks_.entries.end()) {
    ++statistics_.dropped_upius;
    return;
  }
  task->sent = false;
  task->seen = seen;
  task->response = received.upiu.header;
  // There is no room for a data segment.
  const Ocs ocs = received.upiu.data_length == 0 ? Ocs::success : Ocs::mismatch_response_size;
  end_task(static_cast<std::uint32_t>(task - tasks_.entries.begin()), ocs,
           writes_.write(writes_.write(seen, upiu_header_size), ocs_bytes));
}

/// Completes the request at `end`, when its OCS is visible.
void UfsHostController::end_task(std::uint32_t number, Ocs ocs, Picoseconds end) {
  TaskEntry& task = tasks_.entries[number];
  task.ocs = ocs;
  inbox_.push(end, order(Rank::hardware, order_of_task + 1 + number),
              {Event::Kind::task_end, number, task.life, nullptr});
}

void UfsHostController::complete_task(std::uint32_t number, std::uint32_t life) {
  TaskEntry& task = tasks_.entries[number];
  if (!task.active || task.life != life) return;
  const std::uint64_t descriptor = task_address(number);
  if (!dma(tlm::TLM_WRITE_COMMAND, descriptor + utmrd::response_offset, task.response.data(), task.response.size()))
    task.ocs = Ocs::fatal_error;
  std::byte ocs{static_cast<std::uint8_t>(task.ocs)};
  dma(tlm::TLM_WRITE_COMMAND, descriptor + utmrd::ocs_offset, &ocs, 1);
  forget_task(number);
  if (task.interrupt || task.ocs != Ocs::success) set_status(IS::UTMRCS);
}

void UfsHostController::forget_task(std::uint32_t number) {
  tasks_.entries[number].active = false;
  tasks_.entries[number].sent = false;
  tasks_.pending &= ~(std::uint32_t{1} << number);
  registers_file_.hw_clear_bits(Reg::UTMRLDBR, std::uint32_t{1} << number);
}

}  // namespace icesim
