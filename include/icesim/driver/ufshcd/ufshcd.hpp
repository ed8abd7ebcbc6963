// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/recorder.hpp"
#include "icesim/driver/block/block_layer.hpp"
#include "icesim/driver/host_port.hpp"
#include "icesim/driver/keys/keyring.hpp"
#include "icesim/driver/ufshcd/memory_map.hpp"
#include "icesim/driver/ufshcd/payload_check.hpp"
#include "icesim/spec/mcq.hpp"
#include "icesim/spec/uic.hpp"
#include "icesim/spec/upiu.hpp"
#include "icesim/spec/utrd.hpp"

#include <array>
#include <optional>

namespace icesim {

struct UfshcdStatistics {
  std::uint64_t commands = 0;
  std::uint64_t interrupts = 0;
  std::uint64_t register_reads = 0;
  std::uint64_t register_writes = 0;
  std::uint64_t ocs_errors = 0;
  std::uint64_t scsi_errors = 0;

  void describe(Statistics& s) const {
    s("commands", commands, "Commands put on the transfer request list");
    s("interrupts", interrupts, "Times the interrupt handler ran");
    s("register_reads", register_reads, "Register reads");
    s("register_writes", register_writes, "Register writes");
    s("ocs_errors", ocs_errors, "Commands that ended with an OCS other than success");
    s("scsi_errors", scsi_errors, "Commands that ended with a SCSI status other than GOOD");
  }
};

/// Waits for what the initialisation has set going.
class ProbeWaiter {
 public:
  virtual ~ProbeWaiter() = default;
  /// A UIC command ended, or the internal command did (with its OCS and response UPIU).
  virtual void uic_done() = 0;
  virtual void command_done(Ocs ocs, const UpiuHeader& response) = 0;
};

/// Told of each command of a request that has ended, however, when it is under way no more; perhaps twice where errors are handled.
class EndWatch {
 public:
  virtual ~EndWatch() = default;
  virtual void ended() = 0;
};

/// Told of errors, and of what it has asked the device.
class ErrorWatch {
 public:
  virtual ~ErrorWatch() = default;
  /// The task management request has ended.
  virtual void task_done() = 0;
  /// So has TEST UNIT READY.
  virtual void unit_tested(Failure failure) = 0;
  /// The controller reports an error after which it has to be reset.
  virtual void fatal() = 0;
  /// The command of a request has failed, and the device may still have it: from now on it is the watch's.
  virtual void left_behind(Request& request, Failure failure) = 0;
  /// A request was to be issued to a device that has been given up; it is the watch's.
  virtual void refused(Request& request) = 0;
};

/// The UFS host controller driver: descriptors, doorbell, key programming and interrupt handler [ufshci-descriptors]
/// [ufshci-crypto] [linux-bring-up]. The handler reads IS and IE, clears IS, reads the doorbell, completes what has
/// ended, and reads IS again until it is 0 (the order of accesses that Linux 6.12 shows). Where errors are handled, it
/// reads UECDL when IS.UE is set and UTMRLDBR when IS.UTMRCS is, before the doorbell.
/// Where it has queues, a request goes to that of the core it was made on, a command of its own to queue 0; the handler
/// reads CQIS of each queue in turn, clears it, reads CQTP, completes the entries up to there and writes CQHP
/// [ufshci-mcq]. A queue with an interrupt of its own has a handler of its own on the first of its cores, which clears
/// CQIS unread and goes on so, and no more: IS and IE, and a thread, are the pin's [ufshci-esi].
/// The handler may have a thread do its work [linux-threaded-interrupt], or the rest of it once it has had its time: it
/// looks behind each completion of the doorbell, and at each IS that is not 0 but the first [linux-limited-interrupt].
/// Then the thread reads IS, and the doorbell even where IS is 0, for what was left.
class Ufshcd final : public RequestQueue, public StageRecorder {
 public:
  Ufshcd(HostPort& host, const HostCosts& costs, Bytes segment, Keyring& keys, KeyPath& path);

  void connect(BlockLayer& blocks) {
    blocks_ = &blocks;
    splits_ = blocks.has_softirqs();
  }
  /// Tells how the interrupt is handled, and on which core it comes.
  void handle_interrupts(InterruptHandling handling, Core core) {
    handling_ = handling;
    interrupt_core_ = core;
  }
  std::uint64_t threads_woken() const { return threads_woken_; }
  void connect(ProbeWaiter& probe) { probe_ = &probe; }
  void connect(ErrorWatch& watch) { watch_ = &watch; }
  void connect(EndWatch& ends) { ends_ = &ends; }
  void verify_with(PayloadCheck* check) { check_ = check; }

  void queue_command(Request& request) override;
  KeyWork program_keyslot(Keyslot keyslot, KeyId key) override { return path_.program(keyslot, keys_.entry(key), host_.now()); }
  KeyWork clear_keyslot(Keyslot keyslot) override { return path_.evict(keyslot, host_.now()); }
  /// First piece of putting all keys back at once; only where the path remembers them.
  KeyWork restore_keys() { return path_.restore(host_.now()); }
  /// First piece of what user space asks for of a wrapped key.
  KeyWork operate_on_key() { return path_.operate(host_.now()); }
  KeyWork go_on_with_key(std::uint32_t value) override { return path_.go_on(host_.now(), value); }
  void mark(Tag tag, Stage stage, Picoseconds at) override;

