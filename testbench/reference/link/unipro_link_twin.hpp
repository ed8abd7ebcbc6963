// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/link/unipro_link.hpp"
#include "testbench/reference/base/crossing_twin.hpp"
#include "testbench/reference/link/unipro_link_wires.hpp"

#include <deque>
#include <functional>
#include <systemc>
#include <vector>

namespace icesim::twin {

/// The lanes, the clock and the numbers of one mode of the link.
struct UniproTwinConfig {
  UniproTwinConfig(const UniproLinkConfig& link, UniproLink::Mode mode);

  UniproLinkConfig link;
  ClockDomain domain;
  std::uint64_t lanes;
  std::array<Picoseconds, 2> ways;  ///< of each direction, from a lane's end to the receiver
  std::uint64_t first_cycle = 0;  ///< nothing starts before it: the link has another mode until then
  std::array<std::uint64_t, 2> came_before{};  ///< frames of each direction that came in other modes, where some break

  std::uint64_t full_frame_credits() const { return unipro::frame_credits(link.t_mtu, link.header_bytes); }
  /// Cycles of the wire, and of the flip-flops behind it.
  std::uint64_t way(Direction direction) const { return (domain.next(ways[static_cast<std::size_t>(direction)]) + link.sync_stages).n; }
};

/// Divides what is in the buffer into frames and puts their symbols on the lanes.
///
/// A frame needs its bytes in the buffer, a place in the window of unacknowledged frames and its credits. The first
/// frame of a UPIU begins on the first lane, the others on the lane behind the frame before when they can, else on the
/// first. Lanes that were empty for so long end a burst, and the next one has to start. A NAC, and the end of the replay timer,
/// takes everything back to the first frame that is not acknowledged. The wire, whose end is here, breaks frames.
class UniproTransmitterTwin : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(UniproTransmitterTwin);
  UniproTransmitterTwin(const sc_core::sc_module_name& name, const TwinClock& clock, const UniproTwinConfig& config,
                        const std::vector<std::uint64_t>& sizes, Direction direction);

  sc_core::sc_in<std::uint64_t> fill{"fill"};
  sc_core::sc_in<Acknowledged> acknowledged{"acknowledged"};
  sc_core::sc_signal<LaneWord> lanes{"lanes"};
  sc_core::sc_signal<std::uint64_t> requests{"requests"};  ///< for an AFC
  sc_core::sc_signal<bool> quiet{"quiet"};  ///< everything is sent and acknowledged

  std::vector<std::uint64_t> starts;  ///< cycle of each UPIU's first symbol
  std::uint64_t quiet_cycle = 0;      ///< in which `quiet` rose last
  std::uint64_t came;                 ///< frames that have arrived in their turn, whole, broken or not at all
  std::uint64_t replay_timeouts = 0;

 private:
  /// What a NAC takes it back to.
  struct Place {
    std::size_t upiu = 0;
    std::uint64_t sent_of_upiu = 0;
    std::uint64_t sent = 0;
    std::uint64_t credits = 0;
    std::size_t starts = 0;
    std::uint64_t left = ~std::uint64_t{0};  ///< cycle in which it has left
  };

  void step();
  void go_back(std::uint64_t frame);
  bool timer_ends(const Acknowledged& back, std::uint64_t since, Picoseconds timeout) const;
  void ask_for_afc(const Acknowledged& back);
  bool burst_runs(bool frame_waits);
  bool frame_may_begin(std::uint64_t lane) const;
  void begin_frame();
  LinkSymbol::State state_of_frame();
  std::uint64_t next_content() const;

