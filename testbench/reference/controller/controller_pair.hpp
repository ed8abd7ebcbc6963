// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/ice/aes_xts_pipeline.hpp"
#include "models/ice/keyslot_file.hpp"
#include "testbench/reference/controller/controller_twin.hpp"
#include "testbench/reference/controller/link_pair.hpp"
#include "testbench/support/rigs/host_controller_rig.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace icesim::twin {

struct ControllerCase {
  UfsHostControllerConfig controller;
  KeyslotFileConfig keyslots;
  AesXtsPipelineConfig engine;
  Hertz bus{300'000'000};
  Hertz ice{300'000'000};
  Cycles sync_stages{2};
  bool engine_faults = false;
  Picoseconds hibern8_enter{};
  Picoseconds hibern8_exit{};
  bool queued = false;  ///< software uses the queues
  bool own_interrupts = false;  ///< and enables their own interrupts
  std::optional<LinkCase> link;  ///< else what is sent and received meets the device at once

  /// Tags that software has: the doorbell's are those that the low 5 bits of CAP tell of.
  std::uint64_t tags() const { return queued ? controller.tags : (controller.tags - 1) % 32 + 1; }
};

/// Runs actions at their times, in the order in which they were asked for when times are equal.
class ActionList : public sc_core::sc_module {
 public:
  explicit ActionList(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(ActionList);
    SC_METHOD(step);
    sensitive << wake_;
    dont_initialize();
  }
  void at(Picoseconds time, std::function<void()> action);
  bool empty() const { return actions_.empty(); }

 private:
  void step();
  std::map<std::pair<Picoseconds, std::uint64_t>, std::function<void()>> actions_;
  std::uint64_t count_ = 0;
  sc_core::sc_event wake_{"wake"};
};

/// The twin reaches its memory directly; something must be bound to the memory's socket all the same.
struct UnusedBus : sc_core::sc_module {
  explicit UnusedBus(const sc_core::sc_module_name& name) : sc_module(name) {}
  tlm_utils::simple_initiator_socket<UnusedBus, 128> socket{"socket"};
};

/// A master of the register bus that keeps the answers in the order in which it asked: some are known before they
/// arrive.
class OrderedMaster : public sc_core::sc_module {
 public:
  explicit OrderedMaster(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_bw(this, &OrderedMaster::answer);
  }
  void access(const RegisterAccess& access, Picoseconds delay);

  tlm_utils::simple_initiator_socket<OrderedMaster> socket{"socket"};
  std::vector<RegistersTwin::Answer> answers;

 private:
  struct Read {
    tlm::tlm_generic_payload access;
    std::array<std::byte, 4> data{};
    std::size_t number = 0;
  };
  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& access, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  std::deque<Read> reads_;
};

/// Remembers the interrupts of queues.
struct MessageRecorder : MessageSink {
  std::vector<InterruptMessage> all;
  void message(std::uint64_t address, std::uint32_t data) override { all.push_back({address, data, kernel_now()}); }
};

/// Remembers until when the last fetch of each tag takes.
struct FetchRecorder : MarkRecorder {
  std::array<Picoseconds, 64> fetched{};
  void mark(Tag tag, Stage stage, Picoseconds at) override {
    if (stage == Stage::fetch || stage == Stage::descriptors || stage == Stage::power) fetched[tag.n] = at;
    MarkRecorder::mark(tag, stage, at);
  }
};

/// What the event model sends, and what it asks of the other direction. Between it and the device lies a UniproLink,
/// or nothing. The mode of the link is that of the whole case: its change and its reset are for the tests of the
/// models.
class RecordingLink : public UpiuTransmitter, public LinkManagement {
 public:
  struct Sent {
    UpiuHeader header{};
    Picoseconds queued{};
    Train ready;
    LinkPassage passage;  ///< to the device
  };
  std::vector<Sent> sent;
  std::vector<Train> frames;          ///< of the UPIUs announced so far, without a link
  std::vector<LinkPassage> received;  ///< by the event model, with a link
  std::function<void(const Sent&)> on_sent;
  Picoseconds hibern8_enter{};
  Picoseconds hibern8_exit{};

  /// Puts a link in between.
  void connect(UniproLink& link, UpiuSink& controller) {
    link_ = &link;
    controller_ = &controller;
    link.at_device(device_);
    link.at_host(host_);
    lanes_ = link.connected_lanes();
    gear_ = link.max_gear();
  }

  void send(const Upiu& upiu, const Train& ready) override {
    note(upiu, ready);
    if (link_ != nullptr) link_->from_host->send(upiu, ready);
    if (on_sent) on_sent(sent.back());
  }
  void send(const Upiu& upiu, Picoseconds ready) override {
    note(upiu, Train{{upiu_header_size + upiu.data_length, ready}});
    if (link_ != nullptr) link_->from_host->send(upiu, ready);
    if (on_sent) on_sent(sent.back());
  }
  void data_arrivals(const Upiu& upiu, Cycles start, Train& train) const override {
    if (link_ == nullptr) {
      train = frames[start.n];
    } else {
      link_->from_device->data_arrivals(upiu, start, train);
    }
  }
  void set_gear(std::uint64_t) override {}
  void reset() override {}
  std::uint64_t connected_lanes() const override { return lanes_; }
  std::uint64_t max_gear() const override { return gear_; }
  Picoseconds hibernation_time(bool enters) const override { return enters ? hibern8_enter : hibern8_exit; }

