// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/ufshcd.hpp"

#include "icesim/spec/unit_attention.hpp"

#include <algorithm>

/// The host controller driver as far as errors care.
namespace icesim {
namespace {

/// UIC events that end a UIC command.
constexpr std::uint32_t uic_events = IS::UCCS | IS::UPMS | IS::UHES | IS::UHXS;
/// Number of the task management request in its list; Linux takes the lowest, too.
constexpr std::uint32_t task_number = 0;

}  // namespace

Step Ufshcd::handle_events(std::uint32_t status) {
  if ((status & uic_events) != 0) probe_->uic_done();
  if (watch_ == nullptr) return handle_ends(status);
  if ((status & IS::fatal) != 0) watch_->fatal();
  if ((status & IS::UE) != 0) return read(Work::Kind::read_link_error, 0, Reg::UECDL);
  return handle_tasks();
}

Step Ufshcd::handle_tasks() {
  if ((status_ & IS::UTMRCS) != 0) return read(Work::Kind::read_tasks, 0, Reg::UTMRLDBR);
  return handle_ends(status_);
}

void Ufshcd::queue_task(TaskFunction function, Tag task) {
  std::array<std::byte, utmrd::size> bytes{};
  store_le32(bytes.data(), utmrd::interrupt);
  store_u8(&bytes[utmrd::ocs_offset], static_cast<std::uint8_t>(Ocs::invalid));
  // Its own tag is none of the commands'.
  const UpiuHeader request = TaskRequest{function, 0, Tag{(reserved_tag_.n + 1 + task_number) % 256}, task}.encode();
  std::copy(request.begin(), request.end(), bytes.begin() + utmrd::request_offset);
  host_.write_memory(memory_map::task_list + task_number * utmrd::size, bytes.data(), bytes.size());
  write(Reg::UTMRLDBR, 1u << task_number);
}

std::optional<TaskResponse> Ufshcd::task_response() const {
  std::array<std::byte, utmrd::size> bytes{};
  host_.read_memory(memory_map::task_list + task_number * utmrd::size, bytes.data(), bytes.size());
  if (load_u8(&bytes[utmrd::ocs_offset]) != static_cast<std::uint8_t>(Ocs::success)) return std::nullopt;
  UpiuHeader response{};
  std::copy_n(bytes.begin() + utmrd::response_offset, response.size(), response.begin());
  return TaskResult::decode(response).result;
}

void Ufshcd::clear_task() { write(Reg::UTMRLCLR, ~(1u << task_number)); }

/// Linux: scsi_check_sense, as far as unit attentions go.
bool Ufshcd::tells_reset(Tag tag, const UpiuHeader& response) const {
  if (ResponseUpiu::decode(response).data_segment.n < sense_segment_size) return false;
  std::array<std::byte, sense_segment_size> bytes{};
  host_.read_memory(command_address(tag) + ucd::response_offset + upiu_header_size, bytes.data(), bytes.size());
  return decode_sense_segment(bytes.data()) == sense::reset_occurred;
}

void Ufshcd::test_unit() {
  CommandUpiu command;
  command.tag = reserved_tag_;
  command.cdb = scsi::test_unit_ready();
  tests_ = true;
  queue_internal(command.encode(), Bytes{0});
}

void Ufshcd::forget_test() {
  tests_ = false;
  if (!has_queues()) outstanding_ &= ~(std::uint32_t{1} << reserved_tag_.n);
}

void Ufshcd::complete_internal(Ocs ocs, const UpiuHeader& response) {
  if (!tests_) return probe_->command_done(ocs, response);
  tests_ = false;
  watch_->unit_tested(failure_of(reserved_tag_, ocs, response));
}

/// The handler completes what was outstanding when it read the doorbell, one by one, or entries of a queue.
bool Ufshcd::claim(Tag tag) {
  const std::uint32_t bit = has_queues() ? 0 : std::uint32_t{1} << tag.n;
  if ((outstanding_ & bit) == 0) return blocks_->request(tag).under_way == UnderWay::no;
  outstanding_ &= ~bit;
  return true;
}

/// Ends what the hardware was to do for a request, which nobody waits for.
void Ufshcd::abandon(Request& request) {
  if (request.under_way == UnderWay::no) return;
  request.under_way = UnderWay::no;
  abandoned_ = true;
  if (request.preflush) return;
  request.timeline->cut(host_.now());
  if (keys_lie_in(request)) wipe_keys(request);
  if (check_ != nullptr) check_->end(request, true);
}

void Ufshcd::give_back(Tag tag, Failure failure) {
  Request& request = blocks_->request(tag);
  abandon(request);
  request.owned = false;
  if (!request.preflush) request.timeline->mark(Stage::retry, host_.now());
  if (ends_ != nullptr) ends_->ended();
  blocks_->complete(tag, failure);
}

/// Linux: ufshcd_complete_requests.
bool Ufshcd::end_or_give_back(Tag tag) {
  const Ocs ocs = has_queues() ? Ocs::invalid : status_of(tag);
  if (ocs == Ocs::invalid) {
    give_back(tag, Failure{Ocs::invalid});
  } else {
    complete(tag, ocs, CompletionContext::thread);
  }
  return ocs == Ocs::invalid;
}

}  // namespace icesim
