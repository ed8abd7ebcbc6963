// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/base/seldom.hpp"
#include "icesim/spec/unipro.hpp"
#include "models/base/ports.hpp"
#include "models/base/tap.hpp"
#include "models/link/unipro_link_config.hpp"
#include "models/link/unipro_link_flow.hpp"
#include "models/link/unipro_link_frames.hpp"

#include <array>
#include <systemc>
#include <vector>

namespace icesim {

/// What one direction of the link carried.
struct LinkStatistics {
  std::uint64_t upius = 0;
  std::uint64_t frames = 0;
  Bytes wire_bytes{};
  Picoseconds busy{};
  std::uint64_t afc_frames = 0;
  Picoseconds stalled{};
  bool ends_bursts = false;   ///< there are bursts
  std::uint64_t bursts = 0;
  bool breaks_frames = false; ///< there are broken frames
  std::uint64_t nac_frames = 0;
  bool loses_frames = false;  ///< there are lost ones
  std::uint64_t replay_timeouts = 0;
  bool loses_afcs = false;    ///< there are lost AFCs
  std::uint64_t afc_requests = 0;

  void describe(Statistics& s) const {
    s("upius", upius, "UPIUs sent");
    s("frames", frames, "Data frames sent");
    s("wire_bytes", wire_bytes, "Bytes on the lanes: UPIUs, headers, frame overhead and padding");
    s("busy", busy, "Time during which frames were on the lanes");
    s("afc_frames", afc_frames, "Control frames that acknowledged them, on the lanes of the other direction");
    s("stalled", stalled, "Time during which a frame could have started but for window or credits");
    if (ends_bursts) s("bursts", bursts, "Bursts begun, those of replays too");
    if (breaks_frames)
      s("nac_frames", nac_frames, "Control frames that asked for a broken frame again, on the lanes of the other direction");
    if (loses_frames) s("replay_timeouts", replay_timeouts, "Times that the replay timer ended, since a frame and its NAC were lost");
    if (loses_afcs) s("afc_requests", afc_requests, "Times that an AFC was asked for, since one was lost and no other came");
  }
};

/// The UniPro link between host controller and device.
///
/// **Timing**, per direction, in cycles of one byte of a lane (10 line bits, 8 in HS-G6; `clock()`), each of which moves
/// `lanes` bytes. A UPIU of U = 32 + data bytes goes in n = ceil(U / t_mtu) frames of p_i <= t_mtu bytes, on the wire
/// w_i = p_i + header_bytes + overhead_bytes, plus 1 when p_i + header_bytes is odd. With
///
///     r_i = sample(time at which the frame's last byte is in the buffer)
///     b_0 = e of the UPIU before                     b_i = run + floor(bytes / lanes): behind the frame before
///     s_i = the first cycle not before r_i and b_i in which window and credits permit the frame
///     s_i = b_i, i > 0:  the run goes on:  bytes += w_i
///     otherwise:         a run begins:     run = s_i, bytes = w_i
///     e_i = run + ceil(bytes / lanes): the frame has left at edge(e_i)
///
/// `start` of UpiuSink::receive is s_0, `last` = edge(e_(n-1)) + W, W being phy_latency and, on several lanes, `skew_to_*`: the
/// receiver puts bytes together when the slowest lane has brought its own; in HS-G6 + fec_latency. What lies complete in the buffer and
/// meets neither limit is one run: e_i = start + ceil((w_0 + ... + w_i) / lanes). Receivers synchronise what arrives.
/// Directions are independent; UPIUs of a direction leave in the order of send.
///
/// The receiver acknowledges with an AFC the last frame of a UPIU and, in it, every a-th, with
/// a = min(afc_interval, window, floor(credits / c)), c = ceil((t_mtu + header_bytes) / 32), so that it never waits
/// for a frame that must wait for it. The transmitter knows in cycle e_i + K:
///
///     K = ceil(W / period) + ceil(W of the other direction / period) + 2 sync_stages + ack_latency + ceil(afc_bytes / lanes)
///
/// An AFC acknowledges all frames up to the one that caused it and returns their credits, ceil((p_i + header_bytes) /
/// 32) each. A frame may start when no more than window - 1 frames before it are unacknowledged and its credits are
/// left. A change of mode waits until, in both directions, everything has left and is known to be acknowledged. A reset
/// waits for nothing: the lanes are free, nothing is unacknowledged, and both ends drop what they have not received.
///
/// With burst_gap G > 0, a frame that could start in s_i >= e + G, e being the end of the frame before it or the begin of
/// the mode, starts a burst and is delayed to s_i + burst_start. With broken_frames_ppm, a frame that arrives broken (which
/// ones is a fixed sequence of each direction, breaks()) is answered by a NAC, which acknowledges the frames before it
/// and is known in e_i + K: what has been sent behind it is lost, the lanes are given up, and the frame goes again in
/// s_i = e_i + K, with G > 0 + burst_start. Then `start` is that of the frame that arrives. With lost_frames_ppm (of the same
/// sequence, behind those that break) there is no NAC: what is sent behind the frame is lost, and the replay timer ends
/// ceil(replay_timeout / period) cycles behind the end of the first frame that is not acknowledged, or the cycle in which the
/// last acknowledgement became known, when that is later. The lanes are given up, not before e_i, and all frames that are
/// not acknowledged go again, those before this one only to be dropped. With reports_errors the host's end tells of its NACs
/// when they are known (UECDL bit 0), and of its timer when it ends (bit 1).
/// With lost_afcs_ppm an AFC (which ones is another such sequence) does not come. The next one stands for it; or, when
/// ceil(afc_timeout / period) cycles have gone by since the replay timer began, and again each time that as many have, the
/// transmitter asks in the next cycle, and knows K later what the receiver's last AFC said; K is shorter.
/// HS-G6's forward error correction: of fec_data + fec_parity bytes of a lane fec_data count, spread evenly: the clock is slower.
/// **Spec**: [unipro-rates] [unipro-frames] [unipro-flow-control] [unipro-bursts], link mode after startup [linux-bring-up].
/// **Not modelled** yet: the lanes' time that AFCs and NACs take (they preempt data of the other direction; statistics
/// count them) and their bursts, the frames that ask for an AFC (in UECDL, too), a replay timer that ends though nothing is lost (acknowledgements
/// are faster), PA_INIT behind it, the timer that guards credits, NACs that the device gets, the bounds of code words, skip symbols, equalisation of HS-G6; in the link-up handshake only the rate. Frames of two UPIUs of one direction are never interleaved.
class UniproLink : public sc_core::sc_module, public LinkManagement {
 public:
  UniproLink(const sc_core::sc_module_name& name, const UniproLinkConfig& config);

