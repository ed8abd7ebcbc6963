// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace icesim {

struct RequestRecord;

/// Their names are operation_names (base/recorder.hpp).
enum class Operation : std::uint8_t { read, write, flush, discard };

/// Identity of an encryption key, 32 bits; `no_key` marks metadata, flush and discard.
using KeyId = std::uint32_t;
inline constexpr KeyId no_key = 0;
inline constexpr std::uint16_t unknown_keyslot = 0xfff;

/// One request of a trace: what reached the block layer's issue point, before icesim's own driver sees it.
struct IoRequest {
  enum Flag : std::uint8_t {
    sync = 1,          ///< rwbs S
    metadata = 2,      ///< rwbs M
    fua = 4,           ///< rwbs F after the operation
    preflush = 8,      ///< rwbs F before the operation
    readahead = 16,    ///< rwbs A
    continuation = 32, ///< split off the record before it, because its key differs
    has_dun = 64,      ///< `dun` was recorded; otherwise the driver derives it from the address
    held = 128,        ///< it had its keyslot before its doorbell was rung: a KeyEvent says when
  };

  IoRequest() : keyslot(unknown_keyslot), vm(0) {}

  Picoseconds time{};        ///< arrival, from the start of the trace
  Bytes offset{};            ///< address on the device
  Bytes length{};            ///< 0 for a flush
  std::uint64_t inode = 0;   ///< 0: unknown or metadata
  Dun dun{};                 ///< of the first data unit, in units of 4096 bytes
  KeyId key = no_key;
  std::uint32_t process = 0; ///< thread that issued it
  std::uint32_t policy = 0;  ///< encryption policy (user or system directory), 0: unknown
  Operation operation = Operation::read;
  std::uint8_t flags = 0;
  std::uint16_t keyslot : 12;  ///< 0..255, of the recorded system, or unknown_keyslot
  std::uint16_t vm : 4;        ///< virtual machine that it comes from: its index among RequestSource::vms()
  std::uint64_t record = 0;  ///< number in its trace, from 1; given when it is replayed

  void set_keyslot(std::uint64_t number) { keyslot = number & unknown_keyslot; }
  void set_vm(std::uint64_t index) { vm = index & 0xf; }
};
static_assert(sizeof(IoRequest) == 64, "a request fills a line of the cache, and no more");

/// What is known of a request, number `record` of its trace, that nobody has simulated.
RequestRecord record_of(const IoRequest& request, std::uint64_t record);

/// What becomes of a key, or of the controller that has the keys, between the requests of a trace.
struct KeyEvent {
  enum class Kind : std::uint8_t {
    birth,     ///< software has a new key object under this id
    eviction,  ///< software forgets it, and clears the keyslot that has it
    suspend,   ///< the controller is disabled, and loses its keys
    resume,    ///< it is enabled again, with the keys written anew
    issue,     ///< a request that was held goes out
  };

  Picoseconds time{};
  Kind kind = Kind::birth;
  /// Of a birth or an eviction; of an issue, how many requests ago the one stands that it is about: 1 is the last.
  KeyId key = no_key;
  std::uint8_t vm = 0;  ///< virtual machine whose key it is

  bool of_a_key() const { return kind <= Kind::eviction; }
  bool has_number() const { return of_a_key() || kind == Kind::issue; }
};

/// Hears of keys in the order of the trace: of what stands in front of a request before that is given.
class KeyListener {
 public:
  virtual ~KeyListener() = default;
  virtual void key_event(const KeyEvent& event) = 0;
};

/// A stream of requests in order of time.
class RequestSource {
 public:
  virtual ~RequestSource() = default;
  /// Fills `request` and returns true, or returns false at the end. Throws UserError on malformed input.
  virtual bool next(IoRequest& request) = 0;
  /// From now on tells `listener` of keys too, where there is something to tell. The listener must outlive the source's
  /// last next().
  virtual void tell_keys(KeyListener& listener) { (void)listener; }
  /// Names of the virtual machines that the requests come from, the host first; empty: nobody tells them apart.
  virtual std::vector<std::string> vms() const { return {}; }
};

}  // namespace icesim
