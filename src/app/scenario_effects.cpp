// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "scenario.hpp"

/// Settings of parts that are off, or that nothing asks for.
namespace icesim::app {

void Scenario::check_effect(const PowerConfig& power) const {
  const auto refuse = [](const std::string& setter, const std::string& why) {
    if (!setter.empty()) throw UserError(setter + " has no effect: " + why);
  };
  const auto refuse_spread = [&](const SpreadTime& t, const std::string& group) {
    if (t.spread == Spread::fixed) refuse(setter_of(group + ".longest"), group + ".spread is fixed");
    if (t.spread != Spread::two_point) refuse(setter_of(group + ".tail_ppm"), "only " + group + ".spread=two-point has a tail of its own");
  };
  for (const std::string& setting : settings_) {
    const std::string path = setting.substr(0, setting.find('='));
    struct Part { std::string group; const char* first; bool on; const char* why; };
    for (const Part& each : {Part{"power.suspend.", "after", power.suspend.on(), "power.suspend.after is 0"},
                             Part{"power.gating.", "delay", power.on(), "power.gating.delay and power.suspend.after are 0"},
                             Part{"power.scaling.", "polling_ms", power.scaling.on(), "power.scaling.polling_ms is 0"}})
      if (!each.on && path.rfind(each.group, 0) == 0 && path != each.group + each.first) refuse("--set " + path, each.why);
  }
  if (!power.scaling.engine) refuse(setter_of("power.scaling.clock_change"), "power.scaling.engine is false");
  refuse_spread(power.gating.worker, "power.gating.worker");
  refuse_spread(power.gating.clocks, "power.gating.clocks");
}

void Scenario::check_effect(const UniproLinkConfig& link) const {
  const auto refuse = [](const std::string& setter, const std::string& why) {
    if (!setter.empty()) throw UserError(setter + " has no effect: " + why);
  };
  if (link.burst_gap.n == 0) refuse(setter_of("link.burst_start"), "with link.burst_gap=0 bursts do not end");
  if (link.lost_frames_ppm + link.lost_afcs_ppm == 0) refuse(setter_of("link.replay_timeout"), "link.lost_frames_ppm and link.lost_afcs_ppm are 0");
  if (link.lost_afcs_ppm == 0) refuse(setter_of("link.afc_timeout"), "with link.lost_afcs_ppm=0 no AFC is lost");
  if (link.lost_frames_ppm + link.broken_frames_ppm == 0)
    refuse(setter_of("link.reports_errors"), "link.broken_frames_ppm and link.lost_frames_ppm are 0");
  for (const char* path : {"link.skew_to_device", "link.skew_to_host"})
    if (link.lanes == 1) refuse(setter_of(path), "there is one lane, link.lanes=1");
  for (const char* path : {"link.fec_data", "link.fec_parity", "link.fec_latency"})
    if (link.gear < 6) refuse(setter_of(path), "only link.gear=6 has forward error correction");
  if (link.fec_parity.n == 0) refuse(setter_of("link.fec_data"), "with link.fec_parity=0 code words have no other bytes");
}

}  // namespace icesim::app
