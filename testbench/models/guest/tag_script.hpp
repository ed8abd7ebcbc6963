// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/random.hpp"
#include "testbench/support/rigs/guest_driver.hpp"

#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <set>

namespace icesim::test {

/// A guest that clears, aborts and resets commands while their UPIUs are on the wire, and uses their tags again at
/// once.
class TagScript {
 public:
  static constexpr std::uint32_t tags = 8;
  static constexpr std::uint64_t most_blocks = 14;

  explicit TagScript(std::uint64_t seed) : random_(seed), guest_(config(random_)), encrypted_(random_.chance(70)) {
    guest_.start();
    high_speed();
    program();
    for (std::uint32_t tag = 0; tag < tags; ++tag) {
      for (std::uint32_t block = 0; block < most_blocks; ++block) expected_[tag][block] = {0};
    }
    write_all();
  }

  /// As drivers do: what does not end is aborted in the device and then cleared in the controller, or all is reset.
  void follow_the_rules(int steps) {
    for (int i = 0; i < steps; ++i) {
      const auto tag = static_cast<std::uint32_t>(random_.below(tags));
      pass_some_time();
      note_ended(true);
      if (!running_[tag]) {
        ring(tag, random_.chance(50), 1 + random_.below(most_blocks));
      } else if (random_.chance(70)) {
        abort(tag);
        ring(tag, random_.chance(50), 1 + random_.below(most_blocks));
      } else if (random_.chance(30)) {
        reset();
      }
    }
    finish();
  }
  /// Clears what the device goes on with, and whatever comes then ends other commands.
  void break_the_rules(int steps) {
    for (int i = 0; i < steps; ++i) {
      const auto tag = static_cast<std::uint32_t>(random_.below(tags));
      pass_some_time();
      note_ended(false);
      if (running_[tag]) {
        std::uint32_t clear = 1u << tag;
        if (random_.chance(20)) clear |= static_cast<std::uint32_t>(random_.next()) & ((1u << tags) - 1);
        guest_.write(Reg::UTRLCLR, ~clear);
        for (std::uint32_t other = 0; other < tags; ++other) {
          if ((clear >> other & 1) != 0) running_[other].reset();
        }
      }
      ring(tag, random_.chance(50), 1 + random_.below(most_blocks));
      if (random_.chance(5)) reset();
    }
    reset();
    write_all();
    finish();
  }

  std::uint64_t checked = 0;  ///< blocks read and found right
  std::uint64_t reused = 0;   ///< tags that rang again within a round trip of a command that did not end
  std::uint64_t wrong = 0;    ///< blocks that hold what was not written
  std::uint64_t torn = 0;     ///< blocks that hold parts of several

 private:
  static SystemConfig config(Random& random) {
    SystemConfig c;
    c.link.phy_latency = Picoseconds{random.chance(50) ? 100'000'000 : random.below(100'000'000)};
    c.ice.engines = static_cast<Engines>(random.below(AesXtsPipelineConfig::engine_choices.size()));
    c.device.write_cache = random.chance(50);
    c.device.max_rtt = 1 + random.below(4);
    c.device.queue_depth = random.chance(30) ? tags : 32;
    c.device.max_data_out = c.device.max_data_in = logical_block * (1 + random.below(15));
    c.flash.program_time = Picoseconds{100'000'000};
    c.flash.write_buffer = Bytes{random.chance(30) ? 256u << 10 : 4u << 20};
    return c;
  }

  void high_speed() {
    guest_.write(Reg::UCMDARG1, std::uint32_t{uic::PA_PWRMode} << 16);
    guest_.write(Reg::UCMDARG3, 0x11);
    guest_.write(Reg::UICCMD, static_cast<std::uint32_t>(uic::Opcode::dme_set));
    guest_.pass(guest_.config.controller.uic_time + Picoseconds{1'000'000});
  }
  void program() {
    std::array<std::byte, 64> key{};
    for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(i);
    guest_.program(1, key.data());
  }
  std::byte* block_of(std::uint32_t tag, std::uint64_t block) {
    return guest_.map.find(buffer(tag) + block * logical_block.n, logical_block.n);
  }
  static std::uint64_t buffer(std::uint32_t tag) { return GuestDriver::data + tag * 0x10000u; }
  /// What a block holds, again in every eight bytes.
  static std::uint64_t stamp(std::uint32_t tag, std::uint64_t block, std::uint32_t version) {
    return std::uint64_t{version} << 16 | tag << 8 | block;
  }