  /// Who watches the acknowledgements; nobody unless connected before anything is sent. Then every UPIU is worked out
  /// frame by frame, with the same times.
  void connect(LinkTap& tap) {
    tap_ = &tap;
    by_frame_ = true;
  }

  /// Who is told what the host's end finds, with reports_errors.
  void connect(LinkEvents& events) { events_ = &events; }

  sc_core::sc_export<UpiuTransmitter> from_host{"from_host"};
  sc_core::sc_port<UpiuSink> at_device{"at_device"};
  sc_core::sc_export<UpiuTransmitter> from_device{"from_device"};
  sc_core::sc_port<UpiuSink> at_host{"at_host"};
  sc_core::sc_export<LinkManagement> management{"management"};

  void set_gear(std::uint64_t gear) override;
  void reset() override;
  Picoseconds hibernation_time(bool enters) const override { return enters ? config_.hibern8_enter : config_.hibern8_exit; }
  Picoseconds gear_change_time() const override { return config_.gear_change; }
  std::uint64_t connected_lanes() const override { return config_.lanes; }
  std::uint64_t max_gear() const override { return config_.gear; }

  enum class Mode : std::uint8_t { pwm, hs };
  /// Changes rate and lanes, after what was queued has left: PWM-G1 on one lane (as after link startup), or the gear that was
  /// set last. The link is built in mode hs, in the configured gear.
  void set_mode(Mode mode) { set_mode(mode, quiet()); }
  Mode mode() const { return mode_; }
  /// Symbol clock of the present mode.
  const ClockDomain& clock() const { return clock_; }
  std::uint64_t lanes() const { return lanes_.count().n(); }
  /// From a lane's end to the receiver, in the present mode.
  Picoseconds way(Direction direction) const { return ways_[static_cast<std::size_t>(direction)]; }

  LinkStatistics statistics(Direction direction) const;
  /// Statistics group `link`.
  void describe(Statistics& s) const;

 private:
  /// When nothing is on the lanes or unacknowledged any more.
  Picoseconds quiet() const;
  void set_mode(Mode mode, Picoseconds from);
  class Sender : public UpiuTransmitter {
   public:
    Sender(UniproLink& link, sc_core::sc_port<UpiuSink>& sink);
    void send(const Upiu& upiu, const Train& ready) override;
    void send(const Upiu& upiu, Picoseconds ready) override;
    void data_arrivals(const Upiu& upiu, Cycles start, Train& train) const override;

    /// When all that was queued has left and its acknowledgement is known.
    std::uint64_t quiet() const { return unacknowledged_.empty() ? end_ : unacknowledged_.last_known(); }
    /// Goes over to a clock in which nothing starts before cycle `start`; the present one was `clock`.
    void change_clock(const ClockDomain& clock, std::uint64_t start);
    /// The present mode runs with `clock`.
    LinkStatistics statistics(const ClockDomain& clock) const;

