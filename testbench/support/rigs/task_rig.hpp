// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "testbench/support/rigs/host_controller_rig.hpp"

namespace icesim {

/// A controller whose task management list runs as well.
struct TaskRig : HostControllerRig {
  static constexpr std::uint64_t task_list = 0x2'0000;

  void start() {
    HostControllerRig::start();
    master->set(Reg::UTMRLBA, static_cast<std::uint32_t>(task_list));
    master->set(Reg::UTMRLRSR, 1);
  }
  static TaskRequest request(std::uint64_t number, std::uint64_t task = 3) {
    return {TaskFunction::query_task, 0, Tag{number}, Tag{task}, 0};
  }
  static UpiuHeader answer(std::uint64_t number, TaskResponse result = TaskResponse::succeeded) {
    TaskResult response;
    response.tag = Tag{number};
    response.result = result;
    return response.encode();
  }
  /// Writes the descriptor of a request into memory, its OCS preset as software does.
  void place_task(std::uint64_t number, const UpiuHeader& upiu, bool interrupt = true) {
    std::array<std::byte, utmrd::size> bytes{};
    store_le32(bytes.data(), interrupt ? utmrd::interrupt : 0);
    store_u8(&bytes[utmrd::ocs_offset], static_cast<std::uint8_t>(Ocs::invalid));
    std::copy(upiu.begin(), upiu.end(), bytes.begin() + utmrd::request_offset);
    std::fill(bytes.begin() + utmrd::response_offset, bytes.end(), std::byte{0xee});
    memory->write(task_list + number * utmrd::size, bytes.data(), bytes.size());
  }
  void ring_task(std::uint32_t numbers) { master->set(Reg::UTMRLDBR, numbers); }
  std::uint8_t task_ocs(std::uint64_t number) const {
    return load_u8(bytes(task_list + number * utmrd::size + utmrd::ocs_offset, 1).data());
  }
  UpiuHeader task_response(std::uint64_t number) const {
    UpiuHeader header;
    memory->read(task_list + number * utmrd::size + utmrd::response_offset, header.data(), header.size());
    return header;
  }
  bool task_busy(std::uint64_t number) const { return (hardware(Reg::UTMRLDBR) >> number & 1) != 0; }
};

}  // namespace icesim
