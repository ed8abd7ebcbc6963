// SPDX-License-Identifier: Apache-2.0
#include "testbench/driver/ufshcd/linux_workload.hpp"
#include "testbench/driver/ufshcd/ufshcd_rig.hpp"

#include <gtest/gtest.h>

/// Our driver against Linux's: what a guest asked for, in its order, in the hands of our own block layer, keyslot
/// manager and host controller driver. docs/validation.md says what is compared, and lists the differences that are
/// asserted here.
namespace icesim {
namespace {

using test::KeyWrite;
using test::LinuxWorkload;
using test::UfshcdRig;
using Kind = LinuxWorkload::Event::Kind;

/// From one event to the next: our driver has long done with it.
constexpr Picoseconds step{1'000'000'000};

class UfshcdLinux : public testing::TestWithParam<std::uint32_t> {
 protected:
  UfshcdLinux() {
    rig.controller.service = [this](const test::ControllerMock::Listed& command) {
      if (command.prdt.size() == 1 && command.prdt[0].byte_count == Bytes{scsi::unmap_list_size}) {
        auto& list = unmap_lists[rig.controller.commands.size() - 1];
        list.resize(scsi::unmap_list_size);
        rig.host.read_memory(command.prdt[0].address, list.data(), list.size());
      }
      return completed_at.at(rig.controller.commands.size() - 1) - rig.host.now();
    };
    for (std::size_t i = 0; i < linux_does.events.size(); ++i) {
      const Picoseconds at = step * (i + 1);
      const LinuxWorkload::Event& event = linux_does.events[i];
      if (event.kind == Kind::complete) completed_at[event.request] = at;
      if (event.kind != Kind::complete) rig.host.at(at, [this, &event] { carry_out(event); });
    }
    rig.host.run();
  }

  void carry_out(const LinuxWorkload::Event& event) {
    switch (event.kind) {
      case Kind::submit:
        rig.blocks.submit(linux_does.requests[event.request].io);
        break;
      case Kind::evict: {
        Keyslot keyslot{};
        EXPECT_EQ(rig.keyslots.evict(event.key, keyslot), KeyslotManager::EvictResult::evicted);
        rig.hcd.clear_keyslot(keyslot);
        break;
      }
      case Kind::reprogram:
        rig.hcd.reprogram_keyslots({&rig.keyslots});
        break;
      case Kind::clear_all:
        rig.hcd.evict_all(GetParam());
        break;
      case Kind::complete:
        break;
    }
  }

  /// Our writes in the time of an event, words of keys left out; the bit of the doorbell is not the same as Linux's.
  std::vector<KeyWrite> our_writes(std::size_t event) const {
    std::vector<KeyWrite> writes;
    for (const auto& access : rig.host.accesses) {
      if (access.at < step * (event + 1) || access.at >= step * (event + 2) || !access.is_write) continue;
      const std::uint32_t first = LinuxWorkload::layout_of(GetParam()).config_offset();
      const bool in_key =
          access.offset >= first && (access.offset - first) % CryptoConfig::size < 4 * CryptoConfig::config_word;
      writes.push_back({access.offset, in_key && access.value != 0 ? KeyWrite::part_of_a_key : access.value});
    }
    return writes;
  }

  const LinuxWorkload linux_does{test::golden_log("linux-6.12-fscrypt-" + std::to_string(GetParam())), GetParam()};
  std::map<std::size_t, Picoseconds> completed_at;
  std::map<std::size_t, std::vector<std::byte>> unmap_lists;  ///< ours, by request
  /// Where its pages lie side by side, Linux makes requests of more than 128 pages: so ours lie in pairs.
  UfshcdRig rig{HostCosts{}, logical_block * 2, LinuxWorkload::layout_of(GetParam())};
};

TEST_P(UfshcdLinux, TakesTheSameKeyslotForEachRequestByHitProgramOrEviction) {
  ASSERT_EQ(rig.controller.commands.size(), linux_does.requests.size());
  std::uint64_t encrypted = 0, programs = 0, evictions = 0;
  for (std::size_t i = 0; i < linux_does.requests.size(); ++i) {
    const auto& theirs = linux_does.requests[i];
    const Utrd& ours = rig.controller.commands[i].utrd;
    ASSERT_EQ(ours.crypto_enable, theirs.descriptors[0].utrd.crypto_enable) << "request " << i;
    ASSERT_EQ(ours.cci, theirs.descriptors[0].utrd.cci) << "request " << i;
    encrypted += ours.crypto_enable ? 1 : 0;
    programs += theirs.program.empty() ? 0 : 1;
    evictions += theirs.pushes_out ? 1 : 0;
  }
  EXPECT_GT(encrypted, 300u);
  EXPECT_EQ(rig.keyslots.statistics().hits, encrypted - programs);
  EXPECT_EQ(rig.keyslots.statistics().programs, programs);
  EXPECT_EQ(rig.keyslots.statistics().evictions, evictions);
  EXPECT_EQ(rig.keyslots.statistics().waits, 0u);
  EXPECT_EQ(evictions > 0, GetParam() < 25) << "there are 25 keys";
}

TEST_P(UfshcdLinux, WritesTheSameRegistersInTheSameOrder) {
  std::map<Kind, std::size_t> seen;
  for (std::size_t i = 0; i < linux_does.events.size(); ++i) {
    const LinuxWorkload::Event& event = linux_does.events[i];
    if (event.kind == Kind::complete) continue;
    std::vector<KeyWrite> expected = event.writes;
    if (event.kind == Kind::submit) {
      expected = linux_does.requests[event.request].program;
      const Tag tag = rig.controller.commands[event.request].tag;
      expected.push_back({static_cast<std::uint32_t>(Reg::UTRLDBR), std::uint32_t{1} << tag.n});
    }
    ASSERT_TRUE(our_writes(i) == expected) << "event " << i;
    ++seen[event.kind];
  }
  EXPECT_EQ(seen[Kind::clear_all], 1u);
  EXPECT_GT(seen[Kind::evict], 0u);
  EXPECT_GT(seen[Kind::reprogram], 1u);
}

/// Sizes of the pages of a data buffer; no reserved bit is set in what describes them.
std::vector<Bytes> pages_of(const std::vector<PrdtEntry>& prdt) {
  std::vector<Bytes> pages;
  for (const PrdtEntry& piece : prdt) {
    EXPECT_EQ(piece.reserved, 0u);
    for (Bytes done{}; done < piece.byte_count; done += logical_block)
      pages.push_back(std::min(logical_block, piece.byte_count - done));
  }
  return pages;
}

TEST_P(UfshcdLinux, DescribesEachRequestWithTheSameBytes) {
  std::size_t other_tags = 0, other_pieces = 0;
  for (std::size_t i = 0; i < linux_does.requests.size(); ++i) {
    const test::LoggedRequest& theirs = linux_does.requests[i].descriptors[0];
    const auto& ours = rig.controller.commands[i];
    // Which tag is free, and where the pages of the data lie, is not the driver's doing.
    UpiuHeader upiu = ours.upiu;
    other_tags += upiu[3] != theirs.upiu[3] ? 1 : 0;
    upiu[3] = theirs.upiu[3];
    ASSERT_EQ(upiu, theirs.upiu) << "request " << i;
    ASSERT_TRUE(pages_of(ours.prdt) == pages_of(theirs.prdt)) << "request " << i;
    other_pieces += ours.prdt.size() != theirs.prdt.size() ? 1 : 0;
    Utrd utrd = ours.utrd;
    utrd.ucd_base = 0;
    utrd.prdt_length = theirs.utrd.prdt_length;
    std::array<std::byte, Utrd::size> a{}, b{};
    utrd.encode(a.data());
    theirs.utrd.encode(b.data());
    ASSERT_EQ(a, b) << "request " << i;
  }
  std::map<std::size_t, std::vector<std::byte>> lists;
  for (std::size_t i = 0; i < linux_does.requests.size(); ++i) {
    const test::LoggedRequest& theirs = linux_does.requests[i].descriptors[0];
    if (!theirs.unmap_list.empty()) lists[i] = theirs.unmap_list;
  }
  EXPECT_FALSE(lists.empty());
  EXPECT_EQ(unmap_lists, lists);
  EXPECT_GT(other_tags, 0u);
  EXPECT_GT(other_pieces, 0u);
}

TEST_P(UfshcdLinux, HandlesACompletionByTheSameRegisterAccesses) {
  std::map<std::uint64_t, std::string> ours;  // by event
  for (const auto& access : rig.host.accesses) {
    const std::uint64_t event = access.at / step - 1;
    if (linux_does.events[event].kind == Kind::complete)
      ours[event] += (access.is_write ? "W " : "R ") + std::string(find_register(access.offset)->name) + " ";
  }
  EXPECT_EQ(ours.size(), linux_does.requests.size());
  EXPECT_EQ(linux_does.handlers.size(), 1u);
  for (const auto& [event, accesses] : ours) ASSERT_EQ(accesses, *linux_does.handlers.begin()) << "event " << event;
}

TEST_P(UfshcdLinux, KnowsNoSchedulerThatWouldRingDoorbellsInAnotherOrder) {
  // Linux rings some later than requests that asked for their keyslots after them; ours rings them in order. Where
  // there is one keyslot, nobody asks for it before the others are on their way.
  EXPECT_EQ(std::is_sorted(linux_does.rung.begin(), linux_does.rung.end()), GetParam() == 1);
  for (std::size_t i = 1; i < rig.controller.commands.size(); ++i)
    ASSERT_GT(rig.controller.commands[i].rung, rig.controller.commands[i - 1].rung);
}

INSTANTIATE_TEST_SUITE_P(Keyslots, UfshcdLinux, testing::Values(1, 4, 32));

}  // namespace
}  // namespace icesim
