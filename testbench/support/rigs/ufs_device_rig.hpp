// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/device/ufs_device.hpp"
#include "models/system/forget_simulation.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace icesim {

/// A WriteBooster buffer that does nothing but remember what it was told.
struct FakeBooster : FlashBoosterControl {
  struct Call {
    bool flush;
    bool on;
    Picoseconds at;
  };
  State now{true, false, 4096, 4096, 0};
  std::vector<Call> calls;

  void enable(bool on, Picoseconds at) override {
    now.enabled = on;
    calls.push_back({false, on, at});
  }
  void flush(bool on, Picoseconds at) override {
    now.flushing = on;
    calls.push_back({true, on, at});
  }
  State state() const override { return now; }
};

/// Collection that does nothing but remember what it was told.
struct FakeBackground : FlashBackgroundControl {
  struct Call {
    std::uint32_t superblocks;
    Picoseconds at;
  };
  State now;
  std::vector<Call> calls;

  void collect_ahead(std::uint32_t superblocks, Picoseconds at) override { calls.push_back({superblocks, at}); }
  State state(std::uint32_t) const override { return now; }
};

/// Flash that answers after fixed times, block by block, in an order the test chooses.
class FakeFlash : public FlashBackend {
 public:
  FlashClient* client = nullptr;
  std::uint32_t buffer = 256;
  std::uint32_t program_unit = 1;
  Picoseconds read_time{50'000'000};
  Picoseconds read_step{1'000'000};  ///< between the pieces of a read
  Picoseconds program_time{100'000'000};
  bool backwards = false;  ///< pieces of a read come last first
  std::unique_ptr<FakeBooster> fake_booster;
  FakeBackground fake_background;

  struct Call {
    std::uint32_t command;
    Lba first;
    std::uint64_t count;
    Picoseconds at;
  };
  std::vector<Call> reads, writes, flushes, trims;
  std::map<std::uint64_t, std::vector<std::byte>> blocks;
  std::uint32_t held = 0;       ///< blocks in partly filled program units
  std::uint32_t in_buffer = 0;  ///< blocks not yet told as programmed

  void read(std::uint32_t command, Lba first, std::uint32_t count, Picoseconds at) override {
    reads.push_back({command, first, count, at});
    Picoseconds time = at + read_time;
    for (std::uint32_t i = 0; i < count; ++i, time += read_step) {
      client->flash_read(command, first + Lba{backwards ? count - 1 - i : i}, 1, time);
    }
  }
  void write(Lba first, std::uint32_t count, Picoseconds at) override {
    writes.push_back({0, first, count, at});
    held += count;
    const std::uint32_t full = held - held % program_unit;
    held -= full;
    if (full > 0) client->flash_programmed(full, at + program_time);
  }
  void flush(std::uint32_t command, Picoseconds at) override {
    flushes.push_back({command, {}, 0, at});
    if (held > 0) client->flash_programmed(held, at + program_time);
    held = 0;
    client->flash_flushed(command, at + program_time);
  }
  void trim(Lba first, std::uint64_t count, Picoseconds at) override {
    trims.push_back({0, first, count, at});
    for (std::uint64_t i = 0; i < count && !blocks.empty(); ++i) blocks.erase(first.n + i);
  }
  std::uint32_t buffer_blocks() const override { return buffer; }
  FlashBoosterControl* booster() override { return fake_booster.get(); }
  FlashBackgroundControl* background() override { return &fake_background; }
  void store(Lba block, const std::byte* data) override { blocks[block.n].assign(data, data + logical_block.n); }
  const std::byte* content(Lba block) const override {
    const auto found = blocks.find(block.n);
    return found == blocks.end() ? nullptr : found->second.data();
  }
};

/// The host's end of a link without delays: records what the device sends and answers RTTs if told to.
class FakeHost : public UpiuTransmitter {
 public:
  struct Sent {
    UpiuHeader header;
    std::vector<std::byte> data;
    bool has_bytes;
    Picoseconds ready;
    Picoseconds queued;
  };
  UpiuSink* device = nullptr;
  std::vector<Sent> sent;
  std::function<void(const DataUpiu& rtt)> on_rtt;

  void send(const Upiu&, const Train&) override { throw_bug("FakeHost: the device sends complete UPIUs"); }
  void send(const Upiu& upiu, Picoseconds ready) override {
    ensure(upiu.data_length == data_segment_length(upiu.header).n, "FakeHost: lengths agree");
    std::vector<std::byte> data;
    if (upiu.data != nullptr) data.assign(upiu.data, upiu.data + upiu.data_length);
    sent.push_back({upiu.header, data, upiu.data != nullptr, ready, kernel_now()});
    ensure(ready > kernel_now(), "FakeHost: what is sent is ready in the future");
    if (on_rtt && transaction_of(upiu.header) == Transaction::ready_to_transfer) on_rtt(DataUpiu::decode(upiu.header));
  }
  void data_arrivals(const Upiu&, Cycles, Train&) const override {}