  void ring(std::uint32_t tag, bool writes, std::uint64_t blocks) {
    GuestDriver::Command command;
    const Lba first{tag * 64u};
    const auto count = static_cast<std::uint16_t>(blocks);
    command.cdb = writes ? scsi::write_10(first, count, random_.chance(20)) : scsi::read_10(first, count);
    command.direction = writes ? DataDirection::to_device : DataDirection::to_host;
    command.blocks = count;
    command.buffer = buffer(tag);
    command.encrypted = encrypted_;
    command.keyslot = 1;
    command.dun = Dun{first.n};
    if (writes) ++version_;
    for (std::uint64_t block = 0; block < blocks; ++block) {
      const std::uint64_t value = writes ? stamp(tag, block, version_) : ~std::uint64_t{0};
      for (std::size_t at = 0; at < logical_block.n; at += 8) store_le64(block_of(tag, block) + at, value);
      if (writes) expected_[tag][block].insert(version_);
    }
    guest_.describe(tag, command);
    guest_.write(Reg::UTRLDBR, 1u << tag);
    running_[tag] = Running{writes, blocks, version_};
  }
  void pass_some_time() {
    const std::uint64_t most = random_.chance(50) ? 2'000'000'000 : 300'000'000;
    guest_.pass(Picoseconds{1 + random_.below(most)});
  }
  bool good(std::uint32_t tag) {
    if (guest_.ocs(tag) != Ocs::success) return false;
    UpiuHeader header;
    std::memcpy(header.data(), guest_.map.find(GuestDriver::ucd(tag) + 512, header.size()), header.size());
    return ResponseUpiu::decode(header).status == static_cast<std::uint8_t>(scsi::Status::good);
  }
  void note_ended(bool exactly) {
    const std::uint32_t doorbell = guest_.read(Reg::UTRLDBR);
    guest_.write(Reg::IS, ~std::uint32_t{0});
    for (std::uint32_t tag = 0; tag < tags; ++tag) {
      if (!running_[tag] || (doorbell >> tag & 1) != 0) continue;
      const Running ended = *running_[tag];
      if (!good(tag) && exactly) {
        abort(tag);
        continue;
      }
      running_[tag].reset();
      for (std::uint64_t block = 0; block < ended.blocks; ++block) {
        if (!ended.writes) {
          check(tag, block, exactly);
        } else if (exactly) {
          expected_[tag][block] = {ended.version};
        }
      }
    }
  }
  void check(std::uint32_t tag, std::uint64_t block, bool exactly) {
    const std::byte* const bytes = block_of(tag, block);
    const std::uint64_t value = load_le64(bytes);
    for (std::size_t at = 0; at < logical_block.n; at += 8) {
      if (load_le64(bytes + at) == value) continue;
      if (exactly || !encrypted_)
        ++torn;  // one command's data under another's number are noise when they are encrypted
      return;
    }
    if (!exactly) return;
    const auto version = static_cast<std::uint32_t>(value >> 16);
    const bool right = value == stamp(tag, block, version) && expected_[tag][block].count(version) == 1;
    ++(right ? checked : wrong);
  }
  void abort(std::uint32_t tag) {
    const TaskRequest request{random_.chance(90) ? TaskFunction::abort_task : TaskFunction::logical_unit_reset, 0,
                              Tag{0}, Tag{tag}, 0};
    std::byte* const utmrd = guest_.map.find(GuestDriver::task_list, utmrd::size);
    const UpiuHeader upiu = request.encode();
    std::memcpy(utmrd + utmrd::request_offset, upiu.data(), upiu.size());
    guest_.write(Reg::UTMRLDBR, 1);
    for (int tries = 0; (guest_.read(Reg::UTMRLDBR) & 1) != 0; ++tries) {
      ASSERT_LT(tries, 10'000) << "the device answers a task management request";
      guest_.pass(Picoseconds{5'000'000});
    }
    for (std::uint32_t other = 0; other < tags; ++other) {
      if (!running_[other] || (other != tag && request.function == TaskFunction::abort_task)) continue;
      guest_.write(Reg::UTRLCLR, ~(1u << other));
      running_[other].reset();
      ++reused;
    }
  }
  void reset() {
    if (random_.chance(50)) {
      guest_.write(Reg::HCE, 0);
    } else {
      const auto opcode = random_.chance(50) ? uic::Opcode::dme_endpoint_reset : uic::Opcode::dme_reset;
      guest_.write(Reg::UICCMD, static_cast<std::uint32_t>(opcode));
      guest_.pass(guest_.config.controller.uic_time + Picoseconds{random_.below(2'000'000)});
      guest_.write(Reg::UTRLCLR, 0);
      guest_.write(Reg::HCE, 0);
    }
    guest_.enable();
    high_speed();
    guest_.start_lists();
    program();
    running_ = {};
    ++reused;
  }
  void finish() {
    for (int tries = 0; tries < 200; ++tries) {
      guest_.pass(Picoseconds{1'000'000'000});
      note_ended(true);
    }
    for (std::uint32_t tag = 0; tag < tags; ++tag) {
      EXPECT_FALSE(running_[tag]) << "a command that nobody disturbs ends";
      ring(tag, false, most_blocks);
    }
    const std::uint64_t before = checked;
    guest_.pass(Picoseconds{100'000'000'000});
    note_ended(true);
    EXPECT_EQ(checked - before, tags * most_blocks) << "every block can be read at the end";
  }
  void write_all() {
    for (std::uint32_t tag = 0; tag < tags; ++tag) ring(tag, true, most_blocks);
    guest_.pass(Picoseconds{100'000'000'000});
    note_ended(true);
    for (std::uint32_t tag = 0; tag < tags; ++tag) EXPECT_EQ(expected_[tag][0].size(), 1u) << "a first write succeeds";
  }

  struct Running {
    bool writes;
    std::uint64_t blocks;
    std::uint32_t version;
  };
  Random random_;
  GuestDriver guest_;
  bool encrypted_;
  std::uint32_t version_ = 0;
  std::array<std::optional<Running>, tags> running_;
  std::array<std::array<std::set<std::uint32_t>, most_blocks>, tags> expected_;
};

}  // namespace icesim::test
