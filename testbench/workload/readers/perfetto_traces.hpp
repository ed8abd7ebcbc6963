// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "perfetto.pb.h"
#include "testbench/workload/files.hpp"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <sys/sysmacros.h>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace icesim::test {

/// Keeps protobuf from writing about fields that icesim leaves out.
class IgnoreErrors final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    ADD_FAILURE() << line + 1 << ':' << column << ": " << message;
  }
  void AddWarning(int, int, const std::string&) override {}
};

/// The trace that protobuf's text format describes, as Perfetto's own tests are written.
inline perfetto::Trace perfetto_from_text(const std::string& text) {
  IgnoreErrors errors;
  google::protobuf::TextFormat::Parser parser;
  parser.AllowUnknownField(true);
  parser.RecordErrorsTo(&errors);
  perfetto::Trace trace;
  EXPECT_TRUE(parser.ParseFromString(text, &trace));
  return trace;
}

/// A trace whose packets are all within one packet, compressed.
inline perfetto::Trace zlib_compressed(const perfetto::Trace& trace) {
  const std::string plain = trace.SerializeAsString();
  uLongf size = compressBound(plain.size());
  std::string out(size, '\0');
  EXPECT_EQ(
      compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()), plain.size()),
      Z_OK);
  out.resize(size);
  perfetto::Trace batch;
  batch.add_packet()->set_compressed_packets(out);
  return batch;
}

inline perfetto::Trace zstd_compressed(const perfetto::Trace& trace) {
  const std::string plain = trace.SerializeAsString();
  std::string out(ZSTD_compressBound(plain.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), plain.data(), plain.size(), 3));
  perfetto::Trace batch;
  batch.add_packet()->set_zstd_compressed_packets(out);
  return batch;
}

/// Builds a trace event by event; each event is a packet of its own.
class PerfettoTrace {
 public:
  perfetto::FtraceEvent& event(std::uint64_t nanoseconds, std::uint32_t cpu = 0) {
    perfetto::FtraceEventBundle& bundle = *trace.add_packet()->mutable_ftrace_events();
    bundle.set_cpu(cpu);
    perfetto::FtraceEvent& added = *bundle.add_event();
    added.set_timestamp(nanoseconds);
    added.set_pid(77);
    return added;
  }
  PerfettoTrace& issue(std::uint64_t nanoseconds, const std::string& rwbs, std::uint64_t sector, std::uint32_t sectors,
                       std::uint64_t device = makedev(8, 0)) {
    auto& block = *event(nanoseconds).mutable_block_rq_issue();
    set(block, rwbs, sector, sectors, device);
    block.set_comm("an app");
    return *this;
  }
  PerfettoTrace& complete(std::uint64_t nanoseconds, const std::string& rwbs, std::uint64_t sector,
                          std::uint32_t sectors, std::uint64_t device = makedev(8, 0)) {
    set(*event(nanoseconds).mutable_block_rq_complete(), rwbs, sector, sectors, device);
    return *this;
  }
  std::string bytes() const { return trace.SerializeAsString(); }

  perfetto::Trace trace;

 private:
  template <class Block>
  static void set(Block& block, const std::string& rwbs, std::uint64_t sector, std::uint32_t sectors,
                  std::uint64_t device) {
    block.set_dev(device);
    block.set_sector(sector);
    block.set_nr_sector(sectors);
    block.set_rwbs(rwbs);
  }
};

/// Reads traces out of a file of its own.
class PerfettoTest : public testing::Test {
 protected:
  std::vector<IoRequest> read(const std::string& bytes, TraceOptions options = {}) {
    write_file(path_, bytes);
    options.format = "perfetto";
    const auto reader = open_trace(path_, options);
    const auto requests = drain(*reader);
    info_ = reader->info();
    return requests;
  }
  std::vector<IoRequest> read(const perfetto::Trace& trace, const TraceOptions& options = {}) {
    return read(trace.SerializeAsString(), options);
  }
  std::string error(const std::string& bytes, const TraceOptions& options = {}) {
    return user_error([&] { read(bytes, options); });
  }

  TemporaryDirectory directory_;
  std::filesystem::path path_ = directory_ / "trace.perfetto-trace";
  TraceInfo info_;
};

}  // namespace icesim::test
