// SPDX-License-Identifier: Apache-2.0
#include "icesim/base/error.hpp"
#include "icesim/result/decimal_text.hpp"
#include "scenario.hpp"

#include <algorithm>

/// What `run` lets go wrong.
namespace icesim::app {
namespace {

constexpr std::string_view key_program = "key-program";

bool is_of_keys(const std::string& fault) { return fault.rfind(key_program, 0) == 0; }

/// N of "key-program@N".
std::string number_of_program(const std::string& fault) {
  const std::string number = fault.size() > key_program.size() && fault[key_program.size()] == '@'
                                 ? fault.substr(key_program.size() + 1)
                                 : "";
  const bool counts =
      number.find_first_not_of("0123456789") == std::string::npos && number.find_first_not_of('0') < number.size();
  if (!counts) throw UserError("--fault '" + fault + "': key-program@N is the N-th key that is programmed, counted from 1");
  return number;
}

std::string lost_text(std::uint64_t blocks) {
  return blocks == 1 ? ": 1 block of the write cache was lost"
                     : ": " + std::to_string(blocks) + " blocks of the write cache were lost";
}

}  // namespace

std::string faults_text(const std::vector<FaultOutcome>& faults) {
  std::string text;
  for (const FaultOutcome& each : faults) {
    text += "fault " + each.fault.text();
    if (each.fault.time) {
      text += each.happened ? lost_text(each.lost_blocks) : " did not happen: the run had ended";
    } else if (!each.fault.counts_requests()) {
      text += each.happened ? " by " + rounded_text(each.at)
                            : " did not happen: " + std::to_string(each.seen) + " resets failed";
    } else {
      text += each.happened ? " at " + rounded_text(each.at) + ", tag " + std::to_string(each.tag.n)
                            : " never happened: " + std::to_string(each.seen) + " such requests came";
      if (each.happened && each.fault.kind == Fault::Kind::power_loss) text += lost_text(each.lost_blocks);
    }
    text += "\n";
  }
  return text;
}

void Scenario::declare_fault(CommandLine& line) {
  namespace po = boost::program_options;
  static const std::string help =
      "Lets something go wrong with the N-th command, or with the N-th of a group (read, write, flush, crypto), or lets the "
      "N-th key program fail (key-program@N, crypto.failing_program), or a reset fail N times (failed-resets@N), or the device "
      "lose its power at a time since the replay began (power-loss@2.5ms); may be given again. Kinds: " +
      Fault::kind_names() + ".";
  line.options().add_options()("fault", po::value(&faults_)->composing()->value_name("KIND@[GROUP:]N"), help.c_str());
}

std::string Scenario::failing_program() const {
  std::string program;
  for (const std::string& each : faults_) {
    if (!is_of_keys(each)) continue;
    if (!program.empty()) throw UserError("--fault '" + each + "': one key program can fail");
    program = number_of_program(each);
  }
  return program;
}

std::string Scenario::faults_named() const {
  std::string text;
  for (const std::string& each : faults_)
    text += ", " + (is_of_keys(each) ? "crypto.failing_program=" + number_of_program(each) : each);
  return text;
}

std::vector<Fault> Scenario::faults(const SystemConfig& config) const {
  std::vector<Fault> faults;
  for (const std::string& each : faults_) {
    if (is_of_keys(each)) continue;
    const Fault fault = Fault::parse(each);
    if (fault.kind != Fault::Kind::invalid_key && config.block_layer.timeout.n == 0)
      throw UserError("--fault '" + each + "': what is lost would be waited for, for ever, with block_layer.timeout=0; " +
                      "block_layer.profile=linux-6.12 has a time-out");
    if (fault.kind == Fault::Kind::invalid_key && config.crypto.prdt_format() != PrdtFormat::standard)
      throw UserError("--fault '" + each + "': with this crypto.path no descriptor names a keyslot");
    faults.push_back(fault);
  }
  return faults;
}

}  // namespace icesim::app
