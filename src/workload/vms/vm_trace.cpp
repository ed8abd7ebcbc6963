// SPDX-License-Identifier: Apache-2.0
#include "icesim/workload/vms/vm_trace.hpp"

#include "icesim/base/error.hpp"
#include "icesim/base/text/trace_note.hpp"

#include <algorithm>

namespace icesim {
namespace {

/// A number of a trace, among those of a machine.
std::uint64_t name_of(std::size_t trace, std::size_t vm, std::uint32_t number) {
  constexpr std::size_t most_vms = 8;
  return std::uint64_t{trace * most_vms + vm} << 32 | number;
}

constexpr std::uint64_t longest_ns = std::uint64_t{200} * 24 * 3600 * 1'000'000'000;

std::string name_of(const TraceInfo::DeviceCount& device) {
  return std::to_string(device.major) + "," + std::to_string(device.minor);
}

/// Says of completions which trace they are of.
TraceOptions of_trace(TraceOptions options, std::size_t number) {
  if (!options.completed || number == 0) return options;
  options.completed = [heard = options.completed, number](TraceCompletion completion) {
    completion.trace = static_cast<std::uint32_t>(number);
    heard(completion);
  };
  return options;
}

}  // namespace

/// One of the traces, read one request ahead.
struct VmTrace::Part final : KeyListener {
  Part(const std::filesystem::path& file, const TraceOptions& options, const KeyOptions& keys, std::size_t number, std::size_t machine, Bytes up)
      : path(file), trace(file, of_trace(options, number), keys), index(number), vm(machine), offset(up) {}

  void key_event(const KeyEvent& event) override { events.push(event); }

