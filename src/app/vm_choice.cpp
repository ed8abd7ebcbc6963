// SPDX-License-Identifier: Apache-2.0
#include "vm_choice.hpp"

#include "icesim/base/error.hpp"

namespace icesim::app {

void VmChoice::declare(CommandLine& line) {
  namespace po = boost::program_options;
  line.options().add_options()(
      "vm", po::value(&texts_)->composing()->value_name("NAME=RULE"),
      "Requests of a virtual machine: process:GLOB (or a thread's number), range:FROM..TO of addresses, trace:FILE[@OFFSET], or "
      "device:MAJOR,MINOR[@OFFSET] of TRACE, replayed beside it and moved up by OFFSET. May be repeated; the first that fits counts, all else is the host's "
      "(docs/vms.md).");
  line.reads("--vm", [this] {
    std::vector<std::string> files;
    for (const std::string& text : texts_)
      if (std::string file = VmRules::file_of(text); !file.empty()) files.push_back(std::move(file));
    return files;
  });
}

VmRules VmChoice::rules(const SystemConfig& config) const {
  std::vector<std::string> names;
  for (const KeyslotPartition::Part& part : config.keyslots.partition.parts()) names.push_back(part.name);
  VmRules rules(std::move(names));
  for (const std::string& text : texts_) {
    try {
      KeyslotPartition::check_name(text.substr(0, text.find('=')));
      rules.add(text);
    } catch (const UserError& error) {
      throw UserError("--vm " + text + ": " + error.what());
    }
  }
  rules.check();
  return rules;
}

}  // namespace icesim::app
