// SPDX-License-Identifier: Apache-2.0
#include "src/cosim/guest_clock.hpp"

#include "icesim/base/error.hpp"
#include "icesim/spec/bytes.hpp"

#include <algorithm>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace icesim::cosim {
namespace {

using Op = TimeMessage::Op;

/// An empty file of a page: Linux 6.12 looks for a table of clients in the first of two, finds version 0 and goes on
/// with messages.
FileDescriptor empty_file(const char* name) {
  FileDescriptor file(::memfd_create(name, MFD_CLOEXEC));
  if (!file.valid() || ::ftruncate(file.get(), 4096) != 0) throw UserError("no memory for a file of one page");
  return file;
}

}  // namespace

std::array<std::byte, TimeMessage::size> TimeMessage::encode() const {
  std::array<std::byte, size> bytes{};
  store_le32(&bytes[0], static_cast<std::uint32_t>(op));
  store_le32(&bytes[4], sequence);
  store_le64(&bytes[8], time);
  return bytes;
}

TimeMessage TimeMessage::decode(const std::byte* from) {
  return {static_cast<Op>(load_le32(from)), load_le32(from + 4), load_le64(from + 8)};
}

TimeMessage GuestClock::read() {
  std::array<std::byte, TimeMessage::size> bytes{};
  guest_.read(bytes.data(), bytes.size());
  return TimeMessage::decode(bytes.data());
}

void GuestClock::receive(std::uint64_t now) { answer(read(), now); }

void GuestClock::answer(const TimeMessage& message, std::uint64_t now) {
  TimeMessage ack{Op::ack, message.sequence, 0};
  std::vector<FileDescriptor> files;
  const auto unfit = [&](const char* why) {
    throw UserError("guest: time travel message " + std::to_string(static_cast<std::uint32_t>(message.op)) + " " + why);
  };
  if (!started_ && message.op != Op::start) unfit("comes before START");
  switch (message.op) {
    case Op::start:
      if (started_) unfit("comes twice");
      started_ = true;
      files.push_back(empty_file("clients"));
      files.push_back(empty_file("log"));
      break;
    case Op::get_time_of_day:
      ack.time = epoch_ns + time_;
      break;
    case Op::request:
      if (message.time < time_) unfit("asks for a time in the past");
      wanted_ = message.time;
      break;
    case Op::wait:
      if (waits_) unfit("comes from a guest that waits");
      waits_ = true;
      break;
    case Op::get:
      if (waits_) time_ = std::max(time_, now);
      ack.time = time_;
      break;
    case Op::update:
      if (message.time < time_) unfit("tells a time in the past");
      if (message.time >= end_ns) unfit("tells a time more than 106 days after the start");
      time_ = message.time;
      break;
    case Op::broadcast:
      break;
    default:
      unfit("is not understood");
  }
  const auto bytes = ack.encode();
  std::vector<int> descriptors;
  for (const FileDescriptor& file : files) descriptors.push_back(file.get());
  guest_.write(bytes.data(), bytes.size(), descriptors);
}

void GuestClock::run(std::uint64_t at) {
  ensure(waits_ && at >= time_, "GuestClock: a waiting guest is let run, at a time not before its own");
  waits_ = false;
  wanted_.reset();
  time_ = at;
  const TimeMessage message{Op::run, ++sequence_, at};
  const auto bytes = message.encode();
  guest_.write(bytes.data(), bytes.size());
  // What the guest has sent meanwhile comes before its acknowledgement.
  for (TimeMessage got = read(); got.op != Op::ack || got.sequence != sequence_; got = read()) answer(got, at);
}

}  // namespace icesim::cosim
