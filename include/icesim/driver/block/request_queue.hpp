// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/driver/block/request.hpp"
#include "icesim/driver/keys/path/key_path.hpp"

/// What the block layer asks of those below and above it.
namespace icesim {

/// Takes requests that the device must carry out.
class RequestQueue {
 public:
  virtual ~RequestQueue() = default;
  /// Writes the descriptors of a request and rings the doorbell.
  virtual void queue_command(Request& request) = 0;
  /// First piece of putting `key` into `keyslot`, begun now.
  virtual KeyWork program_keyslot(Keyslot keyslot, KeyId key) = 0;
  /// First piece of clearing a keyslot, begun now.
  virtual KeyWork clear_keyslot(Keyslot keyslot) = 0;
  /// The piece after one that was not the end, begun now; `value` is what its register held.
  virtual KeyWork go_on_with_key(std::uint32_t value) = 0;
};

/// Told when a request of the trace ends.
class BioObserver {
 public:
  virtual ~BioObserver() = default;
  /// `request` is the one that its last bytes went with.
  virtual void bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) = 0;
};

/// Told when a request has freed the keyslots' lock.
class KeyslotLockObserver {
 public:
  virtual ~KeyslotLockObserver() = default;
  virtual void keyslots_unlocked() = 0;
};

}  // namespace icesim
