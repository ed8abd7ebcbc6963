// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "icesim/driver/ufshcd/payload_check.hpp"
#include "testbench/support/rigs/host_port_mock.hpp"

#include <array>
#include <map>

namespace icesim::test {

using Block = std::array<std::byte, logical_block.n>;

inline Request request(Operation operation, Lba lba, std::uint64_t blocks, Tag tag, BioCryptContext crypt = {}) {
  Request r;
  r.operation = operation;
  r.lba = lba;
  r.blocks = blocks;
  r.tag = tag;
  r.crypt = crypt;
  return r;
}
inline Request write(Lba lba, std::uint64_t blocks, Tag tag = {}, BioCryptContext crypt = {}) {
  return request(Operation::write, lba, blocks, tag, crypt);
}
inline Request read(Lba lba, std::uint64_t blocks, Tag tag = {}, BioCryptContext crypt = {}) {
  return request(Operation::read, lba, blocks, tag, crypt);
}
inline Request discard(Lba lba, std::uint64_t blocks, Tag tag = {}) {
  return request(Operation::discard, lba, blocks, tag);
}

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
            cipher(r.crypt.key).encrypt(r.crypt.dun.low() + Dun{i}, block.data(), block.data(), block.size());
          stored[lba] = block;
          break;
        case Operation::read:
          block = stored[lba];
          if (r.crypt.encrypted())
            cipher(r.crypt.key).decrypt(r.crypt.dun.low() + Dun{i}, block.data(), block.data(), block.size());
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
    const Picoseconds next = host.now() + Picoseconds{1'000'000};
    host.at(next, [] {});
    host.run(next);
  }
  std::uint64_t mismatches() const { return check.statistics().mismatches; }

  HostPortMock host{1, {}};
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

}  // namespace icesim::test
