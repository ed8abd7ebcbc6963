// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/driver.hpp"

#include "icesim/driver/keys/replacement/make_replacement.hpp"

#include <algorithm>

namespace icesim {
namespace {

struct Errors {
  ErrorStatistics commands;
  bool handled;
  ErrorHandlerStatistics handler;

  void describe(Statistics& s) const {
    commands.describe(s);
    if (handled) handler.describe(s);
  }
};

}  // namespace

Driver::Driver(const DriverSetup& setup, HostPort& host, BioObserver& observer, std::function<void()> ready)
    : setup_(setup),
      host_(host),
      observer_(observer),
      ready_(std::move(ready)),
      keys_(setup.seed, 0),
      path_(make_key_path(setup.key_path, setup.costs, host, setup.seed)),
      hcd_(host, setup.costs, setup.block_layer.segment, keys_, *path_),
      probe_(host, setup.costs, hcd_, setup.probe) {
  hcd_.connect(probe_);
  hcd_.handle_interrupts(setup.block_layer.interrupt, setup.interrupt_core);
  if (setup.verify) hcd_.verify_with(&check_.emplace(host, keys_, setup.key_path.path == KeyPathKind::prdt));
}

void Driver::start() { host_.queue(0, probe_.start()); }

Step Driver::step(Work work, std::uint32_t value) {
  if (work.of_block_layer()) return blocks_->step(work, value);
  return work.is_rare() ? rare(work, value) : hcd_.step(work, value);
}

Step Driver::rare(Work work, std::uint32_t value) {
  if (work.of_key_reaper()) return reap(work, value);
  if (work.of_key_restorer()) return restore(work, value);
  if (work.of_key_operations()) return operate(work, value);
  if (work.of_processor()) return Step::done();
  if (work.of_clock_gate()) return clocks_->step(work, value);
  if (work.of_gear_scaling()) return gears_->step(work, value);
  return work.of_error_handler() ? handler_->step(work, value) : probe(work, value);
}

Step Driver::probe(Work work, std::uint32_t value) {
  const Step next = probe_.step(work, value);
  if (probe_.result().ready) blocks_ ? handler_->restarted() : begin_service();
  return next;
}

void Driver::make_keyslots() {
  const auto make = [this](std::uint32_t count, Keyslot first, std::uint64_t seed) {
    keyslots_.push_back(std::make_unique<KeyslotManager>(count, make_replacement(setup_.keys, count, seed), first));
    if (!setup_.keys.optimum) return;
    key_uses_.push_back(std::make_unique<KeyUses>(count));
    keyslots_.back()->note(*key_uses_.back());
  };
  const auto num_keyslots =
      static_cast<std::uint32_t>(probe_.result().crypto.keyslots -
                                 (setup_.key_path.has_keyslots() ? setup_.key_path.reserved_keyslots : 0));
  for (const VirtualMachine& vm : setup_.vms)
    if (vm.keyslots > 0) make(vm.keyslots, vm.first, setup_.seed + keyslots_.size());
  if (keyslots_.empty()) make(num_keyslots, Keyslot{0}, setup_.seed);
}

/// A kernel of its own evicts the keys of each virtual machine.
void Driver::make_reapers() {
  for (std::uint32_t vm = 0; vm < num_vms(); ++vm) {
    KeyReaper::Calls calls{[this](Keyslot keyslot) { return clear(keyslot); },
                           [this](std::uint32_t value) { return key_queue().go_on_with_key(value); },
                           [this, vm] { return setup_.vms.empty() ? Picoseconds{} : blocks_->vm(vm).ask(); },
                           [this, vm] { return blocks_->begin_turn(*reapers_[vm]); }, keyslot_recorder_};
    reapers_.push_back(std::make_unique<KeyReaper>(setup_.keys, setup_.costs, host_, manager_of(vm), setup_.cores - 1,
                                                   std::move(calls), vm));
    blocks_->connect(*reapers_.back(), vm);
  }
}

/// So do processes ask for their operations.
void Driver::make_operations() {
  for (std::uint32_t vm = 0; vm < num_vms(); ++vm) {
    KeyOperations::Calls calls{[this] { return clocks_ ? clocks_->operate_on_key() : hcd_.operate_on_key(); },
                               [this](std::uint32_t value) { return key_queue().go_on_with_key(value); },
                               [this, vm] { return setup_.vms.empty() ? Picoseconds{} : blocks_->vm(vm).ask(); },
                               [this, vm] { return blocks_->begin_turn(*operations_[vm]); }};
    operations_.push_back(std::make_unique<KeyOperations>(setup_.key_path.operation_pause, setup_.costs, host_, manager_of(vm),
                                                          setup_.cores - 1, std::move(calls), vm));
    blocks_->connect(*operations_.back(), vm);
  }
}

void Driver::begin_service() {
  make_keyslots();
  const bool has_keyslots = setup_.key_path.has_keyslots();
  RequestQueue& hardware = make_power_states(through_ ? through_(hcd_) : static_cast<RequestQueue&>(hcd_));
  if (setup_.keys.life == KeyLifeRule::trace) gate_.emplace(host_, hardware);
  RequestQueue& queue = gate_ ? static_cast<RequestQueue&>(*gate_) : hardware;
  blocks_.emplace(setup_.block_layer, setup_.costs, host_, queue, has_keyslots ? keyslots_.front().get() : nullptr, setup_.cores,
                  probe_.result().num_tags, std::max(probe_.result().queues, 1u));
  if (setup_.key_path.encrypts() && !has_keyslots) blocks_->carry_keys();
  if (setup_.key_path.path == KeyPathKind::pfk) blocks_->find_keyslots_late(setup_.key_path.retry);
  if (setup_.key_path.prdt_format() != PrdtFormat::standard) blocks_->set_page_cost(setup_.key_path.entry_write);
  if (setup_.key_path.dun_bits == DunBits::thirty_two) blocks_->narrow_duns(setup_.seed);
  blocks_->observe(&observer_);
  std::vector<Core> handlers;
  for (Core core = 0; core < setup_.cores; ++core) handlers.push_back(hcd_.handler_core(core));
  blocks_->end_requests(std::move(handlers), probe_.result().queues > 0);
  hcd_.connect(*blocks_);
  if (gate_) gate_->connect(*blocks_);
  if (setup_.block_layer.timeout.n > 0) {
    const auto core = static_cast<Core>(setup_.block_layer.kblockd_core % setup_.cores);
    handler_.emplace(host_, setup_.costs, core, hcd_, probe_, *blocks_, managers(), setup_.power.self_test);
    hcd_.connect(*handler_);
    if (setup_.power.holds()) handler_->tell_resets([this](bool begins) { tell_power_states(begins); });
    if (clocks_) handler_->tell_rest([this] { clocks_->ended(); });
    blocks_->connect(*handler_);
  }
  const auto handles_errors = [this] { return handler_ && handler_->busy(); };
  if (clocks_) clocks_->begin(*blocks_, handles_errors, has_keyslots ? managers() : std::vector<KeyslotManager*>{});
  if (gears_) gears_->begin(*blocks_, handles_errors, clocks_ ? &*clocks_ : nullptr);
  if (setup_.keys.device_key) blocks_->set_default_key(device_key);
  std::vector<VmKeyslots> vms;
  for (const VirtualMachine& vm : setup_.vms)
    vms.push_back({&manager_of(vms.size()), vm.guest ? setup_.hypervisor : Picoseconds{}});
  if (has_keyslots && !vms.empty()) blocks_->tell_apart(std::move(vms));
  if (setup_.keys.life != KeyLifeRule::forever && has_keyslots) make_reapers();
  if (setup_.key_path.operates_on_keys()) make_operations();
  if (setup_.key_path.restores_keys()) begin_to_restore();
  if (!reapers_.empty() || restorer_) blocks_->observe(static_cast<BioObserver*>(this));
  if (restorer_ || handler_) blocks_->observe(static_cast<KeyslotLockObserver*>(this));
  blocks_->observe(keyslot_recorder_);
  ready_();
}

std::vector<KeyslotManager*> Driver::managers() const {
  std::vector<KeyslotManager*> all;
  for (const auto& each : keyslots_) all.push_back(each.get());
  return all;
}

void Driver::begin_to_restore() {
  const bool by_trace = setup_.key_path.restore == KeyRestore::trace;
  const auto core = static_cast<Core>(setup_.block_layer.kblockd_core % setup_.cores);
  const bool at_once = path_->remembers_keys();
  restorer_.emplace(
      by_trace ? Picoseconds{~std::uint64_t{0}} : setup_.key_path.restore_idle, setup_.costs, host_, managers(), core, at_once,
      [this, at_once](Keyslot keyslot, KeyId key) {
        if (at_once) return clocks_ ? clocks_->restore_keys() : hcd_.restore_keys();
        return key_queue().program_keyslot(keyslot, key);
      },
      [this](std::uint32_t value) { return key_queue().go_on_with_key(value); });
}

/// The lock goes to who writes all keys again before anybody else.
void Driver::keyslots_unlocked() {
  if (restorer_) restore_if(restorer_->unlocked());
  if (handler_) handler_->keyslots_unlocked();
}

Step Driver::restore(Work work, std::uint32_t value) {
  bool restored = false;
  const Step next = restorer_->step(work, value, restored);
  if (!restored) return next;
  free_keyslots();
  return next;
}

void Driver::free_keyslots() {
  restorer_->free();
  blocks_->keyslots_unlocked();
}

/// A thread of a virtual machine has done its work under the lock.
void Driver::free_keyslots(KeyslotThread& thread, std::uint32_t vm) {
  thread.keyslots().unlock();
  blocks_->thread_unlocked(vm);
}

KeyWork Driver::clear(Keyslot keyslot) {
  const KeyWork work = key_queue().clear_keyslot(keyslot);
  if (work.stops) blocks_->hold();
  return work;
}

Step Driver::reap(Work work, std::uint32_t value) {
  KeyReaper& reaper = *reapers_[work.index];
  if (work.kind == Work::Kind::forget_timer) return reaper.timer();
  if (work.kind == Work::Kind::forget_keys) return reaper.step();
  bool cleared = false;
  const Step next = reaper.clear(work, value, cleared);
  if (!cleared) return next;
  free_keyslots(reaper, work.index);
  return reaper.rest();
}

Step Driver::operate(Work work, std::uint32_t value) {
  KeyOperations& operations = *operations_[work.index];
  bool ended = false;
  const Step next = operations.step(work, value, ended);
  if (!ended) return next;
  free_keyslots(operations, work.index);
  operations.rest();
  return next;
}

void Driver::bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) {
  if (restorer_) restorer_->ends();
  if (!reapers_.empty() && lives(bio.crypt.key, bio.io.vm)) reaper_of(bio.io.vm).ends(bio.crypt.key);
  if (request.has_keyslot && bio.io.keyslot != unknown_keyslot) {
    ++recorded_keyslots_.recorded;
    if (bio.io.keyslot == request.keyslot.n) ++recorded_keyslots_.as_recorded;
  }
  observer_.bio_ended(bio, request, timeline);
}

