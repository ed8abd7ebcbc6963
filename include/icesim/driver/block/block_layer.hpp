// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/numbering.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/driver/block/merge.hpp"
#include "icesim/driver/block/plug.hpp"
#include "icesim/driver/block/request.hpp"
#include "icesim/driver/block/key_reaper.hpp"
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/keys/keyslot_manager.hpp"
#include "icesim/driver/keys/path/key_path.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace icesim {

struct BlockLayerConfig {
  std::uint64_t plug_requests = 32;
  Bytes plug_bytes{128 << 10};
  Bytes max_request{1 << 20};
  Bytes segment{4096};
  std::uint64_t max_segments = 128;
  Bytes max_discard{std::uint64_t{2} << 30};

  void describe(Fields& f) {
    using namespace literals;
    f("plug_requests", plug_requests, {1, Plug::most},
      fact("Requests in a submitter's plug; another one flushes it first. 1: no plug, each is issued at once", "[linux-plug]"));
    f("plug_bytes", plug_bytes, {4_KiB, 1_MiB},
      fact("Once its first request has this size, another one flushes the plug first", "[linux-plug]"));
    f("max_request", max_request, {4_KiB, 1_MiB}, fact("Larger bios are split, and merging stops here", "[linux-split]"));
    f("segment", segment, {4_KiB, 256_KiB, logical_block},
      assumption("Contiguous memory behind one PRDT entry", "page cache pages are scattered; up to 256 KiB are allowed [linux-split]", "fetch"));
    f("max_segments", max_segments, {1, 128},
      fact("Pieces of contiguous memory of a request, and so its PRDT entries: larger bios are split, and merging stops here",
           "ufshcd has a sg_tablesize of 128 [linux-split]"));
    f("max_discard", max_discard, {4_KiB, Bytes{(std::uint64_t{4} << 30) - 4096}, logical_block},
      fact("Larger discards are split, and merging stops here", "requests are less than 4 GiB [linux-split]"));
  }

  /// Of a read or write before it merges: more bytes or more segments are split off.
  std::uint64_t max_bio_blocks() const {
    return std::max<std::uint64_t>(std::min(max_request, segment * max_segments) / logical_block, 1);
  }
  RequestLimits limits() const { return {max_request / logical_block, max_segments, max_discard / logical_block}; }
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
  FailureStatistics failures;

  void describe(Statistics& s) const {
    s("requests_completed", requests_completed, "Requests of the trace that ended well");
    s("bytes_read", bytes_read, "Data of completed reads");
    s("bytes_written", bytes_written, "Data of completed writes");
    s("bytes_discarded", bytes_discarded, "Address range of completed discards");
    s("flushes", flushes, "Completed cache flushes");
    s("merges", merges, "Bios that joined another one's request");
    s("splits", splits, "Pieces cut off bios larger than the largest request");
    s("tag_waits", tag_waits, "Times a submitter slept because all tags were in use");
    s("widened", widened, "Requests whose ends were not on 4 KiB blocks, and were moved outwards");
    s("failed", failed, "Requests that ended with an error");
    s.group("failures", failures);
  }
};

/// Takes requests that the device must carry out.
class RequestQueue {
 public:
  virtual ~RequestQueue() = default;
  /// Writes the descriptors of a request and rings the doorbell.
  virtual void queue_command(Request& request) = 0;
  /// First piece of putting `key` into `keyslot`, begun now.
  virtual KeyWork program_keyslot(Keyslot keyslot, KeyId key) = 0;
  /// The piece after one that was not the end, begun now.
  virtual KeyWork go_on_with_key() = 0;
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
  /// Reads and writes without a key get this one.
  void set_default_key(KeyId key) { default_key_ = key; }
  /// Who is told, behind all requests, that the keyslots' lock is free.
  void connect(KeyReaper& reaper) { reaper_ = &reaper; }
  /// The keyslots' lock, which was held for something else than a request, is free.
  void keyslots_unlocked() { wake_all(lock_waiters_); }
  /// A request arrives now.
  void submit(const IoRequest& io);
  Step step(Work work);
  /// The request under `tag` has been completed by the hardware; runs at the end of its completion work.
  void complete(Tag tag, Failure failure = {});

