// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "perfetto.pb.h"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/readers/ftrace_line.hpp"
#include "src/workload/text/line_reader.hpp"

#include <algorithm>
#include <cstdio>
#include <google/protobuf/unknown_field_set.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/sysmacros.h>
#include <utility>
#include <vector>

namespace icesim::test {

/// A recording of ftrace's text as Perfetto would have written it.
class Converted {
 public:
  /// Events that Perfetto has no message for: as version 50 and later describe them, or as versions before it name
  /// them.
  enum class Form { described, named };

  Converted(const std::filesystem::path& path, Form form) : form_(form) {
    LineReader lines(open_bytes(path));
    ftrace::Line line;
    for (std::string_view text; lines.next(text);) {
      if (ftrace::parse_line(text, line)) add(line);
    }
  }

  perfetto::Trace trace;

 private:
  using Value = std::pair<const char*, std::uint64_t>;

  void add(const ftrace::Line& line) {
    ftrace::BlockEvent block;
    const std::string text(line.payload);
    unsigned long inode = 0;
    unsigned long page = 0;
    unsigned long number = 0;
    if (line.event == "block_rq_issue") {
      EXPECT_TRUE(ftrace::parse_issue(line.payload, block));
      auto& out = *event(line).mutable_block_rq_issue();
      set(block, out);
      out.set_comm(std::string(block.comm));
    } else if (line.event == "block_rq_complete") {
      EXPECT_TRUE(ftrace::parse_complete(line.payload, block));
      set(block, *event(line).mutable_block_rq_complete());
    } else if (line.event == "f2fs_submit_page_write" || line.event == "f2fs_submit_page_bio") {
      EXPECT_EQ(
          std::sscanf(text.c_str(), "dev = (8,0), ino = %lu, page_index = 0x%lx, oldaddr = 0x%*x, newaddr = 0x%lx",
                      &inode, &page, &number),
          3);
      const bool is_data = text.substr(text.size() - 5) == "_DATA";
      generic(line, {{"dev", makedev(8, 0)},
                     {"ino", inode},
                     {"index", page},
                     {"new_blkaddr", number},
                     {"type", is_data ? 0 : 1}});
    } else if (line.event == "f2fs_datawrite_start" || line.event == "f2fs_dataread_start") {
      const std::size_t path = std::string_view("entry_name ").size();
      inode = std::stoul(text.substr(text.rfind(' ')));
      generic(line, {{"ino", inode}}, text.substr(path, text.find(", offset ") - path));
    } else if (line.event == "f2fs_sync_file_enter") {
      EXPECT_EQ(std::sscanf(text.c_str(), "dev = (8,0), ino = %lu, pino = %lu, i_mode = 0x%lx", &inode, &page, &number),
                3);
      auto& out = *event(line).mutable_f2fs_sync_file_enter();
      out.set_ino(inode);
      out.set_pino(page);
      out.set_mode(static_cast<std::uint32_t>(number));
    } else if (line.event == "f2fs_unlink_enter") {
      EXPECT_EQ(std::sscanf(text.c_str(), "dev = (8,0), dir ino = %lu", &inode), 1);
      event(line).mutable_f2fs_unlink_enter()->set_ino(inode);
    }
  }

  template <class Block>
  static void set(const ftrace::BlockEvent& block, Block& out) {
    out.set_dev(makedev(block.device.major, block.device.minor));
    out.set_sector(block.sector);
    out.set_nr_sector(static_cast<std::uint32_t>(block.sectors));
    out.set_rwbs(std::string(block.rwbs));
  }

  /// Many events share a bundle, as in Perfetto's traces.
  perfetto::FtraceEvent& event(const ftrace::Line& line) {
    constexpr int events_per_bundle = 500;
    if (trace.packet_size() == 0 ||
        trace.packet(trace.packet_size() - 1).ftrace_events().event_size() >= events_per_bundle) {
      trace.add_packet();
    }
    perfetto::FtraceEvent& out = *bundle().add_event();
    out.set_timestamp(line.nanoseconds);
    out.set_pid(line.process);
    return out;
  }
  perfetto::FtraceEventBundle& bundle() {
    return *trace.mutable_packet(trace.packet_size() - 1)->mutable_ftrace_events();
  }

  void generic(const ftrace::Line& line, const std::vector<Value>& numbers, const std::string& path = {}) {
    perfetto::FtraceEvent& out = event(line);
    if (form_ == Form::named) {
      auto& generic = *out.mutable_generic();
      generic.set_event_name(std::string(line.event));
      for (const auto& [name, value] : numbers) {
        auto& field = *generic.add_field();
        field.set_name(name);
        field.set_uint_value(value);
      }
      if (path.empty()) return;
      auto& field = *generic.add_field();
      field.set_name("pathbuf");
      field.set_str_value(path);
      return;
    }
    google::protobuf::UnknownFieldSet body;
    for (std::size_t i = 0; i < numbers.size(); ++i) body.AddVarint(static_cast<int>(i + 1), numbers[i].second);
    if (!path.empty()) body.AddLengthDelimited(static_cast<int>(numbers.size() + 1), path);
    std::string bytes;
    EXPECT_TRUE(body.SerializeToString(&bytes));
    out.mutable_unknown_fields()->AddLengthDelimited(described(std::string(line.event), numbers, !path.empty()), bytes);
  }

  /// The field number of an event, which the first bundle with it describes.
  int described(const std::string& name, const std::vector<Value>& numbers, bool has_path) {
    constexpr int first = 65'536;
    const auto found = std::find(names_.begin(), names_.end(), name);
    const int id = first + static_cast<int>(found - names_.begin());
    if (found != names_.end()) return id;
    names_.push_back(name);
    // Fields are read in their order: the description stands in a packet before the event's.
    perfetto::TracePacket packet;
    auto& descriptor = *packet.mutable_ftrace_events()->add_generic_event_descriptors();
    descriptor.set_field_id(static_cast<std::uint32_t>(id));
    auto& event = *descriptor.mutable_event_descriptor();
    event.set_name(name);
    for (std::size_t i = 0; i <= numbers.size(); ++i) {
      if (i == numbers.size() && !has_path) break;
      auto& field = *event.add_field();
      field.set_number(static_cast<int>(i + 1));
      field.set_name(i == numbers.size() ? "pathbuf" : numbers[i].first);
    }
    *trace.add_packet() = packet;
    for (int i = trace.packet_size() - 1; i > 0; --i) trace.mutable_packet()->SwapElements(i, i - 1);
    return id;
  }

  Form form_;
  std::vector<std::string> names_;
};

}  // namespace icesim::test