  /// Announces a UPIU whose last frame arrives at `last`.
  void transmit(const UpiuHeader& header, std::uint32_t length, std::byte* data, Picoseconds last) {
    Upiu upiu;
    upiu.header = header;
    upiu.data_length = length;
    upiu.data = data;
    start_ += Cycles{1};
    device->receive(upiu, start_, last);
  }
  std::vector<const Sent*> of(Tag tag, Transaction transaction) const {
    std::vector<const Sent*> found;
    for (const Sent& each : sent) {
      if (tag_of(each.header) == tag && transaction_of(each.header) == transaction) found.push_back(&each);
    }
    return found;
  }

 private:
  Cycles start_{};
};

struct FakeObserver : DeviceObserver {
  struct Seen {
    std::uint32_t tag;
    DeviceMilestone::Kind kind;
    Picoseconds at;
  };
  std::vector<Seen> seen;
  void milestone(std::uint32_t tag, DeviceMilestone::Kind kind, Picoseconds at) override {
    seen.push_back({tag, kind, at});
  }
};

/// One device between a fake host and a fake flash; several may live one after another in a process.
class DeviceRig {
 public:
  UfsDeviceConfig config;
  ClockDomain clock{Hertz{200'000'000}, Cycles{2}};
  FakeFlash flash;
  FakeHost host;
  FakeObserver observer;
  std::unique_ptr<Agenda> agenda;
  std::unique_ptr<UfsDevice> device;

  ~DeviceRig() {
    device.reset();
    agenda.reset();
    forget_simulation();
  }

  void build() {
    agenda = std::make_unique<Agenda>("agenda");
    device = std::make_unique<UfsDevice>("device", *agenda, config, clock);
    device->out.bind(host);
    device->flash.bind(flash);
    device->observer.bind(observer);
    host.device = &*device;
    flash.client = &*device;
    run_until(Picoseconds{1});
  }
  /// Runs everything up to and including time `t`.
  void run_until(Picoseconds t) {
    if (t + Picoseconds{1} > kernel_now()) sc_core::sc_start(to_sc_time(t + Picoseconds{1} - kernel_now()));
  }
  void run_for(Picoseconds t) { run_until(kernel_now() + t); }

  /// Answers each RTT with its DATA OUT after `delay`, from `bytes` when there are any.
  void answer_rtts(Picoseconds delay, std::byte* bytes = nullptr) {
    host.on_rtt = [this, delay, bytes](const DataUpiu& rtt) {
      DataUpiu data = rtt;
      data.transaction = Transaction::data_out;
      host.transmit(data.encode(), static_cast<std::uint32_t>(rtt.count.n), bytes ? bytes + rtt.offset.n : nullptr,
                    kernel_now() + delay);
    };
  }
  void send(const UpiuHeader& header, Picoseconds last, std::byte* data = nullptr) {
    host.transmit(header, static_cast<std::uint32_t>(data_segment_length(header).n), data, last);
  }
  void send(const UpiuHeader& header) { send(header, kernel_now() + Picoseconds{10'000}); }

  CommandUpiu command(std::uint64_t tag, const scsi::Cdb& cdb, std::uint8_t flags, std::uint64_t expected,
                      std::uint8_t lun = 0) const {
    return {flags, lun, Tag{tag}, Bytes{expected}, cdb};
  }
  CommandUpiu read(std::uint64_t tag, std::uint64_t lba, std::uint16_t blocks) const {
    return command(tag, scsi::read_10(Lba{lba}, blocks), CommandUpiu::read, blocks * logical_block.n);
  }
  CommandUpiu write(std::uint64_t tag, std::uint64_t lba, std::uint16_t blocks, bool fua = false) const {
    return command(tag, scsi::write_10(Lba{lba}, blocks, fua), CommandUpiu::write, blocks * logical_block.n);
  }

  std::size_t responses(std::uint64_t tag) const { return host.of(Tag{tag}, Transaction::response).size(); }
  /// The one RESPONSE of a tag.
  const FakeHost::Sent& response(std::uint64_t tag) const {
    const auto found = host.of(Tag{tag}, Transaction::response);
    ensure(found.size() == 1, "DeviceRig: exactly one RESPONSE came");
    return *found[0];
  }
  ResponseUpiu result(std::uint64_t tag) const { return ResponseUpiu::decode(response(tag).header); }
  scsi::Status status(std::uint64_t tag) const { return static_cast<scsi::Status>(result(tag).status); }
  Sense sense(std::uint64_t tag) const { return decode_sense_segment(response(tag).data.data()); }

  // The documented formulas.
  Picoseconds after(Picoseconds from, Picoseconds delay) const {
    return clock.edge(std::max(clock.next(from + delay), clock.next(from) + Cycles{1}));
  }
  Picoseconds answer(Picoseconds from) const { return after(after(from, config.response_latency), Picoseconds{0}); }
};

}  // namespace icesim
