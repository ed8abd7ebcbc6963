// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/ufshcd/ufshcd.hpp"

#include "icesim/base/seldom.hpp"
#include "icesim/spec/scsi.hpp"

#include <algorithm>

namespace icesim {
namespace {

constexpr std::uint32_t completions = IS::UTRCS | IS::CQES;
constexpr std::uint32_t pa_init_error = 1u << 13;

/// Whether a command that failed so may have been sent, and not have ended at the device.
bool stays_at_device(Failure failure) {
  switch (failure.ocs) {
    case Ocs::mismatch_data_buffer_size:
    case Ocs::mismatch_response_size:
    case Ocs::peer_communication_failure:
    case Ocs::fatal_error:
    case Ocs::device_fatal_error:
    case Ocs::general_crypto_error:
      return true;
    default:
      return false;
  }
}

}  // namespace

Ufshcd::Ufshcd(HostPort& host, const HostCosts& costs, Bytes segment, Keyring& keys, KeyPath& path)
    : host_(host), costs_(costs), segment_(segment), keys_(keys), path_(path), prdt_(path.config().prdt_format()),
      least_cost_(costs.in_handler()) {}

void Ufshcd::write(Reg reg, std::uint32_t value) {
  ++statistics_.register_writes;
  host_.write_register(static_cast<std::uint32_t>(reg), value, host_.now());
}

void Ufshcd::write_uic(uic::Opcode opcode, std::uint32_t arg1, std::uint32_t arg2, std::uint32_t arg3) {
  write(Reg::UCMDARG1, arg1);
  write(Reg::UCMDARG2, arg2);
  write(Reg::UCMDARG3, arg3);
  write(Reg::UICCMD, static_cast<std::uint32_t>(opcode));
}

Step Ufshcd::read(Work::Kind work, std::uint32_t index, Reg reg) {
  ++statistics_.register_reads;
  return Step::read(work, index, reg);
}

UfshcdStatistics Ufshcd::statistics() const {
  UfshcdStatistics all = statistics_;
  all.register_reads += path_.statistics().register_reads;
  all.register_writes += path_.statistics().register_writes;
  return all;
}

/// The end of key work whose first piece began at `at`.
Picoseconds Ufshcd::finish(KeyWork work, Picoseconds at) {
  at += work.busy;
  while (work.end == KeyWork::End::not_yet) {
    at += work.asleep;
    if (work.reads != Reg{}) at += costs_.mmio_read;  // of a doorbell, which is empty
    work = path_.go_on(at);
    at += work.busy;
  }
  return at;
}

Picoseconds Ufshcd::reprogram_keyslots(const std::vector<KeyslotManager*>& managers) {
  Picoseconds at = host_.now();
  if (path_.remembers_keys()) return finish(path_.restore(at), at) - at;
  for (const KeyslotManager* keyslots : managers) {
    keyslots->reprogram_all(
        [&](Keyslot keyslot, KeyId key) { at = finish(path_.program(keyslot, keys_.entry(key), at), at); });
  }
  return at - host_.now();
}

Picoseconds Ufshcd::evict_all(std::uint32_t num_keyslots) {
  Picoseconds at = host_.now();
  for (std::uint32_t i = 0; i < num_keyslots; ++i) at = finish(path_.evict(Keyslot{i}, at), at);
  return at - host_.now();
}

/// `encrypted` is a request whose PRDT says how.
std::uint16_t Ufshcd::write_prdt(Tag tag, std::uint64_t address, Bytes length, const Request* encrypted) {
  if (seldom(prdt_ != PrdtFormat::standard)) return write_long_prdt(tag, address, length, encrypted);
  std::array<std::byte, ucd::max_prdt_entries * PrdtEntry::size> table;
  ensure(divide_up(length.n, segment_.n) <= ucd::max_prdt_entries, "a request has no more segments than its PRDT entries");
  std::size_t entries = 0;
  for (Bytes done{}; done < length; done += segment_, ++entries) {
    PrdtEntry{address + done.n, std::min(segment_, length - done)}.encode(&table[entries * PrdtEntry::size]);
  }
  host_.write_memory(memory_map::command(tag) + ucd::prdt_offset, table.data(), entries * PrdtEntry::size);
  return static_cast<std::uint16_t>(entries);
}

void Ufshcd::ring(const Utrd& utrd, Tag tag, const UpiuHeader& upiu, Core core) {
  std::array<std::byte, Utrd::size> bytes;
  utrd.encode(bytes.data());
  host_.write_memory(command_address(tag), upiu.data(), upiu.size());
  ++statistics_.commands;
  if (seldom(num_queues_ > 0)) return submit(bytes.data(), queue_of(core));
  host_.write_memory(memory_map::descriptor(tag), bytes.data(), bytes.size());
  outstanding_ |= std::uint32_t{1} << tag.n;
  write(Reg::UTRLDBR, std::uint32_t{1} << tag.n);
}

Utrd Ufshcd::descriptor_of(Tag tag) const {
  Utrd utrd;
  utrd.ucd_base = command_address(tag);
  utrd.response_length = ucd::response_size / 4;
  utrd.response_offset = ucd::response_offset / 4;
  utrd.prdt_offset = ucd::prdt_offset / 4;
  return utrd;
}

void Ufshcd::queue_command(Request& request) {
  if (seldom(given_up_)) {
    request.owned = true;
    return watch_->refused(request);
  }
  CommandUpiu command;
  command.tag = request.tag;
  Utrd utrd = descriptor_of(request.tag);
  const auto blocks = static_cast<std::uint32_t>(request.blocks);
  if (request.preflush || request.operation == Operation::flush) {
    command.cdb = scsi::synchronize_cache_10();
  } else if (request.operation == Operation::discard) {
    const auto list = scsi::unmap_list({request.lba, blocks});
    host_.write_memory(memory_map::control_buffer(request.tag), list.data(), list.size());
    command.cdb = scsi::unmap();
    command.flags = CommandUpiu::write;
    command.expected_length = Bytes{list.size()};
    utrd.data_direction = DataDirection::to_device;
    utrd.prdt_length = write_prdt(request.tag, memory_map::control_buffer(request.tag), command.expected_length);
  } else {
    const bool writes = request.operation == Operation::write;
    command.cdb = scsi::transfer({writes, request.lba, blocks, request.fua});
    command.flags = writes ? CommandUpiu::write : CommandUpiu::read;
    command.expected_length = request.bytes();
    utrd.data_direction = writes ? DataDirection::to_device : DataDirection::to_host;
    const bool by_prdt = speaks_by_prdt(request);
    utrd.prdt_length = write_prdt(request.tag, memory_map::payload_buffer(request.tag), request.bytes(),
                                  by_prdt ? &request : nullptr);
    utrd.crypto_enable = request.has_keyslot && !by_prdt;
    if (utrd.crypto_enable) {
      utrd.cci = request.keyslot;
      utrd.dun = request.crypt.dun.low();
    }
  }
  if (seldom(check_ != nullptr) && !request.preflush) check_->start(request);
  request.under_way = UnderWay::issued;
  ring(utrd, request.tag, command.encode(), request.core);
}

void Ufshcd::queue_internal(const UpiuHeader& upiu, Bytes data_in) {
  Utrd utrd = descriptor_of(reserved_tag_);
  if (data_in.n > 0) {
    utrd.data_direction = DataDirection::to_host;
    utrd.prdt_length = write_prdt(reserved_tag_, memory_map::control_buffer(reserved_tag_), data_in);
  }
  ring(utrd, reserved_tag_, upiu, 0);
}

void Ufshcd::mark(Tag tag, Stage stage, Picoseconds at) {
  if (seldom(tag == reserved_tag_)) return;
  Request& request = blocks_->request(tag);
  if (seldom(request.preflush || request.owned)) return;  // the error handler's time is of one stage
  // What the device still sends for a command that has failed or was given up may count for the next one under its tag.
  if (seldom(at < request.timeline->last()) && (statistics_.ocs_errors > 0 || abandoned_)) return;
  request.timeline->mark(stage, at);
}

Step Ufshcd::step(Work work, std::uint32_t value) {
  switch (work.kind) {
    case Work::Kind::interrupt:
      if (seldom(handling_ != InterruptHandling::hard)) return enter();
      return read(Work::Kind::read_status, 0, Reg::IS);
    case Work::Kind::interrupt_thread:
      return read(Work::Kind::read_status, 0, Reg::IS);
    case Work::Kind::leave_interrupt:
      return wake_thread();
    case Work::Kind::read_status:
      status_ = value;
      if (seldom(handling_ == InterruptHandling::limited) && (!in_thread_ || status_ == 0)) return limited_status();
      if (status_ == 0) return Step::done();
      return read(Work::Kind::read_enable, 0, Reg::IE);
    case Work::Kind::read_enable:
      write(Reg::IS, status_);
      status_ &= value;
      return handle_status(status_);
    case Work::Kind::read_doorbell:
      completed_ = listed_ & outstanding_ & ~value;
      outstanding_ &= ~completed_;
      return next_completion();
    case Work::Kind::complete:
      complete(Tag{work.index}, status_of(Tag{work.index}), context());
      if (seldom(late()) && completed_ != 0) return leave_rest();
      return next_completion();
    case Work::Kind::read_link_error:
      if ((value & UEC::ERR) != 0 && (value & pa_init_error) != 0) watch_->fatal();
      return handle_tasks();
    case Work::Kind::read_tasks:
      if ((value & 1) == 0) watch_->task_done();
      return handle_ends(status_);
    default:
      return queue_step(work, value);
  }
}

Step Ufshcd::handle_status(std::uint32_t status) {
  return seldom((status & ~completions) != 0) ? handle_events(status) : handle_ends(status);
}

Step Ufshcd::handle_ends(std::uint32_t status) {
  if ((status & IS::UTRCS) != 0) return read_doorbell();
  if ((status & IS::CQES) != 0) return look_at(0);
  return read(Work::Kind::read_status, 0, Reg::IS);
}

Step Ufshcd::next_completion() {
  if (completed_ == 0) return read(Work::Kind::read_status, 0, Reg::IS);
  const auto tag = static_cast<std::uint32_t>(__builtin_ctz(completed_));
  completed_ &= completed_ - 1;
  return Step::compute(Work::Kind::complete, tag, handler_cost(Tag{tag}));
}

/// Of the handler, for what has ended under a tag; what the driver asks for itself, as after a reset, ends there.
Picoseconds Ufshcd::completion_cost(Tag tag) const {
  const bool in_softirq = seldom(splits_) && tag != reserved_tag_ && blocks_->ends_in_softirq(tag);
  return in_softirq ? costs_.in_handler() : costs_.complete;
}

Ocs Ufshcd::status_of(Tag tag) const {
  std::byte ocs{};
  host_.read_memory(memory_map::descriptor(tag) + Utrd::ocs_offset, &ocs, 1);
  return static_cast<Ocs>(std::to_integer<unsigned>(ocs) & 0xfu);
}

Failure Ufshcd::failure_of(Tag tag, Ocs ocs, const UpiuHeader& response) const {
  Failure failure{ocs};
  if (failure) return failure;
  failure.status = static_cast<scsi::Status>(ResponseUpiu::decode(response).status);
  if (seldom(failure.status == scsi::Status::check_condition)) failure.unit_attention = tells_reset(tag, response);
  return failure;
}

void Ufshcd::complete(Tag tag, Ocs ocs, CompletionContext context) {
  UpiuHeader bytes{};
  host_.read_memory(command_address(tag) + ucd::response_offset, bytes.data(), bytes.size());
  if (seldom(tag == reserved_tag_)) return complete_internal(ocs, bytes);
  Request& request = blocks_->request(tag);
  const bool owned = request.owned;
  if (seldom(owned)) abandon(request);
  request.under_way = UnderWay::no;
  if (seldom(ends_ != nullptr)) ends_->ended();
  if (seldom(owned)) return;
  const bool preflush = request.preflush;
  if (!preflush) {
    const Picoseconds wiping = wipe_time(tag);
    const Picoseconds seen = host_.now() - wiping - completion_cost(tag);
    if (seldom(statistics_.ocs_errors > 0 || watch_ != nullptr)) request.timeline->cut(seen);
    request.timeline->mark(Stage::interrupt, seen);
    request.timeline->mark(Stage::completion, host_.now() - wiping);
    if (seldom(wiping.n > 0)) path_.count_entries(wiping);
    if (seldom(keys_lie_in(request))) wipe_keys(request);
  }
  const Failure failure = failure_of(tag, ocs, bytes);
  if (seldom(static_cast<bool>(failure))) ++(ocs != Ocs::success ? statistics_.ocs_errors : statistics_.scsi_errors);
  if (seldom(check_ != nullptr) && !preflush) check_->end(request, static_cast<bool>(failure));
  if (seldom(static_cast<bool>(failure)) && watch_ != nullptr && stays_at_device(failure)) {
    request.owned = true;
    return watch_->left_behind(request, failure);
  }
  if (seldom(splits_) && blocks_->ends_in_softirq(tag)) {
    blocks_->completed(tag, failure, context);
  } else {
    blocks_->complete(tag, failure);
  }
}

}  // namespace icesim
