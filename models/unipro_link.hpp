// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/spec/unipro.hpp"
#include "models/ports.hpp"

#include <array>
#include <systemc>

namespace icesim {

enum class RateSeries : std::uint8_t { a, b };

struct UniproLinkConfig {
  std::uint64_t gear = 4;
  RateSeries series = RateSeries::b;
  std::uint64_t lanes = 2;
  Bytes t_mtu{272};
  Bytes header_bytes{2};
  Bytes overhead_bytes{6};
  Picoseconds phy_latency{100'000};
  Hertz pwm_rate{9'000'000};
  Cycles sync_stages{2};

  static constexpr std::array<Choice, 2> series_choices{
      {{"A", "1248 Mb/s x 2^(gear - 1) per lane"}, {"B", "1457.6 Mb/s x 2^(gear - 1) per lane"}}};

  void describe(Fields& f) {
    f("gear", gear, {1, 5}, fact("High-speed gear HS-G1 to HS-G5 after the power mode change", "spec 2.3"));
    f("series", series, series_choices, fact("Rate series", "spec 2.3: Linux takes series B"));
    f("lanes", lanes, {1, 4}, fact("Lanes per direction", "spec 2.3: Linux takes 2 lanes"));
    f("t_mtu", t_mtu, {Bytes{16}, Bytes{288}},
      assumption("Bytes of a UPIU in one frame", "spec 2.3: 288 was chosen so that 256 fit", "transfer"));
    f("header_bytes", header_bytes, {Bytes{0}, Bytes{16}}, fact("Headers inside the frame's payload", "spec 2.3"));
    f("overhead_bytes", overhead_bytes, {Bytes{0}, Bytes{16}},
      fact("Start, end and checksum symbols of a frame", "spec 2.3"));
    f("phy_latency", phy_latency, {Picoseconds{0}, Picoseconds{100'000'000}},
      assumption("Time through both physical layers and the wire", "no source", "transfer"));
    f("pwm_rate", pwm_rate, {Hertz{3'000'000}, Hertz{9'000'000}},
      assumption("Line bits per second of PWM-G1, the mode after link startup", "upper end of the gear", "transfer"));
    f("sync_stages", sync_stages, {Cycles{1}, Cycles{4}},
      assumption("Link cycles that synchronise a transmit buffer's fill level", "two flip-flops", "transfer"));
  }
};

/// What one direction of the link carried.
struct LinkStatistics {
  std::uint64_t upius = 0;
  std::uint64_t frames = 0;
  Bytes wire_bytes{};
  Picoseconds busy{};

  void describe(Statistics& s) const {
    s("upius", upius, "UPIUs sent");
    s("frames", frames, "Data frames sent");
    s("wire_bytes", wire_bytes, "Bytes on the lanes: UPIUs, headers, frame overhead and padding");
    s("busy", busy, "Time during which frames were on the lanes");
  }
};

/// The UniPro link between host controller and device.
///
/// **Timing**, per direction, in cycles of one symbol of a lane (10 line bits; `clock()`), each of which moves `lanes`
/// bytes. A UPIU of U = 32 + data bytes goes in n = ceil(U / t_mtu) frames of p_i <= t_mtu bytes, on the wire
/// w_i = p_i + header_bytes + overhead_bytes, plus 1 when p_i + header_bytes is odd. With r_i = sample(time at which
/// the frame's last byte is in the buffer) and e the end of the frame before (of the UPIU before, for the first):
///
///     r_i <= e, i > 0:  the run goes on:    bytes += w_i
///     otherwise:        a run begins:       run = max(r_i, e); bytes = w_i
///     e' = run + ceil(bytes / lanes)        the frame has left at edge(e')
///
/// `start` of UpiuSink::receive is the first run's, `last` = edge(e of the last frame) + phy_latency. A UPIU that lies
/// complete in the buffer is one run: e_i = start + ceil((w_0 + ... + w_i) / lanes). Receivers synchronise what
/// arrives. Directions are independent; UPIUs of a direction leave in the order of send.
/// **Spec**: spec 2.3 (rates, 8b10b, framing), link mode after startup spec 1.9.
/// **Not modelled** yet: acknowledgement and flow control frames, credits, replay, burst start and skip symbols; in the
/// link-up handshake only the rate. Frames of two UPIUs of one direction are never interleaved.
class UniproLink : public sc_core::sc_module, public LinkManagement {
 public:
  UniproLink(const sc_core::sc_module_name& name, const UniproLinkConfig& config);

  sc_core::sc_export<UpiuTransmitter> from_host{"from_host"};
  sc_core::sc_port<UpiuSink> at_device{"at_device"};
  sc_core::sc_export<UpiuTransmitter> from_device{"from_device"};
  sc_core::sc_port<UpiuSink> at_host{"at_host"};
  sc_core::sc_export<LinkManagement> management{"management"};

  void set_high_speed(bool high_speed) override { set_mode(high_speed ? Mode::hs : Mode::pwm); }
  std::uint64_t connected_lanes() const override { return config_.lanes; }
  std::uint64_t max_gear() const override { return config_.gear; }

  enum class Mode : std::uint8_t { pwm, hs };
  /// Changes rate and lanes, after what was queued has left: PWM-G1 on one lane (as after link startup), or the
  /// configured gear. The link is built in mode hs.
  void set_mode(Mode mode);
  Mode mode() const { return mode_; }
  /// Symbol clock of the present mode.
  const ClockDomain& clock() const { return clock_; }
  std::uint64_t lanes() const { return lanes_.count(); }

  LinkStatistics statistics(Direction direction) const;
  /// Statistics group `link`.
  void describe(Statistics& s) const;

 private:
  class Sender : public UpiuTransmitter {
   public:
    Sender(UniproLink& link, sc_core::sc_port<UpiuSink>& sink) : link_(link), sink_(sink) {}
    void send(const Upiu& upiu, const Train& ready) override;
    void send(const Upiu& upiu, Picoseconds ready) override;
    void data_arrivals(const Upiu& upiu, Cycles start, Train& train) const override;

    LinkStatistics total{};  ///< busy: of modes before the present one
    std::uint64_t busy = 0;  ///< cycles, in the present mode
    std::uint64_t end = 0;   ///< cycle in which all that was queued has left

   private:
    UniproLink& link_;
    sc_core::sc_port<UpiuSink>& sink_;
  };

  std::uint32_t wire_bytes(std::uint32_t content) const;
  /// Symbols in which `wire` bytes go over so many lanes.
  class Lanes {
   public:
    explicit Lanes(std::uint32_t count) : count_(count), inverse_(((std::uint64_t{1} << 32) + count - 1) / count) {}
    std::uint32_t count() const { return count_; }
    /// ceil(wire / count) without a division: the inverse is too large by less than 1, the quotient by less than
    /// (wire + 3) / 2^32 < 1/4, which no quotient by 1 to 4 notices.
    std::uint64_t cycles(std::uint32_t wire) const { return ((wire + std::uint64_t{count_ - 1}) * inverse_) >> 32; }

   private:
    std::uint32_t count_;
    std::uint64_t inverse_;
  };

  UniproLinkConfig config_;
  std::uint32_t mtu_;
  std::uint32_t full_frame_;  ///< wire bytes of a frame of `t_mtu`
  Mode mode_ = Mode::hs;
  ClockDomain clock_;
  Lanes lanes_;
  Sender to_device_;
  Sender to_host_;
};

}  // namespace icesim
