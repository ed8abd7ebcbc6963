// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/result/parameter_reader.hpp"
#include "icesim/result/parameters.hpp"
#include "testbench/ranges/own_process.hpp"
#include "testbench/ranges/range_observers.hpp"
#include "testbench/ranges/range_requests.hpp"
#include "testbench/support/sim_test.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

/// One point of the parameter space: it runs as everything declared says, or is refused as declared.
namespace icesim::test {

/// The values of all parameters as text, by path.
inline std::map<std::string, std::string> values_by_path(SystemConfig config) {
  std::map<std::string, std::string> values;
  for (const ParameterGroup& group : list_parameters(parameters_of(config)))
    for (const Parameter& parameter : group.parameters) values[parameter.path] = value_text(parameter);
  return values;
}

/// "path=value" of whatever is not as in `base`.
inline std::string difference(const SystemConfig& config, const SystemConfig& base) {
  const auto usual = values_by_path(base);
  std::string text;
  for (const auto& [path, value] : values_by_path(config))
    if (value != usual.at(path)) text += " --set " + path + "=" + value;
  return text;
}

/// The parameters that a message names: by path, or, behind the first, by the last part of it.
inline std::vector<std::string> parameters_named(const std::string& message) {
  std::vector<std::string> named;
  for (const auto& [path, value] : values_by_path({})) {
    for (const std::string& name : {path, path.substr(path.rfind('.') + 1)}) {
      const std::size_t at = message.find(name), end = at + name.size();
      const auto part_of_a_name = [&](std::size_t i) {
        return i < message.size() && (std::isalnum(static_cast<unsigned char>(message[i])) != 0 || message[i] == '_');
      };
      if (at == std::string::npos || part_of_a_name(end) || (at > 0 && part_of_a_name(at - 1))) continue;
      if (name == path || (at > 0 && message[at - 1] != '.')) named.push_back(path);
      break;
    }
  }
  return named;
}

struct RangeCase {
  SystemConfig base;    ///< runs
  SystemConfig config;  ///< runs, or is refused
  Pattern pattern = Pattern::random;
  std::uint64_t seed = 1;
  std::size_t requests = 30;

  /// What of the declared promises does not hold; empty: nothing. Carried out in a process of its own.
  std::string fault() const {
    // Sanitizers take ten times as long.
    return in_own_process([this] { return fault_here(); }, 60);
  }

  /// What `config` does otherwise than `base`; empty: nothing, or both are refused. Carried out in a process of its own.
  std::string effect() const {
    return in_own_process([this] { return effect_here(); }, 60);
  }

 private:
  std::string effect_here() const try {
    Random random(seed);
    const std::vector<IoRequest> list = drawn(random, base);
    Values usual;
    try {
      usual = run(base, list, 0, nullptr, nullptr).values;
    } catch (const Refused&) {
      return "";
    }
    const auto same = equal(usual, run(config, list, 0, nullptr, nullptr).values);
    return same ? "" : same.message();
  } catch (const std::exception& error) {
    return std::string("it throws: ") + error.what();
  }

  std::string fault_here() const try {
    SystemConfig tried = config;
    tried.payload = Payload::verify;
    const auto usual = values_by_path(base);
    std::string refusals;
    for (Random random(seed); true;) {
      try {
        const std::string found = fault_of(tried);
        return found.empty() ? found : found + refusals + "\nicesim run TRACE" + difference(tried, {});
      } catch (const Refused& refused) {
        // What is refused names the parameters that do not fit each other: with another value of one of them it fits.
        const std::string refusal = refused.what();
        refusals += "\nrefused: " + refusal;
        const std::vector<std::string> named = parameters_named(refusal);
        if (named.size() < 2) return "a refusal does not name two parameters" + refusals;
        if (refusal.find('\n') != std::string::npos) return "a refusal has more than a line" + refusals;
        const auto present = values_by_path(tried);
        std::vector<std::string> changed;
        for (const std::string& path : named)
          if (usual.at(path) != present.at(path)) changed.push_back(path);
        if (changed.empty()) return "a refusal names no parameter that was changed" + refusals;
        const std::string& chosen = changed[random.below(changed.size())];
        set_parameter("test", chosen, usual.at(chosen), parameters_of(tried));
      }
      forget_simulation();
    }
  } catch (const std::exception& error) {
    return std::string("it throws: ") + error.what() + "\nicesim run TRACE" + difference(config, {});
  }

  /// Refused before anything was simulated.
  struct Refused : std::runtime_error {
    using std::runtime_error::runtime_error;
  };

  struct Run {
    Values values;
    std::string wrong;
  };

