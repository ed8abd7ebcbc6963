// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/driver/block/deadline.hpp"
#include "icesim/driver/block/errors/failure.hpp"
#include "icesim/driver/block/errors/scsi_device.hpp"
#include "icesim/driver/block/merge.hpp"
#include "icesim/driver/block/plug.hpp"
#include "icesim/driver/block/tag_set.hpp"
#include "icesim/driver/block/tag_waiters.hpp"
#include "icesim/driver/block/write_throttle.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace icesim {

enum class Scheduler : std::uint8_t { none, mq_deadline };
enum class SleepersPlug : std::uint8_t { submitter, kblockd };
enum class BlockLayerProfile : std::uint8_t { simple, linux_6_12, linux_7, android };
enum class KeyslotWaiter : std::uint8_t { linux, hit };
enum class Completion : std::uint8_t { handler, softirq, submitter };
enum class InterruptHandling : std::uint8_t { hard, threaded, limited };
enum class Flushing : std::uint8_t { per_request, linux };

struct BlockLayerConfig {
  BlockLayerProfile profile = BlockLayerProfile::simple;
  std::uint64_t plug_requests = 32;
  Bytes plug_bytes{128 << 10};
  Bytes max_request{1 << 20};
  Bytes segment{4096};
  std::uint64_t max_segments = 128;
  Bytes max_discard{std::uint64_t{2} << 30};
  Scheduler scheduler = Scheduler::none;
  std::uint64_t scheduler_tags = 0;
  DeadlineConfig deadline;
  std::uint64_t kblockd_core = 0;
  SleepersPlug sleepers_plug = SleepersPlug::submitter;
  std::uint64_t tag_wait_queues = 1;
  std::uint64_t tag_wake_batch = 1;
  KeyslotWaiter keyslot_waiter = KeyslotWaiter::linux;
  Flushing flush = Flushing::per_request;
  bool fua = true;
  std::uint64_t retries = 0;
  Completion completion = Completion::handler;
  InterruptHandling interrupt = InterruptHandling::hard;
  Picoseconds timeout{};
  WriteThrottleConfig throttle;
  bool write_cache = true;  ///< the device has one; told by the system, no parameter

  static constexpr std::array<Choice, 4> profiles{
      {{"simple", "No scheduler, and who sleeps issues its plug before: fast"},
       {"linux-6.12", "As Linux 6.12 does it where nobody has changed anything"},
       {"linux-7", "The same with the interrupt's work in a thread, as Linux 7.0 does it"},
       {"android", "As linux-6.12, but without a scheduler, as start-up scripts of phones choose [linux-mq-deadline]"}}};
  static constexpr std::array<Choice, 2> schedulers{
      {{"none", "A request has a tag of the hardware from the beginning, and is issued when its plug is flushed"},
       {"mq-deadline", "Requests have tags of the scheduler, and get one of the hardware's when they are given out"}}};

  static constexpr std::array<Choice, 2> sleepers_plugs{
      {{"submitter", "It issues them before it sleeps"}, {"kblockd", "A kernel thread issues them, while it sleeps"}}};
  static constexpr std::array<Choice, 2> keyslot_waiters{
      {{"linux", "It sleeps on while no keyslot is idle, even if its key has come to one"},
       {"hit", "It looks for its key first"}}};
  static constexpr std::array<Choice, 2> flushings{
      {{"per-request", "Each cache flush is a command of its own, under the tag of its request, and data follows its flush at once"},
       {"linux", "One flush is in flight for all that need one, others gather for the next one; kblockd sends it, and the data"}}};

  static constexpr std::array<Choice, 3> completions{
      {{"handler", "In the interrupt handler"},
       {"softirq", "In a softirq, behind the handler and on its core; where the hardware has queues, in the handler"},
       {"submitter", "On the core that made it: in a softirq behind an interrupt of that core where it is another, else "
                     "as with softirq (Linux: rq_affinity 2)"}}};
  static constexpr std::array<Choice, 3> interrupts{
      {{"hard", "In the handler"},
       {"threaded", "In a real-time thread that the handler wakes"},
       {"limited", "In the handler, and what is left after host.costs.interrupt_limit in its thread (not in Linux "
                   "7.0)"}}};

