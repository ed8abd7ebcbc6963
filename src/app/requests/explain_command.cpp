// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/result/by/request_story.hpp"
#include "icesim/result/decimal_text.hpp"
#include "src/app/replay.hpp"
#include "src/app/trace_line.hpp"

#include <iostream>

namespace icesim::app {

int explain_command(const Arguments& arguments) {
  CommandLine line({"explain", "TRACE N",
                    "Replays a trace and tells the story of one request: who asked, with which key, which stage took how "
                    "long,\nwhat it waited for and who had that. N is the number of its record in the trace, from 1, as "
                    "in the column id\nof 'icesim run --requests'; the system and the keys are those that 'run' would have.",
                    "icesim explain traces/k61-f2fs-key-per-file.icetrace 1234 --set keyslots.num_keyslots=2"});
  Scenario scenario;
  scenario.declare(line);
  scenario.declare_fault(line);
  if (!line.parse(arguments)) return 0;
  const std::string& path = line.operands()[0];
  const std::uint64_t id = number_option("N", line.operands()[1], 1, std::uint64_t{1} << 62);
  const SystemConfig config = scenario.config();
  scenario.faults(config);
  RequestStory story(id);
  RequestChain chain;
  chain.sinks().add(story);
  const Replayed replayed = replay(replay_input(scenario, config, path), config, {}, [] {}, &chain);
  if (!story.found())
    throw UserError(path + ": there is no request " + std::to_string(id) + "; " + std::to_string(story.heard()) +
                    " were replayed, from 1 on");
  std::cout << story.text(replayed.results.trace.name);
  return 0;
}

}  // namespace icesim::app
