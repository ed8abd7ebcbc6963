// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/payload_check.hpp"

#include "icesim/driver/memory_map.hpp"
#include "testbench/support/host_port_mock.hpp"

#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck/gtest.h>

namespace icesim {
namespace {

using namespace literals;
using Block = std::array<std::byte, logical_block.n>;

Request request(Operation operation, Lba lba, std::uint64_t blocks, Tag tag, BioCryptContext crypt = {}) {
  Request r;
  r.operation = operation;
  r.lba = lba;
  r.blocks = blocks;
  r.tag = tag;
  r.crypt = crypt;
  return r;
}
Request write(Lba lba, std::uint64_t blocks, Tag tag = {}, BioCryptContext crypt = {}) {
  return request(Operation::write, lba, blocks, tag, crypt);
}
Request read(Lba lba, std::uint64_t blocks, Tag tag = {}, BioCryptContext crypt = {}) {
  return request(Operation::read, lba, blocks, tag, crypt);
}
Request discard(Lba lba, std::uint64_t blocks, Tag tag = {}) { return request(Operation::discard, lba, blocks, tag); }

/// A medium that stores what it is given: the bytes behind the crypto engine, which is OpenSSL here.
class Medium {
 public:
  /// Takes a write's buffer, or fills a read's.
  void carry_out(const Request& r) {
    for (std::uint64_t i = 0; i < r.blocks; ++i) {
      const std::uint64_t lba = r.lba.n + i;
      const std::uint64_t address = memory_map::payload_buffer(r.tag) + i * logical_block.n;
      Block block{};
      switch (r.operation) {
        case Operation::write:
          host.read_memory(address, block.data(), block.size());
          if (r.crypt.encrypted())
            cipher(r.crypt.key).encrypt(r.crypt.dun + Dun{i}, block.data(), block.data(), block.size());
          stored[lba] = block;
          break;
        case Operation::read:
          block = stored[lba];
          if (r.crypt.encrypted())
            cipher(r.crypt.key).decrypt(r.crypt.dun + Dun{i}, block.data(), block.data(), block.size());
          host.write_memory(address, block.data(), block.size());
          break;
        default:
          stored.erase(lba);
          break;
      }
    }
  }
  /// One request from start to end, alone.
  void run(const Request& r) {
    begin(r);
    carry_out(r);
    end(r);
  }
  void begin(const Request& r) {
    tick();
    check.start(r);
  }
  void end(const Request& r, bool failed = false) {
    tick();
    check.end(r, failed);
  }
  void tick() {
    const Picoseconds next = host.now() + 1_us;
    host.at(next, [] {});
    host.run(next);
  }
  std::uint64_t mismatches() const { return check.statistics().mismatches; }

  test::HostPortMock host{1, {}};
  Keyring keys{1, 0};
  PayloadCheck check{host, keys};
  std::map<std::uint64_t, Block> stored;

