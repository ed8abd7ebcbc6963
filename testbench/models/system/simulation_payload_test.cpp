// SPDX-License-Identifier: Apache-2.0
#include "icesim/crypto/key_derivation.hpp"
#include "icesim/spec/bytes.hpp"
#include "testbench/support/sim_test.hpp"

#include <algorithm>
#include <openssl/evp.h>

namespace icesim {
namespace {

using test::Values;

struct Mix {
  const char* name;
  GeneratorConfig workload;
  ReplayMode mode;
  bool small_device;
};

Mix mix(const char* name, AccessPattern pattern, std::uint64_t requests, Bytes length, std::uint64_t keys,
        ReplayMode mode, bool small_device) {
  Mix m{name, {}, mode, small_device};
  m.workload.pattern = pattern;
  m.workload.requests = requests;
  m.workload.length = length;
  m.workload.range = Bytes{48 << 20};
  m.workload.keys = keys;
  m.workload.seed = 11;
  m.workload.interval = Picoseconds{50'000'000};
  return m;
}

SystemConfig config_of(const Mix& m) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.replay.mode = m.mode;
  if (m.small_device) config.flash = test::small_flash();
  return config;
}

std::vector<Mix> mixes() {
  using namespace literals;
  constexpr auto random = AccessPattern::random, sequential = AccessPattern::sequential;
  return {
      mix("random 4 KiB, 4 keys, asap", random, 6000, 4_KiB, 4, ReplayMode::asap, false),
      mix("random 4 KiB, more keys than keyslots, asap", random, 4000, 4_KiB, 50, ReplayMode::asap, false),
      mix("random 4 KiB, no key, asap", random, 4000, 4_KiB, 0, ReplayMode::asap, false),
      mix("random 20 KiB, 3 keys, open", random, 2000, 20_KiB, 3, ReplayMode::open, false),
      mix("sequential 64 KiB, 2 keys, closed", sequential, 1000, 64_KiB, 2, ReplayMode::closed, false),
      mix("random 1 MiB, 3 keys, asap", random, 150, 1_MiB, 3, ReplayMode::asap, false),
      mix("sequential 1 MiB and a bit, so that it is split", sequential, 100, 1_MiB + 4_KiB, 1, ReplayMode::asap,
          false),
      mix("random 128 KiB, 5 keys, closed, small device", random, 1500, 128_KiB, 5, ReplayMode::closed, true),
      mix("random 8 KiB, 5 keys, asap, small device", random, 16000, 8_KiB, 5, ReplayMode::asap, true),
  };
}

TEST(SimulationPayload, EveryBlockReadIsTheOneThatWasWritten) {
  for (const Mix& m : mixes()) {
    SCOPED_TRACE(m.name);
    const Values v = test::simulate(config_of(m), m.workload);
    test::expect_sound(v);
    EXPECT_EQ(v.at("driver.requests_completed"), m.workload.requests);
    EXPECT_EQ(v.at("payload.blocks_checked"), v.at("driver.bytes_read") / logical_block.n);
    EXPECT_EQ(v.at("payload.blocks_written"), v.at("driver.bytes_written") / logical_block.n);
    EXPECT_GT(v.at("payload.blocks_checked"), m.workload.requests / 3);
    if (m.small_device && m.workload.length.n < 128 << 10) {
      EXPECT_GT(v.at("flash.gc_moved_blocks"), 0u) << "collection ran";
    }
  }
}

TEST(SimulationPayload, EveryBlockOfTheBundledTracesIsTheOneThatWasWritten) {
  for (const char* trace : {test::k61, test::k612}) {
    SCOPED_TRACE(trace);
    SystemConfig config;
    config.payload = Payload::verify;
    const Values v = test::simulate(config, trace);
    test::expect_sound(v);
    EXPECT_GT(v.at("payload.blocks_written"), 10'000u);
    // Requests that begin or end inside a block touch one more block than their bytes fill.
    EXPECT_GE(v.at("payload.blocks_checked"), v.at("driver.bytes_read") / logical_block.n);
    EXPECT_LE(v.at("payload.blocks_checked"), v.at("driver.bytes_read") / logical_block.n + 2 * v.at("driver.widened"));
  }
}

TEST(SimulationPayload, AKeyThatIsNotTheWritersShowsAsGarbageOnBothSides) {
  // The oracle of the check computes garbage too: what another key decrypts. No mismatch, as the device does the same.
  SystemConfig config;
  config.payload = Payload::verify;
  test::Requests source({test::request(Operation::write, 100, 8, 1),
                         test::request(Operation::read, 100, 8, 2, Picoseconds{10'000'000'000}),
                         test::request(Operation::read, 100, 8, no_key, Picoseconds{20'000'000'000})});
  const Values v = test::simulate(config, source);
  test::expect_sound(v);
  EXPECT_EQ(v.at("payload.blocks_checked"), 16u);
}

using Block = std::array<std::byte, logical_block.n>;

/// AES-256-XTS by OpenSSL, without a line of icesim's own cipher.
Block openssl_xts(const Secret& key, std::uint64_t dun, const std::byte* in, bool encrypt) {
  std::array<std::byte, 16> tweak{};
  store_le64(tweak.data(), dun);
  Block out{};
  int length = 0;
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  const auto bytes = [](const std::byte* b) { return reinterpret_cast<const unsigned char*>(b); };
  EXPECT_EQ(key.size(), 64u);
  EXPECT_EQ(1, EVP_CipherInit_ex(context, EVP_aes_256_xts(), nullptr, bytes(key.data()), bytes(tweak.data()),
                                 encrypt ? 1 : 0));
  EXPECT_EQ(1, EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &length, bytes(in),
                                static_cast<int>(out.size())));
  EXPECT_EQ(length, static_cast<int>(out.size()));
  EVP_CIPHER_CTX_free(context);
  return out;
}

/// The known content of a block (PayloadCheck): its address and a generation, again in every 16 bytes.
Block known_content(std::uint64_t lba, std::uint64_t generation) {
  Block block;
  for (std::size_t i = 0; i < block.size(); i += 16) {
    store_le64(&block[i], lba);
    store_le64(&block[i + 8], generation << 16 | i);
  }
  return block;
}

std::uint64_t generation_in(const Block& block) { return load_le64(&block[8]) >> 16; }

Block stored(const Simulation& simulation, std::uint64_t lba) {
  Block block{};
  const std::byte* bytes = simulation.flash().content(Lba{lba});
  EXPECT_NE(bytes, nullptr) << "block " << lba << " was stored";
  if (bytes != nullptr) std::copy(bytes, bytes + block.size(), block.begin());
  return block;
}

TEST(SimulationPayload, WhatLiesInFlashIsOpenSslsEncryptionOfTheKnownContent) {
  constexpr std::uint64_t seed = 77;
  SystemConfig config;
  config.payload = Payload::verify;
  config.seed = seed;
  std::vector<IoRequest> list;
  Picoseconds at{};
  // Keys 1 to 3 with a recorded data unit number, among them one that crosses 2^32, and key 4 whose number is its
  // address.
  for (std::uint32_t key = 1; key <= 3; ++key) {
    list.push_back(test::request(Operation::write, 1000 * key, 1 + 20 * key, key, at));
    list.back().flags |= IoRequest::has_dun;
    list.back().dun = Dun{key == 3 ? 0xffff'fff0u : 5 * key};
    at += Picoseconds{5'000'000'000};
  }
  list.push_back(test::request(Operation::write, 4000, 300, 4, at));
  list.push_back(test::request(Operation::write, 5000, 10, no_key, at));
  const std::vector<IoRequest> writes = list;
  test::Requests source(list);
  std::map<std::uint64_t, bool> generations;
  test::simulate(config, source, 0, [&](const Simulation& simulation) {
    for (const IoRequest& io : writes) {
      const std::uint64_t first = io.offset / logical_block;
      const std::uint64_t dun = (io.flags & IoRequest::has_dun) != 0 ? io.dun.n : first;
      for (std::uint64_t i = 0; i < io.length / logical_block; ++i) {
        const Block raw = stored(simulation, first + i);
        if (io.key == no_key) {
          EXPECT_TRUE(raw == known_content(first + i, generation_in(raw))) << "block " << first + i;
          continue;
        }
        const Secret key = derive_key(seed, io.key);
        const Block plain = openssl_xts(key, dun + i, raw.data(), false);
        const std::uint64_t generation = generation_in(plain);
        EXPECT_TRUE(plain == known_content(first + i, generation)) << "block " << first + i;
        EXPECT_TRUE(generations.emplace(generation, true).second) << "each write has a generation of its own";
        EXPECT_TRUE(raw == openssl_xts(key, dun + i, known_content(first + i, generation).data(), true));
      }
    }
  });
  EXPECT_EQ(generations.size(), 21u + 41u + 61u + 300u);
}

/// True when the block shows its own address in clear text anywhere.
bool shows_clear_text(const std::byte* raw, std::uint64_t lba) {
  for (std::size_t i = 0; i < logical_block.n; i += 16)
    if (load_le64(raw + i) == lba) return true;
  return false;
}

TEST(SimulationPayload, NoEncryptedBlockLiesInFlashAsClearText) {
  GeneratorConfig workload;
  workload.requests = 3000;
  workload.length = Bytes{16 << 10};
  workload.range = Bytes{64 << 20};
  workload.keys = 6;
  workload.read_percent = 20;
  SystemConfig config;
  config.payload = Payload::verify;
  config.seed = 5;
  config.replay.mode = ReplayMode::asap;
  config.flash = test::small_flash();

  struct Owner {
    KeyId key;
    std::uint64_t dun;
  };
  std::map<std::uint64_t, Owner> written;
  Generator again(workload);
  for (IoRequest io; again.next(io);) {
    if (io.operation != Operation::write) continue;
    for (std::uint64_t i = 0; i < io.length / logical_block; ++i)
      written[io.offset / logical_block + i] = {io.key, io.dun.n + i};
  }
  ASSERT_GT(written.size(), 5000u);
  Generator source(workload);
  test::simulate(config, source, 0, [&](const Simulation& simulation) {
    for (const auto& [lba, owner] : written) {
      const std::byte* raw = simulation.flash().content(Lba{lba});
      ASSERT_NE(raw, nullptr);
      ASSERT_FALSE(shows_clear_text(raw, lba)) << "block " << lba;
      const Block plain = openssl_xts(derive_key(config.seed, owner.key), owner.dun, raw, false);
      ASSERT_TRUE(plain == known_content(lba, generation_in(plain))) << "block " << lba;
    }
  });
}

TEST(SimulationPayload, WithoutCryptoTheClearTextLiesInFlash) {
  SystemConfig config;
  config.payload = Payload::verify;
  config.crypto.path = KeyPathKind::none;
  test::Requests source({test::request(Operation::write, 7, 3, 1)});
  test::simulate(config, source, 0, [&](const Simulation& simulation) {
    for (std::uint64_t lba = 7; lba < 10; ++lba) {
      const Block raw = stored(simulation, lba);
      EXPECT_TRUE(raw == known_content(lba, generation_in(raw)));
      EXPECT_TRUE(shows_clear_text(raw.data(), lba));
    }
    EXPECT_EQ(simulation.flash().content(Lba{10}), nullptr);
  });
}

}  // namespace
}  // namespace icesim
