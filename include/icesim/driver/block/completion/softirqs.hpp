// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/driver/block/errors/failure.hpp"
#include "icesim/driver/host_port.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace icesim {

/// Who tells that a command has ended: an interrupt handler, or the thread that one has woken.
enum class CompletionContext : std::uint8_t { interrupt, thread };

/// Which requests end in softirqs, and where.
struct CompletionPlace {
  std::vector<Core> handlers;  ///< by the core that made them, where their interrupt's handler runs
  bool at_submitter = false;   ///< on the core that made them, else on the handler's
  bool queues = false;         ///< the hardware has several: requests of the handler's core end in the handler
};

struct SoftirqStatistics {
  std::uint64_t requests = 0;
  std::uint64_t runs = 0;
  std::uint64_t ipis = 0;
  std::uint64_t thread_wakes = 0;
  TimeSum waiting;

  void describe(Statistics& s) const {
    s("requests", requests, "Requests that ended in a softirq");
    s("runs", runs, "Times a core took up what was there for its softirq");
    s("ipis", ipis, "Interrupts of other cores, to tell of completions");
    s("thread_wakes", thread_wakes, "Times ksoftirqd was woken, since the one who told was a thread itself");
    s("waiting", waiting, "Time from the handler's part of these requests' completion to the softirq's, summed");
  }
};

/// Completed requests on their way to the end that the block layer puts to them (Linux: blk_cpu_done, BLOCK_SOFTIRQ)
/// [linux-completion]. Each core has a list, first in, first out; until its turn comes a request has its keyslot and
/// its tag.
///
/// Who puts the first one on a list tells the core: with an interrupt when it is another one's; otherwise a handler
/// leaves it for the softirq that runs behind it, and a thread wakes ksoftirqd, which is one thread among others. The
/// core takes the whole list and ends its requests one after the other, before all other work but interrupt handlers,
/// until it finds the list empty. What ksoftirqd was woken for is done behind the next handler, if that comes first.
class Softirqs {
 public:
  struct Completed {
    Tag tag{};
    Failure failure;
    Picoseconds at{};
  };
  using End = std::function<void(Tag, Failure)>;

  /// `end` is called at the end of each request's work.
  Softirqs(HostPort& host, const HostCosts& costs, std::uint32_t cores, const CompletionPlace& place, End end);

  /// Whether a request that `core` has made ends here, not in the handler.
  bool takes(Core core) const { return !place_.queues || core != place_.handlers[core]; }
  /// Takes a request that `core` has made.
  void raise(Core core, Tag tag, Failure failure, CompletionContext context);
  /// The interrupt handler, but not its thread, is at its end on its core.
  void handler_leaves(Core core);
  Step step(Work work);

  const SoftirqStatistics& statistics() const { return statistics_; }

 private:
  struct Cpu {
    Ring<Completed> raised;
    Ring<Completed> taken;
    bool pending = false;  ///< it knows that it has a softirq to run
    bool running = false;  ///< and does so, or will without being told again
    bool woken = false;    ///< ksoftirqd is, and has not run yet
  };

  Step take(Core core);
  Step work(Core core) const { return Step::compute(Work::Kind::end_request, core, costs_.in_softirq()); }
  void run_behind(Core core);

  HostPort& host_;
  HostCosts costs_;
  CompletionPlace place_;
  End end_;
  std::vector<Cpu> cpus_;
  SoftirqStatistics statistics_;
};

}  // namespace icesim
