// SPDX-License-Identifier: Apache-2.0
#include "icesim/result/power_states.hpp"

#include <string_view>

namespace icesim {
namespace {

/// A state that is on where no setting of `needs` is 0, false or off.
struct PowerState {
  std::vector<std::string_view> needs;
  std::string_view before, after;  ///< the last of these settings stands between them
};

const Parameter* find(const std::vector<ParameterGroup>& config, std::string_view path) {
  for (const ParameterGroup& group : config)
    for (const Parameter& each : group.parameters)
      if (each.path == path) return &each;
  return nullptr;
}

}  // namespace

std::vector<std::string> power_states(const std::vector<ParameterGroup>& config) {
  static const std::vector<PowerState> all{
      {{"power.gating.delay"}, "clocks go off after ", " without work, and a miss behind that wakes the controller"},
      {{"power.suspend.after"}, "the host is suspended after ", ""},
      {{"power.suspend.after", "power.suspend.keys"}, "its keys are ", " while it is: more keyslots are more to put back"},
      {{"controller.auto_hibern8", "power.auto_hibern8"}, "the controller lets the link hibernate after ", " without work"},
      {{"power.scaling.polling_ms"}, "the link's gear follows the load, looked at every ", " ms"},
      {{"power.scaling.polling_ms", "power.scaling.engine", "clocks.ice_low"}, "with it the engine's clock goes down to ", ""},
      {{"host.idle.governor"}, "idle cores sleep (governor ", "), and a miss may wake one more often"}};
  std::vector<std::string> states;
  for (const PowerState& each : all) {
    std::string value;
    bool on = true;
    for (const std::string_view path : each.needs) {
      const Parameter* const found = find(config, path);
      on = on && found != nullptr && found->value != 0;
      if (on) value = value_text(*found);
    }
    if (on) states.push_back(std::string(each.before) + value + std::string(each.after));
  }
  return states;
}

std::string power_states_text(const std::vector<std::string>& states) {
  std::string text;
  for (const std::string& each : states) text += (text.empty() ? "" : "; ") + each;
  return text.empty() ? "" : text + ". Without " + (states.size() == 1 ? "it" : "them") + " another number of keyslots may be the best.";
}

}  // namespace icesim
