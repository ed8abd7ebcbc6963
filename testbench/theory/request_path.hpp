// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/crypto/aes_xts.hpp"
#include "icesim/spec/unipro.hpp"
#include "icesim/spec/upiu.hpp"
#include "models/system/simulation.hpp"

#include <algorithm>
#include <vector>

namespace icesim::theory {

/// The way of one 4 KiB request through a system with nothing else to do, written down a second time from the timing
/// contracts in the modules' headers, one formula after the other. Nothing of a module is used but the clocks' edges.
/// Valid for a request of one block whose key, if it has one, lies in its keyslot and is expanded, on a flash whose
/// dies are idle.
class RequestPath {
 public:
  explicit RequestPath(const SystemConfig& config)
      : c_(config),
        bus_(c_.clocks.bus, c_.clocks.sync_stages),
        ice_(c_.engine_clock(), c_.clocks.sync_stages),
        device_(c_.clocks.device, c_.clocks.sync_stages),
        nand_(c_.clocks.nand, c_.clocks.sync_stages),
        link_(symbol_rate(c_.link), c_.link.sync_stages) {}

  /// When a read ends that arrives at `t`.
  Picoseconds read_end(Picoseconds t, bool encrypted) const {
    const Picoseconds arrived = command(t);
    const Picoseconds firmware = after(arrived, c_.device.command_occupancy + c_.device.read_firmware_latency);
    const Cycles start = nand_.sample(after(firmware, {}));
    const Cycles sensed = nand_.next(nand_.edge(start) + c_.flash.read_time);
    const Cycles transfer{divide_up(logical_block.n, c_.flash.channel_bytes_per_cycle.n)};
    const Picoseconds taken = device_.sample_edge(nand_.edge(sensed + transfer));
    Cycles link_free{};
    Train data = data_in(link_.sample(after(taken, {})), link_free);
    crypt(data, encrypted);
    const Cycles written = write_data(data);
    const Picoseconds answer = after(after(taken, c_.device.response_latency), {});
    return completion(response(answer, link_free), written);
  }

  /// When a write ends that arrives at `t`.
  Picoseconds write_end(Picoseconds t, bool encrypted) const {
    const Picoseconds arrived = command(t);
    const Picoseconds firmware = after(arrived, c_.device.command_occupancy + c_.device.write_occupancy +
                                                    c_.device.write_firmware_latency + c_.device.write_firmware_latency_per_block);
    const Cycles asked = link_.sample(after(firmware, {})) + symbols(wire(upiu_header_size));
    Train data = read_data(bus_.sample_edge(link_.edge(asked) + c_.link.phy_latency));
    crypt(data, encrypted);
    const Picoseconds taken = device_.sample_edge(data_out(data));
    const Picoseconds answer = after(after(taken, c_.device.response_latency), {});
    return completion(response(answer, asked), Cycles{});
  }

 private:
  static Hertz symbol_rate(const UniproLinkConfig& link) {
    const auto series = link.series == RateSeries::a ? unipro::Series::a : unipro::Series::b;
    return unipro::lane_bytes(link.gear, series);
  }
  /// First device edge at or after t + d, at least one cycle after t.
  Picoseconds after(Picoseconds t, Picoseconds d) const {
    return device_.edge(std::max(device_.next(t + d), device_.next(t) + Cycles{1}));
  }
  std::uint64_t wire(std::uint64_t content) const {
    const std::uint64_t payload = content + c_.link.header_bytes.n;
    return payload + payload % 2 + c_.link.overhead_bytes.n;
  }
  Cycles symbols(std::uint64_t wire_bytes) const { return Cycles{divide_up(wire_bytes, c_.link.lanes)}; }
  Cycles beats(std::uint64_t bytes) const { return Cycles{divide_up(bytes, c_.controller.dma.bytes_per_cycle.n)}; }

  /// Processor, doorbell, descriptors, COMMAND: until the device has sampled it.
  Picoseconds command(Picoseconds t) const {
    const HostCosts& host = c_.host.costs;
    const Cycles doorbell = bus_.sample(t + host.submit + host.dispatch + host.mmio_write);
    const Cycles latency = c_.controller.dma.read_latency;
    const Cycles decode = c_.controller.decode_cycles;
    const Cycles utrd = doorbell + latency + beats(32) + decode;
    const Cycles upiu = utrd + latency + beats(32);
    const Cycles prdt = std::max(utrd + Cycles{1} + latency, upiu) + beats(16);
    const Cycles left = link_.sample(bus_.edge(prdt + decode)) + symbols(wire(upiu_header_size));
    return device_.sample_edge(link_.edge(left) + c_.link.phy_latency);
  }

  /// A DATA IN that lies complete in the buffer, as its frames come out of the link; ends count data bytes.
  Train data_in(Cycles start, Cycles& end) const {
    Train train;
    std::uint64_t on_lanes = 0;
    const std::uint64_t size = upiu_header_size + logical_block.n;
    for (std::uint64_t sent = 0; sent < size;) {
      const std::uint64_t content = std::min(c_.link.t_mtu.n, size - sent);
      sent += content;
      on_lanes += wire(content);
      end = start + symbols(on_lanes);
      if (sent > upiu_header_size) train.push_back({sent - upiu_header_size, link_.edge(end) + c_.link.phy_latency});
    }
    return train;
  }

