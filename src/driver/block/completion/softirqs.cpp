// SPDX-License-Identifier: Apache-2.0
#include "icesim/driver/block/completion/softirqs.hpp"

#include "icesim/base/error.hpp"

#include <utility>

namespace icesim {

Softirqs::Softirqs(HostPort& host, const HostCosts& costs, std::uint32_t cores, const CompletionPlace& place, End end)
    : host_(host), costs_(costs), place_(place), end_(std::move(end)), cpus_(cores) {}

/// Linux: blk_mq_complete_request_remote.
void Softirqs::raise(Core core, Tag tag, Failure failure, CompletionContext context) {
  const Core here = place_.handlers[core], where = place_.at_submitter ? core : here;
  Cpu& c = cpus_[where];
  c.raised.push({tag, failure, host_.now()});
  if (c.raised.size() > 1) return;
  if (where != here) {
    ++statistics_.ipis;
    host_.queue_softirq(where, Step::compute(Work::Kind::ipi, where, costs_.ipi));
    return;
  }
  c.pending = true;
  if (c.running) return;
  if (context == CompletionContext::interrupt) return run_behind(where);
  if (c.woken) return;
  c.woken = true;
  ++statistics_.thread_wakes;
  host_.queue(where, Step::compute(Work::Kind::ksoftirqd, where, costs_.thread_wake));
}

void Softirqs::handler_leaves(Core core) {
  const Cpu& c = cpus_[core];
  if (c.pending && !c.running) run_behind(core);
}

/// The softirq runs behind the handler that has the core.
void Softirqs::run_behind(Core core) {
  cpus_[core].running = true;
  host_.queue_softirq(core, Step::compute(Work::Kind::softirq, core, Picoseconds{}));
}

Step Softirqs::step(Work work) {
  const Core core = work.index;
  Cpu& c = cpus_[core];
  if (work.kind == Work::Kind::softirq) return take(core);
  if (work.kind != Work::Kind::end_request) {
    if (work.kind == Work::Kind::ipi) {
      c.pending = true;
    } else {
      c.woken = false;
    }
    if (!c.pending || c.running) return Step::done();
    c.running = true;
    return take(core);
  }
  const Completed completed = c.taken.front();
  c.taken.pop();
  ++statistics_.requests;
  statistics_.waiting += host_.now() - costs_.in_softirq() - completed.at;
  end_(completed.tag, completed.failure);
  if (!c.taken.empty()) {
    host_.queue_softirq(core, this->work(core));  // an interrupt handler may go between
  } else if (c.pending) {
    run_behind(core);
  } else {
    c.running = false;
  }
  return Step::done();
}

/// Linux: blk_done_softirq.
Step Softirqs::take(Core core) {
  Cpu& c = cpus_[core];
  ensure(!c.raised.empty() && c.taken.empty(), "a softirq runs for requests, and takes them all");
  c.pending = false;
  std::swap(c.raised, c.taken);
  ++statistics_.runs;
  return work(core);
}

}  // namespace icesim