   private:
    static constexpr std::uint32_t shortest_run = 6;  ///< frames that are worth a ChunkRun

    const UniproFrames& frames_of(const Upiu& upiu) const {
      const std::uint32_t size = static_cast<std::uint32_t>(upiu_header_size) + upiu.data_length;
      UniproFrames& frames = recent_[size > link_.mtu_];
      if (frames.size != size) frames = link_.divide(size);
      return frames;
    }
    /// True when neither window nor credits can delay a UPIU that may start at `start`.
    bool passes(std::uint64_t start, const UniproFrames& frames);
    template <class Filled>
    void send_hindered(const Upiu& upiu, const UniproFrames& frames, const Filled& filled);
    // long UPIUs in runs (unipro_link_run.cpp)
    class RunReader;
    bool send_run(const Upiu& upiu, const UniproFrames& frames, const Train& ready);
    void arrive_in_run(const Upiu& upiu, Cycles start, const UniproFrames& frames, Train& train) const;
    void count(const UniproFrames& frames, std::uint32_t groups, std::uint64_t cycles);
    FrameFate fate() { return fate_of(frames_that_came_++); }
    FrameFate fate_of(std::uint64_t number) const {
      return link_fate_of_frame(direction(), number, link_.config_.broken_frames_ppm, link_.config_.lost_frames_ppm);
    }
    /// All frames of the next UPIU do.
    bool arrive(const UniproFrames& frames);
    /// A UPIU that went in runs, all of whose frames arrived.
    void count_run(const UniproFrames& frames, std::uint64_t cycles, bool burst) {
      if (seldom(link_.fails_)) frames_that_came_ += frames.full + 1;
      total_.bursts += burst ? 1 : 0;
      count(frames, frames.groups, cycles);
    }
    /// A frame that could start in `start` begins a burst.
    bool begins_burst(std::uint64_t start) const { return start >= end_ + link_.burst_gap_; }
    Picoseconds way() const { return link_.way(direction()); }
    void tell(std::uint32_t code, std::uint64_t cycle);
    Direction direction() const { return this == &link_.to_device_ ? Direction::to_device : Direction::to_host; }
    void announce(const Upiu& upiu, std::uint64_t start);
    void acknowledge(UniproUnacknowledged::Group& group, std::uint64_t known);
    void acknowledge_or_ask(UniproUnacknowledged::Group& group, std::uint64_t first_left);
    void show(const UniproUnacknowledged::Group& group) const;

    UniproLink& link_;
    sc_core::sc_port<UpiuSink>& sink_;
    UniproUnacknowledged unacknowledged_;
    LinkStatistics total_{};     ///< times: of modes before the present one
    std::uint64_t busy_ = 0;     ///< cycles, in the present mode
    std::uint64_t stalled_ = 0;  ///< cycles, in the present mode
    std::uint64_t end_ = 0;      ///< cycle in which all that was queued has left
    std::uint64_t frames_that_came_ = 0;  ///< whole or broken, where frames break
    std::uint64_t next_failing_ = 0;      ///< of the frames from there on; those before it arrive
    std::uint64_t afcs_ = 0;              ///< that came back or were lost, where some are
    /// Of the last UPIU that fits into a frame, and the last that does not.
    mutable std::array<UniproFrames, 2> recent_;
    bool one_run_ = true;              ///< the last UPIU sent was
    std::vector<std::uint64_t> left_;  ///< otherwise: in which cycles its frames have left
  };

  std::uint32_t wire_bytes(std::uint32_t content) const;
  UniproFrames divide(std::uint32_t size) const;
  void set_flow();

  UniproLinkConfig config_;
  std::uint32_t mtu_;
  std::uint32_t full_frame_;   ///< wire bytes of a frame of `t_mtu`
  std::uint32_t header_only_;  ///< frames that a UPIU's header fills
  Mode mode_ = Mode::hs;
  std::uint64_t gear_;  ///< in mode hs
  ClockDomain clock_;
  UniproLanes lanes_;
  UniproFlow flow_;
  LinkTap* tap_ = nullptr;
  LinkEvents* events_ = nullptr;
  std::array<Picoseconds, 2> ways_{};  ///< by direction
  bool fails_;                         ///< frames may not arrive
  bool by_frame_;  ///< somebody watches, or timers may run: every UPIU is worked out frame by frame
  std::uint64_t burst_gap_;  ///< cycles; where bursts do not end, more than there are
  Sender to_device_;
  Sender to_host_;
};

}  // namespace icesim
