// SPDX-License-Identifier: Apache-2.0
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;

constexpr std::uint64_t tag = 2;

std::byte any_byte() { return static_cast<std::byte>(*rc::gen::arbitrary<std::uint8_t>()); }

template <std::size_t size>
std::array<std::byte, size> any_bytes() {
  std::array<std::byte, size> bytes{};
  for (std::byte& each : bytes) each = any_byte();
  return bytes;
}

/// Bytes of `good` with some of them replaced, so that the checks behind the first are reached, too.
template <std::size_t size>
void damage(std::array<std::byte, size>& good) {
  for (int n = *rc::gen::inRange(0, 3); n > 0; --n) good[*rc::gen::inRange<std::size_t>(0, size)] = any_byte();
}

/// Either a COMMAND has left for the device, or the command has ended with an OCS that hardware may write.
void check_outcome(const HostControllerRig& rig) {
  if (rig.busy(tag)) {
    RC_ASSERT(rig.link.sent.size() == 1);
    RC_ASSERT(tag_of(rig.link.sent[0].header) == Tag{tag});
  } else {
    RC_ASSERT(rig.link.sent.empty());
    const std::uint8_t ocs = rig.ocs(tag);
    RC_ASSERT(ocs >= 1 && ocs <= 9);
    RC_ASSERT(rig.controller->statistics().ocs[ocs] == 1);
    RC_ASSERT(rig.hardware(Reg::IS) == IS::UTRCS);
  }
  RC_ASSERT(rig.controller->statistics().commands == 1);
}

RC_GTEST_PROP(UfsHostController, EndsOrSendsEveryRandomDescriptor, ()) {
  HostControllerRig rig;
  rig.start();
  const auto descriptor = any_bytes<Utrd::size>();
  rig.memory->write(rig.list + tag * Utrd::size, descriptor.data(), descriptor.size());
  rig.ring(1u << tag);
  rig.run_for(5_ms);
  check_outcome(rig);
}

RC_GTEST_PROP(UfsHostController, EndsOrSendsEveryDamagedCommand, ()) {
  HostControllerRig rig;
  rig.start();
  rig.program(0, counting_data(64), 4096_B);
  const auto direction = *rc::gen::element(DataDirection::none, DataDirection::to_device, DataDirection::to_host);
  const std::uint16_t entries = direction == DataDirection::none ? 0 : 2;
  Utrd utrd = rig.utrd(tag, direction, entries);
  utrd.crypto_enable = *rc::gen::arbitrary<bool>();
  std::array<std::byte, Utrd::size> descriptor{};
  utrd.encode(descriptor.data());
  damage(descriptor);
  UpiuHeader header = rig.command(tag, 4096).encode();
  damage(header);
  std::array<std::byte, 2 * PrdtEntry::size> prdt{};
  PrdtEntry{0x20'0000, 4096_B}.encode(prdt.data());
  PrdtEntry{0x30'0000, 4096_B}.encode(prdt.data() + PrdtEntry::size);
  damage(prdt);
  rig.place(tag, rig.utrd(tag, direction, entries), header, {});
  rig.memory->write(rig.list + tag * Utrd::size, descriptor.data(), descriptor.size());
  rig.memory->write(rig.ucd(tag) + ucd::prdt_offset, prdt.data(), prdt.size());
  rig.ring(1u << tag);
  rig.run_for(5_ms);
  check_outcome(rig);
}

RC_GTEST_PROP(UfsHostController, SurvivesRandomUpius, ()) {
  HostControllerRig rig;
  rig.start();
  rig.program(0, counting_data(64), 4096_B);
  Utrd utrd = rig.utrd(tag, *rc::gen::element(DataDirection::to_device, DataDirection::to_host), 1);
  utrd.crypto_enable = *rc::gen::arbitrary<bool>();
  rig.place(tag, utrd, rig.command(tag, 8192).encode(), {{0x20'0000, 8192_B}});
  rig.ring(1u << tag);
  rig.run_for(5_us);
  Data data(0x10000);
  std::uint64_t injected = 0;
  for (int n = *rc::gen::inRange(1, 8); n > 0; --n, ++injected) {
    DataUpiu piece = data_upiu(*rc::gen::element(Transaction::data_in, Transaction::ready_to_transfer), tag,
                               *rc::gen::inRange<std::uint64_t>(0, 9000), *rc::gen::inRange<std::uint64_t>(0, 9000));
    UpiuHeader header = piece.encode();
    damage(header);
    rig.link.inject(header, kernel_now() + 1_us, data.data());
    rig.run_for(200_us);
  }
  // Whatever came, the command has ended or is still under way.
  const bool ended = rig.ocs(tag) != static_cast<std::uint8_t>(Ocs::invalid);
  RC_ASSERT(ended != rig.busy(tag));
  RC_ASSERT(rig.keyslots->in_use(Keyslot{0}) == (rig.busy(tag) && utrd.crypto_enable ? 1u : 0u));
  RC_ASSERT(rig.controller->statistics().dropped_upius <= injected);
}

}  // namespace
}  // namespace icesim
