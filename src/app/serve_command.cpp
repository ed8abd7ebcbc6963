// SPDX-License-Identifier: Apache-2.0
#include "disk_image.hpp"
#include "icesim/base/error.hpp"
#include "icesim/base/file.hpp"
#include "icesim/cosim/serve_guest.hpp"
#include "icesim/result/decimal_text.hpp"
#include "icesim/result/failures.hpp"
#include "icesim/result/screen.hpp"
#include "models/guest/guest_log.hpp"
#include "models/guest/guest_recorder.hpp"
#include "models/guest/guest_simulation.hpp"
#include "report_output.hpp"
#include "scenario.hpp"
#include "stop_signals.hpp"
#include "terminal.hpp"
#include "version.hpp"
#include "watch_options.hpp"

#include <functional>
#include <iostream>
#include <optional>
#include <utility>
#include <vector>

namespace icesim::app {
namespace {

constexpr const char* default_pci_id = "8086:98fa";

/// What can go wrong, a line for all kinds.
std::string fault_help() {
  return "Lets something go wrong with the N-th request, or with the N-th of a group (read, write, flush, crypto), or "
         "has the power lost at a time (power-loss@2.5s); may be given again. Kinds: " +
         Fault::kind_names() + ".";
}

struct ServeOptions {
  std::string socket;
  std::string time_travel;
  std::string disk;
  std::string pci_id = default_pci_id;
  std::string log;
  std::vector<std::string> faults;

