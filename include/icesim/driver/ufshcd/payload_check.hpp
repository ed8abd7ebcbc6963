// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/crypto/aes_xts.hpp"
#include "icesim/driver/block/request.hpp"
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/keys/keyring.hpp"

#include <array>
#include <memory>
#include <unordered_map>
#include <vector>

namespace icesim {

struct PayloadStatistics {
  std::uint64_t blocks_written = 0;
  std::uint64_t blocks_checked = 0;
  std::uint64_t mismatches = 0;

  void describe(Statistics& s) const {
    s("blocks_written", blocks_written, "Blocks written with known content (payload = verify)");
    s("blocks_checked", blocks_checked, "Blocks read and compared with what was written");
    s("mismatches", mismatches, "Blocks that came back with other content than any allowed");
  }
};

/// Gives every written block known content and checks what comes back.
/// The check computes what the device must hold with OpenSSL alone: content of a version, encrypted with the key and number
/// it was written with, then decrypted with those of the read. A block never written holds zeros. Where reads and writes of
/// one block overlap in time, any version that may be current is accepted.
class PayloadCheck {
 public:
  /// With `wide` data unit numbers have 128 bits, else they go on with 0 after the last one of 64.
  PayloadCheck(HostPort& host, Keyring& keys, bool wide = false) : host_(host), keys_(keys), wide_(wide) {}

  /// From now on what was flushed or written with FUA is told from the rest, for a device that may lose its power.
  void expect_power_loss() { expects_power_loss_ = true; }
  /// The device loses its power, now: what was not flushed may be there, or what was there before. It was expected.
  void power_lost();

  /// Fills the request's buffer (writes), or notes when it started (reads, discards). Called when the command is queued.
  void start(const Request& request);
  /// Checks the request's buffer (reads), or settles the new versions (writes, discards).
  void end(const Request& request, bool failed);

  const PayloadStatistics& statistics() const { return statistics_; }

 private:
  static constexpr Picoseconds never{~std::uint64_t{0}};

  struct Version {
    std::uint64_t generation = 0;  ///< 0: discarded, zeros
    BioCryptContext crypt;
    Tag tag{};
    Picoseconds start{};
    Picoseconds end = never;
    bool failed = false;   ///< its request ended with an error: the block may hold it, or what it held before
    bool durable = false;  ///< no loss of power takes it any more; only where one is expected
  };
  /// A discard under way: what is written for the first time meanwhile may be discarded by it.
  struct Discard {
    Lba lba{};
    std::uint64_t blocks = 0;
    Tag tag{};
    Picoseconds start{};
  };
  using Block = std::array<std::byte, logical_block.n>;

  void content(Lba lba, std::uint64_t generation, Block& block) const;
  void expected(Lba lba, const Version& version, const BioCryptContext& reader, Block& block);
  AesXts& cipher(KeyId key);
  void crypt(CryptDirection direction, const BioCryptContext& crypt, Block& block);
  void start_write(const Request& request);
  void start_discard(const Request& request);
  void check(const Request& request);
  void settle(std::vector<Version>& versions, const Request& request, bool failed);
  void flushed(Picoseconds started);
  bool matches(Lba lba, const BioCryptContext& reader, Picoseconds started, const Block& got);

  HostPort& host_;
  Keyring& keys_;
  bool wide_;
  bool expects_power_loss_ = false;
  std::uint64_t generation_ = 0;
  std::unordered_map<std::uint64_t, std::vector<Version>> blocks_;
  std::unordered_map<KeyId, std::unique_ptr<AesXts>> ciphers_;
  std::vector<Picoseconds> started_;  ///< by tag
  std::vector<Discard> discards_;
  PayloadStatistics statistics_;
};

}  // namespace icesim
