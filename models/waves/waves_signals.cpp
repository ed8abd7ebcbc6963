// SPDX-License-Identifier: Apache-2.0
#include "models/waves/waves_signals.hpp"

namespace icesim::pins {
namespace {

template <std::size_t n>
void add(std::vector<Signal>& list, const char* scope, const std::array<Pin, n>& pins) {
  for (const Pin& pin : pins) list.push_back({scope, pin.name, pin.width, pin.sentence});
}

}  // namespace

std::vector<Signal> Layout::list() const {
  std::vector<Signal> list;
  add(list, "controller", controller);
  for (std::size_t unit = 0; unit < fetch_units; ++unit) {
    for (const Pin& pin : fetch_unit) {
      std::string name = pin.name;
      list.push_back({"controller", name.replace(name.find('#'), 1, std::to_string(unit)), pin.width, pin.sentence});
    }
  }
  for (const char* scope : {"encrypt", "decrypt"}) add(list, scope, engine);
  for (const char* scope : {"link_to_device", "link_to_host"}) add(list, scope, link);
  return list;
}

}  // namespace icesim::pins