  std::filesystem::path path;
  KeyedTrace trace;
  std::size_t index;
  std::size_t vm;  ///< of all requests but the first trace's
  Bytes offset;
  std::string device;   ///< of the first trace, where it is one of its others
  bool aligned = false;  ///< with other devices of the recording
  Picoseconds later{};  ///< that the recording of its requests began than that of the first trace's devices
  IoRequest ahead;
  bool more = true;
  Ring<KeyEvent> events;  ///< that stand in front of it
};

VmTrace::VmTrace(const std::filesystem::path& path, const TraceOptions& trace, const KeyOptions& keys, VmRules rules)
    : rules_(std::move(rules)), tells_(keys.tells_files) {
  parts_.push_back(std::make_unique<Part>(path, trace, keys, 0, 0, Bytes{}));
  // What tells the first trace's content from others does not hold for them.
  TraceOptions others = trace;
  others.format.clear();
  others.device.clear();
  others.progress = nullptr;
  KeyOptions their_keys = keys;
  their_keys.side_file.clear();
  for (const VmRules::Trace& other : rules_.traces()) {
    if (other.device.empty()) {
      parts_.push_back(std::make_unique<Part>(other.path, others, their_keys, parts_.size(), other.vm, other.offset));
      continue;
    }
    const std::string rule = "--vm " + rules_.names()[other.vm] + "=device:" + other.device;
    if (VmRules::device_named(trace.device) == other.device) throw UserError(rule + ": --device reads TRACE for the same");
    if (path == "-") throw UserError(rule + ": the standard input can be read for one device only");
    if (trace.idle_cap.n > 0) throw UserError(rule + ": --idle-cap would shorten the pauses of each device by itself");
    TraceOptions same = others;
    same.format = trace.format;
    same.device = other.device;
    same.opened = nullptr;
    try {
      parts_.push_back(std::make_unique<Part>(path, same, their_keys, parts_.size(), other.vm, other.offset));
    } catch (const UserError& error) {
      throw UserError(rule + ": " + error.what());
    }
    parts_.back()->device = other.device;
    parts_.back()->aligned = parts_.front()->aligned = true;
  }
}

VmTrace::~VmTrace() = default;

std::vector<std::string> VmTrace::vms() const { return rules_.any() ? rules_.names() : std::vector<std::string>{}; }

void VmTrace::tell_keys(KeyListener& listener) {
  if (!rules_.any()) return parts_.front()->trace.tell_keys(listener);
  listener_ = &listener;
  for (const auto& part : parts_) part->trace.tell_keys(*part);
}

KeyId VmTrace::key_of(const Part& part, std::size_t vm, KeyId key) {
  return keys_.try_emplace(name_of(part.index, vm, key), static_cast<KeyId>(keys_.size() + 1)).first->second;
}

/// Reads the next request of a trace, and gives it what it has in this one.
bool VmTrace::read(Part& part) {
  IoRequest& r = part.ahead;
  part.more = part.trace.next(r);
  if (!part.more) return false;
  if (part.aligned && part.trace.info().further_recordings > 0)
    throw UserError(part.path.string() + ": a --vm rule of a device needs a trace of one recording; another one begins behind the first");
  if (part.later.n > ~std::uint64_t{0} - r.time.n) throw UserError(part.path.string() + ": a request of " + part.device + " is too late");
  r.time += part.later;
  std::size_t vm = part.vm;
  if (part.index == 0) {
    // What has no address is where its process was last.
    const auto last = vm_of_process_.try_emplace(r.process, 0).first;
    vm = rules_.vm_of(r, part.trace.process_name(), r.operation == Operation::flush ? last->second : 0);
    last->second = vm;
  }
  r.set_vm(vm);
  r.offset += r.operation == Operation::flush ? Bytes{} : part.offset;
  if (r.key != no_key) r.key = key_of(part, vm, r.key);
  r.process = processes_.try_emplace(name_of(part.index, vm, r.process), static_cast<std::uint32_t>(processes_.size() + 1)).first->second;
  r.keyslot = unknown_keyslot;
  if (parts_.size() > 1) r.flags = static_cast<std::uint8_t>(r.flags & ~IoRequest::held);
  return true;
}

/// Passes an event on for the machines that have such a key.
void VmTrace::tell(const Part& part, const KeyEvent& event) {
  if (event.kind == KeyEvent::Kind::issue && parts_.size() > 1) return;
  if (!event.of_a_key()) return listener_->key_event(event);
  const bool by_rules = part.index == 0;
  for (std::size_t vm = by_rules ? 0 : part.vm; vm < (by_rules ? rules_.names().size() : part.vm + 1); ++vm) {
    const auto found = keys_.find(name_of(part.index, vm, event.key));
    if (found == keys_.end()) continue;
    KeyEvent mine = event;
    mine.key = found->second;
    mine.vm = static_cast<std::uint8_t>(vm);
    listener_->key_event(mine);
  }
}

/// Passes on what was heard of keys up to a time, in the order of the times.
void VmTrace::tell_until(Picoseconds time) {
  if (listener_ == nullptr) return;
  while (true) {
    Part* first = nullptr;
    for (const auto& part : parts_) {
      if (part->events.empty() || part->events.front().time > time) continue;
      if (first == nullptr || part->events.front().time < first->events.front().time) first = part.get();
    }
    if (first == nullptr) return;
    tell(*first, first->events.front());
    first->events.pop();
  }
}

/// Reads the first request of each trace, and puts the devices of the first one where they were in the recording.
void VmTrace::begin() {
  begun_ = true;
  for (const auto& part : parts_) read(*part);
  const TraceInfo& main = parts_.front()->trace.info();
  std::uint64_t start = main.start;
  for (const auto& part : parts_)
    if (!part->device.empty()) start = std::min(start, part->trace.info().start);
  for (const auto& part : parts_) {
    if (part->device.empty() && part != parts_.front()) continue;
    if (!main.device_asked && !main.devices.empty() && name_of(main.devices.front()) == part->device)
      throw UserError("--vm " + rules_.names()[part->vm] + "=device:" + part->device +
                      ": that is the device of the first request, which TRACE is read for; --device chooses another");
    const std::uint64_t behind = part->trace.info().start - start;
    if (behind > longest_ns) throw UserError(part->path.string() + ": its devices' first requests lie more than 200 days apart");
    part->later = Picoseconds{behind * 1'000};
    part->ahead.time += part->later;
  }
}

bool VmTrace::next(IoRequest& request) {
  if (!rules_.any()) return parts_.front()->trace.next(request);
  if (!begun_) begin();
  Part* first = nullptr;
  for (const auto& part : parts_)
    if (part->more && (first == nullptr || part->ahead.time < first->ahead.time)) first = part.get();
  tell_until(first == nullptr ? Picoseconds{~std::uint64_t{0}} : first->ahead.time);
  if (first == nullptr) return false;
  request = first->ahead;
  if (tells_) keep(*first);
  read(*first);
  return true;
}

void VmTrace::keep(const Part& part) {
  const RequestOrigin told = part.trace.origin();
  given_.origin = told;
  given_.process_name = told.process_name;
  given_.path = told.path;
  given_.policy_name = told.policy_name;
  given_.rwbs = told.rwbs;
  given_.number = part.trace.number();
  given_.number.trace = static_cast<std::uint32_t>(part.index);
}

RequestOrigin VmTrace::origin() const {
  if (!rules_.any()) return parts_.front()->trace.origin();
  RequestOrigin told = given_.origin;
  told.process_name = given_.process_name;
  told.path = given_.path;
  told.policy_name = given_.policy_name;
  told.rwbs = given_.rwbs;
  return told;
}

OriginSource::Number VmTrace::number() const { return rules_.any() ? given_.number : parts_.front()->trace.number(); }

/// Without what other parts have taken.
TraceInfo VmTrace::info_of(const Part& part) const {
  TraceInfo info = part.trace.info();
  if (!part.device.empty()) info.other_devices = 0;
  if (part.index > 0) return info;
  for (const auto& other : parts_)
    for (const TraceInfo::DeviceCount& each : info.devices)
      if (name_of(each) == other->device) info.other_devices -= std::min(info.other_devices, each.requests);
  return info;
}

TraceInfo VmTrace::info() const {
  TraceInfo all = info_of(*parts_.front());
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    const TraceInfo& other = parts_[i]->trace.info();
    if (other.format != all.format) all.format += ", " + other.format;
    for (const Operation each : {Operation::read, Operation::write, Operation::flush, Operation::discard}) {
      all.requests[each] += PerOperation(other.requests)[each];
      all.recorded_latency[each].merge(RecordedLatency(other.recorded_latency)[each]);
    }
    for (const KeyEvent::Kind each : {KeyEvent::Kind::birth, KeyEvent::Kind::eviction, KeyEvent::Kind::suspend, KeyEvent::Kind::resume})
      all.key_events[each] += KeyEventCounts(other.key_events)[each];
    all.records += other.records;
  }
  return all;
}

std::vector<std::string> VmTrace::notes() const {
  std::vector<std::string> all;
  for (const auto& part : parts_) {
    for (const std::string& note : info_of(*part).notes()) {
      const bool is_first = part == parts_.front();
      all.push_back(is_first ? note : note_of_trace(note, part->path.filename().string() + (part->device.empty() ? "" : " of " + part->device)));
    }
  }
  return all;
}

KeyCounts VmTrace::keys() const {
  KeyCounts all = parts_.front()->trace.keys();
  for (std::size_t i = 1; i < parts_.size(); ++i) all += parts_[i]->trace.keys();
  if (rules_.any()) all.keys = keys_.size();
  return all;
}

std::vector<std::filesystem::path> VmTrace::paths() const {
  std::vector<std::filesystem::path> all;
  for (const auto& part : parts_)
    if (part->device.empty()) all.push_back(part->path);
  return all;
}

}  // namespace icesim
