// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/numbering.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/driver/block/block_layer_config.hpp"
#include "icesim/driver/block/block_layer_queues.hpp"
#include "icesim/driver/block/completion/softirqs.hpp"
#include "icesim/driver/block/errors/command_watch.hpp"
#include "icesim/driver/block/flush/flush_queue.hpp"
#include "icesim/driver/block/hardware_queue.hpp"
#include "icesim/driver/block/merge.hpp"
#include "icesim/driver/block/plug.hpp"
#include "icesim/driver/block/request.hpp"
#include "icesim/driver/block/request_queue.hpp"
#include "icesim/driver/block/software_queues.hpp"
#include "icesim/driver/block/tag_set.hpp"
#include "icesim/driver/block/tag_waiters.hpp"
#include "icesim/driver/block/write_throttle.hpp"
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/keys/keyslot_domain.hpp"
#include "icesim/driver/keys/keyslot_manager.hpp"
#include "icesim/driver/keys/narrow_dun.hpp"
#include "icesim/driver/keys/threads/key_thread.hpp"
#include "icesim/driver/keys/threads/keyslot_thread.hpp"

#include <array>
#include <memory>
#include <vector>

namespace icesim {

/// From bio to request as Linux's blk-mq does it [linux-request-path]: split, merge in the plug, tag, keyslot, plug,
/// issue. Each process is one submitter on one core and sleeps when tags or keyslots run out; its plug is flushed
/// before it sleeps. A keyslot is held from before the plug until the last bytes have ended, just before its bios end.
///
/// With a scheduler the plug's requests go there, and their submitter runs the hardware's queue (HardwareQueue); what
/// goes past the plug, and what is left when a tag is freed, issues kblockd, a thread of its own [linux-run-queue]. It
/// can issue a sleeper's plug as well, with a scheduler or without.
///
/// Virtual machines may have keyslots of their own, each with a manager, its lock and those who wait for it; the work on
/// the hardware's keyslots is done for one at a time, in the order in which it is asked for. What a guest has to ask the
/// hypervisor for takes its core `VmKeyslots::hypervisor` before, under the lock of its manager (Stage::hypervisor).
class BlockLayer : private FlushQueue::Client {
 public:
  BlockLayer(const BlockLayerConfig& config, const HostCosts& costs, HostPort& host, RequestQueue& queue,
             KeyslotManager* keyslots, std::uint32_t num_cores, std::uint32_t num_tags, std::uint32_t num_queues = 1);

