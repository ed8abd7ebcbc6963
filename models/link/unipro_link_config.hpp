// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/base/describe.hpp"
#include "icesim/spec/unipro.hpp"
#include "models/base/ports.hpp"

#include <array>
#include <string_view>

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
  Bytes afc_bytes = unipro::afc_frame;
  std::uint64_t afc_interval = 4;
  Cycles ack_latency{32};
  std::uint64_t window = unipro::max_window;
  std::uint64_t credits = 0;
  Cycles burst_gap{0};
  Cycles burst_start{30};
  std::uint64_t broken_frames_ppm = 0;
  std::uint64_t lost_frames_ppm = 0;
  Picoseconds replay_timeout{65'535'000'000};
  std::uint64_t lost_afcs_ppm = 0;
  Picoseconds afc_timeout{32'767'000'000};
  bool reports_errors = false;
  Picoseconds skew_to_device{};
  Picoseconds skew_to_host{};
  Bytes fec_data{240};
  Bytes fec_parity{0};
  Picoseconds fec_latency{};
  Picoseconds gear_change{};
  Picoseconds hibern8_enter{};
  Picoseconds hibern8_exit{};

  static constexpr std::array<Choice, 2> series_choices{
      {{"A", "1248 Mb/s x 2^(gear - 1) per lane"}, {"B", "1457.6 Mb/s x 2^(gear - 1) per lane"}}};

  void describe(Fields& f) {
    f("gear", gear, {1, unipro::max_gear}, fact("High-speed gear HS-G1 to HS-G6 after the power mode change", "[unipro-rates]"));
    f("series", series, series_choices, fact("Rate series", "Linux takes series B [unipro-rates]"));
    f("lanes", lanes, {1, 4}, fact("Lanes per direction", "Linux takes 2 lanes [unipro-rates]"));
    f("t_mtu", t_mtu, {Bytes{16}, Bytes{288}},
      assumption("Bytes of a UPIU in one frame", "288 was chosen so that 256 fit [unipro-frames]", "transfer"));
    f("header_bytes", header_bytes, {Bytes{0}, Bytes{16}},
      fact("Headers inside the frame's payload", "[unipro-frames]"));
    f("overhead_bytes", overhead_bytes, {Bytes{0}, Bytes{16}},
      fact("Start, end and checksum symbols of a frame", "[unipro-frames]"));
    f("phy_latency", phy_latency, {Picoseconds{0}, Picoseconds{100'000'000}},
      assumption("Time through both physical layers and the wire", "[no-figure]", "transfer"));
    f("pwm_rate", pwm_rate, {Hertz{3'000'000}, Hertz{9'000'000}},
      assumption("Line bits per second of PWM-G1, the mode after link startup", "upper end of the gear [no-figure]",
                 "transfer"));
    f("sync_stages", sync_stages, {Cycles{1}, Cycles{4}},
      assumption("Link cycles that synchronise a transmit buffer's fill level, and a receiver with its transmitter",
                 "two flip-flops [our-choice]", "transfer"));
    f("afc_bytes", afc_bytes, {Bytes{1}, Bytes{32}},
      assumption("Bytes of the control frame that acknowledges and returns credits", "3 symbols [unipro-flow-control]",
                 "transfer"));
    f("afc_interval", afc_interval, {1, unipro::max_window},
      assumption("Data frames of a UPIU after which the receiver acknowledges, as it does at the UPIU's end",
                 "at most 16 [unipro-flow-control]", "transfer"));
    f("ack_latency", ack_latency, {Cycles{0}, Cycles{1024}},
      assumption("Link cycles in which a receiver checks a frame, hands it on and prepares its acknowledgement",
                 "[no-figure]", "transfer"));
    f("window", window, {1, unipro::max_window},
      assumption("Data frames that may be unacknowledged", "up to 16 [unipro-flow-control]", "transfer"));
    f("credits", credits, {0, 4096},
      assumption("Receive buffer of each end in units of 32 bytes, at least a whole frame; 0: larger than the window",
                 "unlimited [unipro-flow-control]", "transfer"));
    f("burst_gap", burst_gap, {Cycles{0}, Cycles{1'000'000}},
      choice("Cycles of empty lanes after which a transmitter ends its burst; 0: never. Devices' own [unipro-bursts]"));
    f("burst_start", burst_start, {Cycles{0}, Cycles{100'000}},
      assumption("Cycles in which a burst starts before its first frame, where bursts end",
                 "15 symbols each of PREPARE and SYNC [unipro-bursts]", "transfer")
        .only_if(burst_gap.n > 0, "with link.burst_gap=0 bursts do not end"));
    f("broken_frames_ppm", broken_frames_ppm, {0, 500'000},
      choice("Frames of a million that arrive broken and are sent again"));
    f("lost_frames_ppm", lost_frames_ppm, {0, 1000},
      choice("Frames of a million that arrive broken and whose NAC is lost, too: the replay timer sends them again"));
    f("replay_timeout", replay_timeout, {Picoseconds{1'000'000'000}, Picoseconds{65'535'000'000}},
      fact("Time without an acknowledgement after which a transmitter sends again: DL_TC0ReplayTimeOutVal", "Linux's default [unipro-timers]")
        .only_if(lost_frames_ppm + lost_afcs_ppm > 0, "link.lost_frames_ppm and link.lost_afcs_ppm are 0"));
    f("lost_afcs_ppm", lost_afcs_ppm, {0, 1000}, choice("AFCs of a million that are lost: a later one stands for them, or one that is asked for"));
    f("afc_timeout", afc_timeout, {Picoseconds{1'000'000'000}, Picoseconds{32'767'000'000}},
      fact("Time without an acknowledgement after which a transmitter asks for an AFC, less than `replay_timeout`: DL_AFC0ReqTimeOutVal",
           "Linux's default [unipro-timers]")
        .only_if(lost_afcs_ppm > 0, "with link.lost_afcs_ppm=0 no AFC is lost"));
    f("reports_errors", reports_errors,
      choice("Whether the host's end sets UECDL and IS.UE for each NAC that it gets and each end of its replay timer")
        .only_if(broken_frames_ppm + lost_frames_ppm > 0, "link.broken_frames_ppm and link.lost_frames_ppm are 0"));
    constexpr std::string_view one_lane = "there is one lane, link.lanes=1";
    f("skew_to_device", skew_to_device, {Picoseconds{0}, Picoseconds{1'000'000}},
      assumption("Time by which the slowest lane to the device is behind phy_latency, where there are several", "none [no-figure]", moves(skew_to_device)).only_if(lanes > 1, one_lane));
    f("skew_to_host", skew_to_host, {Picoseconds{0}, Picoseconds{1'000'000}},
      assumption("The same of the lanes to the host", "none [no-figure]", moves(skew_to_host)).only_if(lanes > 1, one_lane));
    {
      const Fields::Only only(f, gear == 6, "only link.gear=6 has forward error correction");
      f("fec_data", fec_data, {Bytes{16}, Bytes{4096}},
        assumption("Bytes of a code word of HS-G6's forward error correction that are data", "[no-figure]", "transfer")
          .only_if(fec_parity.n > 0, "with link.fec_parity=0 code words have no other bytes"));
      f("fec_parity", fec_parity, {Bytes{0}, Bytes{256}},
        assumption("Its other bytes; 0: none, the rate is that of the lanes", "[no-figure]", moves(fec_parity)));
      f("fec_latency", fec_latency, {Picoseconds{0}, Picoseconds{10'000'000}},
        assumption("Time in which a receiver in HS-G6 has and corrects a code word", "[no-figure]", moves(fec_latency)));
    }
    f("gear_change", gear_change, {Picoseconds{0}, Picoseconds{100'000'000'000}},
      assumption("What a change of the power mode takes beyond its UIC command, with the lanes' adaptation from HS-G4 on", "[no-figure]"));
    f("hibern8_enter", hibern8_enter, {Picoseconds{0}, Picoseconds{100'000'000'000}},
      assumption("Time in which both ends enter hibern8, beyond controller.uic_time", "[no-figure]"));
    f("hibern8_exit", hibern8_exit, {Picoseconds{0}, Picoseconds{100'000'000'000}},
      assumption("Time in which both ends leave hibern8, beyond controller.uic_time",
                 "UniPro counts it in units of 10 and 100 us [link-hibern8]", "power"));
  }

  /// Bytes of a lane in a second, in HS gear `gear`: those of code words that are data.
  Hertz lane_rate(std::uint64_t gear) const {
    const Hertz rate = unipro::lane_bytes(gear, series == RateSeries::a ? unipro::Series::a : unipro::Series::b);
    return gear == 6 ? Hertz{rate.n * fec_data.n / (fec_data + fec_parity).n} : rate;
  }
  /// Time from a lane's end to the receiver, in HS gear `gear` with all lanes, or in PWM-G1, which is 0.
  Picoseconds way(Direction direction, std::uint64_t gear) const {
    Picoseconds time = phy_latency;
    if (gear > 0 && lanes > 1) time += direction == Direction::to_device ? skew_to_device : skew_to_host;
    return gear == 6 ? time + fec_latency : time;
  }

 private:
  /// Of what is none at 0.
  template <class T> static std::string_view moves(Quantity<T> value) { return value.n > 0 ? "transfer" : ""; }
};

}  // namespace icesim
