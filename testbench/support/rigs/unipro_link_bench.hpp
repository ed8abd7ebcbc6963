// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/link/unipro_link.hpp"
#include "models/system/forget_simulation.hpp"

#include <memory>
#include <vector>

namespace icesim::test {

struct Arrival {
  Upiu upiu;
  Cycles start;
  Picoseconds last;
};

struct ArrivalSink : UpiuSink {
  std::vector<Arrival> arrivals;
  std::size_t resets = 0;
  void receive(const Upiu& upiu, Cycles start, Picoseconds last) override { arrivals.push_back({upiu, start, last}); }
  void link_reset() override { ++resets; }
};

inline Upiu upiu_of(std::uint32_t data) {
  Upiu upiu;
  upiu.data_length = data;
  return upiu;
}

/// A link with sinks at both ends, elaborated.
struct UniproLinkBench {
  explicit UniproLinkBench(const UniproLinkConfig& c)
      : config(c), link_(std::make_unique<UniproLink>("link", c)), link(*link_) {
    link.at_device(device);
    link.at_host(host);
    sc_core::sc_start(sc_core::sc_time::from_value(1));
  }
  ~UniproLinkBench() {
    link_.reset();
    forget_simulation();
  }

  Picoseconds edge(std::uint64_t n) const { return link.clock().edge(Cycles{n}); }
  /// Ready so that it is sampled at cycle `n`.
  Picoseconds sampled_at(std::uint64_t n) const { return edge(n - config.sync_stages.n); }
  std::uint64_t cycles_of(std::uint64_t wire) const { return divide_up(wire, link.lanes()); }
  std::uint64_t wire_of(std::uint64_t bytes) const {
    return unipro::wire_bytes(Bytes{bytes}, config.t_mtu, config.header_bytes, config.overhead_bytes).n;
  }
  /// K of the contract: cycles from a frame's end until its acknowledgement is known.
  std::uint64_t round() const {
    const auto way = [this](Direction direction) { return (link.clock().next(link.way(direction)) + config.sync_stages).n; };
    return way(Direction::to_device) + way(Direction::to_host) + config.ack_latency.n + cycles_of(config.afc_bytes.n);
  }
  /// Link cycle in which the last arrival at the device had left its transmitter.
  std::uint64_t left() const { return link.clock().next(device.arrivals.back().last - link.way(Direction::to_device)).n; }

  UniproLinkConfig config;
  ArrivalSink device, host;

 private:
  std::unique_ptr<UniproLink> link_;

 public:
  UniproLink& link;
};

}  // namespace icesim::test
