// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "icesim/workload/reader.hpp"
#include "src/workload/text/fnv1a.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace icesim::native {

// docs/traces.md describes the format; writer and reader share these numbers.
inline constexpr std::string_view magic = "icetrace ";
inline constexpr std::uint64_t version = 5;
/// The first, without completions and further columns, is read too; so are the second, whose completions are all done, and
/// the third, without events of keys, and the fourth, without names and without the requests of completions.
inline constexpr std::uint64_t oldest_version = 1;
inline constexpr std::size_t block_records = 4096;
/// The largest numbers of 64 and of 32 bits.
inline constexpr std::uint64_t any = ~std::uint64_t{0};
inline constexpr std::uint64_t any32 = ~std::uint32_t{0};
/// Stands where a block's number of records would: completions follow.
inline constexpr std::uint64_t completions_mark = block_records + 1;
inline constexpr std::size_t block_completions = 4096;
/// The same for events of keys.
inline constexpr std::uint64_t key_events_mark = completions_mark + 1;
inline constexpr std::size_t block_key_events = 4096;
inline constexpr std::uint64_t key_event_kinds = 5;
/// The same for names of processes.
inline constexpr std::uint64_t names_mark = key_events_mark + 1;
inline constexpr std::size_t block_names = 4096;
inline constexpr std::size_t longest_name = 255;
/// Who has told so many forgets them all.
inline constexpr std::size_t most_names = 65'536;
inline constexpr std::size_t longest_provenance = 4000;
inline constexpr std::array<std::uint64_t, 3> time_scales{1'000'000, 1'000, 1};
inline constexpr std::array<std::uint64_t, 3> byte_scales{4096, 512, 1};

inline constexpr std::uint8_t known_flags = 255;
/// Of versions before 4.
inline constexpr std::uint8_t old_flags = 127;
inline constexpr std::uint64_t operations = 4;

/// What the recording tells of a request, behind the first `after` records of the block that follows. In the file, and here,
/// the request is named by how many requests ago it was given: 1 is the last; 0: not told.
struct Completion {
  std::uint64_t after = 0;
  TraceCompletion told;
};
/// What becomes of keys, behind the first `after` records of the block that follows.
struct PlacedKeyEvent {
  std::uint64_t after = 0;
  KeyEvent told;
};
/// In the byte of a completion its kind is above its operation.
inline constexpr unsigned kind_shift = 2;
inline constexpr std::uint64_t kinds = 3;

/// What the end of version 3 counts of the recording that was imported.
inline constexpr std::array<std::uint64_t TraceInfo::*, 6> totals{
    &TraceInfo::completions,        &TraceInfo::flush_sequences,       &TraceInfo::orphans,
    &TraceInfo::early_completions, &TraceInfo::unordered_completions, &TraceInfo::unfinished};

/// Columns that only those blocks have whose records fill them, as bits; version 1 has none of them.
enum Column : std::uint64_t { keyslot = 1 };
inline constexpr std::uint64_t known_columns = keyslot;
inline constexpr std::uint64_t most_keyslots = 256;

/// Maps 0, -1, 1, -2 ... to 0, 1, 2, 3 ..., so that small steps both ways are short.
constexpr std::uint64_t zigzag(std::int64_t v) {
  return (static_cast<std::uint64_t>(v) << 1) ^ (v < 0 ? ~std::uint64_t{0} : 0);
}
constexpr std::int64_t unzigzag(std::uint64_t v) { return static_cast<std::int64_t>((v >> 1) ^ (0 - (v & 1))); }

/// Where the request before would continue: a sequential stream has steps of 0.
constexpr std::uint64_t end_of(const IoRequest& r) { return r.offset.n + r.length.n; }
constexpr std::uint64_t dun_end_of(const IoRequest& r) { return r.dun.n + r.length.n / logical_block.n; }

}  // namespace icesim::native
