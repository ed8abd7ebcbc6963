// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/driver/block/request.hpp"
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/keys/keyslot_manager.hpp"

#include <array>
#include <memory>
#include <vector>

namespace icesim {

struct BlockLayerConfig {
  std::uint64_t plug_requests = 32;
  Bytes plug_bytes{128 << 10};
  Bytes max_request{1 << 20};
  Bytes segment{4096};

  void describe(Fields& f) {
    using namespace literals;
    f("plug_requests", plug_requests, {1, 32},
      fact("Requests that a submitter's plug gathers before it is flushed", "[linux-plug]"));
    f("plug_bytes", plug_bytes, {4_KiB, 1_MiB},
      fact("A request of at least this size flushes the plug", "[linux-plug]"));
    f("max_request", max_request, {4_KiB, 1_MiB},
      fact("Larger bios are split, and merging stops here", "[linux-split]"));
    f("segment", segment, {4_KiB, 256_KiB},
      assumption("Contiguous memory behind one PRDT entry",
                 "page cache pages are scattered; up to 256 KiB are allowed [linux-split]", "fetch"));
  }
};

struct BlockLayerStatistics {
  std::uint64_t requests_completed = 0;
  Bytes bytes_read;
  Bytes bytes_written;
  Bytes bytes_discarded;
  std::uint64_t flushes = 0;
  std::uint64_t merges = 0;
  std::uint64_t splits = 0;
  std::uint64_t tag_waits = 0;
  std::uint64_t widened = 0;
  std::uint64_t failed = 0;

  void describe(Statistics& s) const {
    s("requests_completed", requests_completed, "Requests of the trace that ended");
    s("bytes_read", bytes_read, "Data of completed reads");
    s("bytes_written", bytes_written, "Data of completed writes");
    s("bytes_discarded", bytes_discarded, "Address range of completed discards");
    s("flushes", flushes, "Completed cache flushes");
    s("merges", merges, "Bios that joined another one's request");
    s("splits", splits, "Pieces cut off bios larger than the largest request");
    s("tag_waits", tag_waits, "Times a submitter slept because all tags were in use");
    s("widened", widened, "Requests whose ends were not on 4 KiB blocks, and were moved outwards");
    s("failed", failed, "Requests that ended with an error");
  }
};

/// Takes requests that the device must carry out.
class RequestQueue {
 public:
  virtual ~RequestQueue() = default;
  /// Writes the descriptors of a request and rings the doorbell.
  virtual void queue_command(Request& request) = 0;
  /// Issues the register writes that put `key` into `keyslot`, spread over the cost that is returned.
  virtual Picoseconds program_keyslot(Keyslot keyslot, KeyId key) = 0;
};

/// Told when a request of the trace ends.
class BioObserver {
 public:
  virtual ~BioObserver() = default;
  /// `request` is the one that its last bytes went with.
  virtual void bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) = 0;
};

/// From bio to request as Linux's blk-mq does it [linux-request-path]: split, merge in the plug, tag, keyslot, plug,
/// issue. Each process is one submitter on one core and sleeps when tags or keyslots run out; its plug is flushed
/// before it sleeps. A keyslot is held from before the plug until the last bytes have ended, and is put before its bios
/// end.
class BlockLayer {
 public:
  BlockLayer(const BlockLayerConfig& config, const HostCosts& costs, HostPort& host, RequestQueue& queue,
             KeyslotManager* keyslots, std::uint32_t num_cores, std::uint32_t num_tags);

  void observe(BioObserver* observer) { observer_ = observer; }
  /// A request arrives now.
  void submit(const IoRequest& io);
  Step step(Work work);
  /// The request under `tag` has been completed by the hardware; runs at the end of its completion work.
  void complete(Tag tag, bool failed);

  Request& request(Tag tag) { return requests_[tag.n]; }
  const BlockLayerStatistics& statistics() const { return statistics_; }
  /// Submitters that sleep, for the report of a deadlock.
  std::size_t sleeping() const { return tag_waiters_.size() + idle_waiters_.size() + lock_waiters_.size(); }

 private:
  enum class Waiting : std::uint8_t { nothing, tag, keyslot };
  /// Processes that cost no allocation when they appear.
  static constexpr std::size_t usual_processes = 256;
  struct Process {
    std::uint32_t number = 0;
    std::uint32_t submitter = 0;
  };
  struct Submitter {
    Core core = 0;
    bool running = false;
    Waiting waiting = Waiting::nothing;
    std::uint32_t first_bio = no_index;
    std::uint32_t last_bio = no_index;
    Tag current{};
    std::uint32_t plugged = 0;
    std::uint32_t dispatched = 0;
    std::array<std::uint8_t, 33> plug{};
  };

  std::uint32_t submitter_of(std::uint32_t process);
  std::uint32_t new_bio(const IoRequest& io, Lba lba, std::uint64_t blocks);
  void enqueue(std::uint32_t submitter, std::uint32_t bio);
  std::uint32_t pop_bio(Submitter& s);
  Step place(std::uint32_t submitter);
  bool try_merge(Submitter& s, std::uint32_t bio);
  void make_request(std::uint32_t submitter, Tag tag);
  Step take_keyslot(std::uint32_t submitter);
  Step plug(std::uint32_t submitter);
  Step next(std::uint32_t submitter);
  Step sleep(std::uint32_t submitter, Waiting what, Ring<std::uint32_t>& list);
  void wake_all(Ring<std::uint32_t>& list);
  void wake(std::uint32_t submitter);
  void end_bios(Request& request, bool failed);
  void end_bio(std::uint32_t bio, const Request& request, const Timeline& timeline);

  BlockLayerConfig config_;
  HostCosts costs_;
  HostPort& host_;
  RequestQueue& queue_;
  KeyslotManager* keyslots_;
  std::uint32_t num_cores_;
  BioObserver* observer_ = nullptr;

  std::vector<std::unique_ptr<Bio>> bios_;  ///< stay where they are
  std::uint32_t free_bio_ = no_index;
  std::vector<Request> requests_;
  std::uint32_t free_tags_;
  std::vector<Submitter> submitters_;
  std::vector<Process> processes_;  ///< by number
  Ring<std::uint32_t> tag_waiters_;
  Ring<std::uint32_t> idle_waiters_;
  Ring<std::uint32_t> lock_waiters_;
  BlockLayerStatistics statistics_;
};

}  // namespace icesim
