// SPDX-License-Identifier: Apache-2.0
#include "models/system/virtual_machines.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/text/list_text.hpp"

#include <algorithm>

namespace icesim {
namespace {

std::string named(const SystemConfig& c) { return "keyslots.partition: " + c.keyslots.partition.text(); }

void check_shares(const SystemConfig& c) {
  const std::uint64_t reserved = c.crypto.reserved_keyslots;
  if (!c.crypto.has_keyslots() || c.keyslots.partition.keyslots() + reserved <= c.keyslots.num_keyslots) return;
  throw UserError(named(c) + " are " + std::to_string(c.keyslots.partition.keyslots()) + " keyslots" +
                  (reserved > 0 ? " beside crypto.reserved_keyslots=" + std::to_string(reserved) : "") +
                  ", more than keyslots.num_keyslots=" + std::to_string(c.keyslots.num_keyslots));
}

}  // namespace

std::vector<VirtualMachine> virtual_machines(const SystemConfig& c, const std::vector<std::string>& names) {
  const KeyslotPartition& partition = c.keyslots.partition;
  std::vector<VirtualMachine> vms;
  if (partition.shared()) {
    for (const std::string& name : names) vms.push_back({name, Keyslot{0}, 0, !vms.empty()});
    return vms;
  }
  check_shares(c);
  Keyslot first{0};
  for (const KeyslotPartition::Part& part : partition.parts()) {
    vms.push_back({part.name, first, static_cast<std::uint32_t>(part.keyslots), !vms.empty()});
    first.n += part.keyslots;
  }
  if (names.empty()) return vms;
  std::vector<VirtualMachine> ordered;
  for (const std::string& name : names) {
    const auto found = std::find_if(vms.begin(), vms.end(), [&](const VirtualMachine& vm) { return vm.name == name; });
    if (found == vms.end()) throw UserError(named(c) + " has no keyslots for " + name + "; requests come from " + list_text(names));
    ordered.push_back(*found);
  }
  for (const VirtualMachine& vm : vms)
    if (std::find(names.begin(), names.end(), vm.name) == names.end())
      throw UserError(named(c) + ": no request comes from " + vm.name + "; they come from " + list_text(names));
  return ordered;
}

}  // namespace icesim
