// SPDX-License-Identifier: Apache-2.0
#include "models/controller/ufs_host_controller.hpp"

#include <algorithm>
#include <cstring>

namespace icesim {
namespace {

constexpr std::uint64_t aes_block = 16;

}  // namespace

/// True when a UPIU, whose last frame comes at `last`, belongs to a command under way whose end has not been received.
bool UfsHostController::expected(const Upiu& upiu, Picoseconds last) const {
  const Tag tag = tag_of(upiu.header);
  if (tag.n >= commands_.size()) return false;
  const Command& command = commands_[tag.n];
  return command.active && command.sent && !command.finished && last >= command.leaves;
}

/// Tells whether a UPIU that is on the wire is of the same command as before; the tag of a task management response is
/// none of a command.
std::uint32_t UfsHostController::life_under_tag(const Upiu& upiu) const {
  const Tag tag = tag_of(upiu.header);
  const bool of_task = transaction_of(upiu.header) == Transaction::task_management_response;
  return of_task || tag.n >= commands_.size() ? 0 : commands_[tag.n].life;
}

void UfsHostController::handle(Received& received, Picoseconds seen) {
  const Tag tag = tag_of(received.upiu.header);
  const Transaction kind = transaction_of(received.upiu.header);
  // Its tag is one of the task management requests.
  if (kind == Transaction::task_management_response) return task_response(received, seen);
  if (!expected(received.upiu, received.last)) {
    ++statistics_.dropped_upius;
    return;
  }
  Command& command = commands_[tag.n];
  switch (kind) {
    case Transaction::ready_to_transfer:
      ready_to_transfer(tag, command, received, seen);
      break;
    case Transaction::data_in:
      data_in(tag, command, received, seen);
      break;
    case Transaction::response:
    case Transaction::query_response:
    case Transaction::nop_in:
      response(tag, command, received, seen);
      break;
    case Transaction::reject:
      end_without_response(tag, command, Ocs::peer_communication_failure, seen);
      break;
    default:
      ++statistics_.dropped_upius;
      break;
  }
}

/// The status with which an RTT ends its command; success when it does not.
Ocs UfsHostController::refusal(Command& command, const DataUpiu& rtt) const {
  if (command.utrd.data_direction != DataDirection::to_device || rtt.count.n == 0 || rtt.count > max_data_segment)
    return Ocs::mismatch_data_buffer_size;
  return refusal(command, Direction::to_device, rtt);
}

/// A piece must lie inside the buffer and, on its way through the engine, consist of whole blocks.
Ocs UfsHostController::refusal(Command& command, Direction direction, const DataUpiu& piece) const {
  if (piece.offset + piece.count > command.buffer) return Ocs::mismatch_data_buffer_size;
  if (!command.utrd.crypto_enable) return Ocs::success;
  if (piece.offset.n % aes_block != 0 || piece.count.n % aes_block != 0) return Ocs::mismatch_data_buffer_size;
  const CryptoFault fault = crypto->fault(crypto_job(command, direction, piece.offset.n));
  if (fault == CryptoFault::none) return Ocs::success;
  command.engine_failed = fault == CryptoFault::engine;
  return Ocs::general_crypto_error;
}

CryptoJob UfsHostController::crypto_job(const Command& command, Direction direction, std::uint64_t offset) const {
  CryptoJob job{direction, command.utrd.crypto_enable, command.utrd.cci, command.utrd.dun, offset, tag_of(command.request)};
  if (has_own_key()) job.own = &command.pages->key;
  return job;
}

void UfsHostController::ready_to_transfer(Tag tag, Command& command, const Received& received, Picoseconds seen) {
  const DataUpiu rtt = DataUpiu::decode(received.upiu.header);
  if (const Ocs ocs = refusal(command, rtt); ocs != Ocs::success) {
    end_without_response(tag, command, ocs, seen);
    return;
  }
  const CryptoJob job = crypto_job(command, Direction::to_device, rtt.offset.n);
  const Picoseconds fetched = data_reads_.read(seen, rtt.count.n, train_);
  crypto->pass(job, train_);
  command.done += rtt.count;
  statistics_.data_read += rtt.count;
  if (command.done >= command.expected) {
    recorder_->mark(tag, Stage::transfer, seen);
    recorder_->mark(tag, Stage::memory, fetched);
    recorder_->mark(tag, Stage::crypto, train_.back().at);
  }
  // The header is there before the data.
  train_.shift(upiu_header_size);

  DataUpiu header = rtt;
  header.transaction = Transaction::data_out;
  Upiu upiu{header.encode(), static_cast<std::uint32_t>(rtt.count.n), nullptr};
  if (seldom(has_bytes(command))) {
    data_.resize(rtt.count.n);
    upiu.data = data_.data();
    if (!move_payload(command, tlm::TLM_READ_COMMAND, rtt.offset.n, upiu.data, rtt.count.n)) {
      end_without_response(tag, command, Ocs::fatal_error, seen);
      return;
    }
    if (job.enabled) transform(command, job, upiu.data, rtt.count.n);
  }
  to_link->send(upiu, train_);
}

void UfsHostController::data_in(Tag tag, Command& command, Received& received, Picoseconds seen) {
  const DataUpiu header = DataUpiu::decode(received.upiu.header);
  const Bytes length{received.upiu.data_length};
  Ocs ocs = Ocs::mismatch_data_buffer_size;
  if (command.utrd.data_direction == DataDirection::to_host && header.count == length && !received.train.empty())
    ocs = refusal(command, Direction::to_host, header);
  if (ocs != Ocs::success) {
    end_without_response(tag, command, ocs, seen);
    return;
  }
  const CryptoJob job = crypto_job(command, Direction::to_host, header.offset.n);
  crypto->pass(job, received.train);
  const Picoseconds decrypted = received.train.back().at;
  const Picoseconds written = writes_.write(received.train, DmaChannel::Source::other_clock);
  if (seldom(has_bytes(command)) && received.upiu.data != nullptr) {
    data_.assign(received.upiu.data, received.upiu.data + length.n);
    if (job.enabled) transform(command, job, data_.data(), length.n);
    if (!move_payload(command, tlm::TLM_WRITE_COMMAND, header.offset.n, data_.data(), length.n)) {
      end_without_response(tag, command, Ocs::fatal_error, seen);
      return;
    }
  }
  command.done += length;
  statistics_.data_written += length;
  if (command.done < command.expected) return;
  recorder_->mark(tag, Stage::transfer, received.last);
  recorder_->mark(tag, Stage::crypto, decrypted);
  recorder_->mark(tag, Stage::memory, written);
}

void UfsHostController::response(Tag tag, Command& command, const Received& received, Picoseconds seen) {
  const Upiu& upiu = received.upiu;
  const std::uint64_t size = upiu_header_size + upiu.data_length;
  if (size > std::min<std::uint64_t>(command.response.size(), std::uint64_t{command.utrd.response_length} * 4)) {
    end_without_response(tag, command, Ocs::mismatch_response_size, seen);
    return;
  }
  std::copy(upiu.header.begin(), upiu.header.end(), command.response.begin());
  if (upiu.data_length > 0 && upiu.data != nullptr)
    std::copy(upiu.data, upiu.data + upiu.data_length, command.response.begin() + upiu_header_size);
  command.response_size = size;
  command.end_seen = seen;
  finish(tag, command, Ocs::success, writes_.write(writes_.write(seen, size), end_bytes(command)));
}

void UfsHostController::end_without_response(Tag tag, Command& command, Ocs ocs, Picoseconds at) {
  const Utrd& utrd = command.utrd;
  command.response.fill(std::byte{0});
  // Where the descriptor gives no sound place for it, nothing is written; the time is the same.
  const bool placed = ocs != Ocs::invalid_command_table && ocs != Ocs::fatal_error && utrd.response_length * 4u >= upiu_header_size;
  command.response_size = placed ? upiu_header_size : 0;
  command.ocs = ocs;
  command.finished = true;
  command.end_seen = at;
  // The error channel serves ends in the order in which they begin, which need not be the order in which they are foreseen.
  const std::uint64_t place = command.sent ? order(Rank::link, ++arrivals_) : order_of_end(tag);
  if (at > now()) {
    inbox_.push(at, place, {Event::Kind::fail, static_cast<std::uint32_t>(tag.n), command.life, nullptr});
  } else {
    write_failure(tag);
  }
}

void UfsHostController::write_failure(Tag tag) {
  Command& command = commands_[tag.n];
  if (!command.active) return;
  finish(tag, command, command.ocs, error_writes_.write(error_writes_.write(now(), upiu_header_size), end_bytes(command)));
}

/// Completes the command at `end`, when its OCS or its completion entry is visible.
void UfsHostController::finish(Tag tag, Command& command, Ocs ocs, Picoseconds end) {
  command.ocs = ocs;
  command.finished = true;
  if (has_tag(tag)) recorder_->mark(tag, Stage::response, end);
  inbox_.push(end, order_of_end(tag), {Event::Kind::complete, static_cast<std::uint32_t>(tag.n), command.life, nullptr});
}

void UfsHostController::complete(Tag tag) {
  Command& command = commands_[tag.n];
  if (!command.active) return;
  if (command.response_size > 0) {
    const std::uint64_t address = command.utrd.ucd_base + std::uint64_t{command.utrd.response_offset} * 4;
    if (!dma(tlm::TLM_WRITE_COMMAND, address, command.response.data(), command.response_size))
      command.ocs = Ocs::fatal_error;
  }
  ++statistics_.ocs[static_cast<std::size_t>(command.ocs)];
  if (seldom(command.queue != Pending::no_queue)) return complete_in_queue(tag, command);
  std::byte ocs{static_cast<std::uint8_t>(command.ocs)};
  dma(tlm::TLM_WRITE_COMMAND, list_address(tag) + Utrd::ocs_offset, &ocs, 1);
  forget(tag);
  if (seldom(tap_ != nullptr)) tap_->completion(tag, command.ocs, now());
  registers_file_.hw_set_bits(Reg::UTRLCNR, std::uint32_t{1} << tag.n);
  if (seldom(command.engine_failed)) {
    registers_file_.hw_set_bits(Reg::HCS, HCS::HEI);
    set_status(IS::CEFES);
  }
  if (command.utrd.interrupt || command.ocs != Ocs::success) set_status(IS::UTRCS);
}

/// Where `size` bytes lie that may be accessed directly, or null; the memory is asked when it is not known yet.
std::byte* UfsHostController::ask_direct(std::uint64_t address, std::size_t size) {
  DirectMemory& direct = direct_[address / 4096 % direct_.size()];
  if (address < direct.start || address > direct.end) {
    tlm::tlm_dmi dmi;
    dma_access_.set_address(address);
    direct = {};
    if (memory->get_direct_mem_ptr(dma_access_, dmi) && dmi.is_read_write_allowed())
      direct = {dmi.get_start_address(), dmi.get_end_address(), reinterpret_cast<std::byte*>(dmi.get_dmi_ptr())};
  }
  return direct.holds(address, size) ? direct.bytes + (address - direct.start) : nullptr;
}

bool UfsHostController::transport(tlm::tlm_command direction, std::uint64_t address, std::byte* data,
                                  std::size_t size) {
  dma_access_.set_command(direction);
  dma_access_.set_address(address);
  dma_access_.set_data_ptr(reinterpret_cast<unsigned char*>(data));
  dma_access_.set_data_length(static_cast<unsigned>(size));
  dma_access_.set_streaming_width(static_cast<unsigned>(size));
  dma_access_.set_byte_enable_ptr(nullptr);
  dma_access_.set_dmi_allowed(false);
  dma_access_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  memory->b_transport(dma_access_, delay);
  return dma_access_.is_response_ok();
}

/// Moves bytes between a buffer and the memory that the PRDT describes, from `offset` bytes into it.
bool UfsHostController::move_payload(const Command& command, tlm::tlm_command direction, std::uint64_t offset,
                                     std::byte* data, std::size_t size) {
  std::uint64_t start = 0;
  for (const PrdtEntry& entry : command.prdt) {
    const std::uint64_t end = start + entry.byte_count.n;
    if (size == 0) return true;
    if (offset < end) {
      const std::uint64_t count = std::min<std::uint64_t>(size, end - offset);
      if (!dma(direction, entry.address + (offset - start), data, count)) return false;
      data += count;
      offset += count;
      size -= count;
    }
    start = end;
  }
  return size == 0;
}

void UfsHostController::wait_for(const Received& received, Picoseconds seen) {
  if (received_count_ == received_.size()) {
    // The ring grows to what the device ever has on the link, and stays so.
    std::rotate(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(first_received_ % received_.size()),
                received_.end());
    first_received_ = 0;
    received_.resize(2 * received_.size());
  }
  Waiting& waiting = received_[(first_received_ + received_count_) % received_.size()];
  waiting.received = received;
  waiting.bytes.keep(waiting.received.upiu);
  waiting.life = life_under_tag(received.upiu);
  waiting.link_life = link_life_;
  ++received_count_;
  inbox_.push(seen, order(Rank::link, ++arrivals_), {Event::Kind::upiu, 0, 0, nullptr});
}

}  // namespace icesim