  void declare(CommandLine& line) {
    namespace po = boost::program_options;
    line.socket("socket", socket, "Socket of the device; the guest gets virtio_uml.device=PATH:1234.");
    line.socket("time-travel", time_travel,
                "Socket of the clock; the guest gets time-travel=ext:PATH and runs in simulated time.");
    line.input_and_output("disk", disk, "Content of the device: read at the start, if there is one, and written at the end.");
    line.output("log", log, "Writes a line for every register access, request and interrupt.");
    line.options().add_options()("pci-id", po::value(&pci_id)->default_value(default_pci_id)->value_name("VENDOR:DEVICE"),
                                 "Which controller the guest finds.")(
        "fault", po::value(&faults)->composing()->value_name("KIND@[GROUP:]N"), fault_help().c_str());
  }
};

/// The window of the registers on the PCI bus: a power of two that holds them all.
std::uint32_t bar_size(const GuestSimulation& simulation) {
  std::uint32_t size = 64 << 10;
  while (size < simulation.register_bytes()) size *= 2;
  return size;
}

/// The keyslots must not lie where drivers of Intel's controllers find others of its registers.
void check_layout(const SystemConfig& config) {
  const std::uint64_t first = config.keyslots.config_pointer * 0x100;
  const std::uint64_t end = first + config.keyslots.num_keyslots * CryptoConfig::size;
  if (first < 0x820 && end > 0x800)
    throw UserError(
        "keyslots.config_pointer: the keyslots lie over the registers at 0x800 that Intel's controllers have "
        "there; 16 is a place behind them");
}

/// Parameters of our driver and processor, in whose place a guest is, and of what it decides.
bool is_the_guests(std::string_view path) {
  if (path == "host.costs.mmio_write" || path == "host.costs.mmio_read") return false;
  if (path == "ice.self_test" || path == "keyslots.partition" || path == "keyslots.hypervisor") return true;
  const std::string_view group = path.substr(0, path.find('.'));
  for (const char* each : {"replay", "block_layer", "keys", "power", "host", "memory", "seed", "payload", "crypto", "energy"}) {
    if (group == each) return true;
  }
  return false;
}

Results results_of(const GuestSimulation& simulation, SystemConfig config, const PlatformRanges& ranges, const std::string& pci_id) {
  Results results;
  results.version = version_text();
  results.config = list_parameters(parameters_of(config));
  narrow(results.config, ranges);
  results.statistics = list_statistics(simulation);
  results.trace = {"guest", "PCI function " + pci_id, results.value("driver.requests_completed"), "", ""};
  for (const auto& stage : simulation.stage_totals()) results.stages.push_back({std::string(stage.name), stage.total});
  return results;
}

bool is_standard_output(const std::optional<OutputFile>& file) { return file && file->is_standard_output(); }

/// Serving was ended by a signal, and all that was under way is gone.
struct EndedBySignal {
  int signal;
  bool saved;
};

/// Serves one guest. However that ends, the disk image then holds what the device has answered (docs/linux.md).
void serve_and_save(const cosim::BridgeSockets& sockets, const cosim::PciFunction& function, cosim::GuestMap& memory,
                    GuestSimulation& simulation, const DiskImage& disk, const std::function<void()>& throw_if_failed) {
  std::string why;
  try {
    cosim::serve_guest(sockets, function, memory, simulation.hardware());
  } catch (const cosim::Interrupted&) {
    // What was answered is kept all the same.
  } catch (const UserError& error) {
    why = error.what();
  } catch (const std::exception&) {
    // The kernel makes an error of its own of what an output threw.
    try {
      throw_if_failed();
      throw;
    } catch (const UserError& error) {
      why = error.what();
    }
  }
  try {
    disk.save(simulation.flash());
  } catch (const UserError& error) {
    throw UserError(why.empty() ? error.what() : why + "; and the disk image is not written: " + error.what());
  }
  if (!why.empty()) throw UserError(why);
}

/// Serves one guest; the operand, if the command has one, is the trace of its requests.
int serve_until_end(const Usage& usage, const Arguments& arguments) {
  CommandLine line(usage);
  Scenario scenario;
  scenario.declare_system(line);
  ServeOptions options;
  options.declare(line);
  WatchOptions watch;
  watch.declare(line);
  ReportOutput output;
  output.declare(line, "Writes all results as JSON; '-' is the standard output, without the report.");
  if (!line.parse(arguments)) return 0;
  if (options.socket.empty()) throw UserError("--socket is missing" + line.hint());
  scenario.refuse_settings(is_the_guests, "what it is for is the guest's own");
  const SystemConfig config = scenario.config();
  check_layout(config);
  std::vector<Fault> faults;
  for (const std::string& each : options.faults) faults.push_back(Fault::parse(each));
  const cosim::PciId id = cosim::PciId::parse(options.pci_id);

  cosim::GuestMap memory;
  GuestSimulation simulation(config, memory, watch.open(), faults);
  const CryptoCapabilities layout{1, static_cast<std::uint32_t>(config.keyslots.num_keyslots),
                                  static_cast<std::uint32_t>(config.keyslots.config_pointer)};
  std::optional<OutputFile> log_file;
  std::optional<GuestLog> log;
  if (!options.log.empty()) {
    log_file.emplace(options.log);
    log.emplace(*log_file, layout, memory);
    simulation.connect(*log);
  }
  std::optional<OutputFile> trace_file;
  std::optional<GuestRecorder> recorder;
  if (!line.operands().empty()) {
    const std::string provenance = "icesim record, PCI function " + options.pci_id + ", " +
                                   std::to_string(config.keyslots.num_keyslots) + " keyslots";
    simulation.connect(recorder.emplace(trace_file.emplace(line.operands()[0]), provenance, layout));
  }
  output.open(watch.takes_standard_output() || is_standard_output(log_file) || is_standard_output(trace_file));
  const DiskImage disk(options.disk, config.flash.capacity);
  disk.load(simulation.flash());

  const StopSignals stop;
  {
    cosim::Listener device(options.socket, stop.fd());
    std::optional<cosim::Listener> time;
    if (!options.time_travel.empty()) time.emplace(options.time_travel, stop.fd());
    serve_and_save({device, time ? &*time : nullptr}, cosim::PciFunction(id, bar_size(simulation)), memory, simulation,
                   disk, [&] {
                     watch.throw_if_failed();
                     if (log_file) log_file->throw_if_failed();
                   });
  }
  if (stop.signal() != 0) throw EndedBySignal{stop.signal(), disk.exists()};
  simulation.end();

  if (recorder) recorder->finish();
  Results results = results_of(simulation, config, scenario.ranges(), options.pci_id);
  results.command = line.command();
  if (output.wanted()) output.write(results_json(results));
  std::vector<OutputFile*> files = watch.finish(results);
  if (log_file) files.push_back(&*log_file);
  output.commit(std::move(files));
  output.print(screen_text(results, {scenario.platform(), 0, !output.quiet(), page_columns()}) + faults_text(simulation.faults()));
  return scenario.exit_code(failed_requests(results));
}

int serve_guest(const Usage& usage, const Arguments& arguments) {
  EndedBySignal ended{};
  try {
    return serve_until_end(usage, arguments);
  } catch (const EndedBySignal& by) {
    ended = by;
  }
  std::cerr << "icesim: interrupted by " << StopSignals::name(ended.signal)
            << (ended.saved ? "; the disk image holds what the device has answered, and nothing else is written\n"
                            : "; nothing is written\n");
  end_by_signal(ended.signal);
}

}  // namespace

int serve_command(const Arguments& arguments) {
  return serve_guest(
      {"serve", "",
       "Simulates the controller as the PCI device of one User Mode Linux guest, and reports as 'run' does when "
       "the guest is powered off.",
       "icesim serve --socket ufs.sock --time-travel time.sock --disk disk.img -o results.json"},
      arguments);
}

int record_command(const Arguments& arguments) {
  return serve_guest(
      {"record", "OUT",
       "Does what 'serve' does, and makes what the guest asked of the device a trace for 'run' and 'slots': arrival,\n"
       "address, key, DUN and keyslot of each request that ended well, and what becomes of keys.",
       "icesim record guest.icetrace --socket ufs.sock --time-travel time.sock --disk disk.img"},
      arguments);
}

}  // namespace icesim::app
