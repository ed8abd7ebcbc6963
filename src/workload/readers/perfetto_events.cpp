// SPDX-License-Identifier: Apache-2.0
#include "src/workload/readers/perfetto_events.hpp"

#include "icesim/base/error.hpp"

#include <algorithm>

namespace icesim {
namespace {

using google::protobuf::DescriptorProto;
using perfetto::FtraceEvent;
using perfetto::FtraceEventBundle;
using perfetto::GenericEvent;

/// Hostile descriptions must not fill the memory. So many events that are wanted do not exist, nor has one so many
/// fields.
constexpr std::size_t most_descriptions = 64;
constexpr int most_fields = 128;

std::string_view name_of_generic(std::string_view event) {
  WireFields fields(event);
  while (fields.next()) {
    if (fields.number() == GenericEvent::kEventNameFieldNumber) return fields.bytes();
  }
  return {};
}

}  // namespace

PerfettoEvents::PerfettoEvents(std::unique_ptr<ByteSource> bytes, Knows knows)
    : bundles_(std::move(bytes)), knows_(knows) {}

const FtraceEvent* PerfettoEvents::next() {
  fill_window();
  if (waiting_.empty()) {
    if (broken_) std::rethrow_exception(broken_);
    return nullptr;
  }
  std::pop_heap(waiting_.begin(), waiting_.end(), later);
  const Waiting earliest = std::move(waiting_.back());
  waiting_.pop_back();
  waiting_bytes_ -= earliest.event.size();
  position_ = earliest.position;
  if (!event_.ParseFromString(earliest.event)) fail("a malformed event: the trace is damaged");
  return &event_;
}

void PerfettoEvents::look_ahead(const std::function<bool(const FtraceEvent&)>& hear) const {
  std::vector<const Waiting*> sorted;
  for (const Waiting& waiting : waiting_) sorted.push_back(&waiting);
  std::sort(sorted.begin(), sorted.end(), [](const Waiting* a, const Waiting* b) { return later(*b, *a); });
  FtraceEvent event;
  for (const Waiting* waiting : sorted) {
    if (event.ParseFromString(waiting->event) && !hear(event)) return;
  }
}

void PerfettoEvents::fill_window() {
  if (ended_) return;
  try {
    while (waiting_.size() < most_waiting && waiting_bytes_ < most_waiting_bytes) {
      if (!read_field()) {
        ended_ = true;
        return;
      }
    }
  } catch (const UserError&) {
    broken_ = std::current_exception();
    ended_ = true;
  }
}

/// Takes one more field of a bundle; false at the end of the trace.
bool PerfettoEvents::read_field() {
  while (!bundle_.next()) {
    if (bundle_.malformed()) bundles_.fail(bundles_.position(), "malformed ftrace events: the trace is damaged");
    std::string_view bundle;
    if (!bundles_.next(bundle)) return false;
    bundle_ = WireFields(bundle);
  }
  if (bundle_.number() == FtraceEventBundle::kLostEventsFieldNumber) lost_ += bundle_.value();
  if (!bundle_.has_bytes()) return true;
  if (bundle_.bytes().size() > largest_event) {
    // Other fields may be long: compact_sched holds thousands of scheduling events.
    if (bundle_.number() != FtraceEventBundle::kEventFieldNumber) return true;
    bundles_.fail(bundles_.position(), "an event of " + std::to_string(bundle_.bytes().size()) + " bytes; at most " +
                                           std::to_string(largest_event));
  }
  if (bundle_.number() == FtraceEventBundle::kEventFieldNumber) take(bundle_.bytes());
  if (bundle_.number() == FtraceEventBundle::kGenericEventDescriptorsFieldNumber) describe(bundle_.bytes());
  return true;
}

/// Keeps an event that is wanted until its turn.
void PerfettoEvents::take(std::string_view event) {
  Waiting waiting;
  std::uint64_t pid = 0;
  std::uint32_t kind = 0;
  std::string_view body;
  WireFields fields(event);
  while (fields.next()) {
    if (fields.number() == FtraceEvent::kTimestampFieldNumber) waiting.time = fields.value();
    if (fields.number() == FtraceEvent::kPidFieldNumber) pid = fields.value();
    if (!fields.has_bytes()) continue;
    kind = fields.number();
    body = fields.bytes();
  }
  if (fields.malformed()) bundles_.fail(bundles_.position(), "a malformed event: the trace is damaged");

  if (const auto described = described_.find(kind); described != described_.end()) {
    waiting.event = as_generic(waiting.time, pid, described->second, body);
    kind = FtraceEvent::kGeneric;
  } else if (kind == FtraceEvent::kGeneric
                 ? knows_ != nullptr && knows_(name_of_generic(body))
                 : FtraceEvent::descriptor()->FindFieldByNumber(static_cast<int>(kind)) != nullptr) {
    waiting.event = event;
  } else {
    return;
  }
  met_.insert(kind);
  waiting.order = order_++;
  waiting.position = bundles_.position();
  waiting_bytes_ += waiting.event.size();
  waiting_.push_back(std::move(waiting));
  std::push_heap(waiting_.begin(), waiting_.end(), later);
}

/// Remembers the fields of an event that Perfetto did not know, when it is wanted.
void PerfettoEvents::describe(std::string_view descriptor) {
  perfetto::GenericEventDescriptor description;
  if (!description.ParseFromArray(descriptor.data(), static_cast<int>(descriptor.size()))) {
    bundles_.fail(bundles_.position(), "a malformed description of an event: the trace is damaged");
  }
  const DescriptorProto& event = description.event_descriptor();
  if (knows_ == nullptr || !knows_(event.name()) || event.field_size() > most_fields ||
      described_.size() >= most_descriptions)
    return;
  described_[description.field_id()] = event;
}

/// The same event as Perfetto wrote it before version 50.
std::string PerfettoEvents::as_generic(std::uint64_t time, std::uint64_t pid, const DescriptorProto& description,
                                       std::string_view body) const {
  FtraceEvent out;
  out.set_timestamp(time);
  out.set_pid(static_cast<std::uint32_t>(pid));
  GenericEvent& generic = *out.mutable_generic();
  generic.set_event_name(description.name());
  WireFields fields(body);
  while (fields.next() && generic.field_size() < most_fields) {
    for (const auto& described : description.field()) {
      if (described.number() != static_cast<int>(fields.number())) continue;
      GenericEvent::Field& field = *generic.add_field();
      field.set_name(described.name());
      if (fields.has_bytes())
        field.set_str_value(std::string(fields.bytes()));
      else
        field.set_uint_value(fields.value());
    }
  }
  if (fields.malformed()) bundles_.fail(bundles_.position(), "a malformed event: the trace is damaged");
  return out.SerializeAsString();
}

}  // namespace icesim
