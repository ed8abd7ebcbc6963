// SPDX-License-Identifier: Apache-2.0
#include "peer_script.hpp"

#include "icesim/spec/ufshci.hpp"

#include <algorithm>

namespace icesim::fuzz {

using cosim::vhost::Header;
using Driver = test::GuestDriver;

namespace {

constexpr std::array registers{Reg::CAP,      Reg::VER,      Reg::IS,       Reg::IE,       Reg::HCS,     Reg::HCE,
                               Reg::UTRLBA,   Reg::UTRLBAU,  Reg::UTRLDBR,  Reg::UTRLCLR,  Reg::UTRLRSR, Reg::UTRLCNR,
                               Reg::UTMRLBA,  Reg::UTMRLDBR, Reg::UTMRLCLR, Reg::UTMRLRSR, Reg::UICCMD,  Reg::UCMDARG1,
                               Reg::UCMDARG2, Reg::UCMDARG3, Reg::UECDL};

}  // namespace

void PeerScript::chain(std::uint32_t queue, std::uint16_t head, const std::vector<Ram::Part>& parts) {
  std::byte* const ring = at(rings + queue * 0x1000, 0x1000);
  if (ring == nullptr) return;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    std::byte* const entry = ring + (head + i) % Ram::entries * 16;
    store_le64(entry, parts[i].address);
    store_le32(entry + 8, parts[i].bytes);
    store_le16(entry + 12, static_cast<std::uint16_t>((i + 1 < parts.size() ? 1 : 0) | (parts[i].to_guest ? 2 : 0)));
    store_le16(entry + 14, static_cast<std::uint16_t>((head + i + 1) % Ram::entries));
  }
  const std::uint16_t index = load_le16(ring + 0x402);
  store_le16(ring + 0x404 + index % Ram::entries * 2, static_cast<std::uint16_t>(head % Ram::entries));
  store_le16(ring + 0x402, static_cast<std::uint16_t>(index + 1));
  send(35, {queue});
}

void PeerScript::access(std::uint8_t op, std::uint8_t bar, std::uint32_t size, std::uint64_t where,
                        std::uint64_t value) {
  const std::uint64_t place = rings + 0x3000 + next_ % 4 * 64U;
  std::byte* const bytes = at(place, 64);
  if (bytes == nullptr) return;
  store_u8(bytes, op);
  store_u8(bytes + 1, bar);
  store_le32(bytes + 4, size);
  store_le64(bytes + 8, where);
  store_le64(bytes + 16, value);
  chain(0, static_cast<std::uint16_t>(2 * (next_++ % 4)), {{place, 24, false}, {place + 32, 8, true}});
}

void PeerScript::reg() {
  const auto which = registers[input_.byte() % registers.size()];
  const std::uint8_t how = input_.byte();
  const std::uint64_t value = input_.odd({0, 1, 3, 0xffff'ffff, 0x8000'0000, Driver::list, Driver::task_list, 0x16, 2});
  access(how % 2 == 0 ? 4 : 3, 0, 4, static_cast<std::uint64_t>(which), value);
}

/// A command of the block layer under some tag, described as drivers do, and perhaps a byte of it changed.
void PeerScript::command() {
  const std::uint32_t tag = input_.byte() % 32;
  const std::uint8_t kind = input_.byte();
  const std::uint32_t blocks = kind % 8;
  const Lba lba{input_.byte()};
  std::byte* const utrd_at = at(Driver::list + tag * Utrd::size, Utrd::size);
  std::byte* const ucd = at(Driver::ucd(tag), 0x1000);
  if (utrd_at == nullptr) return;
  Utrd utrd;
  utrd.data_direction = (kind & 0x20) != 0 ? DataDirection::to_host : DataDirection::to_device;
  utrd.crypto_enable = (kind & 0x40) != 0;
  utrd.cci = Keyslot{input_.byte()};
  utrd.dun = Dun{input_.byte()};
  utrd.ucd_base = Driver::ucd(tag);
  utrd.response_offset = 128;
  utrd.response_length = 128;
  utrd.prdt_offset = 256;
  utrd.prdt_length = 1;
  utrd.encode(utrd_at);
  CommandUpiu upiu;
  upiu.tag = Tag{tag};
  upiu.cdb = (kind & 0x20) != 0 ? scsi::read_10(lba, static_cast<std::uint16_t>(blocks))
                                  : scsi::write_10(lba, static_cast<std::uint16_t>(blocks));
  upiu.expected_length = logical_block * blocks;
  upiu.flags = (kind & 0x20) != 0 ? CommandUpiu::read : CommandUpiu::write;
  const UpiuHeader header = upiu.encode();
  std::memcpy(ucd, header.data(), header.size());
  PrdtEntry{Driver::data, logical_block * std::max<std::uint32_t>(blocks, 1)}.encode(ucd + 1024);
  for (unsigned changes = kind >> 7; changes > 0; --changes) {
    const std::uint8_t where = input_.byte();
    std::byte* const target = where < 32 ? utrd_at + where : where < 128 ? ucd + where - 32 : ucd + 1024 + where % 16;
    *target = static_cast<std::byte>(input_.byte());
  }
  access(4, 0, 4, static_cast<std::uint64_t>(Reg::UTRLDBR), std::uint64_t{1} << tag);
}

