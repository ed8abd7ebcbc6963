// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/printable.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/parameter_reader.hpp"
#include "icesim/workload/generator.hpp"
#include "icesim/workload/native/native_writer.hpp"
#include "report_output.hpp"
#include "system_lists.hpp"

#include <algorithm>
#include <map>

namespace icesim::app {
namespace {

/// "--read-percent" for the parameter read_percent.
std::string option_of(const Parameter& parameter) {
  std::string name(parameter.name());
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

/// "Where the next request goes: random, sequential; random unless given."
std::string help_of(const Parameter& parameter) {
  return parameter.sentence + ": " + range_text(parameter) + "; " + value_text(parameter) + " unless given.";
}

/// Throws UserError for an option that the others leave without an effect.
void check_effect(const CommandLine& line, const GeneratorConfig& config) {
  const auto refuse = [&](const char* option, bool has_effect, const char* why) {
    if (line.given(option) && !has_effect) throw UserError(std::string("--") + option + " has no effect: " + why);
  };
  const bool two = config.lengths == Lengths::two;
  refuse("longest", two || config.lengths == Lengths::geometric, "only --lengths geometric and two have a longest");
  refuse("long-percent", two, "only --lengths two has it");
  refuse("burst", config.arrival == Arrival::bursts, "only --arrival bursts has it");
  refuse("burst-gap", config.arrival == Arrival::bursts, "only --arrival bursts has it");
  refuse("zipf", config.zipf == 0 || config.keys > 1, "it needs two keys at least");
}

/// All that is needed to make the trace again.
std::string provenance_of(const std::vector<Parameter>& parameters) {
  std::string text = "Synthetic, made by icesim " ICESIM_VERSION " generate";
  for (const Parameter& parameter : parameters) text += " --" + option_of(parameter) + " " + value_text(parameter);
  return text;
}

}  // namespace

int generate_command(const Arguments& arguments) {
  CommandLine line(
      {"generate", "OUT", "Makes a synthetic trace in icesim's own format; the same options give the same bytes.",
       "icesim generate zipf.icetrace --arrival poisson --interval 100us --keys 64 --zipf 100 --range 1GiB"});
  namespace po = boost::program_options;
  GeneratorConfig config;
  const DescribeParameters described = parameters_of(config);
  const std::vector<Parameter> defaults = list_parameters(described).front().parameters;
  std::map<std::string, std::string> values;
  for (const Parameter& parameter : defaults) {
    line.options().add_options()(option_of(parameter).c_str(),
                                 po::value(&values[parameter.path])->value_name(std::string(unit_text(parameter))),
                                 help_of(parameter).c_str());
    line.values(option_of(parameter).c_str(), [&] { return choice_words({{"", "", defaults}}, parameter.path); });
  }
  if (!line.parse(arguments)) return 0;
  for (const Parameter& parameter : defaults) {
    const std::string& value = values[parameter.path];
    if (!value.empty()) set_parameter("--" + option_of(parameter), parameter.path, value, described);
  }

  check_effect(line, config);
  Generator generator(config);
  const std::string& out = line.operands()[0];
  OutputFile file(out);
  NativeWriter writer(file, provenance_of(list_parameters(described).front().parameters));
  IoRequest request;
  while (generator.next(request)) writer.write(request);
  writer.finish();
  print_beside(file, printable_text(out) + ": " + grouped_text(writer.records()) + " requests\n");
  return 0;
}

}  // namespace icesim::app
