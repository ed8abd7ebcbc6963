// SPDX-License-Identifier: Apache-2.0
// What a fuzzed guest says on its sockets.
#include "peer_script.hpp"

#include <algorithm>
#include <poll.h>

namespace icesim::fuzz {

using cosim::vhost::Header;
using Driver = test::GuestDriver;

void PeerScript::put(const cosim::Connection& to, const std::vector<std::byte>& bytes, const std::vector<int>& files) {
  if (++words_ > most_words || !to.open()) return;
  iovec part{const_cast<std::byte*>(bytes.data()), bytes.size()};
  std::vector<char> control(CMSG_SPACE(std::max<std::size_t>(files.size(), 1) * sizeof(int)));
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!files.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(files.size() * sizeof(int));
    std::memcpy(CMSG_DATA(rights), files.data(), files.size() * sizeof(int));
  }
  static_cast<void>(::sendmsg(to.fd(), &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

void PeerScript::send(std::uint32_t request, const std::vector<std::uint64_t>& words, const std::vector<int>& files,
                      std::uint32_t flags) {
  const auto header = Header{request, flags, static_cast<std::uint32_t>(8 * words.size())}.encode();
  std::vector<std::byte> bytes(header.begin(), header.end());
  bytes.resize(header.size() + 8 * words.size());
  for (std::size_t i = 0; i < words.size(); ++i) store_le64(&bytes[header.size() + 8 * i], words[i]);
  put(device_, bytes, files);
}

/// Takes what comes until its word is acknowledged; false when that will hardly happen any more.
bool PeerScript::hear(std::uint32_t sequence) {
  for (;;) {
    std::array<pollfd, 2> set{{{time_.fd(), POLLIN, 0}, {calls_.fd(), POLLIN, 0}}};
    if (::poll(set.data(), set.size(), 20) <= 0) return false;
    if (set[1].revents != 0) {
      std::array<std::byte, 20> call{};
      if (::recv(calls_.fd(), call.data(), call.size(), MSG_DONTWAIT) <= 0) return false;
      auto header = Header{4, 5, 8}.encode();
      if (!input_.empty() && input_.byte() % 64 == 63)
        header[input_.byte() % 12] = static_cast<std::byte>(input_.byte());
      std::vector<std::byte> bytes(header.begin(), header.end());
      bytes.resize(bytes.size() + 8);
      put(calls_, bytes);
      continue;
    }
    std::array<std::byte, cosim::TimeMessage::size> bytes{};
    if (::recv(time_.fd(), bytes.data(), bytes.size(), MSG_DONTWAIT) <= 0) return false;
    const auto got = cosim::TimeMessage::decode(bytes.data());
    if (got.op == cosim::TimeMessage::Op::ack && got.sequence == sequence) return true;
    if (got.op != cosim::TimeMessage::Op::run) continue;
    time_ns_ = got.time;
    const auto ack = cosim::TimeMessage{cosim::TimeMessage::Op::ack, got.sequence, 0}.encode();
    put(time_, {ack.begin(), ack.end()});
  }
}

void PeerScript::say_time(std::uint64_t op, std::uint64_t time) {
  if (!time_.open() || words_ >= most_words) return;
  const auto bytes = cosim::TimeMessage{static_cast<cosim::TimeMessage::Op>(op), ++sequence_, time}.encode();
  put(time_, {bytes.begin(), bytes.end()});
  hear(sequence_);
}

void PeerScript::set_up() {
  if (time_.open()) say_time(1, 0);
  send(3, {}, {}, 1);
  send(16, {cosim::vhost::protocol_feature::inband_notifications});
  auto [ours, theirs] = cosim::test::connected();
  calls_ = std::move(ours);
  send(21, {}, {theirs.fd()});
  send(5, {1, Driver::ram, ram_size, 0, 0}, {file_.get()});
  for (std::uint64_t queue = 0; queue < 2; ++queue) {
    send(8, {queue | std::uint64_t{Ram::entries} << 32});
    send(10, {queue});
    send(9, {queue, rings + queue * 0x1000, rings + queue * 0x1000 + 0x800, rings + queue * 0x1000 + 0x400, 0});
    send(18, {queue | std::uint64_t{1} << 32});
  }
}

std::vector<int> PeerScript::files() {
  const std::uint8_t kinds = input_.byte();
  std::vector<int> result;
  for (unsigned i = 0; i < (kinds & 7U); ++i) result.push_back((kinds >> 3 & 3) == 1 ? device_.fd() : file_.get());
  if (kinds == 0xff) result.assign(20, file_.get());
  return result;
}

/// A word of the protocol, in its form or not.
void PeerScript::message() {
  static const std::vector<std::uint64_t> known{1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, 15, 16, 18, 21, 35};
  const auto request = static_cast<std::uint32_t>(input_.odd(known));
  const std::uint8_t form = input_.byte();
  const std::uint64_t index = form & 3;
  std::vector<std::uint64_t> words;
  std::vector<int> with;
  std::uint32_t flags = (form & 0x80) != 0 ? 9 : 1;
  switch (request) {
    case 2:
    case 16:
      words = {input_.odd({0, 8, 1 << 14, std::uint64_t{1} << 32, std::uint64_t{5} << 30, 0x4028})};
      break;
    case 5:
      words = {input_.odd({1, 2, 0, 8, 9})};
      for (std::uint64_t i = 0; i < (form >> 4 & 3) + 1U; ++i) {
        words.push_back(address());
        words.push_back(input_.odd({ram_size, 0x1000, 0, ram_size + 1, ~std::uint64_t{0}, std::uint64_t{1} << 47}));
        words.push_back(0);
        words.push_back(input_.odd({0, 0x1000, 1, ~std::uint64_t{0}}));
        with.push_back(file_.get());
      }
      break;
    case 9:
      words = {index, address(), address(), address(), 0};
      break;
    case 21:
      with.push_back(calls_.open() ? calls_.fd() : file_.get());
      break;
    case 1:
    case 3:
    case 4:
    case 15:
      break;
    default:
      words = {index | input_.odd({0, 1, 8, 1024, 2048, 7, 0xffff, 0xffff'ffff}) << 32};
      break;
  }
  if ((form & 0x40) != 0) with = files();
  if ((form & 0x0c) == 0x0c) {
    words.resize(input_.byte() % 32);
    flags = input_.byte();
  }
  send(request, words, with, flags);
}

}  // namespace icesim::fuzz