void PeerScript::scribble() {
  const std::uint64_t where = address() + input_.byte();
  const unsigned size = input_.byte() % 16 + 1;
  std::byte* const bytes = at(where, size);
  for (unsigned i = 0; i < size && bytes != nullptr; ++i) bytes[i] = static_cast<std::byte>(input_.byte());
}

void PeerScript::act_silently() {
  if (input_.empty()) return;
  if (input_.byte() % 4 == 0) return shorten();
  scribble();
}

void PeerScript::shorten() {
  shortened_ = true;
  const std::uint64_t size = input_.odd({0, 0x40000, 0x41000, 0x80000}) % ram_size;
  ensure(::ftruncate(file_.get(), static_cast<off_t>(size)) == 0, "a file of our own gets shorter");
}

void PeerScript::act(unsigned count) {
  for (; count > 0 && !input_.empty() && words_ < most_words; --count) {
    switch (input_.byte() % 16) {
      case 0:
        message();
        break;
      case 1:
        message();
        break;
      case 2: {
        std::vector<std::byte> bytes(input_.byte() % 64);
        for (std::byte& each : bytes) each = static_cast<std::byte>(input_.byte());
        const auto with = files();
        put(device_, bytes, with);
        break;
      }
      case 3:
        chain(1, static_cast<std::uint16_t>(input_.byte()), {{rings + 0x2000, 20, true}});
        break;
      case 4: {
        std::vector<Ram::Part> parts(input_.byte() % 5 + 1U);
        for (Ram::Part& each : parts) {
          each.address = address();
          each.bytes = static_cast<std::uint32_t>(input_.odd({0, 16, 24, 0x10000, 0xffff'ffff}));
          each.to_guest = input_.byte() % 2 == 1;
        }
        chain(input_.byte() % 2, static_cast<std::uint16_t>(input_.byte()), parts);
        break;
      }
      case 5: {
        const std::uint8_t op = input_.byte() % 8;
        const std::uint8_t bar = input_.byte() % 8;
        const auto size = static_cast<std::uint32_t>(input_.odd({1, 2, 4, 8, 0}));
        const std::uint64_t where = input_.odd({0, 4, 0x10, 0xfc, 0xff, 0x1000, 0xfffc});
        access(op, bar, size, where, input_.number(4));
        break;
      }
      case 6:
      case 7:
        reg();
        break;
      case 8:
        // A key, or what looks like one.
        for (std::uint32_t word = 0, slot = input_.byte() % 33U; word < 18; ++word)
          access(4, 0, 4, 0x1000 + slot * 128 + 4 * (word == 17 ? 16 : word), word == 17 ? 0x8000'0008 : input_.byte());
        break;
      case 9:
      case 10:
        command();
        break;
      case 11:
        scribble();
        break;
      case 12: {
        const std::uint8_t op = input_.byte() % 12;
        say_time(op, time_ns_ + input_.odd({0, 1, 1000, 1'000'000, 10'000'000'000, ~std::uint64_t{0} >> 1}));
        break;
      }
      case 13: {
        // What it says to a run or a call that is to come.
        const auto ack = cosim::TimeMessage{cosim::TimeMessage::Op::ack, input_.byte(), 0}.encode();
        put(time_, {ack.begin(), ack.end()});
        const auto header = Header{4, 5, 8}.encode();
        std::vector<std::byte> bytes(header.begin(), header.end());
        bytes.resize(bytes.size() + 8);
        put(calls_, bytes);
        break;
      }
      case 14:
        // Brought up as drivers do it: enabled, link started, lists running.
        for (const auto& [where, value] : {std::pair{Reg::HCE, std::uint64_t{3}},
                                           {Reg::UICCMD, 0x16},
                                           {Reg::UTRLBA, Driver::list},
                                           {Reg::UTMRLBA, Driver::task_list},
                                           {Reg::UTMRLRSR, 1},
                                           {Reg::UTRLRSR, 1},
                                           {Reg::IE, 0xffff'ffff}}) {
          access(4, 0, 4, static_cast<std::uint64_t>(where), value);
          say_time(2, time_ns_ + 100'000'000);
          say_time(3, 0);
          say_time(4, 0);
        }
        break;
      default:
        if (input_.byte() < 32) {
          shorten();
        } else if (input_.byte() < 32) {
          calls_.close();
        }
        break;
    }
  }
}

void PeerScript::hang_up() {
  ::shutdown(device_.fd(), SHUT_WR);
  if (calls_.open()) ::shutdown(calls_.fd(), SHUT_WR);
  time_.close();
}

}  // namespace icesim::fuzz
