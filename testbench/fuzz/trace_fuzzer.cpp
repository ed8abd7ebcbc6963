// SPDX-License-Identifier: Apache-2.0
// A trace reader on arbitrary bytes: --format=NAME picks the reader, without it the format is found by content.
#include "refusal.hpp"
#include "src/workload/bytes/memory_bytes.hpp"
#include "src/workload/bytes/open_bytes.hpp"
#include "src/workload/keys/block_owners.hpp"
#include "src/workload/native/native_format.hpp"
#include "src/workload/readers/open_reader.hpp"

#include <string>
#include <zstd.h>

namespace {

using namespace icesim;

std::string format;  // NOLINT: set once, before the first input

void read(std::string_view data, std::size_t piece, bool keep_going) {
  PolicyNames policies;
  BlockOwners owners(policies);
  std::uint64_t latencies = 0;
  std::size_t names = 0;
  TraceOptions options;
  options.format = format;
  options.keep_going = keep_going;
  options.completed = [&](const TraceCompletion& c) { latencies += c.kind != TraceCompletion::Kind::left; };
  if (keep_going) options.files = &owners;
  const auto reader = open_reader(decompress(std::make_unique<MemoryBytes>("input", data, piece)), options);
  Picoseconds before{};
  std::uint64_t records = 0;
  for (IoRequest request; reader->next(request); ++records) {
    if (request.time < before) __builtin_trap();
    before = request.time;
    names += std::string(reader->process_name()).size();
    if (keep_going) owners.tell_dun(request);
  }
  if (reader->info().records != records || reader->info().recorded_latency.all().count() != latencies) __builtin_trap();
  if (names > records * 65'536) __builtin_trap();
}

/// Data as the compressed part of a native trace: mutations of compressed bytes would hardly get through zstd.
std::string as_native_trace(std::string_view data) {
  std::string packed(ZSTD_compressBound(data.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), data.data(), data.size(), 1));
  return std::string(native::magic) + std::to_string(native::version) + "\nfuzz\n" + packed;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  constexpr std::string_view option = "--format=";
  for (int i = 1; i < *count; ++i) {
    const std::string_view argument = (*arguments)[i];
    if (argument.substr(0, option.size()) == option) format = argument.substr(option.size());
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fuzz::accept_or_refuse([&] { read(text, 4096, false); });
  fuzz::accept_or_refuse([&] { read(text, 7, true); });
  if (format == "icetrace") fuzz::accept_or_refuse([&] { read(as_native_trace(text), 4096, false); });
  return 0;
}
