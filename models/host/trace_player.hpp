// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/error.hpp"
#include "icesim/base/histogram.hpp"
#include "icesim/base/numbering.hpp"
#include "icesim/base/ring.hpp"
#include "icesim/driver/driver.hpp"
#include "icesim/workload/replay.hpp"
#include "models/host/host_cpu.hpp"

#include <array>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace icesim {

/// Latencies of requests that ended well, from arrival to the end of the last bio, and how they divide into stages.
struct LatencyStatistics {
  std::array<Histogram, 4> of;     ///< by operation
  std::array<StageSums, 4> stages;  ///< by operation

  void add(Operation operation, const Timeline& life) {
    const auto index = static_cast<std::size_t>(operation);
    of[index].add(life.latency());
    stages[index].add(life);
  }
  std::uint64_t count() const {
    std::uint64_t sum = 0;
    for (const Histogram& each : of) sum += each.count();
    return sum;
  }

  void describe(Statistics& s) const {
    constexpr std::array<std::array<std::string_view, 2>, 4> names{{{"read", "Latency of reads"},
                                                                    {"write", "Latency of writes"},
                                                                    {"flush", "Latency of flushes"},
                                                                    {"discard", "Latency of discards"}}};
    Histogram all;
    for (std::size_t i = 0; i < of.size(); ++i) {
      s(names[i][0], of[i], names[i][1]);
      all.merge(of[i]);
    }
    s("all", all, "Latency of all requests, flushes and discards too");
  }
};

/// Feeds the requests of a trace to the driver (open, closed or as soon as possible) and measures what comes out.
/// In closed mode a process's next request follows the end of the one before by the time that lay between the arrivals of the
/// two in the trace, so it is never earlier than recorded; what a process is behind with waits in memory.
class TracePlayer final : public Workload, public BioObserver, private KeyListener {
 public:
  TracePlayer(Agenda& agenda, const ReplayConfig& config, RequestSource& source, std::string source_name);

  void connect(Driver& driver, HostCpu& host) {
    driver_ = &driver;
    host_ = &host;
  }
  /// Tells `observer` of every request that ends; must be connected before the replay begins.
  void connect(RequestRecorder& observer) { observer_ = &observer; }
  /// Passes what the trace tells of keys on to the driver, when its time has come, and before the replay begins.
  void follow_keys() { source_.tell_keys(*this); }
  /// Begins the replay now, on a device of `capacity` bytes.
  void start(Bytes capacity);
  /// What is done when the last request has ended.
  void at_end(std::function<void()> then) { then_ = std::move(then); }
  /// Also measures the requests of so many virtual machines apart; 0: of none.
  void tell_apart(std::size_t vms) { latency_of_.resize(vms); }
  void arrive() override;
  void bio_ended(const Bio& bio, const Request& request, const Timeline& timeline) override;

  bool finished() const { return exhausted_ && outstanding_ == 0 && waiting_ == 0; }
  std::uint64_t outstanding() const { return outstanding_; }
  Picoseconds started() const { return started_; }
  Picoseconds ended() const { return ended_; }
  const LatencyStatistics& latency() const { return latency_; }
  const LatencyStatistics& latency_of(std::size_t vm) const { return latency_of_[vm]; }
  /// The error of a run that has come to the end of time.
  UserError out_of_time() const;
  /// An error met while reading the trace; the simulation has been stopped.
  std::exception_ptr error() const { return error_; }

 private:
  /// A process in closed mode.
  struct Process {
    std::uint32_t first = no_index;  ///< of its requests in the backlog
    std::uint32_t last = no_index;
    Picoseconds recorded{};  ///< arrival in the trace of the request last submitted
    Picoseconds ended{};
    bool busy = false;
    bool seen = false;
  };
  /// A request recorded before now and not yet submitted.
  struct Behind {
    IoRequest io;
    std::uint32_t next = no_index;  ///< of the same process, or the next free place
  };
  static constexpr std::size_t chunk = 1024;
  struct Due {
    Picoseconds at;
    std::uint64_t order;
    std::uint32_t process;  ///< its number
    bool operator<(const Due& other) const { return at != other.at ? at > other.at : order > other.order; }
  };

  void key_event(const KeyEvent& event) override;
  void pass_on_key_event();
  /// When the next thing of the trace is due: an event of keys, which stand in front of next_, or that.
  Picoseconds next_due() const {
    return started_ + config_.scaled(key_events_.empty() ? next_.time : key_events_.front().time);
  }
  bool read(IoRequest& io);
  void check(const IoRequest& io) const;
  void submit(const IoRequest& io);
  void play();
  void play_open();
  void play_asap();
  void play_closed();
  Process& process_of(const IoRequest& io);
  Behind& behind(std::uint32_t place) { return (*backlog_[place / chunk])[place % chunk]; }
  void put_behind(Process& process, const IoRequest& io);
  IoRequest take_behind(Process& process);
  void schedule(Process& process);
  void call_at(Picoseconds at);

  Agenda& agenda_;
  ReplayConfig config_;
  RequestSource& source_;
  std::string source_name_;
  Driver* driver_ = nullptr;
  HostCpu* host_ = nullptr;
  RequestRecorder* observer_ = nullptr;
  Bytes capacity_{};
  std::function<void()> then_;
  Picoseconds started_{};
  Picoseconds ended_{};
  Picoseconds last_arrival_{};  ///< in the trace, that can be simulated
  Ring<KeyEvent> key_events_;  ///< in front of the request that was read last
  IoRequest next_;
  bool has_next_ = false;
  bool exhausted_ = false;
  std::uint64_t records_ = 0;
  std::uint64_t outstanding_ = 0;
  std::uint64_t waiting_ = 0;  ///< closed mode: requests read and not yet submitted
  Numbering numbers_;
  std::vector<Process> processes_;  ///< closed mode: by their number
  std::vector<std::unique_ptr<std::array<Behind, chunk>>> backlog_;  ///< closed mode: of all processes
  std::uint32_t free_behind_ = no_index;
  std::vector<Picoseconds> calls_;  ///< closed mode: when the host will call, the earliest last
  std::vector<Due> due_;            ///< closed mode: a heap, the earliest in front
  std::uint64_t order_ = 0;
  LatencyStatistics latency_;
  std::vector<LatencyStatistics> latency_of_;  ///< by virtual machine
  std::exception_ptr error_;
};

}  // namespace icesim