KeyslotStatistics Driver::keyslot_statistics() const {
  KeyslotStatistics all;
  for (const auto& each : keyslots_) all += each->statistics();
  return all;
}

VmKeyslotStatistics Driver::vm_statistics(std::size_t vm) const {
  return blocks_ && !blocks_->vms().empty() ? blocks_->vms()[vm].statistics : VmKeyslotStatistics{};
}

TimeSum Driver::hypervisor_time() const {
  TimeSum all;
  for (std::size_t vm = 0; vm < setup_.vms.size(); ++vm) all += vm_statistics(vm).hypervisor;
  return all;
}

std::uint64_t Driver::fewest_programs() const {
  std::uint64_t all = 0;
  for (const auto& each : key_uses_) all += each->fewest_programs();
  return all;
}

KeyReaperStatistics Driver::key_reapers() const {
  KeyReaperStatistics all;
  for (const auto& each : reapers_) all += each->statistics();
  return all;
}

KeyOperationStatistics Driver::key_operations() const {
  KeyOperationStatistics all;
  for (const auto& each : operations_) all += each->statistics();
  return all;
}

void Driver::describe(Statistics& s) const {
  BlockLayerStatistics requests = blocks_ ? blocks_->statistics() : BlockLayerStatistics{};
  requests.failures.times_out = setup_.block_layer.timeout.n > 0;
  requests.describe(s);
  if (setup_.key_path.dun_bits == DunBits::thirty_two)
    s("hashed_duns", requests.hashed_duns, "Requests whose data unit number has more than 32 bits, of which the high ones were hashed");
  if (setup_.block_layer.scheduler != Scheduler::none)
    s.group("scheduler", blocks_ ? blocks_->scheduler_statistics() : SchedulerStatistics{});
  if (setup_.block_layer.throttle.on)
    s.group("throttle", blocks_ ? blocks_->throttle_statistics() : WriteThrottleStatistics{});
  if (setup_.block_layer.retries > 0)
    s.group("errors", Errors{blocks_ ? blocks_->error_statistics() : ErrorStatistics{}, setup_.block_layer.timeout.n > 0,
                             handler_ ? handler_->statistics() : ErrorHandlerStatistics{}});
  if (setup_.block_layer.flush == Flushing::linux)
    s.group("flush", blocks_ ? blocks_->flush_statistics() : FlushStatistics{});
  if (setup_.block_layer.completion != Completion::handler)
    s.group("softirqs", blocks_ ? blocks_->softirq_statistics() : SoftirqStatistics{});
  hcd_.statistics().describe(s);
  if (setup_.block_layer.interrupt != InterruptHandling::hard)
    s("interrupt_threads", hcd_.threads_woken(), "Times the interrupt handler left its work, or the rest, to its thread");
  s("probe_time", probe_.result().duration, "From the first register access to the end of the initialisation");
}

}  // namespace icesim