  const TwinClock& clock_;
  UniproTwinConfig config_;
  const std::vector<std::uint64_t>& sizes_;
  std::deque<LinkSymbol> frame_;    ///< what is left of the present one
  std::size_t upiu_ = 0;            ///< the present one
  std::uint64_t sent_of_upiu_ = 0;  ///< bytes in frames
  std::uint64_t sent_ = 0;          ///< bytes of all UPIUs
  std::uint64_t frames_ = 0;
  std::uint64_t credits_ = 0;
  std::vector<Place> places_;  ///< before each frame
  std::uint64_t nacs_ = 0;     ///< seen
  Acknowledged known_{};
  std::uint64_t asked_ = 0;  ///< cycle in which it asked last
  std::uint64_t timer_since_ = 0;  ///< the replay timer runs from this cycle on at the earliest
  std::uint64_t empty_ = 0;    ///< cycles without a symbol
  std::uint64_t starting_ = 0; ///< cycles that are left of a burst's start
  bool bursting_ = true;
  Direction direction_;
  std::uint64_t in_turn_ = 0;  ///< frames that have arrived whole
};

/// Counts what arrives and acknowledges it: after `afc_interval` frames, when a UPIU ends, and before the transmitter
/// runs out of window or credits.
class UniproReceiverTwin : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(UniproReceiverTwin);
  UniproReceiverTwin(const sc_core::sc_module_name& name, const TwinClock& clock, const UniproTwinConfig& config, Direction direction);

  sc_core::sc_in<LaneWord> lanes{"lanes"};
  sc_core::sc_in<std::uint64_t> requests{"requests"};
  sc_core::sc_signal<Acknowledged> acknowledged{"acknowledged"};

  std::uint64_t afc_frames = 0;
  std::uint64_t nac_frames = 0;
  std::uint64_t answers = 0;  ///< to requests, that tell something new

 private:
  void step();
  void end_frame(const LinkSymbol& last);
  void tell();

  UniproTwinConfig config_;
  std::uint64_t payload_ = 0;      ///< bytes of the present frame
  std::uint64_t frames_held_ = 0;  ///< received, not acknowledged
  std::uint64_t credits_held_ = 0;
  Acknowledged total_;
  Acknowledged told_;
  Direction direction_;
  std::uint64_t answered_ = 0;
};

/// Hands the frames on at the far end, in its own time: phy_latency after they have left the lanes.
class UniproArrivalTwin : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(UniproArrivalTwin);
  UniproArrivalTwin(const sc_core::sc_module_name& name, const TwinClock& clock, Picoseconds phy_latency);

  sc_core::sc_in<LaneWord> lanes{"lanes"};
  sc_core::sc_signal<std::uint64_t> frames{"frames"};  ///< that have arrived
  sc_core::sc_signal<std::uint64_t> upius{"upius"};    ///< whose last frame has

  std::vector<Picoseconds> arrivals;  ///< of frames, in order
  std::vector<Picoseconds> lasts;     ///< of UPIUs: arrival of the last frame
  std::function<void()> on_frame;     ///< called when a frame has arrived

 private:
  void leave();
  void arrive();

  sc_core::sc_time phy_latency_;
  sc_core::sc_event_queue on_the_wire_{"on_the_wire"};
  std::deque<bool> ends_upiu_;  ///< of the frames on the wire
  std::uint64_t upius_ = 0;
};

/// One direction of the UniPro link with the way back of its acknowledgements, clocked.
///
/// `fill` counts the bytes that the writer has put into the transmit buffer, in the order of the UPIUs and in a clock
/// of its own; `sizes` are those of the UPIUs, known when their first bytes are there.
class UniproLinkTwin : public sc_core::sc_module {
 public:
  UniproLinkTwin(const sc_core::sc_module_name& name, const TwinClock& clock, const UniproTwinConfig& config,
                 const std::vector<std::uint64_t>& sizes, Direction direction);

  sc_core::sc_in<std::uint64_t> fill{"fill"};

  void trace(sc_core::sc_trace_file* file) const override;

  SynchroniserTwin synchroniser;
  UniproTransmitterTwin transmitter;
  DelayLine<LaneWord> wire;
  DelayLine<std::uint64_t> request_wire;
  UniproReceiverTwin receiver;
  DelayLine<Acknowledged> way_back;
  UniproArrivalTwin arrival;
};

}  // namespace icesim::twin