  void describe(Fields& f) {
    using namespace literals;
    const BlockLayerProfile before = profile;
    f("profile", profile, profiles,
      choice("What scheduler, sleepers_plug, tag_wait_queues, tag_wake_batch, keyslot_waiter, flush, retries, timeout, completion, "
             "interrupt and throttle.on are unless they are set themselves, after it"));
    if (profile != before) set_profile();
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
    f("scheduler", scheduler, schedulers,
      assumption("I/O scheduler", "Linux has mq-deadline here, phones often set none or bfq [linux-mq-deadline]"));
    f("scheduler_tags", scheduler_tags, {0, TagSet::most},
      fact("Requests that the scheduler has room for, and that may hold keyslots. 0: twice the tags of the hardware",
           "62 of 31 [linux-scheduler-tags]"));
    f.group("deadline", deadline, "The scheduler mq-deadline");
    f("kblockd_core", kblockd_core, {0, 63},
      assumption("Core of the thread that issues requests for others, modulo the number of cores",
                 "Linux takes the one that asks, most often the interrupt's [linux-run-queue]"));
    f("sleepers_plug", sleepers_plug, sleepers_plugs,
      assumption("Who issues the requests in the plug of a process that goes to sleep", "Linux has kblockd do it [linux-plug]",
                 "plug"));
    f("tag_wait_queues", tag_wait_queues, {1, TagWaiters::most_queues},
      assumption("Rows in which processes sleep for a tag", "Linux has 8 [linux-tag-wakeups]", "tag"));
    f("tag_wake_batch", tag_wake_batch, {1, TagWaiters::most_batch},
      assumption("Most freed tags that wake as many sleepers at once; an eighth of the tags do, and one with mq-deadline",
                 "Linux has 8 [linux-tag-wakeups]", "tag")
        .only_if(scheduler == Scheduler::none, "with mq-deadline each freed tag wakes one"));
    f("keyslot_waiter", keyslot_waiter, keyslot_waiters,
      fact("What a process does that slept for a keyslot and is woken", "[linux-keyslot-manager]"));
    f("flush", flush, flushings,
      assumption("How requests get the cache flushes they need", "Linux gathers them [linux-flush]", "flush"));
    f("fua", fua,
      fact("The device takes force unit access; if not, flush=linux has a cache flush follow the data",
           "UFS devices take it [linux-flush]")
        .only_if(flush == Flushing::linux, "block_layer.flush is per-request"));
    f("retries", retries, {0, 100},
      assumption("Times a command that failed is tried again, with the device blocked until others have ended. 0: its "
                 "request ends, also where the device was busy",
                 "Linux has 5 for a disk [linux-errors]", "retry"));
    f("completion", completion, completions,
      assumption("Where the block layer ends a request whose command has ended, and gives up its keyslot and its tag",
                 "Linux has softirqs without queues, and cores alike [linux-completion]", "completion"));
    f("interrupt", interrupt, interrupts,
      assumption("Where the work of the interrupt pin is done; queues with interrupts of their own (controller.esi) have theirs "
                 "in the handler",
                 "in a thread from about Linux 6.16 on [linux-threaded-interrupt]",
                 "interrupt"));
    f("timeout", timeout, {0_ps, 600_s, 1_ms},
      assumption("Time in which a command has to end: one that has not is aborted, or the device or the controller reset, "
                 "and it is tried again. 0: it is waited for, for ever, and no error is handled",
                 "Linux has 30 s for a disk [linux-error-handler]", "retry"));
    f.group("throttle", throttle, "Writeback throttling");
  }

  /// Gives the parameters that a profile is about the values of `profile`.
  void set_profile() {
    const bool linux = profile != BlockLayerProfile::simple;
    scheduler = linux && profile != BlockLayerProfile::android ? Scheduler::mq_deadline : Scheduler::none;
    sleepers_plug = linux ? SleepersPlug::kblockd : SleepersPlug::submitter;
    tag_wait_queues = linux ? TagWaiters::most_queues : 1;
    tag_wake_batch = linux ? TagWaiters::most_batch : 1;
    keyslot_waiter = KeyslotWaiter::linux;
    flush = linux ? Flushing::linux : Flushing::per_request;
    retries = linux ? 5 : 0;
    completion = linux ? Completion::softirq : Completion::handler;
    interrupt = profile == BlockLayerProfile::linux_7 ? InterruptHandling::threaded : InterruptHandling::hard;
    timeout = linux ? ScsiDevice::usual_timeout : Picoseconds{};
    throttle.on = linux;
  }

  /// Of a read or write before it merges: more bytes or more segments are split off.
  std::uint64_t max_bio_blocks() const {
    return std::max<std::uint64_t>(std::min(max_request, segment * max_segments) / logical_block, 1);
  }
  RequestLimits limits() const { return {max_request / logical_block, max_segments, max_discard / logical_block}; }
  /// Requests that there are at a time, with `num_tags` of the hardware.
  std::uint32_t num_requests(std::uint32_t num_tags) const {
    if (scheduler == Scheduler::none) return num_tags;
    return scheduler_tags == 0 ? 2 * num_tags : static_cast<std::uint32_t>(scheduler_tags);
  }
  /// Freed tags that wake as many sleepers.
  std::uint64_t wake_batch(std::uint32_t num_tags) const {
    return scheduler == Scheduler::none ? TagWaiters::batch_of(num_tags, tag_wake_batch) : 1;
  }
  /// Some requests wait for somebody who takes them out of a queue.
  bool queues() const {
    return scheduler != Scheduler::none || sleepers_plug == SleepersPlug::kblockd || flush == Flushing::linux ||
           retries > 0;
  }
};

struct SchedulerStatistics {
  DeadlineStatistics deadline;
  std::uint64_t restarts = 0;

  void describe(Statistics& s) const {
    deadline.describe(s);
    s("restarts", restarts, "Times a tag was freed for which requests waited, and a thread issued some");
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
  std::uint64_t hashed_duns = 0;
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

}  // namespace icesim