  /// One run, watched or not.
  static Run run(const SystemConfig& c, const std::vector<IoRequest>& list, std::uint64_t order, NoSignals* signals,
                 RequestSums* sums) {
    Run result;
    {
      const std::vector<std::string> vms = vms_of(c);
      Requests source(spread(list, vms.size()), vms);
      std::unique_ptr<Simulation> simulation;
      try {
        simulation = std::make_unique<Simulation>(c, source, "test", order, Observers{signals, sums});
      } catch (const UserError& error) {
        throw Refused(error.what());
      }
      simulation->run();
      result.values = values_of(*simulation);
      if (sums != nullptr) result.wrong = sums_fault(*simulation, *sums);
    }
    forget_simulation();
    return result;
  }

  std::vector<IoRequest> drawn(Random& random, const SystemConfig& c) const {
    Bytes capacity = c.flash.capacity;
    capacity -= std::min(capacity, logical_block * c.device.other_blocks());  // none left: refused
    return RangeRequests(random, pattern, std::max(capacity, Bytes{logical_block})).list(requests);
  }

  std::string fault_of(const SystemConfig& tried) const {
    Random random(seed);
    const std::vector<IoRequest> list = drawn(random, tried);
    const Run bare = run(tried, list, 0, nullptr, nullptr);
    std::string wrong = values_fault(bare.values, tried, list);
    if (!wrong.empty()) return wrong;
    NoSignals signals(seed);
    RequestSums sums;
    const Run watched = run(tried, list, random.below(5040), &signals, &sums);
    for (const std::string& found : {watched.wrong, signals.wrong(), sums.wrong()})
      if (!found.empty()) return found;
    if (const auto same = equal(bare.values, watched.values); !same)
      return std::string("watched, it goes another way: ") + same.message();
    if (config.payload == Payload::verify) return "";
    SystemConfig timing = tried;
    timing.payload = Payload::none;
    Values expected = bare.values;
    for (const char* path : {"payload.blocks_written", "payload.blocks_checked", "payload.mismatches"})
      expected.erase(path);
    const auto same = equal(run(timing, list, 0, nullptr, nullptr).values, expected);
    return same ? "" : std::string("without payload, it goes another way: ") + same.message();
  }

  static std::string sums_fault(const Simulation& simulation, const RequestSums& sums) {
    const auto totals = simulation.stage_totals();
    for (std::size_t s = 0; s < stage_count; ++s)
      if (Wide{totals[s].total.n} != sums.stage(s)) return "the total of " + std::string(totals[s].name) + " is another";
    return "";
  }

  /// Requests that the hardware cannot serve: with a key, their own or the device's, when it has no AES-256-XTS for data units of 4 KiB. They fail,
  /// and no others.
  static std::uint64_t unserved(const SystemConfig& c, const std::vector<IoRequest>& list, std::size_t played) {
    const bool serves = c.keyslots.aes_xts_256 && (c.keyslots.data_units & data_unit_mask(crypto_data_unit)) != 0;
    if (!c.crypto.has_keyslots() || serves) return 0;
    return static_cast<std::uint64_t>(
        std::count_if(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(played),
                      [&c](const IoRequest& io) {
                        return io.key != no_key || (c.keys.device_key && moves_payload(io.operation));
                      }));
  }

  static std::string values_fault(const Values& v, const SystemConfig& c, const std::vector<IoRequest>& list) {
    const std::size_t played =
        c.replay.limit == 0 ? list.size() : std::min<std::uint64_t>(c.replay.limit, list.size());
    const auto expect = [&](const char* path, std::uint64_t value) {
      return v.at(path) == value ? "" : std::string(path) + " is " + std::to_string(v.at(path)) + ", not " +
                                            std::to_string(value) + "\n";
    };
    if (const auto timeouts = v.find("driver.errors.timeouts"); timeouts != v.end() && timeouts->second > 0) {
      // Commands were given up while the device had them.
      const std::uint64_t given_up = v.at("driver.failed");
      return expect("driver.requests_completed", played - given_up) + expect("payload.mismatches", 0) +
             expect("keyslots_hw.hazards", 0) + expect("keyslots_hw.violations", 0);
    }
    std::uint64_t failed = unserved(c, list, played);
    // A key that could not be programmed fails its request, and those that find its keyslot disabled.
    const std::uint64_t without_key = v.at("key_path.failures");
    const bool tried_again = c.crypto.path == KeyPathKind::pfk;
    // One that was split may fail several times, and with one that was merged those of its request.
    const bool of_keys = tried_again ? 5 * v.at("driver.failed") <= without_key + 5 * v.at("driver.merges")
                                     : v.at("driver.failed") + v.at("driver.splits") >= without_key;
    if (without_key > 0 && of_keys) failed = v.at("driver.failed");
    return expect("driver.requests_completed", played - failed) + expect("latency.all.count", played - failed) +
           expect("driver.failed", failed) + (failed == 0 ? expect("driver.ocs_errors", 0) : "") +
           expect("driver.scsi_errors", 0) +
           expect("payload.mismatches", 0) + expect("keyslots_hw.hazards", 0) +
           expect("keyslots_hw.violations", 0) + expect("controller.dropped_upius", 0) + expect("device.rejects", 0);
  }
};

}  // namespace icesim::test
