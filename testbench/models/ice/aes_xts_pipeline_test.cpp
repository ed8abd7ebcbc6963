// SPDX-License-Identifier: Apache-2.0
#include "models/ice/aes_xts_pipeline.hpp"

#include "icesim/crypto/aes_xts.hpp"
#include "models/system/forget_simulation.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

namespace icesim {
namespace {

using namespace literals;
using Data = std::vector<std::byte>;

/// Bytes 0, 1, 2, ... as the plaintexts and keys of [test-xts-answers].
Data counting(std::size_t size) {
  Data data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::byte>(i & 0xff);
  return data;
}

std::string hex(const Data& data, std::size_t from) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = from; i < from + 16; ++i) {
    const auto value = std::to_integer<unsigned>(data.at(i));
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text;
}

class AesXtsPipelineTest : public testing::Test {
 protected:
  AesXtsPipelineTest() {
    KeyslotFileConfig config;
    config.aes_xts_128 = true;
    keyslots_ = std::make_unique<KeyslotFile>(config);
    pipeline_ = std::make_unique<AesXtsPipeline>("pipeline", AesXtsPipelineConfig{}, ClockDomain(300_MHz, 2_cycles),
                                                 *keyslots_);
  }
  ~AesXtsPipelineTest() override {
    pipeline_.reset();
    forget_simulation();
  }

  void program(std::uint64_t keyslot, const Data& key, Bytes data_unit) {
    CryptoConfig entry;
    entry.set_xts_key(key.data(), key.size());
    entry.set_config({data_unit_mask(data_unit), static_cast<std::uint8_t>(key.size() == 64 ? 0 : 1), true});
    for (std::size_t step = 0; step < program_writes; ++step) {
      const CryptoConfigWrite write = program_write(entry, step);
      keyslots_->write(static_cast<std::uint32_t>(keyslot * CryptoConfig::word_count) + write.offset / 4, write.value);
    }
  }
  Data transform(const CryptoJob& job, Data data) {
    pipeline_->transform(job, data.data(), data.size());
    return data;
  }
  static CryptoJob job(std::uint64_t dun, Direction direction = Direction::to_device) {
    CryptoJob result;
    result.direction = direction;
    result.enabled = true;
    result.keyslot = Keyslot{2};
    result.dun = Dun{dun};
    return result;
  }

  std::unique_ptr<KeyslotFile> keyslots_;
  std::unique_ptr<AesXtsPipeline> pipeline_;
};

TEST_F(AesXtsPipelineTest, EncryptsToTheKnownAnswers) {
  program(2, counting(64), 4096_B);
  const Data zero = transform(job(0), counting(4096));
  EXPECT_EQ(hex(zero, 0), "dc8c665b97cbc0246d4f1639a9678a3e");
  EXPECT_EQ(hex(zero, 4080), "7db39795a58e3ffee7a587125e38e584");
  const Data two = transform(job(0), counting(8192));
  EXPECT_EQ(hex(two, 4096), "0976f139b289f2dd570e3b8caa596f98") << "second data unit: DUN 1";
  const Data high = transform(job(0x1122334455667788), counting(4096));
  EXPECT_EQ(hex(high, 0), "f24dca7028e919343cbfffec03ce4853");
  EXPECT_EQ(hex(high, 4080), "114d13a14e70e1bd9e016addebe65e5c");
}

TEST_F(AesXtsPipelineTest, TakesTheDataUnitSizeOfTheKeyslot) {
  program(2, counting(64), 512_B);
  const Data units = transform(job(0x1122334455667788), counting(1024));
  EXPECT_EQ(hex(units, 496), "d30d4158d21d655c7e3287b4188c9c2c");
  EXPECT_EQ(Data(units.begin() + 512, units.end()), transform(job(0x1122334455667789), counting(512)));
}

TEST_F(AesXtsPipelineTest, DecryptsWhatItEncrypted) {
  program(2, counting(64), 4096_B);
  const Data cipher = transform(job(77), counting(12288));
  EXPECT_NE(cipher, counting(12288));
  EXPECT_EQ(transform(job(77, Direction::to_host), cipher), counting(12288));
}

TEST_F(AesXtsPipelineTest, TreatsPiecesLikeTheWhole) {
  program(2, counting(64), 1024_B);
  const Data whole = transform(job(5), counting(4096));
  // Link frames carry 240 and then 272 bytes, so pieces may begin inside a data unit.
  Data pieces;
  for (std::size_t from = 0, size = 240; from < whole.size(); from += size, size = 272) {
    const Data plain = counting(4096);
    CryptoJob piece = job(5);
    piece.offset = from;
    const std::size_t end = std::min(from + size, plain.size());
    const Data part = transform(piece, Data(plain.begin() + static_cast<std::ptrdiff_t>(from),
                                            plain.begin() + static_cast<std::ptrdiff_t>(end)));
    pieces.insert(pieces.end(), part.begin(), part.end());
  }
  EXPECT_EQ(pieces, whole);
}

TEST_F(AesXtsPipelineTest, WrapsTheDataUnitNumberAtSixtyFourBits) {
  program(2, counting(64), 512_B);
  const Data wrapped = transform(job(~std::uint64_t{0}), counting(1024));
  EXPECT_EQ(Data(wrapped.begin() + 512, wrapped.end()), transform(job(0), counting(512)));
}

TEST_F(AesXtsPipelineTest, UsesShortKeysOfTheOtherCapability) {
  const Data key = counting(32);
  program(2, key, 4096_B);
  Data expected = counting(4096);
  AesXts(key.data(), key.size()).encrypt(Dun{9}, expected.data(), expected.data(), expected.size());
  EXPECT_EQ(transform(job(9), counting(4096)), expected);
}

TEST_F(AesXtsPipelineTest, TakesANewKeyFromTheKeyslot) {
  program(2, counting(64), 4096_B);
  const Data before = transform(job(0), counting(4096));
  Data other = counting(64);
  other[0] ^= std::byte{1};
  program(2, other, 4096_B);
  EXPECT_NE(transform(job(0), counting(4096)), before);
  program(2, counting(64), 4096_B);
  EXPECT_EQ(transform(job(0), counting(4096)), before);
}

TEST_F(AesXtsPipelineTest, LeavesDataAloneWithoutEncryption) {
  CryptoJob plain = job(0);
  plain.enabled = false;
  EXPECT_EQ(transform(plain, counting(512)), counting(512));
}

TEST_F(AesXtsPipelineTest, LetsNoPlaintextOutWhenTheKeyIsGone) {
  program(2, counting(64), 4096_B);
  keyslots_->wipe(KeyslotFile::WipeCause::power_collapse);
  EXPECT_EQ(transform(job(0), counting(4096)), Data(4096));
}

}  // namespace
}  // namespace icesim