  /// Clears keyslots while the controller does nothing; the work, of one core in one go, begins now and takes the time that
  /// is returned, here and below.
  Picoseconds evict_all(std::uint32_t num_keyslots);
  /// Writes all keys again that are in a keyslot, in the order of the keyslots: the controller has lost them.
  Picoseconds reprogram_keyslots(const std::vector<KeyslotManager*>& managers);
  /// Sends an internal command under the reserved tag: a UPIU, and a data-in buffer of `data_in` bytes.
  void queue_internal(const UpiuHeader& upiu, Bytes data_in);
  void write(Reg reg, std::uint32_t value);
  Step read(Work::Kind work, std::uint32_t index, Reg reg);
  /// Writes a UIC command, where none is under way; its end is told to the ProbeWaiter.
  void write_uic(uic::Opcode opcode, std::uint32_t arg1 = 0, std::uint32_t arg2 = 0, std::uint32_t arg3 = 0);

  // For who handles errors (errors/ufshcd_errors.cpp).
  /// Asks the device about a task, or to do something to it; one request at a time.
  void queue_task(TaskFunction function, Tag task);
  /// What the device has answered; nothing where it did not carry the request out.
  std::optional<TaskResponse> task_response() const;
  void clear_task();
  /// Asks the logical unit whether it is ready, by an internal command; ErrorWatch::unit_tested() is told.
  void test_unit();
  /// The answer to that is not waited for any more.
  void forget_test();
  /// Tells the controller to forget the commands of the doorbells that are named.
  void clear_commands(std::uint32_t tags) { write(Reg::UTRLCLR, ~tags); }
  bool has_queues() const { return num_queues_ > 0; }
  /// The register of the queue that a request was put into.
  Reg queue_reg(const Request& request, QueueReg reg) const { return queue_reg(queue_of(request.core), reg); }
  /// Whether the interrupt handler will not complete the command under a tag any more, from now on.
  bool claim(Tag tag);
  /// After a reset, when there are no queues any more.
  void forget_queues();
  /// Ends the command under a tag, whoever has it: as failed, or as the controller said if it did.
  void give_back(Tag tag, Failure failure);
  /// True: given back.
  bool end_or_give_back(Tag tag);
  /// Work for the end of the command under a tag.
  Picoseconds completion_time(Tag tag) { return costs_.complete + wipe_time(tag); }

  /// From now on no command is issued.
  void give_up() { given_up_ = true; }

  /// Where the descriptor lies of the command that was put into the list, or into a queue last, for a request.
  std::uint64_t descriptor_address(const Request& request) const;

  /// Tells where x-CRYPTOCFG lies, as read from CCAP.
  void set_crypto_layout(const CryptoCapabilities& layout) { path_.set_layout(layout); }
  /// Tells which capability keys are for; where none fits, one that does not exist, so that the controller refuses them.
  void set_crypto_capability(std::uint32_t index) { keys_.set_capability(static_cast<std::uint8_t>(index)); }
  /// Tells how many tags there are; the last one is for internal commands (Linux: one less for the block layer).
  void set_tags(std::uint32_t count) { reserved_tag_ = Tag{count - 1}; }
  Tag reserved_tag() const { return reserved_tag_; }
  /// Puts commands of `cores` cores into `count` queues from now on, which have been set up with rings at the places of
  /// memory_map.
  void use_queues(std::uint32_t count, std::uint32_t cores, const QueueLayout& layout, bool own_interrupts = false);
  /// The core on which the handler runs for requests that `core` has made.
  Core handler_core(Core core) const { return own_interrupts_ ? queues_[queue_of(core)].core : interrupt_core_; }
  /// Entries of each ring: one more than there are tags.
  std::uint32_t ring_entries() const { return static_cast<std::uint32_t>(reserved_tag_.n) + 2; }
  /// Where the command descriptor of a tag lies.
  std::uint64_t command_address(Tag tag) const { return memory_map::command(tag, prdt_); }

  Step interrupt();
  /// First step of the handler of a queue's own interrupt, and its core.
  HostClient::Handler message(std::uint32_t queue);
  Step step(Work work, std::uint32_t value);
  HostClient::Ahead ahead(Work work, std::uint32_t value) const {
    using Ahead = HostClient::Ahead;
    if (work.kind == Work::Kind::read_doorbell && (listed_ & outstanding_ & ~value) != 0 && least_cost_.n > 0)
      return {Ahead::Kind::compute, Reg{}};
    if (work.kind != Work::Kind::read_status || seldom(handling_ == InterruptHandling::limited)) return {};
    return value == 0 ? Ahead{Ahead::Kind::done, Reg{}} : Ahead{Ahead::Kind::read, Reg::IE};
  }

