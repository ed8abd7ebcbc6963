// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/file.hpp"
#include "icesim/study/sweep_reading.hpp"
#include "sweep_output.hpp"

#include <vector>

namespace icesim::app {

int merge_command(const Arguments& arguments) {
  CommandLine line({"merge", "FILE...",
                    "Puts the shards of a sweep together ('icesim sweep --shard I/N -o FILE'): the results are what the whole\nsweep "
                    "would have written. Exit code 2 where one is missing or of another sweep.",
                    "icesim merge shard-*.json -o sweep.json"});
  SweepOutput output;
  output.declare(line);
  if (!line.parse(arguments)) return 0;
  output.open();
  std::vector<ShardFile> shards;
  for (const std::string& path : line.operands()) {
    const NamedText file = read_named_text(path);
    shards.push_back({file.name, read_sweep(file.text, file.name)});
  }
  output.write(merge_shards(shards));
  return 0;
}

}  // namespace icesim::app
