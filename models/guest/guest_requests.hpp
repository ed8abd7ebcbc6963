// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/cosim/guest_map.hpp"
#include "icesim/spec/scsi.hpp"
#include "icesim/spec/utrd.hpp"
#include "icesim/workload/io_request.hpp"
#include "models/base/tap.hpp"
#include "models/device/ufs_device.hpp"
#include "models/guest/guest_queues.hpp"
#include "models/host/trace_player.hpp"
#include "models/ice/keyslot_file.hpp"

#include <array>
#include <optional>
#include <vector>

namespace icesim {

/// A transfer request of a guest, as its descriptor says when the doorbell is rung.
struct GuestRequest {
  std::uint64_t descriptor = 0;  ///< address of its UTRD
  Utrd utrd;
  UpiuHeader upiu{};
  std::optional<Operation> operation;  ///< of a request of the block layer; nothing of any other command
  Lba lba{};
  std::uint32_t blocks = 0;
  bool fua = false;
  scsi::UnmapList unmap_list{};  ///< of a discard
  /// The blocks it is about: none of a flush; nothing of a discard that has not exactly one range.
  std::optional<scsi::BlockRange> range() const;
  Picoseconds arrival{};         ///< when the doorbell was written
  std::uint64_t number = 0;      ///< among the requests of the block layer, from 1 in the order of their doorbells
  KeyId key = no_key;            ///< number of its key, from 1 in the order of their first use; known when it has ended
};

/// Hears what a guest does; nobody needs to.
class GuestObserver {
 public:
  virtual ~GuestObserver() = default;
  /// A register access that was issued at `at` leaves the processor (write) or its answer has come (read).
  virtual void access(bool write, std::uint32_t offset, std::uint32_t value, Picoseconds at) = 0;
  virtual void rung(Tag tag, const GuestRequest& request, Picoseconds at) = 0;
  virtual void ended(Tag tag, const GuestRequest& request, Ocs ocs, Picoseconds at) = 0;
  virtual void interrupt(bool level, Picoseconds at) = 0;
};

/// What became of a guest's requests.
struct GuestRequestStatistics {
  std::uint64_t completed = 0, failed = 0, encrypted = 0, other_commands = 0;
  Bytes bytes_read;
  Bytes bytes_written;
  FailureStatistics failures;

  void describe(Statistics& s) const {
    s("requests_completed", completed, "Reads, writes, flushes and discards that ended well");
    s("requests_failed", failed, "Those that ended with an error in OCS");
    s("requests_encrypted", encrypted, "Those that went through the engine");
    s("other_commands", other_commands, "Other SCSI commands, those to logical units but 0, queries and NOPs");
    s("bytes_read", bytes_read, "Bytes of the reads that ended well");
    s("bytes_written", bytes_written, "Bytes of the writes that ended well");
    s.group("failures", failures);
  }
};

struct GuestKeyslotStatistics {
  std::uint64_t hits = 0, first_uses = 0, programs = 0, evictions = 0;

  void describe(Statistics& s) const {
    s("hits", hits, "Encrypted requests whose keyslot had served one since its key was written");
    s("first_uses", first_uses, "Encrypted requests that were the first with the key in their keyslot");
    s("programs", programs, "Keys written, those after a suspend among them");
    s("evictions", evictions, "Keyslots cleared by the guest");
  }
};

/// Follows the requests of a guest's driver, which is not ours: from the write of the doorbell to the read that shows
/// the guest that the doorbell bit is clear, or of the tails of submission and completion queue. What a request is, its
/// descriptors in the guest's memory say.
///
/// An observer: it looks at what passes between guest and controller, and nothing depends on it.
class GuestRequests : public StageRecorder, public DeviceObserver, public Tap {
 public:
  GuestRequests(const cosim::GuestMap& memory, const KeyslotFile& keyslots, std::uint32_t queues = 0)
      : memory_(memory), keyslots_(keyslots), queues_(memory, queues) {}

  GuestRequests(const GuestRequests&) = delete;
  GuestRequests& operator=(const GuestRequests&) = delete;

  /// Tells one more observer.
  void connect(GuestObserver& observer) { observers_.push_back(&observer); }
  /// Tells who watches requests of those of the block layer, when the guest sees that they ended.
  void connect(RequestRecorder& recorder) { recorder_ = &recorder; }

  void written(std::uint32_t offset, std::uint32_t value, Picoseconds at);
  void read(std::uint32_t offset, std::uint32_t value, Picoseconds issued, Picoseconds answered);

  void mark(Tag tag, Stage stage, Picoseconds at) override;
  void milestone(std::uint32_t tag, DeviceMilestone::Kind kind, Picoseconds at) override;
  void access(bool, std::uint32_t, std::uint32_t, Picoseconds) override {}
  void doorbell(std::uint32_t, Picoseconds) override {}
  void fetch(std::size_t, Tag, Picoseconds, Picoseconds) override {}
  void completion(Tag tag, Ocs ocs, Picoseconds at) override;
  void interrupt(bool level, Picoseconds at) override;

  const LatencyStatistics& latency() const { return latency_; }
  const GuestRequestStatistics& statistics() const { return statistics_; }
  GuestKeyslotStatistics keyslots() const;

 private:
  enum class State : std::uint8_t { idle, under_way, ended };
  struct Entry {
    State state = State::idle;
    Ocs ocs = Ocs::invalid;
    GuestRequest request;
    Timeline timeline;
  };

  void ring(Tag tag, const GuestRequest& request, Picoseconds at);
  void submit(std::uint64_t entry, Picoseconds at);
  GuestRequest look(std::uint64_t descriptor) const;
  void count_keyslot(GuestRequest& request);
  KeyId number_of(const CryptoConfig& content);

  /// What a key is known again by after it is gone: no way leads back to the key.
  using Fingerprint = std::array<std::byte, 32>;
  /// What a keyslot held at its last request.
  struct Served {
    std::uint64_t generation = 0;
    std::uint64_t version = 0;  ///< of its content
    KeyId key = no_key;
  };
  void finish(Tag tag, Picoseconds at);

  const cosim::GuestMap& memory_;
  const KeyslotFile& keyslots_;
  std::vector<GuestObserver*> observers_;
  RequestRecorder* recorder_ = nullptr;
  std::uint64_t rung_ = 0;  ///< requests of the block layer
  std::uint64_t list_ = 0;
  GuestQueues queues_;
  std::array<Entry, 64> entries_;  ///< by tag, 32 of them for the doorbell
  std::array<Served, 256> served_{};  ///< by keyslot
  std::vector<Fingerprint> keys_;     ///< by number
  LatencyStatistics latency_;
  GuestRequestStatistics statistics_;
  GuestKeyslotStatistics keyslot_statistics_;
};

}  // namespace icesim
