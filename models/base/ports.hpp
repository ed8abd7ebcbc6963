// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/spec/crypto_config.hpp"
#include "icesim/spec/prdt_crypto.hpp"
#include "icesim/spec/upiu.hpp"
#include "models/base/clock_domain.hpp"
#include "models/base/train.hpp"

#include <cstddef>
#include <systemc>

namespace icesim {

enum class Direction : std::uint8_t { to_device, to_host };

/// A key that came with a command, not by a keyslot: AES-256-XTS for data units of a page.
struct CommandKey {
  std::uint64_t number = 0;  ///< another one for each command of the same tag
  std::array<std::byte, PageCrypto::key_size> bytes{};
};

/// What the crypto engine must know to treat a piece of a request's data.
struct CryptoJob {
  Direction direction = Direction::to_device;  ///< to_device encrypts, to_host decrypts
  bool enabled = false;                        ///< UTRD.CE; otherwise the data passes by the bypass
  Keyslot keyslot{};                           ///< UTRD.CCI
  Dun dun{};                                   ///< of the request's first data unit
  std::uint64_t offset = 0;                    ///< of the piece, in bytes from the start of the request's data
  Tag tag{};                                   ///< for observers; nothing depends on it
  std::uint64_t dun_high = 0;                  ///< upper half of the number, of a job of one data unit alone
  const CommandKey* own = nullptr;             ///< the key, if it came with the command; `keyslot` is its tag then
};

/// What an engine does instead of treating a piece of data: it gives up the request, or it is broken altogether.
enum class CryptoFault : std::uint8_t { none, request, engine };

/// The data path through the inline crypto engine.
class CryptoEngine : public virtual sc_core::sc_interface {
 public:
  /// Turns the times at which pieces reach the engine into the times at which they leave it, in place.
  /// Jobs of one direction pass in the order of the calls. The engine samples what arrives in its own clock domain.
  virtual void pass(const CryptoJob& job, Train& train) = 0;
  /// True when one engine serves both directions: jobs must then be handed over in the order of their first piece's time.
  /// Otherwise only the jobs of one direction must be in order.
  virtual bool shared() const = 0;
  /// Says whether the engine fails at a piece of an encrypted request, each time it is asked the same; such a piece does
  /// not pass.
  virtual CryptoFault fault(const CryptoJob&) const { return CryptoFault::none; }
  /// Encrypts or decrypts `length` bytes in place, as the job says. Used with payload = verify only.
  virtual void transform(const CryptoJob& job, std::byte* data, std::size_t length) = 0;
};

/// Puts keys into keyslots from the secure world, beside the controller's registers.
class KeyslotLoader {
 public:
  virtual ~KeyslotLoader() = default;
  /// Puts the key words of `entry` into a keyslot, now; word 16, too, when it is to `configure`.
  virtual void load(Keyslot keyslot, const CryptoConfig& entry, bool configure) = 0;
  /// The hardware's reset line is pulled, now.
  virtual void reset() = 0;
};

/// Where software sets the clocks that are scaled with the load to their higher frequency, or the lower one.
class ClockSetter {
 public:
  virtual ~ClockSetter() = default;
  virtual void set_clocks(bool high) = 0;
};

/// A UPIU on the link: its 32 header bytes and, where payload is simulated, where its data segment lies. The bytes belong
/// to the caller of the function that hands the UPIU over, and only until it returns: the command that they were made for
/// may be cleared and its tag used again while the UPIU is on the wire. Who holds it longer keeps a copy (UpiuBytes).
struct Upiu {
  UpiuHeader header{};
  std::uint32_t data_length = 0;
  std::byte* data = nullptr;  ///< null when payload is not simulated
};

/// Receiver of UPIUs at one end of the link.
class UpiuSink : public virtual sc_core::sc_interface {
 public:
  /// Announces a UPIU: its first frame starts on the wire at link cycle `start` and its last frame has been received
  /// (physical layer included) at `last`, both in the future. UPIUs of one direction are announced in order.
  virtual void receive(const Upiu& upiu, Cycles start, Picoseconds last) = 0;
  /// The link begins anew: what was announced and has not been received never will be.
  virtual void link_reset() = 0;
};

/// What the host's end of the link notices of the link itself.
class LinkEvents : public virtual sc_core::sc_interface {
 public:
  /// The link is lost at `at`, which is not in the past.
  virtual void link_lost(Picoseconds at) = 0;
  /// The data link layer finds an error at `at`; `code` is that of UECDL.
  virtual void data_link_error(std::uint32_t code, Picoseconds at) = 0;
};

/// Transmitter at one end of the link.
class UpiuTransmitter : public virtual sc_core::sc_interface {
 public:
  /// Queues a UPIU behind all that was queued in this direction. `ready` tells when the bytes of header and data (counted
  /// together) are in the transmit buffer: a frame starts when its last byte is there and the one before has left.
  virtual void send(const Upiu& upiu, const Train& ready) = 0;
  /// The same for a UPIU that lies complete in the buffer at `ready`.
  virtual void send(const Upiu& upiu, Picoseconds ready) = 0;
  /// Expands a UPIU that was sent in one run (second form of send) at `start` into the arrival of its data, frame by frame;
  /// ends count data bytes, without the header.
  virtual void data_arrivals(const Upiu& upiu, Cycles start, Train& train) const = 0;
};

/// What the controller's DME commands can do to the link.
class LinkManagement : public virtual sc_core::sc_interface {
 public:
  /// Ends the power mode change: this high-speed gear on all lanes from now on, max_gear() at most; 0: PWM-G1 on one lane.
  virtual void set_gear(std::uint64_t gear) = 0;
  /// Begins anew at PWM-G1 on one lane, at once: what is on the way is lost, and both ends are told.
  virtual void reset() = 0;
  /// Whether the other end is found when the link is started.
  virtual bool comes_up() { return true; }
  /// What it takes to enter or to leave hibern8, beyond the UIC command itself.
  virtual Picoseconds hibernation_time(bool /*enters*/) const { return {}; }
  /// And to change the power mode.
  virtual Picoseconds gear_change_time() const { return {}; }
  virtual std::uint64_t connected_lanes() const = 0;
  virtual std::uint64_t max_gear() const = 0;
};

/// The WriteBooster buffer of the flash, as the device's attributes and flags show it.
class FlashBoosterControl {
 public:
  struct State {
    bool enabled = false;                ///< takes what the host writes, while there is room
    bool flushing = false;               ///< asked to flush
    std::uint64_t blocks = 0;            ///< that it holds at most
    std::uint64_t available_blocks = 0;  ///< that it takes before it is full; all of them: it is empty
    std::uint64_t life_used_ppm = 0;     ///< erases of its superblocks, of those that they are rated for; may exceed a million
  };