  void observe(BioObserver* observer) { observer_ = observer; }
  /// Requests come from these virtual machines, IoRequest::vm.
  void tell_apart(std::vector<VmKeyslots> vms);
  /// Reads and writes without a key get this one, less the number of their virtual machine.
  void set_default_key(KeyId key) { default_key_ = key; }
  /// Keys go with commands, and no request needs a keyslot.
  void carry_keys() { encrypts_ = true; }
  /// Data unit numbers have 32 bits.
  void narrow_duns(std::uint64_t seed) { narrow_ = std::make_unique<NarrowDun>(seed); }
  /// A page of an encrypted request costs so much more to dispatch.
  void set_page_cost(Picoseconds page) { page_cost_ = page; }
  /// Who is told, before all others, that a lock of keyslots is free.
  void observe(KeyslotLockObserver* observer) { lock_observer_ = observer; }
  void observe(KeyslotRecorder* recorder) { recorder_ = recorder; }
  /// Who is told behind all requests: a thread of a virtual machine.
  void connect(KeyslotThread& thread, std::uint32_t vm) { threads_.push_back({&thread, vm}); }
  /// Who handles commands that time out; only with a time-out.
  void connect(CommandWatch& watch) { watch_ = &watch; }
  /// Issues no request from now on, until go(); only where commands are tried again, as the next ones.
  void stop();
  void go();
  /// Tags of the requests whose commands are under way and nobody else's.
  std::vector<Tag> under_way() const;
  /// How many are under way, whoever has them.
  std::size_t commands_out() const;
  void tell_ends(bool tell) { tells_ends_ = tell; }
  /// A thread asks for its turn at the keyslots of the hardware, and is told when it comes unless it has come.
  bool begin_turn(const KeyslotThread& thread);
  /// A thread of this virtual machine has done its work: the lock is free.
  void thread_unlocked(std::uint32_t vm);
  /// The locks, which were held for something else than a request or such a thread, are free.
  void keyslots_unlocked();
  /// Keyslots are looked for as late as when a request is issued, as older stacks do [qcom-pfk]: a worker programs a key
  /// that is in none, while all requests are held back, and a request that finds all keyslots in use is tried again
  /// after `retry`. A request whose key could not be programmed is tried again, too, but not for ever.
  void find_keyslots_late(Picoseconds retry);
  /// Holds back all requests from now on, until they are let go.
  void hold() { held_for_key_ = holds_ = true; }
  void let_go();
  /// A request arrives now.
  void submit(const IoRequest& io);
  Step step(Work work, std::uint32_t value = 0);
  /// The interrupt's handler for requests that a core has made runs on that of `handlers`, and the hardware has `queues`
  /// or a doorbell: requests end where block_layer.completion says.
  void end_requests(std::vector<Core> handlers, bool queues);
  bool has_softirqs() const { return softirqs_ != nullptr; }
  /// With softirqs: whether the request under `tag` ends in one.
  bool ends_in_softirq(Tag tag) { return softirqs_->takes(request(tag).core); }
  /// It does, the hardware has completed it, and the handler has done its part.
  void completed(Tag tag, Failure failure, CompletionContext context);
  void interrupt_leaves(Core core) { softirqs_->handler_leaves(core); }
  /// The request under `tag` has been completed by the hardware; runs at the end of its completion work.
  void complete(Tag tag, Failure failure = {});

  const Bio& first_bio(const Request& request) const { return *bios_[request.first_bio]; }
  Request& request(Tag tag) { return requests_[owner_[tag.n]]; }
  const BlockLayerStatistics& statistics() const { return statistics_; }
  SchedulerStatistics scheduler_statistics() const;
  WriteThrottleStatistics throttle_statistics() const { return throttle_ ? throttle_->statistics() : WriteThrottleStatistics{}; }
  ErrorStatistics error_statistics() const { return device_ ? device_->statistics() : ErrorStatistics{}; }
  SoftirqStatistics softirq_statistics() const { return softirqs_ ? softirqs_->statistics() : SoftirqStatistics{}; }
  const std::vector<VmKeyslots>& vms() const { return vms_; }
  VmKeyslots& vm(std::uint32_t index) { return vms_[index]; }
  FlushStatistics flush_statistics() const;
  /// Submitters that sleep, for a report of who waits for whom.
  struct Sleeping {
    std::size_t for_tag = 0, for_keyslot = 0, for_lock = 0, throttled = 0;
    std::size_t all() const { return for_tag + for_keyslot + for_lock + throttled; }
  };
  Sleeping sleeping() const {
    Sleeping all{tag_waiters_.size(), 0, turn_.waiting(), throttle_ ? throttle_->sleeping() : 0};
    for (const KeyslotDomain& each : domains_) {
      all.for_keyslot += each.idle_waiters.size();
      all.for_lock += each.lock_waiters.size();
    }
    return all;
  }

 private:
  enum class Waiting : std::uint8_t { nothing, throttle, tag, idle_keyslot, unlocked_keyslots, turn, firmware };
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
    std::uint32_t current = 0;  ///< being made
    std::uint32_t issuing = 0;
    Plug plug;
    HardwareQueue::Run run;
  };
  using Below = BlockLayerQueues;
  using Flushes = BlockLayerFlushes;