  /// A DATA OUT whose bytes become ready as `data` says: when its last frame is received.
  Picoseconds data_out(const Train& data) const {
    Cycles run{}, end{};
    std::uint64_t on_lanes = 0;
    const std::uint64_t size = upiu_header_size + logical_block.n;
    for (std::uint64_t sent = 0; sent < size;) {
      const std::uint64_t content = std::min(c_.link.t_mtu.n, size - sent);
      sent += content;
      const Cycles ready = link_.sample(chunk_with(data, sent - upiu_header_size));
      if (on_lanes == 0 || ready > end) {
        run = std::max(ready, end);
        on_lanes = 0;
      }
      on_lanes += wire(content);
      end = run + symbols(on_lanes);
    }
    return link_.edge(end) + c_.link.phy_latency;
  }

  /// When the byte before `end` is there.
  static Picoseconds chunk_with(const Train& data, std::uint64_t end) {
    for (const Chunk& chunk : data)
      if (chunk.end >= end) return chunk.at;
    return data.back().at;
  }

  /// One data unit through an idle engine, or past it.
  void crypt(Train& data, bool encrypted) const {
    if (!encrypted) {
      for (Chunk& chunk : data) chunk.at = ice_.edge(ice_.sample(chunk.at) + c_.ice.bypass_latency);
      return;
    }
    const Cycles tweak = ice_.sample(data.front().at) + c_.ice.tweak_latency;
    std::vector<Cycles> issue;
    for (std::uint64_t end = AesXts::block; end <= logical_block.n; end += AesXts::block) {
      const Cycles there = ice_.sample(chunk_with(data, end));
      issue.push_back(issue.empty() ? std::max(there, tweak) : std::max(there, issue.back() + c_.ice.cycles_per_block));
    }
    for (Chunk& chunk : data) chunk.at = ice_.edge(issue[divide_up(chunk.end, AesXts::block) - 1] + c_.ice.latency);
  }

  /// The read channel, from `at` on; no more bursts than may be outstanding.
  Train read_data(Picoseconds at) const {
    Train data;
    const std::uint64_t burst = c_.controller.dma.max_burst_bytes.n;
    Cycles address = bus_.next(at), end{};
    for (std::uint64_t done = 0; done < logical_block.n; address += Cycles{1}) {
      const std::uint64_t bytes = std::min(burst, logical_block.n - done);
      done += bytes;
      end = std::max(address + c_.controller.dma.read_latency, end) + beats(bytes);
      data.push_back({done, bus_.edge(end)});
    }
    return data;
  }

  /// The write channel: end of the last burst's last beat.
  Cycles write_data(const Train& data) const {
    const std::uint64_t burst = c_.controller.dma.max_burst_bytes.n;
    Cycles end{};
    for (std::uint64_t done = 0; done < logical_block.n;) {
      const std::uint64_t bytes = std::min(burst, logical_block.n - done);
      done += bytes;
      end = std::max(bus_.sample(chunk_with(data, done)), end) + beats(bytes);
    }
    return end;
  }

  /// RESPONSE on a link that is free from `link_free` on: when the controller sees it.
  Cycles response(Picoseconds ready, Cycles link_free) const {
    const Cycles left = std::max(link_.sample(ready), link_free) + symbols(wire(upiu_header_size));
    return bus_.sample(link_.edge(left) + c_.link.phy_latency);
  }

  /// Response and OCS behind the data in memory, interrupt, handler.
  Picoseconds completion(Cycles seen, Cycles written) const {
    const HostCosts& host = c_.host.costs;
    const Cycles latency = c_.controller.dma.write_latency;
    const Cycles upiu = std::max(seen, written) + beats(upiu_header_size) + latency;
    const Cycles ocs = upiu + beats(4) + latency;
    Picoseconds t = bus_.edge(ocs) + host.interrupt_entry;
    if (c_.block_layer.interrupt == InterruptHandling::threaded) t += host.thread_wake;
    t = register_read(t, t);                    // IS
    t = register_read(t, t);                    // IE
    t = register_read(t, t + host.mmio_write);  // doorbell, behind the write of IS
    if (c_.block_layer.completion == Completion::handler) return t + host.complete;
    t += host.in_handler();
    t = register_read(t, t);  // IS
    if (c_.block_layer.interrupt == InterruptHandling::threaded) t += host.thread_wake;  // ksoftirqd
    return t + host.in_softirq();
  }
  /// A register read issued at `t`, not before what was written has arrived at `written`.
  Picoseconds register_read(Picoseconds t, Picoseconds written) const {
    const Picoseconds there = c_.host.costs.mmio_read;
    const Picoseconds half{there.n / 2};
    return bus_.edge(bus_.sample(std::max(t + half, written)) + Cycles{1}) + (there - half);
  }

  SystemConfig c_;
  ClockDomain bus_, ice_, device_, nand_, link_;
};

}  // namespace icesim::theory