 private:
  struct DeviceEnd : UpiuSink {
    explicit DeviceEnd(RecordingLink& link) : own(link) {}
    void receive(const Upiu&, Cycles start, Picoseconds last) override { own.sent.back().passage = {start, last}; }
    void link_reset() override {}
    RecordingLink& own;
  };
  struct HostEnd : UpiuSink {
    explicit HostEnd(RecordingLink& link) : own(link) {}
    void receive(const Upiu& upiu, Cycles start, Picoseconds last) override {
      own.received.push_back({start, last});
      own.controller_->receive(upiu, start, last);
    }
    void link_reset() override {}
    RecordingLink& own;
  };
  void note(const Upiu& upiu, const Train& ready) {
    sent.push_back({upiu.header, kernel_now(), ready, {Cycles{}, ready.back().at}});
  }

  DeviceEnd device_{*this};
  HostEnd host_{*this};
  UniproLink* link_ = nullptr;
  UpiuSink* controller_ = nullptr;
  std::uint64_t lanes_ = 2;
  std::uint64_t gear_ = 4;
};

/// The engine, which fails at some requests.
class FailingEngine : public CryptoEngine {
 public:
  FailingEngine(CryptoEngine& real, bool faults) : real_(real), faults_(faults) {}
  void pass(const CryptoJob& job, Train& train) override { real_.pass(job, train); }
  bool shared() const override { return real_.shared(); }
  CryptoFault fault(const CryptoJob& job) const override {
    return faults_ ? failing_engine(job.dun) : CryptoFault::none;
  }
  void transform(const CryptoJob& job, std::byte* data, std::size_t length) override {
    real_.transform(job, data, length);
  }

 private:
  CryptoEngine& real_;
  bool faults_;
};

/// The event-driven controller and its clocked twin, with the same stimuli, in the same simulation.
class ControllerPair {
 public:
  static constexpr std::uint64_t list = 0x1'0000;
  static constexpr std::uint64_t task_list = 0x2'0000;
  static constexpr std::uint64_t ring_bytes = 0x1000;
  static constexpr std::uint64_t submissions = 0x4'0000;
  static constexpr std::uint64_t completions = submissions + QueueLayout::most_queues * ring_bytes;
  static constexpr std::uint64_t memory_size = std::uint64_t{1} << 24;

  explicit ControllerPair(const ControllerCase& c);

  /// Both are told of an access that arrives `delay` from now, or behind the accesses before.
  void write(std::uint32_t offset, std::uint32_t value, Picoseconds delay);
  void write(Reg reg, std::uint32_t value, Picoseconds delay) { write(static_cast<std::uint32_t>(reg), value, delay); }
  void read(std::uint32_t offset, Picoseconds delay);
  /// Both are told that the link is lost (0) or has an error, `delay` from now.
  void link_event(std::uint32_t code, Picoseconds delay);
  /// When the last access takes effect.
  Picoseconds effect() const { return bus.sample_edge(last_arrival_); }
  /// Without a link, both are told of a UPIU whose frames arrive as `frames` says; the last at `last`.
  void receive(const UpiuHeader& header, const Train& frames, Picoseconds last);
  /// With a link, the device has a UPIU in its transmit buffer at `ready`; returns when its last frame arrives.
  Picoseconds send_to_host(const UpiuHeader& header, std::uint64_t length, Picoseconds ready);
  /// Writes into both memories.
  void store(std::uint64_t address, const void* from, std::size_t size);

  /// The twin has nothing to do.
  bool idle() const { return twin.idle() && (!wire || wire->quiet()); }
  /// Empty when all that was observed is equal, else a sentence about the first thing that is not.
  std::string difference() const;

  std::uint32_t hardware(Reg reg) const { return model->register_file().hw_read(reg); }

  ClockDomain bus;
  ClockDomain ice;
  FreshKernel kernel;  ///< outlives all modules
  ActionList actions{"actions"};
  Agenda agenda{"agenda"};
  RecordingLink link;
  FetchRecorder recorder;
  MessageRecorder messages;
  SystemMemory memory{"memory", SystemMemoryConfig{Bytes{memory_size}}};
  SystemMemory twin_memory{"twin_memory", SystemMemoryConfig{Bytes{memory_size}}};
  UnusedBus twin_memory_bus{"twin_memory_bus"};
  KeyslotFile keyslots;
  AesXtsPipeline engine;
  FailingEngine failing_engine;
  std::unique_ptr<UfsHostController> model;
  OrderedMaster master{"master"};
  sc_core::sc_signal<bool> pin{"pin"};
  PinProbe probe{"probe"};
  PinProbe twin_probe{"twin_probe"};
  ControllerTwin twin;
  std::unique_ptr<LinkPair> wire;  ///< the link, if there is one

 private:
  void reach_twin(const RegisterAccess& access, Picoseconds delay);
  std::string compare_upius() const;
  std::string compare_link() const;
  std::string compare_registers() const;
  std::string compare_marks() const;
  std::string compare_tasks() const;
  std::string compare_queues() const;

  std::uint64_t tags_;
  Picoseconds last_arrival_{};
  Picoseconds last_ready_{};
};

}  // namespace icesim::twin