  /// Accesses for keys among the registers'.
  UfshcdStatistics statistics() const;

 private:
  Picoseconds finish(KeyWork work, Picoseconds at);
  Utrd descriptor_of(Tag tag) const;
  std::uint16_t write_prdt(Tag tag, std::uint64_t address, Bytes length, const Request* encrypted = nullptr);
  std::uint16_t write_long_prdt(Tag tag, std::uint64_t address, Bytes length, const Request* encrypted);
  bool speaks_by_prdt(const Request& request) const;
  bool keys_lie_in(const Request& request) const;
  Picoseconds wipe_time(Tag tag);
  void wipe_keys(Request& request);
  void ring(const Utrd& utrd, Tag tag, const UpiuHeader& upiu, Core core);
  [[gnu::noinline]] Step enter();
  Step wake_thread();
  bool late() const;
  Step leave_rest();
  [[gnu::noinline]] Step limited_status();
  Step read_doorbell();
  Picoseconds completion_cost(Tag tag) const;
  Picoseconds handler_cost(Tag tag) { return completion_cost(tag) + wipe_time(tag); }
  Step handle_status(std::uint32_t status);
  Step handle_ends(std::uint32_t status);
  [[gnu::noinline]] Step handle_events(std::uint32_t status);
  Step handle_tasks();
  [[gnu::noinline]] void abandon(Request& request);
  Step next_completion();
  Ocs status_of(Tag tag) const;
  Failure failure_of(Tag tag, Ocs ocs, const UpiuHeader& response) const;
  [[gnu::noinline]] bool tells_reset(Tag tag, const UpiuHeader& response) const;
  [[gnu::noinline]] void complete_internal(Ocs ocs, const UpiuHeader& response);
  void complete(Tag tag, Ocs ocs, CompletionContext context);
  CompletionContext context() const { return in_thread_ ? CompletionContext::thread : CompletionContext::interrupt; }
  // queues (ufshcd_queues.cpp)
  struct Queue {
    std::uint32_t submitted = 0;  ///< entry at the tail of the submission queue
    std::uint32_t completed = 0;  ///< entry at the head of the completion queue
    std::uint32_t pushed = 0;     ///< entry at its tail, when it was read
    bool looks = false;           ///< it is being read, of rings that there still are
    Core core = 0;                ///< of its own interrupt's handler
  };
  void submit(const std::byte* descriptor, std::uint32_t queue);
  Step queue_step(Work work, std::uint32_t value);
  Step look_at(std::uint32_t queue);
  Step look_at_tail(std::uint32_t queue);
  Step leave(std::uint32_t queue);
  Step next_entry(std::uint32_t queue);
  CompletionEntry entry_at(std::uint32_t queue) const;
  Tag tag_of(const CompletionEntry& entry) const { return memory_map::tag_of_command(entry.ucd_base, prdt_); }
  void complete_entry(std::uint32_t queue);
  std::uint32_t queue_of(Core core) const { return queue_of_core(core, num_cores_, num_queues_); }
  Reg queue_reg(std::uint32_t queue, QueueReg reg) const { return static_cast<Reg>(queue_layout_.offset(queue, reg)); }

  HostPort& host_;
  HostCosts costs_;
  Bytes segment_;
  Keyring& keys_;
  KeyPath& path_;
  PrdtFormat prdt_;
  BlockLayer* blocks_ = nullptr;
  ProbeWaiter* probe_ = nullptr;
  ErrorWatch* watch_ = nullptr;
  EndWatch* ends_ = nullptr;
  PayloadCheck* check_ = nullptr;
  Tag reserved_tag_{31};
  std::uint32_t outstanding_ = 0;
  std::uint32_t listed_ = 0;     ///< outstanding when the doorbell register was read
  std::uint32_t completed_ = 0;
  std::uint32_t status_ = 0;
  Picoseconds least_cost_;  ///< of the handler, for a completion
  InterruptHandling handling_ = InterruptHandling::hard;
  Core interrupt_core_ = 0;
  bool splits_ = false;     ///< softirqs do some of the work for some completions
  bool in_thread_ = false;  ///< the handler's thread runs, or will
  bool passed_ = false;     ///< with a limit: the handler has read IS before
  bool leaves_ = false;     ///< it reads it for the last time
  bool left_ = false;       ///< there are completions for the thread
  Picoseconds began_{};     ///< the handler, with a limit
  bool given_up_ = false;   ///< the device is
  bool tests_ = false;      ///< the internal command is TEST UNIT READY
  bool abandoned_ = false;  ///< some command was, whose end nobody waited for
  std::uint64_t threads_woken_ = 0;
  QueueLayout queue_layout_;
  std::uint32_t num_queues_ = 0;  ///< 0: the doorbell
  std::uint32_t num_cores_ = 0;
  bool own_interrupts_ = false;   ///< each queue has one
  std::array<Queue, QueueLayout::most_queues> queues_;
  UfshcdStatistics statistics_;
};

}  // namespace icesim
