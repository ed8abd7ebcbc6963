// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/generator.hpp"
#include "icesim/workload/native/native_writer.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

/// Traces of one generated stream of requests in several formats, to measure what it costs to read them.
namespace icesim::test {

struct MadeTrace {
  std::string bytes;
  std::uint64_t records = 0;  ///< lines, or records of a binary format
};

/// Calls `add` for each of `count` requests.
template <class Add>
void each_request(std::uint64_t count, Add add) {
  GeneratorConfig config;
  config.requests = count;
  config.read_percent = 40;
  Generator generator(config);
  for (IoRequest request; generator.next(request);) add(request);
}

/// What a phone records of each request: its page in f2fs, its way through the block layer, its completion.
inline MadeTrace made_ftrace(std::uint64_t count) {
  MadeTrace trace{"# tracer: nop\n", 1};
  each_request(count, [&](const IoRequest& r) {
    const auto sector = static_cast<unsigned long>(r.offset.n / sector_size.n);
    const auto sectors = static_cast<unsigned long>(r.length.n / sector_size.n);
    const char* const word = r.operation == Operation::read ? "RA" : "WS";
    char head[96];
    std::snprintf(head, sizeof head, " pool-1-thread-1-251     [001] ..... %lu.%06lu: ",
                  static_cast<unsigned long>(r.time.n / 1'000'000'000'000),
                  static_cast<unsigned long>(r.time.n / 1'000'000 % 1'000'000));
    char text[1024];
    std::snprintf(text, sizeof text,
                  "%sf2fs_submit_page_write: dev = (8,0), ino = 154, page_index = 0x0, oldaddr = 0xffffffff, newaddr = "
                  "0x%lx, rw = WRITE(S), type = HOT_DATA\n"
                  "%sblock_bio_queue: 8,0 %s %lu + %lu [pool-1-thread-1]\n"
                  "%sblock_getrq: 8,0 %s %lu + %lu [pool-1-thread-1]\n"
                  "%sblock_rq_issue: 8,0 %s %lu () %lu + %lu [pool-1-thread-1]\n"
                  "%sblock_rq_complete: 8,0 %s () %lu + %lu [0]\n",
                  head, sector / 8, head, word, sector, sectors, head, word, sector, sectors, head, word, sectors * 512,
                  sector, sectors, head, word, sector, sectors);
    trace.bytes += text;
    trace.records += 5;
  });
  return trace;
}

/// A record of blktrace, version 7, of this machine's endianness.
struct BlktraceRecord {
  std::uint32_t magic = 0x65617407;
  std::uint32_t sequence = 0;
  std::uint64_t time = 0;
  std::uint64_t sector = 0;
  std::uint32_t bytes = 0;
  std::uint32_t action = 0;
  std::uint32_t pid = 251;
  std::uint32_t device = 8 << 20;
  std::uint32_t cpu = 0;
  std::uint16_t error = 0;
  std::uint16_t data = 0;
};
static_assert(sizeof(BlktraceRecord) == 48);

inline MadeTrace made_blktrace(std::uint64_t count) {
  MadeTrace trace;
  BlktraceRecord record;
  each_request(count, [&](const IoRequest& r) {
    record.sector = r.offset.n / sector_size.n;
    record.bytes = static_cast<std::uint32_t>(r.length.n);
    record.time = 1 + r.time.n / 1'000;
    // Queued, got a request, inserted, issued, completed.
    for (const std::uint32_t action : {1U, 4U, 11U, 7U, 8U}) {
      record.action = action | (r.operation == Operation::read ? 1U : 2U) << 16;
      ++record.sequence;
      trace.bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
    }
  });
  trace.records = record.sequence;
  return trace;
}

inline MadeTrace made_msr(std::uint64_t count) {
  MadeTrace trace{"", count};
  each_request(count, [&](const IoRequest& r) {
    trace.bytes += std::to_string(128'166'372'003'061'629 + r.time.n / 100'000) + ",hm,0," +
                   (r.operation == Operation::read ? "Read," : "Write,") + std::to_string(r.offset.n) + "," +
                   std::to_string(r.length.n) + ",113\n";
  });
  return trace;
}

inline MadeTrace made_pixel(std::uint64_t count) {
  MadeTrace trace{"proces,device,rw_flag,sector,size,timestamp\n", count + 1};
  each_request(count, [&](const IoRequest& r) {
    char text[160];
    std::snprintf(text, sizeof text, "AsyncTask #1-%u,8388608,%c,%lu,%lu,%lu.%09lu\n", 500U + r.process,
                  r.operation == Operation::read ? 'R' : 'W', static_cast<unsigned long>(r.offset.n / sector_size.n),
                  static_cast<unsigned long>(r.length.n / sector_size.n),
                  static_cast<unsigned long>(r.time.n / 1'000'000'000'000),
                  static_cast<unsigned long>(r.time.n / 1'000 % 1'000'000'000));
    trace.bytes += text;
  });
  return trace;
}

/// icesim's own format, with the latency of every request.
inline MadeTrace made_native(std::uint64_t count) {
  const auto path = std::filesystem::temp_directory_path() / ("icesim-made-" + std::to_string(getpid()));
  NativeWriter writer(path, "");
  each_request(count, [&](const IoRequest& r) {
    writer.write(r);
    writer.completed({TraceCompletion::Kind::done, r.operation, Picoseconds{(70 + r.offset.n % 31) * 1'000'000}});
  });
  writer.finish();
  std::ifstream in(path, std::ios::binary);
  MadeTrace trace{{std::istreambuf_iterator<char>(in), {}}, count};
  std::filesystem::remove(path);
  return trace;
}

}  // namespace icesim::test