  Request& request(Tag tag) { return requests_[tag.n]; }
  const BlockLayerStatistics& statistics() const { return statistics_; }
  /// Submitters that sleep, for a report of who waits for whom.
  struct Sleeping {
    std::size_t for_tag = 0, for_keyslot = 0, for_lock = 0;
    std::size_t all() const { return for_tag + for_keyslot + for_lock; }
  };
  Sleeping sleeping() const { return {tag_waiters_.size(), idle_waiters_.size(), lock_waiters_.size()}; }

 private:
  enum class Waiting : std::uint8_t { nothing, tag, idle_keyslot, unlocked_keyslots, firmware };
  /// Processes that cost no allocation when they appear.
  static constexpr std::size_t usual_processes = 256;
  struct Submitter {
    Core core = 0;
    bool running = false;
    bool flushing = false;  ///< the plug's requests are being issued
    bool adding = false;    ///< the current request goes into the plug behind that
    Waiting waiting = Waiting::nothing;
    std::uint32_t first_bio = no_index;
    std::uint32_t last_bio = no_index;
    Tag current{};  ///< being made
    Tag issuing{};
    Plug plug;
  };

  std::uint32_t submitter_of(std::uint32_t process);
  std::uint32_t new_bio(const IoRequest& io, Lba lba, std::uint64_t blocks);
  void enqueue(std::uint32_t submitter, std::uint32_t bio);
  std::uint32_t pop_bio(Submitter& s);
  Step place(std::uint32_t submitter);
  bool try_merge(Submitter& s, std::uint32_t bio);
  void make_request(std::uint32_t submitter, Tag tag);
  Step settle(std::uint32_t submitter, const KeyslotManager::Result& result);
  Step take_keyslot(std::uint32_t submitter);
  Step work_on_key(std::uint32_t submitter, const KeyWork& work);
  Step key_work_done(std::uint32_t submitter);
  Step give_up(std::uint32_t submitter);
  Step plug(std::uint32_t submitter);
  Step issue(std::uint32_t submitter, Tag tag);
  Step next(std::uint32_t submitter);
  Step sleep(std::uint32_t submitter, Waiting what, Ring<std::uint32_t>& list);
  void wake_all(Ring<std::uint32_t>& list);
  void wake(std::uint32_t submitter);
  void end_bios(Request& request, Failure failure);
  void release(Tag tag);
  void count_completed(const IoRequest& io);
  void end_bio(std::uint32_t bio, const Request& request, const Timeline& timeline);

  std::uint32_t segments_of(Operation operation, std::uint64_t blocks) const;

  BlockLayerConfig config_;
  RequestLimits limits_;
  std::uint64_t max_bio_blocks_;
  HostCosts costs_;
  HostPort& host_;
  RequestQueue& queue_;
  KeyslotManager* keyslots_;
  std::uint32_t num_cores_;
  BioObserver* observer_ = nullptr;
  KeyReaper* reaper_ = nullptr;
  KeyId default_key_ = no_key;

  std::vector<std::unique_ptr<Bio>> bios_;  ///< stay where they are
  std::uint32_t free_bio_ = no_index;
  std::vector<Request> requests_;
  std::uint32_t free_tags_;
  std::vector<Submitter> submitters_;
  Numbering processes_{usual_processes};  ///< numbers of submitters
  Ring<std::uint32_t> tag_waiters_;
  Ring<std::uint32_t> idle_waiters_;
  Ring<std::uint32_t> lock_waiters_;
  KeyWork key_work_;  ///< the piece under way, of the one who holds the keyslots' lock
  BlockLayerStatistics statistics_;
};

}  // namespace icesim