 private:
  AesXts cipher(KeyId key) {
    std::array<std::byte, CryptoConfig::key_size> bytes{};
    keys.entry(key).get_xts_key(bytes.data(), bytes.size());
    return AesXts(bytes.data(), bytes.size());
  }
};

TEST(PayloadCheck, AcceptsWhatWasWritten) {
  Medium medium;
  medium.run(write(Lba{10}, 4));
  medium.run(write(Lba{20}, 2, Tag{1}, {7, Dun{500}}));
  medium.run(read(Lba{10}, 4));
  medium.run(read(Lba{20}, 2, Tag{2}, {7, Dun{500}}));
  EXPECT_EQ(medium.check.statistics().blocks_written, 6u);
  EXPECT_EQ(medium.check.statistics().blocks_checked, 6u);
  EXPECT_EQ(medium.mismatches(), 0u);
}

TEST(PayloadCheck, GivesEveryWrittenBlockItsOwnContent) {
  Medium medium;
  medium.run(write(Lba{10}, 2));
  const Block first = medium.stored[10];
  EXPECT_NE(first, medium.stored[11]);
  EXPECT_NE(first, Block{});
  medium.run(write(Lba{10}, 1));
  EXPECT_NE(first, medium.stored[10]) << "another generation";
}

TEST(PayloadCheck, DetectsASingleWrongByteInTheBlockItIsIn) {
  for (const std::size_t byte : {std::size_t{0}, std::size_t{2047}, std::size_t{4095}}) {
    Medium medium;
    medium.run(write(Lba{10}, 3, Tag{}, {7, Dun{1}}));
    medium.stored[11][byte] ^= std::byte{1};
    medium.run(read(Lba{10}, 3, Tag{}, {7, Dun{1}}));
    EXPECT_EQ(medium.mismatches(), 1u);
  }
}

TEST(PayloadCheck, DetectsBlocksInTheWrongPlaceAndAnOldVersion) {
  Medium medium;
  medium.run(write(Lba{10}, 2));
  std::swap(medium.stored[10], medium.stored[11]);
  medium.run(read(Lba{10}, 2));
  EXPECT_EQ(medium.mismatches(), 2u);
  std::swap(medium.stored[10], medium.stored[11]);
  const Block old = medium.stored[10];
  medium.run(write(Lba{10}, 1));
  medium.stored[10] = old;
  medium.run(read(Lba{10}, 1));
  EXPECT_EQ(medium.mismatches(), 3u);
}

TEST(PayloadCheck, DetectsDataThatWasNotEncryptedOrUnderAnotherNumber) {
  Medium medium;
  const Request encrypted = write(Lba{10}, 1, Tag{}, {7, Dun{1}});
  medium.begin(encrypted);
  medium.carry_out(write(Lba{10}, 1));  // the engine was passed by
  medium.end(encrypted);
  medium.run(read(Lba{10}, 1, Tag{}, {7, Dun{1}}));
  EXPECT_EQ(medium.mismatches(), 1u);
  medium.begin(encrypted);
  medium.carry_out(write(Lba{10}, 1, Tag{}, {7, Dun{2}}));
  medium.end(encrypted);
  medium.run(read(Lba{10}, 1, Tag{}, {7, Dun{1}}));
  EXPECT_EQ(medium.mismatches(), 2u);
}

TEST(PayloadCheck, KnowsWhatAnotherKeyOrNumberMakesOfTheData) {
  Medium medium;
  const std::vector<BioCryptContext> contexts{{}, {7, Dun{1}}, {7, Dun{2}}, {8, Dun{1}}};
  for (const BioCryptContext& writer : contexts) {
    for (const BioCryptContext& reader : contexts) {
      medium.run(write(Lba{10}, 2, Tag{}, writer));
      medium.run(read(Lba{10}, 2, Tag{}, reader));
    }
  }
  EXPECT_EQ(medium.check.statistics().blocks_checked, 2 * contexts.size() * contexts.size());
  EXPECT_EQ(medium.mismatches(), 0u);
  // An engine that decrypted with the writer's key although the reader has another one is found out.
  medium.run(write(Lba{10}, 1, Tag{}, contexts[1]));
  const Request other = read(Lba{10}, 1, Tag{}, contexts[3]);
  medium.begin(other);
  medium.carry_out(read(Lba{10}, 1, Tag{}, contexts[1]));
  medium.end(other);
  EXPECT_EQ(medium.mismatches(), 1u);
}

TEST(PayloadCheck, ExpectsZerosWhereNothingWasWritten) {
  Medium medium;
  medium.run(read(Lba{10}, 2));
  medium.run(read(Lba{10}, 2, Tag{}, {7, Dun{1}}));
  EXPECT_EQ(medium.mismatches(), 0u);
  medium.stored[11].fill(std::byte{1});
  medium.run(read(Lba{10}, 2));
  EXPECT_EQ(medium.mismatches(), 1u);
}

TEST(PayloadCheck, ExpectsZerosAfterADiscard) {
  Medium medium;
  medium.run(write(Lba{10}, 4));
  const Block kept = medium.stored[11];
  medium.run(discard(Lba{11}, 2));
  medium.run(read(Lba{10}, 4));
  EXPECT_EQ(medium.mismatches(), 0u);
  medium.stored[11] = kept;
  medium.run(read(Lba{10}, 4));
  EXPECT_EQ(medium.mismatches(), 1u);
  medium.run(write(Lba{11}, 1));
  medium.run(read(Lba{10}, 4));
  EXPECT_EQ(medium.mismatches(), 1u) << "written again";
}

TEST(PayloadCheck, AcceptsEitherOfTwoWritesThatOverlapInTime) {
  for (const bool second_wins : {false, true}) {
    Medium medium;
    medium.run(write(Lba{10}, 1));
    const Block before = medium.stored[10];
    const Request a = write(Lba{10}, 1, Tag{1}, {7, Dun{1}});
    const Request b = write(Lba{10}, 1, Tag{2}, {7, Dun{1}});
    medium.begin(a);
    medium.begin(b);
    medium.carry_out(second_wins ? a : b);
    medium.carry_out(second_wins ? b : a);
    medium.end(a);
    medium.end(b);
    medium.run(read(Lba{10}, 1, Tag{3}, {7, Dun{1}}));
    EXPECT_EQ(medium.mismatches(), 0u);
    medium.stored[10] = before;
    medium.run(read(Lba{10}, 1, Tag{3}));
    EXPECT_EQ(medium.mismatches(), 1u) << "but not what they both replaced";
  }
}

TEST(PayloadCheck, AcceptsOldOrNewWhereAReadOverlapsAWrite) {
  for (const bool sees_new : {false, true}) {
    Medium medium;
    medium.run(write(Lba{10}, 1));
    const Request writing = write(Lba{10}, 1, Tag{1});
    const Request reading = read(Lba{10}, 1, Tag{2});
    medium.begin(reading);
    medium.begin(writing);
    if (sees_new) medium.carry_out(writing);
    medium.carry_out(reading);
    if (!sees_new) medium.carry_out(writing);
    medium.end(writing);  // ends before the read does
    medium.end(reading);
    EXPECT_EQ(medium.mismatches(), 0u);
  }
}

TEST(PayloadCheck, AcceptsZerosOrDataWhereAReadOverlapsTheFirstWrite) {
  Medium medium;
  const Request writing = write(Lba{10}, 1, Tag{1});
  medium.begin(writing);
  medium.run(read(Lba{10}, 1, Tag{2}));
  medium.carry_out(writing);
  medium.run(read(Lba{10}, 1, Tag{2}));
  medium.end(writing);
  EXPECT_EQ(medium.mismatches(), 0u);
  medium.stored.clear();
  medium.run(read(Lba{10}, 1, Tag{2}));
  EXPECT_EQ(medium.mismatches(), 1u) << "not when the write has ended";
}

TEST(PayloadCheck, AcceptsZerosOrDataWhereADiscardOverlapsTheFirstWrite) {
  for (const bool discarded_last : {false, true}) {
    Medium medium;
    const Request discarding = discard(Lba{8}, 10, Tag{1});
    const Request writing = write(Lba{10}, 1, Tag{2});
    medium.begin(discarding);
    medium.begin(writing);
    medium.carry_out(discarded_last ? writing : discarding);
    medium.carry_out(discarded_last ? discarding : writing);
    medium.end(writing);
    medium.end(discarding);
    medium.run(read(Lba{10}, 1, Tag{3}));
    EXPECT_EQ(medium.mismatches(), 0u);
  }
}

TEST(PayloadCheck, DoesNotLookAtAReadThatFailed) {
  Medium medium;
  medium.run(write(Lba{10}, 1));
  const Request reading = read(Lba{10}, 1);
  medium.begin(reading);
  medium.end(reading, true);
  EXPECT_EQ(medium.check.statistics().blocks_checked, 0u);
}

/// Requests begin, take effect at one moment each, and end, in any order: a correct medium is never blamed.
RC_GTEST_PROP(PayloadCheck, NeverBlamesACorrectMedium, ()) {
  const auto choices = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange<std::uint32_t>(0, 1u << 24));
  Medium medium;
  struct Slow {
    Request request;
    bool done = false;
  };
  std::map<std::uint64_t, Slow> under_way;
  for (std::uint32_t c : choices) {
    const auto take = [&c](std::uint32_t bound) {
      const std::uint32_t taken = c % bound;
      c /= bound;
      return taken;
    };
    const std::uint64_t tag = take(4);
    const auto found = under_way.find(tag);
    if (found == under_way.end()) {
      const std::array<Operation, 4> kinds{Operation::write, Operation::read, Operation::read, Operation::discard};
      const Operation kind = kinds[take(4)];
      const KeyId key = kind == Operation::discard ? no_key : take(3);
      const Lba lba{take(4)};
      const std::uint64_t blocks = 1 + take(3);
      const Request r = request(kind, lba, blocks, Tag{tag}, {key, Dun{take(2)}});
      under_way[tag] = {r, false};
      medium.begin(r);
    } else if (!found->second.done) {
      medium.carry_out(found->second.request);
      found->second.done = true;
    } else {
      medium.end(found->second.request);
      under_way.erase(found);
    }
  }
  RC_ASSERT(medium.mismatches() == 0u);
}

}  // namespace
}  // namespace icesim
