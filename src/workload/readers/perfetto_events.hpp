// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "perfetto.pb.h"
#include "src/workload/readers/perfetto_bundles.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace icesim {

/// The ftrace events of a Perfetto trace that icesim knows (perfetto.proto), in the order of their times.
///
/// Perfetto writes what it reads from one CPU's buffer after another, so events are in order per CPU only. A window of
/// up to `most_waiting` events or `most_waiting_bytes` is sorted; an event that comes later still keeps its time and is
/// given at once. Nothing is dropped. When the trace breaks, the events before are given first.
class PerfettoEvents {
 public:
  static constexpr std::size_t most_waiting = 65'536;
  static constexpr std::size_t most_waiting_bytes = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t largest_event = 64 * 1024;

  /// `knows` says by name which events that have no message of their own are wanted; null: none.
  using Knows = bool (*)(std::string_view event);
  PerfettoEvents(std::unique_ptr<ByteSource> bytes, Knows knows);

  /// Returns the next event, which is valid until the next call, or null at the end of the trace.
  const perfetto::FtraceEvent* next();
  /// Tells `hear` the events that wait behind the one given last, in their order, until it returns false.
  void look_ahead(const std::function<bool(const perfetto::FtraceEvent&)>& hear) const;
  /// Whether such an event has been met so far, in the window too.
  bool met(perfetto::FtraceEvent::EventCase event) const { return met_.count(static_cast<std::uint32_t>(event)) != 0; }
  /// Events that the kernel or Perfetto says it lost; at least one per gap when the number is unknown.
  std::uint64_t lost() const { return lost_; }
  /// Says what is wrong with the event given last.
  [[noreturn]] void fail(std::string_view what) const { bundles_.fail(position_, what); }

 private:
  struct Waiting {
    std::uint64_t time = 0;
    std::uint64_t order = 0;
    std::uint64_t position = 0;
    std::string event;
  };
  static bool later(const Waiting& a, const Waiting& b) {
    return a.time != b.time ? a.time > b.time : a.order > b.order;
  }

  void fill_window();
  bool read_field();
  void take(std::string_view event);
  void describe(std::string_view descriptor);
  std::string as_generic(std::uint64_t time, std::uint64_t pid, const google::protobuf::DescriptorProto& description,
                         std::string_view body) const;

  PerfettoBundles bundles_;
  Knows knows_;
  WireFields bundle_;
  std::map<std::uint32_t, google::protobuf::DescriptorProto> described_;
  std::set<std::uint32_t> met_;
  std::vector<Waiting> waiting_;  ///< a heap, the earliest in front
  std::size_t waiting_bytes_ = 0;
  std::uint64_t order_ = 0;
  std::uint64_t lost_ = 0;
  bool ended_ = false;
  std::exception_ptr broken_;
  perfetto::FtraceEvent event_;
  std::uint64_t position_ = 0;  ///< of the packet of `event_`
};

}  // namespace icesim