  virtual ~FlashBoosterControl() = default;
  /// Whether it takes writes that the flash is told of for later times (fWriteBoosterEn). What it holds stays.
  virtual void enable(bool on, Picoseconds at) = 0;
  /// Whether what it holds moves to the rest of the flash until it is empty, behind all that the host asks for
  /// (fWriteBoosterBufferFlushEn). Stays so for what is written later.
  virtual void flush(bool on, Picoseconds at) = 0;
  virtual State state() const = 0;
};

/// What the flash does for itself beyond what it must.
class FlashBackgroundControl {
 public:
  struct State {
    bool works = false;    ///< a superblock is being collected on some die
    bool wants = false;    ///< some die would collect for so many more, and have something of it
    bool needs = false;    ///< some die collects in any case, and has something of it
    bool starves = false;  ///< the same, and the host gets no superblock there
  };

  virtual ~FlashBackgroundControl() = default;
  /// From `at` on each die collects for so many free superblocks more than it must, while that gains something. A superblock
  /// that was begun is brought to its end.
  virtual void collect_ahead(std::uint32_t superblocks, Picoseconds at) = 0;
  virtual State state(std::uint32_t superblocks) const = 0;
};

/// The flash behind the device controller: translation layer and array.
/// All times handed in lie in the future; results arrive at FlashClient as future times, too.
class FlashBackend : public virtual sc_core::sc_interface {
 public:
  /// Reads blocks [first, first + count); each piece that becomes available is told by FlashClient::flash_read.
  virtual void read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) = 0;
  /// Hands over blocks from the host: they are in the write buffer, and will be programmed when a program unit is full or a
  /// flush asks for it. The caller has reserved their room: `buffer_blocks()` says how much there is, and
  /// FlashClient::flash_programmed when some becomes free.
  virtual void write(Lba first, std::uint32_t count, Picoseconds at) = 0;
  /// Asks that all that was written before be in flash; answered by FlashClient::flash_flushed.
  virtual void flush(std::uint32_t command, Picoseconds at) = 0;
  /// Forgets blocks (UNMAP).
  virtual void trim(Lba first, std::uint64_t count, Picoseconds at) = 0;
  virtual std::uint32_t buffer_blocks() const = 0;
  /// Null when there is no WriteBooster buffer.
  virtual FlashBoosterControl* booster() { return nullptr; }
  virtual FlashBackgroundControl* background() = 0;

  /// Content, with payload = verify only: 4096 bytes of a block as they lie in flash or write buffer.
  virtual void store(Lba block, const std::byte* data) = 0;
  /// Null when the block was never written or was trimmed.
  virtual const std::byte* content(Lba block) const = 0;
};

class FlashClient : public virtual sc_core::sc_interface {
 public:
  /// Blocks [first, first + count) of `command` are in the device's read buffer at `at`.
  virtual void flash_read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) = 0;
  /// `blocks` of the write buffer become free at `at`.
  virtual void flash_programmed(std::uint32_t blocks, Picoseconds at) = 0;
  virtual void flash_flushed(std::uint32_t command, Picoseconds at) = 0;
};

}  // namespace icesim