  std::uint32_t submitter_of(std::uint32_t process);
  std::uint32_t new_bio(const IoRequest& io, Lba lba, std::uint64_t blocks);
  [[gnu::noinline]] void narrow(Bio& bio);
  std::uint64_t piece_of(const Bio& whole, std::uint64_t done, std::uint64_t limit) const;
  void enqueue(std::uint32_t submitter, std::uint32_t bio);
  std::uint32_t pop_bio(Submitter& s);
  Step place(std::uint32_t submitter);
  bool try_merge(Submitter& s, std::uint32_t bio);
  void join(Submitter& s, Request& request);
  Step pass_throttle(std::uint32_t submitter);
  void time_window();
  void send(Request& request);
  Step make_request(std::uint32_t submitter);
  Step take_keyslot(std::uint32_t submitter);
  Step take_turn(std::uint32_t submitter);
  void end_turn();
  KeyslotDomain& domain_of(std::uint32_t vm) { return domains_[seldom(partitioned_) ? vm : 0]; }
  bool programmed(const Request& request, Keyslot keyslot, bool succeeded);
  void tell_unlocked(std::uint32_t vm);
  Picoseconds ask_hypervisor(const Request& request) { return vms_.empty() ? Picoseconds{} : vms_[request.vm].ask(); }
  void set_aside(Request& request);
  void hold(Request& request);
  bool finds_keyslot(Request& request);
  Step load_key(Work work, std::uint32_t value);
  void give_up_issued(Request& request);
  Step dispatch_again(Request& request);
  Step plug(std::uint32_t submitter);
  Step issue(std::uint32_t submitter, std::uint32_t number);
  Step next(std::uint32_t submitter);
  void wake_all(Ring<std::uint32_t>& list);
  void wake(std::uint32_t submitter);
  void release(std::uint32_t number);
  void leave_throttle(Request& request);
  void put_keyslot(const Request& request);
  void tell(KeyslotEvent::Kind kind, const Request& request, KeyId key) {
    if (seldom(recorder_ != nullptr)) recorder_->keyslot_event({kind, host_.now(), request.keyslot, key, request.vm, request.record});
  }

  // Out of line, for the sake of the steps that every request takes.
  [[gnu::noinline]] Step resume(std::uint32_t submitter);
  [[gnu::noinline]] Step step_below(Work work, std::uint32_t value);
  [[gnu::noinline]] Step throttle(std::uint32_t submitter);
  [[gnu::noinline]] Step sleep(std::uint32_t submitter, Waiting what);
  [[gnu::noinline]] KeyslotManager::Result get_counted(const Request& request, KeyslotManager::Outcome waited);
  Step holds_keyslot(std::uint32_t submitter);
  [[gnu::noinline]] Step settle(std::uint32_t submitter, const KeyslotManager::Result& result);
  [[gnu::noinline]] Step work_on_key(std::uint32_t submitter, const KeyWork& work);
  [[gnu::noinline]] Step key_work_done(std::uint32_t submitter, std::uint32_t value);
  [[gnu::noinline]] Step give_up(std::uint32_t submitter);
  [[gnu::noinline]] bool join_queued(std::uint32_t submitter);
  void insert(const Submitter& s, std::uint32_t number);
  void take_in();
  [[gnu::noinline]] Step flush_below(std::uint32_t submitter);
  [[gnu::noinline]] Step pass_to_kblockd(std::uint32_t submitter);
  void ask_kblockd();
  Step run_queue(std::uint32_t runner);
  Step given_out(std::uint32_t runner);
  Step kblockd_rests();
  [[gnu::noinline]] bool goes_on(Request& request, Failure failure);
  [[gnu::noinline]] bool begin_sequence(Request& request);
  void send_flush(std::uint32_t first) override;
  void send_data(std::uint32_t number) override;
  void sequence_ended(std::uint32_t number, Failure failure) override;
  void end_flush(Request& flush, Failure failure);
  void end_data(Request& request, Failure failure);
  void insert_again();
  bool put_back(Request& request, Failure failure);
  Step hold_back(std::uint32_t submitter, std::uint32_t number);
  void hold_back(const Request& request);
  void return_tag(Request& request);
  void command_ended(std::uint32_t number);
  [[gnu::noinline]] void account_issue(Request& request);
  [[gnu::noinline]] void account_end(const Request& request);
  void rerun_later();
  void start_timer(Picoseconds at);
  void time_out();
  void dispatch_held();

