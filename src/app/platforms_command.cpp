// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"
#include "icesim/base/error.hpp"
#include "icesim/result/text_table.hpp"
#include "platforms.hpp"

#include <iostream>

namespace icesim::app {

int platforms_command(const Arguments& arguments) {
  CommandLine line({"platforms", "[NAME]",
                    "Lists the built-in platforms, or prints the file of one: a starting point for your own, which may stand\non "
                    "another one with \"based_on\": \"NAME\" and hold only what differs.",
                    "icesim platforms phone-ufs31 > mine.json"});
  line.operand_values(0, platform_names);
  if (!line.parse(arguments)) return 0;
  TextTable table("ll");
  for (const Platform& platform : built_in_platforms()) {
    table.row({std::string(platform.name), std::string(platform.sentence())});
  }
  if (line.operands().empty()) {
    std::cout << table.text();
    return 0;
  }
  const Platform* platform = find_platform(line.operands()[0]);
  if (platform == nullptr) throw UserError("no platform '" + line.operands()[0] + "'; 'icesim platforms' lists all");
  std::cout << platform->json;
  return 0;
}

}  // namespace icesim::app
