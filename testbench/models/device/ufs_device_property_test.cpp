// SPDX-License-Identifier: Apache-2.0
#include "icesim/spec/bytes.hpp"
#include "testbench/support/rigs/ufs_device_rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

bool is_final(Transaction transaction) {
  switch (transaction) {
    case Transaction::nop_in:
    case Transaction::response:
    case Transaction::task_management_response:
    case Transaction::query_response:
    case Transaction::reject:
      return true;
    default:
      return false;
  }
}

/// 32 random bytes that look like a UPIU more often than chance would have it.
UpiuHeader random_header(std::uint8_t tag) {
  UpiuHeader header;
  for (std::byte& each : header) each = static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>());
  store_u8(&header[3], tag);
  if (*rc::gen::inRange(0, 8) == 0) return header;
  store_u8(&header[0], *rc::gen::element<std::uint8_t>(0x00, 0x01, 0x01, 0x01, 0x01, 0x02, 0x04, 0x16, 0x16, 0x21));
  if (*rc::gen::inRange(0, 4) != 0) store_u8(&header[2], *rc::gen::element<std::uint8_t>(0, 0, 0, 0x81, 0xd0, 5));
  store_u8(&header[4], 0);
  store_u8(&header[8], 0);
  if (*rc::gen::inRange(0, 4) != 0) store_be16(&header[10], 0);
  switch (transaction_of(header)) {
    case Transaction::command:
      store_be32(&header[12], *rc::gen::inRange(0u, 400'000u));
      store_u8(&header[16], *rc::gen::element<std::uint8_t>(0x00, 0x03, 0x12, 0x1b, 0x25, 0x28, 0x28, 0x2a, 0x2a, 0x35,
                                                            0x42, 0x5a, 0x88, 0x8a, 0x9e, 0xa0, 0xb5));
      if (*rc::gen::inRange(0, 4) != 0) {
        store_u8(&header[1], *rc::gen::element<std::uint8_t>(0x40, 0x20, 0x60));
        store_be32(&header[18], *rc::gen::inRange(0u, 200u));
        store_be16(&header[23], *rc::gen::inRange<std::uint16_t>(0, 60));
      }
      break;
    case Transaction::query_request:
      store_u8(&header[12], *rc::gen::inRange<std::uint8_t>(0, 10));
      store_u8(&header[5], *rc::gen::element<std::uint8_t>(0x01, 0x81));
      store_u8(&header[13], *rc::gen::inRange<std::uint8_t>(0, 0x20));
      store_be16(&header[14], 0);
      break;
    case Transaction::data_out:
      store_be32(&header[12], *rc::gen::element<std::uint32_t>(0, 4096, 8192));
      store_be32(&header[16], *rc::gen::element<std::uint32_t>(4096, 8192, 32768));
      break;
    default:
      break;
  }
  return header;
}

RC_GTEST_PROP(UfsDeviceProperty, AnswersOrRejectsWhateverComes, ()) {
  DeviceRig rig;
  rig.config.capacity_blocks = 250;
  rig.config.queue_depth = *rc::gen::inRange<std::uint64_t>(1, 9);
  rig.config.max_data_in = Bytes{4096 * *rc::gen::inRange<std::uint64_t>(1, 16)};
  rig.config.max_data_out = Bytes{4096 * *rc::gen::inRange<std::uint64_t>(1, 16)};
  rig.config.simulate_payload = *rc::gen::arbitrary<bool>();
  rig.config.write_cache = *rc::gen::arbitrary<bool>();
  rig.flash.backwards = *rc::gen::arbitrary<bool>();
  rig.flash.buffer = *rc::gen::inRange(1u, 64u);
  rig.flash.program_unit = *rc::gen::inRange(1u, 64u);
  rig.build();
  std::vector<std::byte> bytes(1 << 20);
  const bool real_bytes = *rc::gen::arbitrary<bool>();
  rig.answer_rtts(3_us, real_bytes ? bytes.data() : nullptr);

  const std::uint8_t count = *rc::gen::inRange<std::uint8_t>(1, 30);
  std::vector<bool> wants_answer(count);
  Picoseconds at = kernel_now() + 1_us;
  for (std::uint8_t tag = 0; tag < count; ++tag) {
    UpiuHeader header = random_header(tag);
    wants_answer[tag] = transaction_of(header) != Transaction::data_out;
    // DATA OUT hits the commands before it, all others have tags of their own.
    if (!wants_answer[tag] && tag > 0) store_u8(&header[3], *rc::gen::inRange<std::uint8_t>(0, tag));
    const std::uint32_t segment = static_cast<std::uint32_t>(data_segment_length(header).n);
    const std::uint32_t length = *rc::gen::inRange(0, 5) == 0 ? *rc::gen::inRange(0u, 65'536u) : segment;
    rig.host.transmit(header, length, real_bytes && length > 0 ? bytes.data() : nullptr, at);
    at += Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 30'000'000)};
  }
  rig.run_until(at + 1_s);

  const UfsDeviceStatistics& stats = rig.device->statistics();
  RC_ASSERT(rig.device->outstanding() == 0u);
  std::uint64_t unanswered = 0;
  for (std::uint8_t tag = 0; tag < count; ++tag) {
    const auto answers = std::count_if(rig.host.sent.begin(), rig.host.sent.end(), [&](const FakeHost::Sent& each) {
      return tag_of(each.header) == Tag{tag} && is_final(transaction_of(each.header));
    });
    RC_ASSERT(rig.responses(tag) <= 1u);
    if (wants_answer[tag] && answers == 0) ++unanswered;
  }
  RC_ASSERT(unanswered <= stats.aborted);
}

RC_GTEST_PROP(UfsDeviceProperty, EveryWriteEndsWhateverTheSizesOfBufferAndProgramUnit, ()) {
  DeviceRig rig;
  rig.config.max_rtt = *rc::gen::inRange<std::uint64_t>(1, 9);
  rig.config.max_data_out = Bytes{4096 * *rc::gen::inRange<std::uint64_t>(1, 16)};
  rig.config.buffer_patience = 1_ms;
  rig.flash.buffer = *rc::gen::inRange(1u, 50u);
  rig.flash.program_unit = *rc::gen::inRange(1u, 100u);
  rig.build();
  rig.answer_rtts(Picoseconds{*rc::gen::inRange<std::uint64_t>(1, 100'000'000)});

  const std::uint64_t count = *rc::gen::inRange<std::uint64_t>(1, 20);
  std::uint64_t blocks = 0;
  Picoseconds at = kernel_now() + 1_us;
  for (std::uint64_t tag = 0; tag < count; ++tag) {
    const auto size = *rc::gen::inRange<std::uint16_t>(0, 130);
    blocks += size;
    rig.send(rig.write(tag, blocks, size, *rc::gen::inRange(0, 5) == 0).encode(), at);
    at += Picoseconds{*rc::gen::inRange<std::uint64_t>(0, 50'000'000)};
  }
  rig.run_until(at + 20_s);

  for (std::uint64_t tag = 0; tag < count; ++tag) RC_ASSERT(rig.status(tag) == scsi::Status::good);
  RC_ASSERT(rig.device->outstanding() == 0u);
  std::uint64_t written = 0;
  for (const auto& each : rig.flash.writes) written += each.count;
  RC_ASSERT(written == blocks);
}

}  // namespace
}  // namespace icesim