  void end_bios(Request& request, Failure failure);
  void count_completed(const IoRequest& io);
  void end_bio(std::uint32_t bio, const Request& request, const Timeline& timeline);

  /// Work for the descriptors of a request that is encrypted, beyond `dispatch`.
  Picoseconds page_cost(const Request& request) const {
    const bool pays = seldom(page_cost_.n > 0) && request.crypt.encrypted() && !request.preflush;
    return pays ? page_cost_ * request.blocks : Picoseconds{};
  }
  Picoseconds dispatch_cost(const Request& request) const { return costs_.dispatch + page_cost(request); }

  std::uint32_t segments_of(Operation operation, std::uint64_t blocks) const;

  BlockLayerConfig config_;
  RequestLimits limits_;
  std::uint64_t max_bio_blocks_;
  HostCosts costs_;
  HostPort& host_;
  RequestQueue& queue_;
  KeyslotManager* keyslots_;
  bool encrypts_;
  Picoseconds page_cost_{};
  std::unique_ptr<NarrowDun> narrow_;  ///< null: data unit numbers have 64 bits
  std::uint32_t num_cores_;
  BioObserver* observer_ = nullptr;
  KeyslotLockObserver* lock_observer_ = nullptr;
  KeyslotRecorder* recorder_ = nullptr;
  CommandWatch* watch_ = nullptr;
  struct Thread { KeyslotThread* thread; std::uint32_t vm; };
  std::vector<Thread> threads_;
  KeyId default_key_ = no_key;

  std::vector<std::unique_ptr<Bio>> bios_;  ///< stay where they are
  std::uint32_t free_bio_ = no_index;
  std::vector<Request> requests_;  ///< by number; without a scheduler that is the tag
  TagSet free_;                    ///< numbers
  std::array<std::uint16_t, TagSet::most> owner_{};  ///< by tag, the number
  std::unique_ptr<Below> below_;  ///< null: each request is issued at once
  bool scheduled_;
  std::unique_ptr<WriteThrottle> throttle_;  ///< null: none
  std::unique_ptr<Flushes> flushes_;         ///< null: none
  std::unique_ptr<ScsiDevice> device_;       ///< null: no command is tried again
  std::unique_ptr<Softirqs> softirqs_;       ///< null: requests end in the interrupt handler
  bool accounts_ = false;                    ///< for somebody who counts commands that are under way
  bool tells_ends_ = false;
  bool timer_runs_ = false;
  std::vector<Submitter> submitters_;
  Numbering processes_{usual_processes};  ///< numbers of submitters
  TagWaiters tag_waiters_;
  std::vector<KeyslotDomain> domains_{1};  ///< of each virtual machine when the keyslots are partitioned, else one
  std::vector<VmKeyslots> vms_;            ///< none: requests are not told apart
  bool partitioned_ = false;
  /// Who asks for a turn: a submitter by its number, and these.
  static constexpr std::uint32_t first_thread = 0x8000'0000, worker = 0xc000'0000;
  KeyTurn turn_;
  /// Keyslots that are looked for late, and the thread that programs them.
  struct LateKeys {
    static constexpr std::uint8_t most_failures = 5;
    Picoseconds retry;
    KeyThread thread;
    bool works = false;         ///< for a request, or waits to do so
    bool asked = false;         ///< the hypervisor, where it must be
    bool has_turn = false;
    bool begun = false;         ///< the thread has begun its work
    std::uint32_t number = 0;   ///< of the request whose key it is
    Keyslot keyslot{};
  };
  std::unique_ptr<LateKeys> late_;  ///< null: a request has its keyslot before it is plugged
  bool holds_ = false;         ///< for one of two reasons
  bool held_for_key_ = false;
  bool stopped_ = false;
  Ring<std::uint32_t> held_;  ///< numbers of requests that are held back
  KeyWork key_work_;  ///< the piece under way, of the one who holds the keyslots' lock
  BlockLayerStatistics statistics_;
};

}  // namespace icesim
